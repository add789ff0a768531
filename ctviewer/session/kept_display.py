"""Opacity of the masks and the choice between fill and outline, kept in the preferences for the next start."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from ctviewer.session.display import DisplayState
from ctviewer.session.settings import Settings

REST_MS = 1000
"""A slider that is drawn along is written once, when it has rested this long."""


class KeptDisplay(QObject):
    """Writes how masks are drawn into the preferences.

    Parameters
    ----------
    display
        What the user changes.
    settings
        Where it is kept.
    """

    def __init__(self, display: DisplayState, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._settings = settings
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._write)
        display.overlay_opacity_changed.connect(lambda _: self._rest.start())
        display.overlay_outline_changed.connect(lambda _: self._rest.start())

    def stop(self) -> None:
        """Write what waits, because the window closes."""
        if self._rest.isActive():
            self._rest.stop()
            self._write()

    def _write(self) -> None:
        display = self._display
        self._settings.change(
            replace(
                self._settings.preferences,
                overlay_opacity=display.overlay_opacity,
                overlay_outline=display.overlay_outline,
            )
        )
