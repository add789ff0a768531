"""Several neighbouring slices drawn as one: maximum, minimum or mean along the normal of the plane."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from ctviewer.domain.arrays import AnyArray, HUArray
from ctviewer.domain.planes import Plane

THICKNESS_RANGE_MM = (1.0, 60.0)


class SlabKind(StrEnum):
    """What becomes of the values along the normal."""

    OFF = "off"
    MAXIMUM = "MIP"
    MINIMUM = "MinIP"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Slab:
    """Kind and thickness in millimetres."""

    kind: SlabKind = SlabKind.OFF
    thickness_mm: float = 10.0

    def count(self, spacing_mm: float) -> int:
        """Number of slices that make the slab, at least 1.

        Parameters
        ----------
        spacing_mm
            Distance of the slices along the normal.
        """
        if self.kind is SlabKind.OFF:
            return 1
        return max(1, round(self.thickness_mm / spacing_mm))


def slab_range(index: int, count: int, total: int) -> slice:
    """The slices around one, cut off at the ends of the volume; an even number has its larger half behind."""
    start = index - (count - 1) // 2
    return slice(max(start, 0), min(start + count, total))


class SlidingSlab:
    """Slabs of one plane and one thickness, each from at most two precomputed arrays.

    The stack is cut into blocks as long as the slab is thick. A window of that length is the end of one block and the
    beginning of the next, so one operation on a cumulated end and a cumulated beginning gives it (van Herk 1992; Gil
    and Werman 1993). Cumulated arrays of two blocks are kept: scrolling costs about three operations per slice,
    however thick the slab is.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``.
    plane
        Whose normal is cumulated along.
    kind
        Not `SlabKind.OFF`.
    count
        Slices in the slab.
    """

    def __init__(self, hu: HUArray, plane: Plane, kind: SlabKind, count: int) -> None:
        self._along = np.moveaxis(hu, plane.normal_axis, 0)
        self._flip = plane.row_is_flipped
        self._kind = kind
        self._count = count
        self._combine = {SlabKind.MAXIMUM: np.maximum, SlabKind.MINIMUM: np.minimum, SlabKind.MEAN: np.add}[kind]
        self._blocks: dict[int, _Block] = {}

    def at(self, index: int) -> HUArray:
        """The slab around a slice, as `ctviewer.domain.planes.extract_slice` orders it; int16."""
        part = slab_range(index, self._count, self._along.shape[0])
        first, last = part.start // self._count, (part.stop - 1) // self._count
        self._blocks = {n: self._blocks.get(n) or self._block(n) for n in range(first, last + 1)}
        start, stop = part.start - first * self._count, part.stop - last * self._count
        if first != last:
            total = self._combine(self._blocks[first].end_from(start), self._blocks[last].beginning_to(stop))
        elif start == 0:
            total = self._blocks[first].beginning_to(stop)
        else:
            total = self._blocks[first].end_from(start)
        if self._kind is SlabKind.MEAN:
            total = np.rint(total / np.float32(part.stop - part.start)).astype(np.int16)
        return np.asarray(total[::-1] if self._flip else total)

    def _block(self, number: int) -> _Block:
        slices = self._along[number * self._count : (number + 1) * self._count]
        return _Block(_contiguous(slices, np.int32 if self._kind is SlabKind.MEAN else np.int16), self._combine)


def _contiguous(slices: AnyArray, dtype: type[np.signedinteger[Any]]) -> AnyArray:
    """Copy with whole slices behind each other."""
    if slices.strides[0] == slices.itemsize:
        # Sagittal: the slices lie side by side. Cutting the rows out before turning them is seven times as fast.
        rows = np.ascontiguousarray(np.moveaxis(slices, 0, -1))
        slices = np.moveaxis(rows, -1, 0)
    return np.ascontiguousarray(slices, dtype=dtype)


class _Block:
    """Cumulated from its beginning and from its end, as far as was asked."""

    def __init__(self, slices: AnyArray, combine: np.ufunc) -> None:
        self._slices = slices
        self._combine = combine
        self._beginnings: list[AnyArray] = [slices[0]]
        self._ends: list[AnyArray] = [slices[-1]]

    def beginning_to(self, stop: int) -> AnyArray:
        """Slices ``[0, stop)`` combined."""
        for n in range(len(self._beginnings), stop):
            self._beginnings.append(self._combine(self._beginnings[-1], self._slices[n]))
        return self._beginnings[stop - 1]

    def end_from(self, start: int) -> AnyArray:
        """Slices ``[start, end)`` combined."""
        wanted = len(self._slices) - start
        for n in range(len(self._ends), wanted):
            self._ends.append(self._combine(self._ends[-1], self._slices[-1 - n]))
        return self._ends[wanted - 1]
