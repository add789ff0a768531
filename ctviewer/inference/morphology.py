"""Fast growing, shrinking and component analysis of masks in canonical ``(k, j, i)`` order.

Growing and shrinking work within axial slices: there the network's coarse grid has to be refined; between slices the
network's resolution is the scan's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.region import bounding_box

PixelSteps = tuple[int, int]
"""Numbers of pixels along ``(j, i)``."""


def pixel_steps(distance_mm: float, spacing_mm: tuple[float, float, float]) -> PixelSteps:
    """Pixels along ``(j, i)`` that make up a distance, at least 1 each for a distance above 0."""
    if distance_mm <= 0:
        return (0, 0)
    return (max(1, round(distance_mm / spacing_mm[1])), max(1, round(distance_mm / spacing_mm[2])))


def thinned(spacing_mm: tuple[float, float, float], to_mm: float) -> tuple[tuple[int, int], tuple[float, float, float]]:
    """How many pixels to step along ``(j, i)`` for pixels of at most ``to_mm``, and the spacing there.

    What is large needs no finer grid; a scan's own larger pixels stay.
    """
    down, across = (max(1, int(to_mm / size)) for size in spacing_mm[1:])
    return (down, across), (spacing_mm[0], spacing_mm[1] * down, spacing_mm[2] * across)


def grown(mask: BoolArray, steps: PixelSteps, allowed: BoolArray | None = None) -> BoolArray:
    """The mask grown in-plane by about an ellipse; pixel by pixel inside ``allowed`` where that is given.

    With ``allowed`` it is a flood: it reaches only what is connected to the mask through allowed voxels.
    """
    mask = mask.copy()
    for step in range(max(steps)):
        along_j, along_i = step < steps[0], step < steps[1]
        rows = _spread(mask, 1) if along_j else mask
        # A cross, then a square, then a cross… comes close to a disc.
        base, other = (rows, mask) if step % 2 else (mask, rows)
        wider = (_spread(base, 2) if along_i else base) | other
        if allowed is not None:
            wider &= allowed
            wider |= mask
        mask = wider
    return mask


def shrunk(mask: BoolArray, steps: PixelSteps) -> BoolArray:
    """The mask shrunk in-plane; the image border does not count as outside."""
    return ~grown(~mask, steps)


def closed(mask: BoolArray, steps: PixelSteps) -> BoolArray:
    """The mask with in-plane notches and gaps narrower than twice the steps filled."""
    margin = max(steps)
    padded = np.pad(mask, ((0, 0), (margin, margin), (margin, margin)))
    result = shrunk(grown(padded, steps), steps)
    return result[:, margin : result.shape[1] - margin, margin : result.shape[2] - margin]


def components(mask: BoolArray, *, in_plane: bool = False) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Connected parts (faces touch) numbered from 1, and their sizes in voxels (entry 0 is 0).

    Parameters
    ----------
    in_plane
        Parts within axial slices instead of parts in 3-D.
    """
    structure = ndimage.generate_binary_structure(3, 1)
    if in_plane:
        structure[0] = structure[2] = False
    parts, count = ndimage.label(mask, structure)
    return parts, np.bincount(parts[mask], minlength=count + 1)


def faces_by_label(labels: LabelArray, parts: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """For each part, how many voxel faces on its surface border on each label value.

    Parameters
    ----------
    parts
        Numbers from 1, 0 where there is no part; the shape of the labels.
    count
        One more than the highest number.

    Returns
    -------
    numpy.ndarray
        Shape ``(count, 256)``. The sides of the array are no faces.
    """
    faces = np.zeros(count * 256, dtype=np.int64)
    for axis in range(3):
        here, there = [slice(None)] * 3, [slice(None)] * 3
        here[axis], there[axis] = slice(1, None), slice(None, -1)
        for a, b in ((tuple(here), tuple(there)), (tuple(there), tuple(here))):
            outer = (parts[a] > 0) & (parts[b] == 0)
            faces += np.bincount(parts[a][outer].astype(np.int64) * 256 + labels[b][outer], minlength=len(faces))
    return faces.reshape(count, 256)


def box_around(mask: BoolArray, margin: tuple[int, int, int] = (0, 0, 0)) -> BBox | None:
    """Bounding box of the True voxels, widened by a margin within the array; None if there are none."""
    box = bounding_box(mask)
    if box is None:
        return None
    widened = [slice(max(0, s.start - m), min(n, s.stop + m)) for s, m, n in zip(box, margin, mask.shape, strict=True)]
    return (widened[0], widened[1], widened[2])


def _spread(mask: BoolArray, axis: int) -> BoolArray:
    """The mask and its neighbours along an axis."""
    result = mask.copy()
    first, last = [slice(None)] * 3, [slice(None)] * 3
    first[axis], last[axis] = slice(1, None), slice(None, -1)
    result[tuple(first)] |= mask[tuple(last)]
    result[tuple(last)] |= mask[tuple(first)]
    return result
