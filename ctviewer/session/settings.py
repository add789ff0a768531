"""The user's preferences as the window sees them: present value, changes, and the file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ctviewer.config.preferences import Preferences, save_preferences
from ctviewer.domain.errors import StoreError
from ctviewer.session.messages import MessageLog


class Settings(QObject):
    """Holder of the preferences; every change is written at once.

    Parameters
    ----------
    preferences
        As read at the start.
    path
        Their file; None writes nothing.
    messages
        Told if a change could not be written.
    """

    changed = Signal(object)
    """The new `Preferences`."""

    def __init__(
        self, preferences: Preferences, path: Path | None, messages: MessageLog, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._path = path
        self._messages = messages

    @property
    def preferences(self) -> Preferences:
        """What holds now."""
        return self._preferences

    @property
    def path(self) -> Path | None:
        """Where the preferences are kept."""
        return self._path

    def change(self, preferences: Preferences) -> None:
        """Let other preferences hold from now on; they hold in this session also if they cannot be written."""
        if preferences == self._preferences:
            return
        self._preferences = preferences
        if self._path is not None:
            try:
                save_preferences(self._path, preferences)
            except StoreError as error:
                self._messages.report(error)
        self.changed.emit(preferences)
