"""Plays through the slices of a view."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ctviewer.session.observed import Observed
from ctviewer.session.viewport import Viewport

FPS_RANGE = (1.0, 60.0)
FPS_STEP = 1.25
"""Factor per key press."""


class Cine(QObject):
    """A clock that scrolls one viewport.

    A frame that takes longer than its time delays the next one; no slice is left out.
    """

    is_playing_changed = Signal(object)
    fps_changed = Signal(object)
    bounces_changed = Signal(object)

    is_playing: Observed[bool] = Observed(
        False, "is_playing_changed", lambda cine, on: bool(on) and cine.viewport is not None
    )
    fps: Observed[float] = Observed(
        15.0, "fps_changed", lambda _, v: round(min(max(float(v), FPS_RANGE[0]), FPS_RANGE[1]), 1)
    )
    """Slices per second."""
    bounces: Observed[bool] = Observed(True, "bounces_changed")
    """Turn round at the ends; else start again at the other end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewport: Viewport | None = None
        self._direction = 1
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.step)
        self.fps_changed.connect(self._set_clock)
        self.is_playing_changed.connect(self._set_clock)

    @property
    def viewport(self) -> Viewport | None:
        """What is scrolled."""
        return self._viewport

    def play(self, viewport: Viewport) -> None:
        """Play a viewport from the slice it shows."""
        self._viewport = viewport
        self._direction = 1
        self.is_playing = True

    def stop(self) -> None:
        """Stand still."""
        self.is_playing = False

    def faster(self, steps: int) -> None:
        """Change the speed by a quarter per step."""
        self.fps = self.fps * FPS_STEP**steps

    def step(self) -> None:
        """Show the next slice."""
        viewport = self._viewport
        if viewport is None or viewport.slice_count < 2:
            self.stop()
            return
        before = viewport.slice_index
        viewport.scroll(self._direction)
        if viewport.slice_index != before:
            return
        if self.bounces:
            self._direction = -self._direction
            viewport.scroll(self._direction)
        else:
            viewport.go_to_end(last=self._direction < 0)

    def _set_clock(self, _: object) -> None:
        self._timer.setInterval(round(1000 / self.fps))
        if self.is_playing and not self._timer.isActive():
            self._timer.start()
        elif not self.is_playing:
            self._timer.stop()
