"""Which axial slices are worth looking at next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.edits.mask_edit import MaskEdit

FINDING_SHARE = 0.8
"""Priority of a slice with a finding, whatever the model thinks of it."""

OVERRULED_SHARE = 0.6
"""Priority of the slice on which a prediction changed most of an earlier mask."""


def slice_priorities(
    count: int,
    doubt_cm2: Sequence[float] = (),
    findings: Iterable[int] = (),
    overruled: Mapping[int, int] | None = None,
) -> FloatArray:
    """Expected benefit of looking at each slice, 0 to 1.

    Each reason gives a share, and the shares join like chances that something is wrong: one minus the product of what
    they leave.

    Parameters
    ----------
    count
        Number of slices.
    doubt_cm2
        Area the model was unsure about, by slice; counted from the median of the slices it had doubts on, because every
        outline has some.
    findings
        Slices of findings of the check.
    overruled
        Voxels by slice that a prediction changed in an earlier mask.
    """
    fine = 1.0 - _outstanding(np.asarray(doubt_cm2, np.float64)) if len(doubt_cm2) == count else np.ones(count)
    for k in set(findings):
        if 0 <= k < count:
            fine[k] *= 1 - FINDING_SHARE
    if overruled:
        most = max(overruled.values())
        for k, voxels in overruled.items():
            if 0 <= k < count:
                fine[k] *= 1 - OVERRULED_SHARE * voxels / most
    return np.asarray(1.0 - fine)


def overruled_voxels(edit: MaskEdit) -> dict[int, int]:
    """By axial slice: voxels an edit changes that were labelled before."""
    if not edit.before.any():
        return {}
    labelled = np.zeros(edit.shape, np.bool_)
    labelled[edit.changed] = edit.before > 0
    counts = np.count_nonzero(labelled, axis=(1, 2))
    return {edit.bbox[0].start + int(n): int(counts[n]) for n in np.flatnonzero(counts)}


def _outstanding(doubt: FloatArray) -> FloatArray:
    """0 at the median of the slices with doubt and below, 1 at the highest 2 %."""
    some = doubt[doubt > 0]
    if some.size == 0:
        return np.zeros_like(doubt)
    low, high = np.quantile(some, [0.5, 0.98])
    return np.asarray(np.clip((doubt - low) / max(high - low, 1e-9), 0, 1))
