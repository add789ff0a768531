"""Another grey-value window for scans without HU, taken back when the next scan is shown."""

from __future__ import annotations

from ctviewer.domain.opening_window import opening_window
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import Window
from ctviewer.session.display import DisplayState


class LentWindow:
    """Keeps the reader's own window meanwhile.

    Parameters
    ----------
    display
        Whose window it is.
    """

    def __init__(self, display: DisplayState) -> None:
        self._display = display
        self._own: Window | None = None

    def enter(self, volume: Volume | None) -> None:
        """Another scan is shown, or none."""
        if self._own is not None:
            self._display.window, self._own = self._own, None
        wanted = opening_window(volume) if volume is not None else None
        if wanted is not None:
            self._own, self._display.window = self._display.window, wanted
