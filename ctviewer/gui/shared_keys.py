"""Keys that a number field has no use for go to the window's actions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from ctviewer.gui.focus_filter import FocusFilter

_PAGES = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_OF_NUMBERS = "0123456789.,+-− "


class SharedKeys(FocusFilter):
    """Watches one window.

    A number field claims every printable key before shortcuts are looked at, also the letters it then ignores: after a
    click into the brush radius neither W nor Page Down would work any more.

    Parameters
    ----------
    window
        Number fields of other windows (dialogs) keep their keys.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, (QAbstractSpinBox,))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave letters and pages to the actions."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        text = event.text()
        is_letter = bool(text) and text.isprintable() and text not in _OF_NUMBERS
        if held or not (is_letter or event.key() in _PAGES):
            return False
        event.ignore()  # nobody claims it, so the action gets it
        return True
