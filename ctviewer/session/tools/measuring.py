"""Gestures that place the points of a measurement or drag its handles; no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import POINT_COUNTS, Measurement, MeasurementKind, PointLPS, point_lps
from ctviewer.domain.measurement_edit import distance_to_mm, moved, nearest_handle, with_handle_at, with_short_axis
from ctviewer.domain.planes import Plane
from ctviewer.session.tools.pointer import PointerEvent

DRAG_PX = 4.0
"""A press and release closer than this is a click, not a drag."""
REACH_PX = 8.0
"""How near to a handle or line the pointer counts as on it."""


class Placing:
    """Points of a measurement being drawn: click by click, or one line by a drag.

    Parameters
    ----------
    kind
        What is drawn.
    plane, slice_index
        Where; points of other slices are not taken.
    geometry
        Grid of the scan; points outside its slice are moved to the rim.
    """

    def __init__(self, kind: MeasurementKind, plane: Plane, slice_index: int, geometry: VolumeGeometry) -> None:
        self.kind = kind
        self.plane = plane
        self.slice_index = slice_index
        self._geometry = geometry
        self._placed: list[PointLPS] = []
        self._hover: PointLPS | None = None
        self._pressed_px: tuple[float, float] | None = None
        self._is_closed = False

    @property
    def points(self) -> tuple[PointLPS, ...]:
        """Points placed, and the one under the pointer."""
        return (*self._placed, *([self._hover] if self._hover is not None else []))

    @property
    def finished(self) -> tuple[PointLPS, ...] | None:
        """All points, once there are enough; None before."""
        count = len(self._placed)
        if self.kind is MeasurementKind.POLYGON:
            return tuple(self._placed) if self._is_closed else None
        if self.kind is MeasurementKind.BIDIRECTIONAL and count == 2:
            return with_short_axis(self._placed[0], self._placed[1], self.plane, self._geometry)
        return tuple(self._placed) if count == POINT_COUNTS[self.kind] else None

    def belongs_to(self, event: PointerEvent, slice_index: int) -> bool:
        """Whether a pointer is over the slice that is drawn on."""
        return event.plane is self.plane and slice_index == self.slice_index

    def press(self, event: PointerEvent) -> None:
        """Place a point, or close a polygon at its first one."""
        place = self._inside(event)
        if self._closes(place, event):
            self.close()
            return
        self._pressed_px = event.position_px
        self._place(place, event)

    def move(self, event: PointerEvent) -> None:
        """Carry the next point along."""
        self._hover = self._inside(event) if self._placed and self.finished is None else None

    def release(self, event: PointerEvent) -> None:
        """Place the other end if the pointer was dragged there."""
        start, self._pressed_px = self._pressed_px, None
        if start is None or self.finished is not None or self.kind is MeasurementKind.POLYGON:
            return
        if math.dist(start, event.position_px) >= DRAG_PX:
            self._place(self._inside(event), event)

    def close(self) -> bool:
        """End a polygon with the points placed so far; False if they are too few."""
        self._is_closed = self.kind is MeasurementKind.POLYGON and len(self._placed) >= POINT_COUNTS[self.kind]
        if self._is_closed:
            self._hover = None
        return self._is_closed

    def _place(self, place: PointLPS, event: PointerEvent) -> None:
        # The second click of a double-click, or a trembling hand, would make a line without length.
        if self._placed and math.dist(self._placed[-1], place) < DRAG_PX * event.mm_per_px:
            return
        self._placed.append(place)
        self._hover = None

    def _closes(self, place: PointLPS, event: PointerEvent) -> bool:
        enough = self.kind is MeasurementKind.POLYGON and len(self._placed) >= POINT_COUNTS[self.kind]
        return enough and math.dist(self._placed[0], place) <= REACH_PX * event.mm_per_px

    def _inside(self, event: PointerEvent) -> PointLPS:
        return place_inside(event, self._geometry)


class Grip:
    """A handle, or a whole measurement, being dragged.

    Parameters
    ----------
    measurement
        As it was at the press.
    handle
        Number of the handle; None moves everything.
    event, slice_index
        The press, and the slice it was on.
    geometry
        Grid of the scan.
    """

    def __init__(
        self,
        measurement: Measurement,
        handle: int | None,
        event: PointerEvent,
        slice_index: int,
        geometry: VolumeGeometry,
    ) -> None:
        self.slice_index = slice_index
        self.measurement = measurement
        self.current = measurement
        self._handle = handle
        self._start = np.asarray(event.point_lps)
        self._geometry = geometry

    def move(self, event: PointerEvent) -> Measurement:
        """The measurement with the pointer here."""
        if self._handle is None:
            self.current = moved(self.measurement, np.asarray(event.point_lps) - self._start)
        else:
            place = place_inside(event, self._geometry)
            self.current = with_handle_at(self.measurement, self._handle, place, self._geometry)
        return self.current


def measurement_under(
    event: PointerEvent, measurements: Sequence[Measurement], geometry: VolumeGeometry
) -> tuple[Measurement, int | None] | None:
    """The first measurement under the pointer, with the number of the handle if it is on one; handles go first."""
    reach_mm = REACH_PX * event.mm_per_px
    for measurement in measurements:
        handle = nearest_handle(measurement, event.point_lps, geometry, reach_mm)
        if handle is not None:
            return measurement, handle
    for measurement in measurements:
        if distance_to_mm(measurement, event.point_lps, geometry) <= reach_mm:
            return measurement, None
    return None


def place_inside(event: PointerEvent, geometry: VolumeGeometry) -> PointLPS:
    """Place under the pointer; outside the image the nearest on its rim."""
    limits = [n - 0.5 for n in geometry.shape]
    index = np.clip(event.index_kji, -0.5, limits)
    index[event.plane.normal_axis] = event.index_kji[event.plane.normal_axis]
    return point_lps(geometry.index_to_lps(index))
