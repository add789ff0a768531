"""Connected parts of a segment: keep the largest, keep or remove the one under the cursor, fill holes."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import BBox, LabelArray
from ctviewer.domain.edits.components import Parts, connected_parts, enclosed, part_at
from ctviewer.domain.edits.region import Region, bounding_box


def all_but_largest(labels: LabelArray, label: int) -> Region | None:
    """Voxels of a segment outside its largest connected part; None if there is only one part.

    Voxels that touch by a corner belong together: thin oblique parts must not fall apart.

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
    if len(sizes) <= 2:
        return None
    sizes[0] = 0
    others = (parts > 0) & (parts != sizes.argmax())
    return Region(box, others)


def island_at(labels: LabelArray, label: int, index_kji: tuple[int, int, int]) -> Region | None:
    """The connected part of a segment that holds a voxel; None if the voxel is not in the segment."""
    if label == 0:
        return None
    return part_at(lambda box: labels[box] == label, _shape(labels), index_kji, by_corners=True)


def all_but_island_at(labels: LabelArray, label: int, index_kji: tuple[int, int, int]) -> Region | None:
    """Every other connected part of a segment; None if there is none or the voxel is not in the segment."""
    island = island_at(labels, label, index_kji)
    if island is None:
        return None
    others = labels == label
    others[island.bbox] &= ~island.mask
    box = bounding_box(others)
    return None if box is None else Region(box, others[box])


def holes(labels: LabelArray, label: int, *, per_axial_slice: bool = True) -> Region | None:
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
    inside = np.stack([enclosed(cut) for cut in part]) if per_axial_slice else enclosed(part)
    inside &= labels[box] == 0
    return Region(box, inside) if inside.any() else None


def _parts(labels: LabelArray, label: int) -> tuple[Parts, BBox | None]:
    mask = labels == label
    box = bounding_box(mask)
    if box is None:
        return np.zeros((0, 0, 0), np.uint32), None
    return connected_parts(mask[box]), box


def _shape(labels: LabelArray) -> tuple[int, int, int]:
    return (labels.shape[0], labels.shape[1], labels.shape[2])
