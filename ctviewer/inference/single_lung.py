"""Post-processing step for close-ups of one lung: a network that knows whole chests halves the only lung it sees."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Draft
from ctviewer.inference.morphology import box_around, components

GRID_MM = 2.0
"""In-plane distance of the voxels that are looked at: a border of hundreds of square centimetres needs no more."""

MAIN_SHARE = 0.85
"""Share of all lung that its largest connected part must hold for the scan to show one lung."""


def single_lung(draft: Draft, touching: float, trachea_ml: float) -> list[str]:
    """Give a lung that was halved into left and right to the larger half.

    Between two lungs lies the mediastinum; where they meet at all, they share a narrow line. The halves of one lung
    share a whole cross-section.

    Parameters
    ----------
    touching
        Area in which left and right touch, divided by the volume of the smaller one to the power of ⅔, above which they
        are one lung. In 15 scans real lungs reached 0.09, halves of one lung 4.4.
    trachea_ml
        A scan with at least so much trachea and main bronchi shows the middle of a chest and is left alone. A lung's
        own bronchi at the hilum are sometimes taken for a millilitre of them.
    """
    left, right = draft.value_of.get(LEFT_LUNG), draft.value_of.get(RIGHT_LUNG)
    if left is None or right is None:
        return []
    labels, spacing_cm = _coarse(draft)
    voxel_ml = float(np.prod(spacing_cm))
    counts = np.bincount(labels.ravel(), minlength=256)
    smaller_ml = min(counts[left], counts[right]) * voxel_ml
    if smaller_ml == 0 or counts[draft.value_of.get(TRACHEA, 255)] * voxel_ml >= trachea_ml:
        return []
    area_cm2 = _touching_cm2(labels == left, labels == right, spacing_cm)
    if area_cm2 <= touching * smaller_ml ** (2 / 3) or not _in_one_piece(np.isin(labels, (left, right))):
        return []
    kept, given = (left, right) if counts[left] > counts[right] else (right, left)
    draft.labels[draft.labels == given] = kept
    if kept == left:
        return ["The lungs touched as two lungs never do; everything was taken for one left lung. Check the side."]
    return ["The lungs touched as two lungs never do; everything was taken for one right lung. Check the side."]


def _coarse(draft: Draft) -> tuple[LabelArray, list[float]]:
    """Labels within the box around all structures on a grid of about `GRID_MM`, and its spacing in cm."""
    box = box_around(draft.labels != 0) or (slice(0, 0),) * 3
    steps = [1, *(max(1, int(GRID_MM / spacing)) for spacing in draft.spacing_mm[1:])]
    spacing_cm = [spacing * step / 10.0 for spacing, step in zip(draft.spacing_mm, steps, strict=True)]
    return draft.labels[box][:, :: steps[1], :: steps[2]], spacing_cm


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
