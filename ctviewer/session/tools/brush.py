"""Round brush: where a press or a drag paints."""

from __future__ import annotations

from typing import Protocol

from ctviewer.domain.edits.brush import ball, ball_stroke, disc, stroke
from ctviewer.domain.edits.region import Region
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.session.tools.pointer import PointerEvent


class PaintTool(Protocol):
    """Turns pointer events into regions; holds only the state of the gesture under way.

    It never edits: what a region does to the mask (label, paint rule, locks) is decided by its caller.
    """

    def press(self, event: PointerEvent) -> Region | None:
        """Begin a gesture."""

    def move(self, event: PointerEvent) -> Region | None:
        """Continue it."""

    def release(self, event: PointerEvent) -> Region | None:
        """End it."""


class Brush:
    """Disc in the slice, or ball in space, dragged without gaps.

    Parameters
    ----------
    geometry
        Grid of the mask.
    radius_mm
        Radius in millimetres.
    is_ball
        Paint in three dimensions.
    """

    def __init__(self, geometry: VolumeGeometry, radius_mm: float, *, is_ball: bool = False) -> None:
        self._geometry = geometry
        self._radius_mm = radius_mm
        self._is_ball = is_ball
        self._last: tuple[float, float, float] | None = None

    def press(self, event: PointerEvent) -> Region | None:
        """Paint one dab."""
        self._last = event.index_kji
        if self._is_ball:
            return ball(self._geometry, event.index_kji, self._radius_mm)
        return disc(self._geometry, event.plane, event.index_kji, self._radius_mm)

    def move(self, event: PointerEvent) -> Region | None:
        """Paint from the last place to this one."""
        start, self._last = self._last, event.index_kji
        if start is None or start == event.index_kji:
            return None
        if self._is_ball:
            return ball_stroke(self._geometry, start, event.index_kji, self._radius_mm)
        return stroke(self._geometry, event.plane, start, event.index_kji, self._radius_mm)

    def release(self, event: PointerEvent) -> Region | None:
        """Paint up to the place of the release."""
        region = self.move(event)
        self._last = None
        return region
