"""Sees the key events of a window before its widgets do, without seeing all other events of the program."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class FocusFilter(QObject):
    """Event filter on a window and on whichever of its widgets has the focus.

    Keys go to the widget with the focus, and from there to its parents up to the window, unless one of them takes them.
    A filter on the application sees them too, and with them the 35,000 other events of a starting window.

    Parameters
    ----------
    window
        Widgets of other windows (dialogs) keep their events.
    kinds
        Only widgets of these classes are watched.
    """

    def __init__(self, window: QWidget, kinds: tuple[type[QWidget], ...] = (QWidget,)) -> None:
        super().__init__(window)
        self._window = window
        self._kinds = kinds
        self._watched: QWidget | None = None
        if isinstance(window, kinds):
            window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take an event (True) or leave it alone."""
        return False

    def _follow(self) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        focused = QApplication.focusWidget()
        is_ours = isinstance(focused, self._kinds) and focused is not self._window and focused.window() is self._window
        self._watched = focused if is_ours else None
        if self._watched is not None:
            self._watched.installEventFilter(self)
