"""Smooth several segments at once, so that neither gaps nor overlaps arise where they touch.

Only voxels near a border can change, so the array is worked through in blocks, and blocks without a border nearby are
left out. In the others the Gaussian is a product with one small matrix per axis, which BLAS does many times faster than
a convolution.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from ctviewer.domain.arrays import BBox, FloatArray, LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between
from ctviewer.domain.edits.region import bounding_box, translated
from ctviewer.domain.geometry import VolumeGeometry

_REACH = 3.0
"""Standard deviations after which a Gaussian is cut off."""

_BLOCK = (24, 32, 32)
"""Voxels that are worked on at once: they stay in the processor's cache with what reaches into them."""

_SETTLED = 0.8
"""A voxel keeps its label if this share of the Gaussian of each axis lies within a box of that label alone.

The share of its label is then above 0.8³ = 0.512, more than any other label can have.
"""


def smooth_jointly(
    labels: LabelArray, geometry: VolumeGeometry, sigma_mm: float, locked: frozenset[int] = frozenset()
) -> MaskEdit | None:
    """Each voxel takes the label with the largest share of its Gaussian neighbourhood; None if none changes.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``; not changed.
    sigma_mm
        Standard deviation of the neighbourhood in millimetres.
    locked
        Labels that neither lose nor gain a voxel.

    Notes
    -----
    The joint smoothing of 3D Slicer's segment editor does the same: smooth every segment, then let the largest win.
    """
    box = bounding_box(labels != 0)
    if box is None or sigma_mm <= 0:
        return None
    kernels = [_kernel(sigma_mm / spacing) for spacing in geometry.spacing_mm]
    near = [_settling_distance(kernel) for kernel in kernels]
    whole = _padded(box, near, labels.shape)
    before = labels[whole]
    winner = before.copy()
    for block in _blocks(whole):
        around = labels[_padded(block, near, labels.shape)]
        if around.min() != around.max():
            winner[translated(block, whole)] = _largest_share(labels, block, kernels)
    if locked:
        held = np.isin(before, list(locked)) | np.isin(winner, list(locked))
        winner[held] = before[held]
    return edit_between(before, winner, whole)


def _largest_share(labels: LabelArray, block: BBox, kernels: list[FloatArray]) -> LabelArray:
    """The label that wins at each voxel of a block; background, then the lowest, where two share alike."""
    reach = [len(kernel) // 2 for kernel in kernels]
    around = _padded(block, reach, labels.shape)
    part = labels[around]
    matrices = [
        _matrix(kernel.tobytes(), inner.start - outer.start, inner.stop - inner.start, outer.stop - outer.start)
        for kernel, inner, outer in zip(kernels, block, around, strict=True)
    ]
    found = np.flatnonzero(np.bincount(part.ravel()))
    shape = tuple(s.stop - s.start for s in block)
    winner = np.zeros(shape, np.uint8)
    best = np.zeros(shape, np.float32)
    background = np.ones(shape, np.float32)
    for label in found[found > 0]:
        share = _share(part == label, matrices)
        background -= share
        wins = share > best
        best[wins] = share[wins]
        winner[wins] = label
    winner[background >= best] = 0
    return winner


def _share(mask: np.ndarray, matrices: list[FloatArray]) -> FloatArray:
    along_k, along_j, along_i = matrices
    planes, rows, columns = mask.shape
    share = along_k @ mask.astype(np.float32).reshape(planes, rows * columns)
    share = along_j @ share.reshape(-1, rows, columns)
    return np.asarray(share @ along_i.T)


def _kernel(sigma: float) -> FloatArray:
    """Weights of a Gaussian cut off at `_REACH`, for voxels at -n…n; ``sigma`` in voxels."""
    reach = int(_REACH * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.asarray(weights / weights.sum())


def _settling_distance(kernel: FloatArray) -> int:
    """Voxels to each side that hold `_SETTLED` of a kernel."""
    middle = len(kernel) // 2
    return next(n for n in range(middle + 1) if kernel[middle - n : middle + n + 1].sum() >= _SETTLED)


@lru_cache(maxsize=64)
def _matrix(kernel: bytes, offset: int, rows: int, columns: int) -> FloatArray:
    """Convolution as a matrix: voxel ``r`` of a block is voxel ``offset + r`` of what surrounds it.

    What lies outside counts as the nearest voxel inside: a segment cut by the border of the scan must not be rounded
    off there.
    """
    weights = np.frombuffer(kernel)
    reach = len(weights) // 2
    matrix = np.zeros((rows, columns))
    for row in range(rows):
        places = np.clip(np.arange(-reach, reach + 1) + offset + row, 0, columns - 1)
        np.add.at(matrix[row], places, weights)
    return matrix.astype(np.float32)


def _blocks(box: BBox) -> Iterator[BBox]:
    starts = [range(side.start, side.stop, step) for side, step in zip(box, _BLOCK, strict=True)]
    for k in starts[0]:
        for j in starts[1]:
            for i in starts[2]:
                ends = [min(a + n, side.stop) for a, n, side in zip((k, j, i), _BLOCK, box, strict=True)]
                yield (slice(k, ends[0]), slice(j, ends[1]), slice(i, ends[2]))


def _padded(box: BBox, reach: list[int], shape: tuple[int, ...]) -> BBox:
    sides = [slice(max(s.start - n, 0), min(s.stop + n, size)) for s, n, size in zip(box, reach, shape, strict=True)]
    return (sides[0], sides[1], sides[2])
