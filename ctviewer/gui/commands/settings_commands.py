"""Preferences, and what a change of them does in the window."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from ctviewer.config.preferences import Preferences
from ctviewer.gui.dialogs.preferences_dialog import PreferencesDialog
from ctviewer.session.reading_session import ReadingSession
from ctviewer.store.access import login_name


class SettingsCommands(QObject):
    """What the preferences action does.

    Parameters
    ----------
    window
        Parent of the dialog.
    session
        Whose settings are changed.
    """

    def __init__(self, window: QMainWindow, session: ReadingSession) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        session.settings.changed.connect(self._apply)

    def preferences(self) -> None:
        """Show the preferences."""
        path = self._session.settings.path
        dialog = PreferencesDialog(
            self._session.settings, path.parent if path is not None else None, login_name(), self._window
        )
        dialog.exec()
        dialog.deleteLater()

    def _apply(self, preferences: Preferences) -> None:
        self._session.analysis.device = preferences.device
        store = self._session.workspace.store
        if store is not None:
            store.author = preferences.author or login_name()
