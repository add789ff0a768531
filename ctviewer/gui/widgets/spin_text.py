"""Numbers in spin boxes begin where the words in the other fields begin."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

INDENT_PX = 6
"""Padding of the other fields in the stylesheet; the text of spin boxes ignores it."""


def indent_text(*spins: QAbstractSpinBox) -> None:
    """Keep the text of spin boxes away from their borders."""
    for spin in spins:
        spin.lineEdit().setTextMargins(INDENT_PX, 0, INDENT_PX, 0)
