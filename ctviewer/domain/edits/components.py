"""Connected parts of a mask, several times faster than scipy (tests/benchmarks/bench_tools.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import cc3d
import numpy as np

from ctviewer.domain.arrays import BBox, BoolArray
from ctviewer.domain.edits.region import Region, bounding_box

FIRST_REACH = 24
"""Voxels around the seed that are looked at first; the box doubles where the part goes on."""

_NEIGHBOURS: dict[tuple[int, bool], Literal[4, 6, 8, 26]] = {(2, False): 4, (2, True): 8, (3, False): 6, (3, True): 26}

Parts = np.ndarray
"""Unsigned numbers of connected parts, shape of the mask; 0 is outside."""


class TooLargeError(Exception):
    """A part grew beyond the number of voxels that was allowed; ``reached`` of them were seen."""

    def __init__(self, reached: int) -> None:
        super().__init__(f"{reached} voxels")
        self.reached = reached


def connected_parts(mask: BoolArray, *, by_corners: bool = True) -> Parts:
    """Number of the connected part of each voxel.

    Parameters
    ----------
    mask
        2-D or 3-D.
    by_corners
        Whether voxels that touch by an edge or a corner belong together; False: by faces only.
    """
    connectivity = _NEIGHBOURS[mask.ndim, by_corners]
    return np.asarray(cc3d.connected_components(mask, connectivity=connectivity, binary_image=True))


def part_at(
    allowed: Callable[[BBox], BoolArray],
    shape: tuple[int, int, int],
    seed_kji: tuple[int, int, int],
    *,
    by_corners: bool = False,
    maximum_voxels: int | None = None,
) -> Region | None:
    """The connected part that holds a voxel; None if the voxel is outside the volume or not allowed.

    Only as much of the volume is looked at as the part needs, so a nodule costs milliseconds in a full-size scan.

    Parameters
    ----------
    allowed
        Which voxels of a box belong to the mask.
    shape
        Shape of the volume.
    seed_kji
        Where to start.
    maximum_voxels
        More than this raises `TooLargeError`, as soon as it is known.
    """
    if not all(0 <= index < size for index, size in zip(seed_kji, shape, strict=True)):
        return None
    low = [max(index - FIRST_REACH, 0) for index in seed_kji]
    high = [min(index + FIRST_REACH + 1, size) for index, size in zip(seed_kji, shape, strict=True)]
    while True:
        box = (slice(low[0], high[0]), slice(low[1], high[1]), slice(low[2], high[2]))
        parts = connected_parts(allowed(box), by_corners=by_corners)
        number = parts[tuple(index - start for index, start in zip(seed_kji, low, strict=True))]
        if number == 0:
            return None
        part = parts == number
        inner = bounding_box(part)
        if inner is None:
            return None
        count = int(np.count_nonzero(part))
        if maximum_voxels is not None and count > maximum_voxels:
            raise TooLargeError(count)
        if not _widened(low, high, inner, shape):
            moved = [slice(s.start + start, s.stop + start) for s, start in zip(inner, low, strict=True)]
            return Region((moved[0], moved[1], moved[2]), part[inner])


def _widened(low: list[int], high: list[int], inner: BBox, shape: tuple[int, int, int]) -> bool:
    """Move the sides of the box that the part touches outwards, in place; False if it touches none."""
    grew = False
    for axis, part in enumerate(inner):
        size = high[axis] - low[axis]
        touches_low, touches_high = part.start == 0, part.stop == size
        if touches_low and low[axis] > 0:
            low[axis] = max(low[axis] - size, 0)
            grew = True
        if touches_high and high[axis] < shape[axis]:
            high[axis] = min(high[axis] + size, shape[axis])
            grew = True
    return grew


def enclosed(mask: BoolArray) -> BoolArray:
    """Voxels outside a 2-D or 3-D mask from which no way along faces leads to the border of the array."""
    parts = connected_parts(~mask, by_corners=False)
    is_outside = np.zeros(int(parts.max()) + 1, bool)
    for axis in range(parts.ndim):
        for side in (0, -1):
            is_outside[np.unique(np.take(parts, side, axis))] = True
    is_outside[0] = True  # the mask itself
    return np.asarray(~is_outside[parts])
