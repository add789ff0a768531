"""Sentences for the user, wherever they come from."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.errors import CTViewerError

logger = logging.getLogger(__name__)

KEPT = 200


class Severity(StrEnum):
    """How a message is shown."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the user can decide right there.

    Parameters
    ----------
    text
        What the button says.
    act
        Called when it is chosen; the message then goes away.
    """

    text: str
    act: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence with what to do about it.

    Parameters
    ----------
    severity
        How it is shown; information goes away by itself.
    text
        What happened.
    hint
        What the user can do; may be empty.
    details
        More lines for whoever wants them; no patient data that is not on the screen anyway.
    choices
        Buttons for a question; nothing happens until one is pressed.
    """

    severity: Severity
    text: str
    hint: str = ""
    details: str = ""
    choices: tuple[Choice, ...] = ()


class MessageLog(QObject):
    """Collects messages and tells the window about each."""

    posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages: list[Message] = []

    @property
    def messages(self) -> tuple[Message, ...]:
        """Newest last; old ones are dropped."""
        return tuple(self._messages)

    def post(self, message: Message) -> None:
        """Show a message."""
        self._messages = [*self._messages[1 - KEPT :], message]
        self.posted.emit(message)

    def info(self, text: str, hint: str = "", details: str = "") -> None:
        """Show something that went well."""
        self.post(Message(Severity.INFO, text, hint, details))

    def warn(self, text: str, hint: str = "", details: str = "") -> None:
        """Show something the user should know before going on."""
        self.post(Message(Severity.WARNING, text, hint, details))

    def ask(self, text: str, hint: str, choices: Sequence[Choice]) -> None:
        """Put a question; the work goes on, and it stays until it is answered or closed."""
        self.post(Message(Severity.WARNING, text, hint, choices=tuple(choices)))

    def report(self, error: BaseException, doing: str = "") -> None:
        """Show a failure.

        Parameters
        ----------
        error
            A `CTViewerError` speaks for itself; anything else is a fault of the program and named as such.
        doing
            What was being done, for the second case: ``"Opening the series"``.
        """
        if isinstance(error, CTViewerError):
            self.post(Message(Severity.ERROR, error.message, error.hint))
            return
        if isinstance(error, MemoryError):
            self.post(Message(Severity.ERROR, f"{doing or 'The operation'} needs more memory than is free.",
                              "Close other programs or studies and try again."))  # fmt: skip
            return
        logger.error("%s failed unexpectedly", doing or "An operation", exc_info=error)
        name = type(error).__name__
        self.post(
            Message(
                Severity.ERROR,
                f"{doing or 'The operation'} failed because of a fault in the program ({name}).",
                "Your corrections are safe; details are in the log file.",
                f"{name}: {error}",
            )
        )
