"""The small flat buttons in the line above a view."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton

STRIP_PX = 24
"""Height of the line above a view."""


def dress_strip_button(button: QToolButton, tip: str) -> None:
    """Make a button flat and as high as the line allows, with a tool tip that screen readers know too."""
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setIconSize(QSize(14, 14))
    button.setFixedHeight(STRIP_PX - 2)
    button.setProperty("compact", True)
