"""Post-processing step for close-ups of one lung: a network that knows whole chests halves the only lung it sees."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Draft
from ctviewer.inference.morphology import box_around, components, pixel_steps, shrunk, thinned

GRID_MM = 2.0
"""In-plane distance of the voxels that are looked at: a border of hundreds of square centimetres needs no more."""

MAIN_SHARE = 0.85
"""Share of all lung that its largest connected part must hold for the scan to show one lung."""

SLIVER_SHARE = 0.1
"""In the middle of a chest, a part of so small a share of the other lung is a sliver of it: its own lung has no air."""
DENSE_HU = 150
DENSE_MM = 4.0
"""Bone and contrast medium after so much was taken off on every side are spine and heart, hardly rib."""
DENSE_WEIGHT = 2.0
"""In close-ups of 26 lungs the dense tissue lay 0.13 to 0.50 widths of the lung towards the other lung, never away."""


def single_lung(draft: Draft, touching: float, trachea_ml: float) -> list[str]:
    """Give a lung that was halved into left and right to one side.

    Between two lungs lies the mediastinum; where they meet at all, they share a narrow line. The halves of one lung
    share a whole cross-section. Which side it is, the halves say by their sizes and the spine by where it lies: halves
    of about the same size say little.

    Parameters
    ----------
    touching
        Area in which left and right touch, divided by the volume of the smaller one to the power of ⅔, above which they
        are one lung. In 15 scans real lungs reached 0.09, halves of one lung 4.4.
    trachea_ml
        A scan with at least so much trachea and main bronchi shows the middle of a chest and is left alone, unless one
        lung is hardly there. A lung's own bronchi at the hilum are sometimes taken for a millilitre of them.
    """
    left, right = draft.value_of.get(LEFT_LUNG), draft.value_of.get(RIGHT_LUNG)
    if left is None or right is None:
        return []
    labels, hu, spacing_mm = _coarse(draft)
    spacing_cm = [spacing / 10.0 for spacing in spacing_mm]
    voxel_ml = float(np.prod(spacing_cm))
    counts = np.bincount(labels.ravel(), minlength=256)
    smaller, larger = sorted((counts[left], counts[right]))
    smaller_ml = smaller * voxel_ml
    shows_trachea = counts[draft.value_of.get(TRACHEA, 255)] * voxel_ml >= trachea_ml
    if smaller == 0 or (shows_trachea and smaller > SLIVER_SHARE * larger):
        return []
    area_cm2 = _touching_cm2(labels == left, labels == right, spacing_cm)
    lung = np.isin(labels, (left, right))
    if area_cm2 <= touching * smaller_ml ** (2 / 3) or not _in_one_piece(lung):
        return []
    votes_for_right = (counts[right] - counts[left]) / (counts[right] + counts[left])
    is_right = votes_for_right + DENSE_WEIGHT * _dense_to_the_left(hu, lung, spacing_mm) > 0
    kept, given = (right, left) if is_right else (left, right)
    draft.labels[draft.labels == given] = kept
    if kept == left:
        return ["The lungs touched as two lungs never do; everything was taken for one left lung. Check the side."]
    return ["The lungs touched as two lungs never do; everything was taken for one right lung. Check the side."]


def _coarse(draft: Draft) -> tuple[LabelArray, HUArray, tuple[float, float, float]]:
    """Labels and HU on a grid of about `GRID_MM` in the plane, where there is a lung, and its spacing."""
    slices = (box_around(draft.labels != 0) or (slice(0, 0),))[0]
    (down, across), spacing_mm = thinned(draft.spacing_mm, GRID_MM)
    coarse = (slices, slice(None, None, down), slice(None, None, across))
    return draft.labels[coarse], draft.hu[coarse], spacing_mm


def _dense_to_the_left(hu: HUArray, lung: BoolArray, spacing_mm: tuple[float, float, float]) -> float:
    """How far to the patient's left of a lung the dense tissue lies, in widths of the lung; 0 where there is none.

    The spine, and a heart full of contrast medium, lie between the lungs: to the left of a right one.
    """
    smooth = ndimage.uniform_filter(hu, (1, 3, 3), output=np.float32)  # noise would make holes in what is dense
    dense = shrunk(smooth > DENSE_HU, pixel_steps(DENSE_MM, spacing_mm))
    if not dense.any():
        return 0.0
    across = np.flatnonzero(lung.any(axis=(0, 1)))
    dense_i, lung_i = (np.average(np.arange(m.shape[2]), weights=m.sum(axis=(0, 1))) for m in (dense, lung))
    return float((dense_i - lung_i) / (across[-1] - across[0] + 1))


def _touching_cm2(a: BoolArray, b: BoolArray, spacing_cm: list[float]) -> float:
    """Area of the voxel faces between two masks."""
    total = 0.0
    for axis, spacing in enumerate(spacing_cm):
        first, last = [slice(None)] * 3, [slice(None)] * 3
        first[axis], last[axis] = slice(None, -1), slice(1, None)
        before, after = tuple(first), tuple(last)
        faces = np.count_nonzero(a[before] & b[after]) + np.count_nonzero(b[before] & a[after])
        total += faces * float(np.prod(spacing_cm)) / spacing
    return total


def _in_one_piece(lungs: BoolArray) -> bool:
    sizes = components(lungs)[1]
    return bool(sizes.max() >= MAIN_SHARE * sizes.sum())
