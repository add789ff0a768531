"""Sagittal slices of a volume, whose voxels lie apart in memory."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.planes import Plane, extract_slice

BLOCK_BYTES = 64
"""Of each row of the volume; a line of the processor's cache, which is fetched whole for a single voxel anyway."""
NEAR_SLICES = 4
"""Slices that one step of scrolling or of a drag passes at most."""


class SagittalReader:
    """Reads slices one by one, and while one scrolls, a block of neighbours.

    Each voxel of a sagittal slice lies in another line of memory, and fetching the lines is what takes the time. The
    block costs two slices, and the slices out of it a sixth of one. At random places it would cost more than it
    saves, so it is read at the second of two slices that lie near each other.

    Parameters
    ----------
    shift
        Columns by which the blocks are displaced; two readers with different ones do not read in the same step.
    """

    def __init__(self, shift: int = 0) -> None:
        self._shift = shift
        self._block: AnyArray | None = None
        self._start = 0
        self._last = -NEAR_SLICES - 1

    def forget(self) -> None:
        """The voxels have changed, or others will be read."""
        self._block = None
        self._last = -NEAR_SLICES - 1

    def read(self, array: AnyArray, index: int) -> AnyArray:
        """A slice as `ctviewer.domain.planes.extract_slice` orders it, in memory of its own.

        Parameters
        ----------
        array
            Shape ``(k, j, i)``; the same until `forget`.
        index
            Along ``i``.
        """
        is_near = abs(index - self._last) <= NEAR_SLICES
        self._last = index
        block, at = self._block, index - self._start
        if block is None or not 0 <= at < block.shape[2]:
            if not is_near:
                return _copied(array, index)
            width = BLOCK_BYTES // array.itemsize
            first = (index - self._shift) // width * width + self._shift
            self._start = max(0, first)
            self._block = block = np.ascontiguousarray(array[:, :, self._start : first + width])
            at = index - self._start
        return _copied(block, at)


def _copied(array: AnyArray, index: int) -> AnyArray:
    return np.array(extract_slice(array, Plane.SAGITTAL, index), order="C")
