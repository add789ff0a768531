"""Post-processing steps that look at connected parts: stray parts and holes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import LabelArray
from ctviewer.inference.draft import Draft
from ctviewer.inference.morphology import box_around, components, faces_by_label


def largest_components(draft: Draft, share: float, minimum_ml: float, single: list[str]) -> list[str]:
    """Drop stray parts of every segment.

    A dropped part that mostly borders on another segment becomes that segment (a patch of "left" in the right lung),
    else background.

    Parameters
    ----------
    share
        Parts smaller than this share of the segment's largest part are dropped.
    minimum_ml
        So are parts smaller than this, even the largest.
    single
        Keys of segments that keep one part only.
    """
    for key, value in draft.value_of.items():
        draft.cancel.raise_if_cancelled()
        box = box_around(draft.labels == value, margin=(1, 1, 1))
        if box is None:
            continue
        labels = draft.labels[box]
        parts, sizes = components(labels == value)
        keep = sizes >= max(share * sizes.max(), minimum_ml / draft.voxel_ml)
        if key in single:
            keep &= np.arange(len(sizes)) == sizes.argmax()
        keep[0] = True
        if not keep.all():
            becomes = _embracing_label(labels, parts, len(sizes))
            becomes[keep] = value
            inside = parts > 0
            labels[inside] = becomes[parts[inside]]
    return []


def _embracing_label(labels: LabelArray, parts: NDArray[np.int32], count: int) -> LabelArray:
    """For each part the label that makes up more than half of the faces around it; 0 if none does."""
    faces = faces_by_label(labels, parts, count)
    best = faces.argmax(axis=1)
    most = faces[np.arange(count), best] * 2 > faces.sum(axis=1)
    return np.where(most, best, 0).astype(np.uint8)


def fill_holes(draft: Draft, keys: list[str], maximum_cm2: float, maximum_ml: float) -> list[str]:
    """Fill background that a segment encloses (vessels, nodules), in axial slices and in 3-D.

    Parameters
    ----------
    keys
        Segments to fill.
    maximum_cm2
        Larger holes of a slice stay: a dome of the diaphragm looks like one.
    maximum_ml
        Larger holes in 3-D stay.
    """
    pixel_cm2 = draft.spacing_mm[1] * draft.spacing_mm[2] / 100.0
    for key in keys:
        value = draft.value_of.get(key)
        box = None if value is None else box_around(draft.labels == value)
        if value is None or box is None:
            continue
        for in_plane, limit in ((True, maximum_cm2 / pixel_cm2), (False, maximum_ml / draft.voxel_ml)):
            draft.cancel.raise_if_cancelled()
            labels = draft.labels[box]
            holes, sizes = components(labels != value, in_plane=in_plane)
            small = sizes <= limit
            small[_at_the_border(holes, in_plane=in_plane)] = False
            small[0] = False
            labels[small[holes] & (labels == 0)] = value
    return []


def _at_the_border(parts: NDArray[np.int32], *, in_plane: bool) -> NDArray[np.int32]:
    """Numbers of the parts that touch the sides of the array (its first and last slice count only in 3-D)."""
    sides = [parts[:, 0], parts[:, -1], parts[:, :, 0], parts[:, :, -1]]
    if not in_plane:
        sides += [parts[0], parts[-1]]
    return np.unique(np.concatenate([side.ravel() for side in sides]))
