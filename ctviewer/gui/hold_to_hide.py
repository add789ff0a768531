"""Hides the masks while the space bar is held, whichever widget has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from ctviewer.gui.focus_filter import FocusFilter
from ctviewer.session.display import DisplayState

_TAKES_SPACE = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)
"""Widgets for which the space bar already means something; buttons get the focus only by Tab."""


class HoldToHide(FocusFilter):
    """Watches the key events of one window.

    Parameters
    ----------
    window
        Keys pressed in other windows (dialogs) are theirs.
    display
        Whose overlay is hidden.
    """

    def __init__(self, window: QWidget, display: DisplayState) -> None:
        super().__init__(window)
        self._display = display
        self._was_visible: bool | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the space bar."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress and _is_space(event) and not isinstance(watched, _TAKES_SPACE):
            if self._was_visible is None:
                self._was_visible = self._display.overlay_visible
                self._display.overlay_visible = False
            return True
        if kind == QEvent.Type.KeyRelease and self._was_visible is not None and _is_space(event):
            if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
                self._let_go()
            return True
        if kind == QEvent.Type.WindowDeactivate and self._was_visible is not None:
            self._let_go()  # the release would go to another window
        return False

    def _let_go(self) -> None:
        self._display.overlay_visible = bool(self._was_visible)
        self._was_visible = None


def _is_space(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and not event.modifiers()
