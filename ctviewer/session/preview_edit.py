"""From a previewed prediction to the one edit that makes it the mask (runs in a job)."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between


def preview_edit(current: LabelArray, predicted: LabelArray, locked: frozenset[int]) -> MaskEdit | None:
    """The edit that turns the mask into the prediction, except in locked segments.

    Parameters
    ----------
    current, predicted
        Shape ``(k, j, i)``.
    locked
        Labels that keep every voxel they have and get no new one.

    Returns
    -------
    MaskEdit or None
        None if nothing would change.
    """
    if locked:
        guarded = np.isin(current, list(locked)) | np.isin(predicted, list(locked))
        predicted = np.where(guarded, current, predicted)
    return edit_between(current, predicted)
