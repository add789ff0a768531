"""State of one view: which plane, how large, where."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.planes import Plane
from ctviewer.domain.slab import THICKNESS_RANGE_MM, Slab, SlabKind
from ctviewer.session.observed import Observed
from ctviewer.session.position import Index, ReadingPosition

ZOOM_RANGE = (0.2, 40.0)
"""Smallest and largest magnification relative to the fitted image."""


class Viewport(QObject):
    """One plane of the volume at the reading position.

    Parameters
    ----------
    plane
        Viewing plane; fixed.
    position
        Where the reader is; the slice index is derived from it.
    """

    slice_index_changed = Signal(int)
    slice_count_changed = Signal(int)
    zoom_changed = Signal(object)
    pan_mm_changed = Signal(object)
    slab_changed = Signal(object)
    flips_changed = Signal(object)

    zoom: Observed[float] = Observed(1.0, "zoom_changed", lambda _, v: min(max(v, ZOOM_RANGE[0]), ZOOM_RANGE[1]))
    """Magnification; 1 shows the whole slice."""
    pan_mm: Observed[tuple[float, float]] = Observed((0.0, 0.0), "pan_mm_changed")
    """Displacement of the image ``(right, down)`` in millimetres of the slice."""
    slab: Observed[Slab] = Observed(Slab(), "slab_changed")
    """Slices combined into the one that is drawn."""
    flips: Observed[tuple[bool, bool]] = Observed((False, False), "flips_changed")
    """Whether the picture is mirrored ``(top to bottom, left to right)``; only the picture, never the data."""

    def __init__(self, plane: Plane, position: ReadingPosition, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plane = plane
        self.position = position
        self._shown = position.slice_index(plane)
        position.moved.connect(self._on_moved)
        position.shape_changed.connect(self._on_shape_changed)

    @property
    def slice_index(self) -> int:
        """Index along the plane's normal."""
        return self.position.slice_index(self.plane)

    @slice_index.setter
    def slice_index(self, index: int) -> None:
        self.position.set_slice(self.plane, index)

    @property
    def slice_count(self) -> int:
        """Number of slices in this plane."""
        return self.position.shape[self.plane.normal_axis]

    def scroll(self, steps: int) -> None:
        """Move by slices; positive is towards the end of the series list as read: feet, back, patient left.

        Axial series are read from head to feet, and ``k`` runs to the head, so there the index falls.
        """
        self.slice_index = self.index_after(self.slice_index, steps)

    def index_after(self, start: int, steps: int) -> int:
        """Index so many slices after another in reading order; may lie outside."""
        return start - steps if self.plane is Plane.AXIAL else start + steps

    def go_to_end(self, *, last: bool) -> None:
        """Jump to the first or last slice in reading order (see `scroll`)."""
        self.slice_index = self.slice_count - 1 if last != (self.plane is Plane.AXIAL) else 0

    def next_slab(self) -> None:
        """Single slice, maximum, minimum, mean, and round again."""
        kinds = list(SlabKind)
        self.slab = replace(self.slab, kind=kinds[(kinds.index(self.slab.kind) + 1) % len(kinds)])

    def thicken(self, step_mm: float) -> None:
        """Make the slab thicker or thinner; a single slice stays one."""
        if self.slab.kind is not SlabKind.OFF:
            low, high = THICKNESS_RANGE_MM
            self.slab = replace(self.slab, thickness_mm=min(max(self.slab.thickness_mm + step_mm, low), high))

    def reset(self) -> None:
        """Show the whole single slice again, unmirrored."""
        self.zoom = 1.0
        self.pan_mm = (0.0, 0.0)
        self.slab = replace(self.slab, kind=SlabKind.OFF)
        self.flips = (False, False)

    def _on_moved(self, index: Index) -> None:
        shown = index[self.plane.normal_axis]
        if shown != self._shown:
            self._shown = shown
            self.slice_index_changed.emit(shown)

    def _on_shape_changed(self, shape: Index) -> None:
        self._shown = -1
        self.slice_count_changed.emit(shape[self.plane.normal_axis])


def slice_number(plane: Plane, index: int, count: int) -> int:
    """Number shown to the reader, 1 to ``count``: 1 is the most cranial, anterior or right slice (reading order)."""
    return count - index if plane is Plane.AXIAL else index + 1
