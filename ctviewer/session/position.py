"""The one voxel the reader is looking at; every view derives its slice from it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import BBox
from ctviewer.domain.planes import Plane

Index = tuple[int, int, int]


class ReadingPosition(QObject):
    """Voxel index ``(k, j, i)`` inside a grid; always valid.

    Storing it once keeps linked planes linked: there is no second copy that could differ.
    """

    moved = Signal(object)
    """The new index ``(k, j, i)``."""

    shape_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shape: Index = (1, 1, 1)
        self._index: Index = (0, 0, 0)

    @property
    def shape(self) -> Index:
        """Shape of the grid."""
        return self._shape

    @property
    def index_kji(self) -> Index:
        """Voxel looked at."""
        return self._index

    @index_kji.setter
    def index_kji(self, index: tuple[float, float, float]) -> None:
        clamped = tuple(min(max(round(v), 0), n - 1) for v, n in zip(index, self._shape, strict=True))
        if clamped != self._index:
            self._index = (clamped[0], clamped[1], clamped[2])
            self.moved.emit(self._index)

    def enter_grid(self, shape: Index, index: Index | None = None) -> None:
        """Move to another grid, at its middle unless told."""
        self._shape = shape
        self.shape_changed.emit(shape)
        start = index or (shape[0] // 2, shape[1] // 2, shape[2] // 2)
        self._index = (-1, -1, -1)  # equal numbers mean another place in another grid, so `moved` must be emitted
        self.index_kji = start

    def slice_index(self, plane: Plane) -> int:
        """Index of the slice of a plane that contains the position."""
        return self._index[plane.normal_axis]

    def set_slice(self, plane: Plane, index: int) -> None:
        """Move along the normal of a plane."""
        moved: list[float] = list(self._index)
        moved[plane.normal_axis] = index
        self.index_kji = (moved[0], moved[1], moved[2])

    def reveal(self, box: BBox) -> None:
        """Move as little as needed to be inside a box (along each axis to its middle, unless already inside)."""
        target = [
            i if part.start <= i < part.stop else (part.start + part.stop - 1) // 2
            for i, part in zip(self._index, box, strict=True)
        ]
        self.index_kji = (target[0], target[1], target[2])
