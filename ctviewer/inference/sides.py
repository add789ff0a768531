"""Post-processing step that checks left and right against the patient's axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, Draft
from ctviewer.inference.morphology import box_around, components

COMPARABLE = 0.15
"""Share of the larger lung that the smaller one must exceed for the two to have a mid-line between them."""

MOSTLY = 0.9
"""Share of a part's voxels that must lie beyond the mid-line for the part to be on the wrong side."""


def side_check(draft: Draft, margin_mm: float) -> list[str]:
    """Put left and right where the patient's axes say they are.

    Lungs that are swapped as a whole are swapped back; a part that lies beyond the mid-line by a margin gets the label
    of its side. Canonical order makes this a comparison of indices: i grows towards the patient's left.

    Parameters
    ----------
    margin_mm
        How far beyond the mid-line the centre of a part must lie.
    """
    left, right = draft.value_of.get(LEFT_LUNG), draft.value_of.get(RIGHT_LUNG)
    if left is None or right is None:
        return []
    notes = []
    (mean_left, size_left), (mean_right, size_right) = (_mean_i(draft.labels == value) for value in (left, right))
    if min(size_left, size_right) <= COMPARABLE * max(size_left, size_right):
        return []  # one lung only: there is no mid-line to compare with
    if (mean_right - mean_left) * draft.spacing_mm[2] > margin_mm:
        _exchange(draft.labels, left, right)
        notes.append("The model had left and right lung swapped; this was corrected by the patient's axes. Check it.")
    lungs = [_stray_parts(draft, value) for value in (left, right)]
    middle = sum(lung.main_i for lung in lungs) / 2
    margin = margin_mm / draft.spacing_mm[2]
    moved_ml = 0.0
    for lung, other, wrong_side in ((lungs[0], right, -1), (lungs[1], left, 1)):
        moved_ml += _relabel(draft, lung, other, wrong_side, middle, margin)
    if moved_ml >= 1.0:
        notes.append(
            f"{moved_ml:.0f} ml of lung were labelled with the wrong side and corrected; check left and right."
        )
    return notes


@dataclass(frozen=True, slots=True)
class _LungParts:
    """Mean column of a lung's largest part, and the voxels of its other parts: part numbers and ``(k, j, i)``."""

    main_i: float
    numbers: NDArray[np.integer]
    where: tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]


def _stray_parts(draft: Draft, value: int) -> _LungParts:
    draft.cancel.raise_if_cancelled()
    mask = draft.labels == value
    box = box_around(mask) or (slice(0, 0),) * 3
    parts, sizes = components(mask[box])
    main = parts == sizes.argmax()
    inside = np.nonzero((parts > 0) & ~main)
    where = tuple(index + s.start for index, s in zip(inside, box, strict=True))
    return _LungParts(_mean_i(main)[0] + box[2].start, parts[inside], (where[0], where[1], where[2]))


def _relabel(draft: Draft, lung: _LungParts, other: int, wrong_side: int, middle: float, margin: float) -> float:
    """Give parts beyond the mid-line the label of the other lung; returns their volume in ml."""
    if not lung.numbers.size:
        return 0.0
    beyond = (lung.where[2] - middle) * wrong_side
    counts = np.maximum(np.bincount(lung.numbers), 1)
    share = np.bincount(lung.numbers, weights=beyond > 0) / counts
    centre = np.bincount(lung.numbers, weights=beyond) / counts
    wrong = ((share > MOSTLY) & (centre > margin))[lung.numbers]
    draft.labels[tuple(index[wrong] for index in lung.where)] = other
    return float(np.count_nonzero(wrong)) * draft.voxel_ml


def _exchange(labels: LabelArray, a: int, b: int) -> None:
    table = np.arange(256, dtype=np.uint8)
    table[[a, b]] = b, a
    for k in range(len(labels)):  # slice by slice: no second volume in memory
        labels[k] = table[labels[k]]


def _mean_i(mask: BoolArray) -> tuple[float, int]:
    """Mean column index of the True voxels (0 if there are none), and their number."""
    counts = np.count_nonzero(mask, axis=(0, 1))
    total = int(counts.sum())
    return float((counts * np.arange(len(counts))).sum() / max(total, 1)), total
