"""Connected parts of a segment: keep the largest, keep or remove the one under the cursor, fill holes."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.region import Region, bounding_box

FULL_CONNECTIVITY = np.ones((3, 3, 3), bool)
"""Voxels that touch by a corner belong together: thin oblique parts must not fall apart."""


def all_but_largest(labels: LabelArray, label: int) -> Region | None:
    """Voxels of a segment outside its largest connected part; None if there is only one part.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``.
    label
        Segment.
    """
    parts, box = _parts(labels, label)
    if box is None:
        return None
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    others = (parts > 0) & (parts != sizes.argmax())
    return Region(box, others) if others.any() else None


def island_at(labels: LabelArray, label: int, index_kji: tuple[int, int, int]) -> Region | None:
    """The connected part of a segment that holds a voxel; None if the voxel is not in the segment."""
    parts, box = _parts(labels, label)
    if box is None or not _inside(index_kji, box):
        return None
    number = parts[tuple(n - s.start for n, s in zip(index_kji, box, strict=True))]
    return Region(box, parts == number) if number else None


def all_but_island_at(labels: LabelArray, label: int, index_kji: tuple[int, int, int]) -> Region | None:
    """Every other connected part of a segment; None if there is none or the voxel is not in the segment."""
    island = island_at(labels, label, index_kji)
    if island is None:
        return None
    others = (labels[island.bbox] == label) & ~island.mask
    return Region(island.bbox, others) if others.any() else None


def holes(labels: LabelArray, label: int, per_axial_slice: bool = True) -> Region | None:
    """Background enclosed by a segment; None if there is none.

    Parameters
    ----------
    labels
        Whole label array.
    label
        Segment. Only background is returned, so that a structure inside another one is not swallowed.
    per_axial_slice
        True fills what is enclosed within its axial slice, False only what is enclosed in 3-D.
    """
    mask = labels == label
    box = bounding_box(mask)
    if box is None:
        return None
    part = mask[box]
    if per_axial_slice:
        filled = np.stack([ndimage.binary_fill_holes(cut) for cut in part])
    else:
        filled = ndimage.binary_fill_holes(part)
    inside = filled & (labels[box] == 0)
    return Region(box, inside) if inside.any() else None


def _parts(labels: LabelArray, label: int) -> tuple[np.ndarray, BBox | None]:
    mask: BoolArray = labels == label
    box = bounding_box(mask)
    if box is None:
        return np.zeros((0, 0, 0), np.int32), None
    parts, _ = ndimage.label(mask[box], FULL_CONNECTIVITY)
    return parts, box


def _inside(index_kji: tuple[int, int, int], box: BBox) -> bool:
    return all(s.start <= n < s.stop for n, s in zip(index_kji, box, strict=True))
