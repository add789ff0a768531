"""A line that is being drawn on a slice, and the tools that draw one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ctviewer.domain.arrays import HUArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane
from ctviewer.session.tools.pointer import Modifier, PointerEvent

Point = tuple[float, float, float]

CLOSE_PX = 8.0
"""A click this near to the first point closes the outline."""
STEP_PX = 2.0
"""A freehand line gets a new point after this distance."""


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """What views draw of it.

    Parameters
    ----------
    plane, slice_index
        Slice it lies on.
    points
        Fixed points, fractional array indices.
    rubber
        Points from the last fixed one to the pointer.
    is_closed
        Whether the end is joined with the beginning when it is finished.
    marks
        Where the user clicked.
    """

    plane: Plane
    slice_index: int
    points: tuple[Point, ...]
    rubber: tuple[Point, ...] = ()
    is_closed: bool = True
    marks: tuple[Point, ...] = ()


class OutlineTool(Protocol):
    """Turns pointer events into a line on the slice where it was begun."""

    plane: Plane
    slice_index: int
    points: list[Point]
    rubber: list[Point]
    is_closed: bool

    @property
    def marks(self) -> list[Point]:
        """Points the user set by a click."""

    def press(self, event: PointerEvent) -> bool:
        """A button went down; True: the line is finished."""

    def move(self, event: PointerEvent) -> None:
        """The pointer moved, with or without a button."""

    def release(self, event: PointerEvent) -> bool:
        """The button went up; True: the line is finished."""

    def close(self) -> None:
        """The line is finished without another press."""

    def step_back(self) -> bool:
        """Take the last point back; False if none is left."""


class _Drawn:
    """What all of them share.

    Parameters
    ----------
    event
        The first press.
    geometry
        Grid of the mask.
    """

    is_closed = True

    def __init__(self, event: PointerEvent, geometry: VolumeGeometry) -> None:
        self._spacing_mm = geometry.spacing_mm
        self.plane = event.plane
        self.slice_index = slice_of(event)
        self.points: list[Point] = []
        self.rubber: list[Point] = []

    @property
    def marks(self) -> list[Point]:
        """See `OutlineTool`."""
        return self.points[:1]

    def press(self, event: PointerEvent) -> bool:
        """See `OutlineTool`."""
        self.points.append(event.index_kji)
        return False

    def move(self, event: PointerEvent) -> None:
        """See `OutlineTool`."""

    def release(self, event: PointerEvent) -> bool:
        """See `OutlineTool`."""
        del event
        return False

    def close(self) -> None:
        """See `OutlineTool`."""
        self.rubber = []

    def step_back(self) -> bool:
        """See `OutlineTool`."""
        if self.points:
            self.points.pop()
        return bool(self.points)

    def _near(self, point: Point, event: PointerEvent, distance_px: float = CLOSE_PX) -> bool:
        """Whether the pointer is close to a point, as seen on the screen."""
        offset = [(a - b) * d for a, b, d in zip(point, event.index_kji, self._spacing_mm, strict=True)]
        offset[self.plane.normal_axis] = 0.0
        return float(np.linalg.norm(offset)) <= distance_px * event.mm_per_px


class Polygon(_Drawn):
    """Corner by corner; a click on the first one closes it."""

    @property
    def marks(self) -> list[Point]:
        """All corners."""
        return self.points

    def press(self, event: PointerEvent) -> bool:
        """Add a corner, or close."""
        self.rubber = []
        if len(self.points) >= 3 and self._near(self.points[0], event):
            return True
        self.points.append(event.index_kji)
        return False

    def move(self, event: PointerEvent) -> None:
        """Show the next edge."""
        self.rubber = [event.index_kji] if self.points else []


class Lasso(_Drawn):
    """Freehand with the button held; letting go closes it."""

    def move(self, event: PointerEvent) -> None:
        """Add a point after some distance."""
        if not self.points or not self._near(self.points[-1], event, STEP_PX):
            self.points.append(event.index_kji)

    def release(self, event: PointerEvent) -> bool:
        """Close."""
        del event
        return True


class Cut(Lasso):
    """An open freehand line; straight with Shift."""

    is_closed = False

    def move(self, event: PointerEvent) -> None:
        """Add a point, or move the end of a straight line."""
        if Modifier.SHIFT in event.modifiers:
            self.points = [self.points[0], event.index_kji]
        else:
            super().move(event)

    def release(self, event: PointerEvent) -> bool:
        """End where the button was let go."""
        self.points.append(event.index_kji)
        return True


class Rectangle(_Drawn):
    """From one corner to the opposite one, with the button held."""

    def press(self, event: PointerEvent) -> bool:
        """First corner."""
        self.points = [event.index_kji] * 4
        return False

    def move(self, event: PointerEvent) -> None:
        """Opposite corner."""
        rows, columns = self.plane.row_axis, self.plane.column_axis
        first, third = self.points[0], event.index_kji
        second, fourth = list(first), list(first)
        second[columns], fourth[rows] = third[columns], third[rows]
        self.points = [first, _point(second), third, _point(fourth)]

    def release(self, event: PointerEvent) -> bool:
        """Done."""
        self.move(event)
        return True


class LivewireOutline(_Drawn):
    """Snaps to edges between the clicks.

    Parameters
    ----------
    event, geometry
        As for the others.
    hu
        Whole HU array.
    """

    def __init__(self, event: PointerEvent, geometry: VolumeGeometry, hu: HUArray) -> None:
        super().__init__(event, geometry)
        # Imported when first used: scipy and scikit-image would double the time to start.
        from ctviewer.domain.edits.livewire import Livewire

        axis = self.plane.normal_axis
        self._axes = [a for a in range(3) if a != axis]
        selection: list[slice | int] = [slice(None)] * 3
        selection[axis] = self.slice_index
        rows, columns = self._axes
        spacing = (geometry.spacing_mm[rows], geometry.spacing_mm[columns])
        self._wire = Livewire(np.asarray(hu[tuple(selection)]), spacing)
        self._corners: list[int] = []

    @property
    def marks(self) -> list[Point]:
        """Ends of the ways."""
        ends = [*self._corners[1:], len(self.points)]
        return [self.points[end - 1] for end in ends] if self.points else []

    def press(self, event: PointerEvent) -> bool:
        """Fix the way to the pointer, or close along an edge."""
        closes = len(self._corners) >= 2 and self._near(self.points[0], event)
        way = self._way(self.points[0] if closes else event.index_kji) if self.points else [event.index_kji]
        self._corners.append(len(self.points))
        self.points += way
        self.rubber = []
        self._wire.set_anchor(self._pixel(self.points[-1]))
        return closes

    def move(self, event: PointerEvent) -> None:
        """Show the way to the pointer."""
        self.rubber = self._way(event.index_kji) if self.points else []

    def close(self) -> None:
        """Go back to the beginning along an edge."""
        self.rubber = []
        if self.points:
            self.points += self._way(self.points[0])

    def step_back(self) -> bool:
        """Take the last way back."""
        if self._corners:
            del self.points[self._corners.pop() :]
        self.rubber = []
        if self.points:
            self._wire.set_anchor(self._pixel(self.points[-1]))
        return bool(self.points)

    def _way(self, target: Point) -> list[Point]:
        way = self._wire.path_to(self._pixel(target))
        points = np.zeros((len(way), 3))
        points[:, self.plane.normal_axis] = self.slice_index
        points[:, self._axes] = way
        return [(float(k), float(j), float(i)) for k, j, i in points]

    def _pixel(self, point: Point) -> tuple[float, float]:
        return (point[self._axes[0]], point[self._axes[1]])


def _point(values: list[float]) -> Point:
    return (values[0], values[1], values[2])


def slice_of(event: PointerEvent) -> int:
    """Index of the slice the pointer is on."""
    return int(np.floor(event.index_kji[event.plane.normal_axis] + 0.5))
