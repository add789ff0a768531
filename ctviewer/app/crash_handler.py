"""Last resort for errors nobody expected: a redacted log entry and one sentence; the window stays open."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler

logger = logging.getLogger("ctviewer.crash")
qt_logger = logging.getLogger("ctviewer.qt")

SENTENCE = "Something went wrong inside the program ({kind})."
HINT = (
    "Your corrections are saved. You can go on; if it happens again, start the program again. Details are in the log."
)
MOST_SHOWN = 3
"""The same fault in a paint event comes sixty times a second; after a few, only the log hears of it."""

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashHandler(QObject):
    """Catches what reaches the top of any thread.

    Parameters
    ----------
    show
        Called on the GUI thread with sentence and hint.
    """

    _caught = Signal(str)

    def __init__(self, show: Callable[[str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._shown = 0
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of Python and Qt."""
        sys.excepthook = self.handle
        threading.excepthook = self._handle_thread
        sys.unraisablehook = self._handle_unraisable
        qInstallMessageHandler(_log_qt)

    def uninstall(self) -> None:
        """Give them back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        qInstallMessageHandler(None)

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an error and tell the user."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("unexpected error", exc_info=(kind, error, trace))
        self._caught.emit(kind.__name__)

    def _handle_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
            self.handle(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _handle_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        error = arguments.exc_value
        if error is not None:
            logger.error("error in a destructor", exc_info=(type(error), error, error.__traceback__))

    @Slot(str)
    def _tell(self, kind: str) -> None:
        self._shown += 1
        if self._shown <= MOST_SHOWN:
            self._show(SENTENCE.format(kind=kind), HINT)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    qt_logger.log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
