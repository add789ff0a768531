"""Post-processing step that moves the coarse borders of a prediction to where the scan itself puts them."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import BoolArray
from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Draft
from ctviewer.inference.morphology import box_around, closed, grown, pixel_steps, shrunk


def air_snap(
    draft: Draft, band_mm: float, lung_hu: float, closing_mm: float, trachea_mm: float, trachea_hu: float
) -> list[str]:
    """Decide by HU near the borders of lungs and trachea, which come from a grid coarser than the scan.

    Parameters
    ----------
    band_mm
        Distance from the predicted lung border, both sides, within which HU decide. The inside stays, with its vessels.
    lung_hu
        Below it a voxel of the band is lung.
    closing_mm
        Notches up to twice as wide that this leaves in the predicted lung (vessels at the border) are closed again.
    trachea_mm
        Distance from the predicted trachea's border within which HU decide.
    trachea_hu
        Below it a voxel connected with the trachea is trachea.
    """
    reach = max(band_mm, trachea_mm)
    margin = pixel_steps(reach, draft.spacing_mm)
    box = box_around(draft.labels > 0, (0, margin[0] + 1, margin[1] + 1))
    if box is None:
        return []
    labels, hu = draft.labels[box], draft.hu[box]
    trachea = draft.value_of.get(TRACHEA)
    if trachea is not None and trachea_mm > 0:
        draft.cancel.raise_if_cancelled()
        mask = labels == trachea
        free = mask | (labels == 0)
        snapped = _snapped_trachea(mask, (hu < trachea_hu) & free, pixel_steps(trachea_mm, draft.spacing_mm))
        labels[mask] = 0
        labels[snapped] = trachea
    lungs = [draft.value_of[key] for key in (LEFT_LUNG, RIGHT_LUNG) if key in draft.value_of]
    if lungs and band_mm > 0:
        _snap_lungs(draft, box, lungs, band_mm, lung_hu, closing_mm)
    return []


def _snapped_trachea(predicted: BoolArray, air: BoolArray, steps: tuple[int, int]) -> BoolArray:
    """Air connected with the predicted trachea within the steps; its core stays whatever its HU (secretions, tubes)."""
    box = box_around(predicted, (0, steps[0] + 1, steps[1] + 1))
    if box is None:
        return predicted
    result = np.zeros_like(predicted)
    mask, inside = predicted[box], air[box]
    core = shrunk(mask, steps)
    result[box] = grown(core | (mask & inside), steps, allowed=inside)
    return result


def _snap_lungs(
    draft: Draft, box: tuple[slice, slice, slice], values: list[int], band_mm: float, lung_hu: float, closing_mm: float
) -> None:
    labels, air = draft.labels[box], draft.hu[box] < lung_hu
    steps, notch = (pixel_steps(distance, draft.spacing_mm) for distance in (band_mm, closing_mm))
    masks = []
    for value in values:
        draft.cancel.raise_if_cancelled()
        predicted = labels == value
        kept = shrunk(predicted, steps) | (predicted & air)
        if max(notch):
            kept = closed(kept, notch) & predicted
        masks.append(kept)
        labels[predicted & ~kept] = 0
    # The lungs grow by turns, so that neither takes the air at the junction line alone.
    for step in range(max(steps)):
        once = (int(step < steps[0]), int(step < steps[1]))
        for value, mask in zip(values, masks, strict=True):
            draft.cancel.raise_if_cancelled()
            mask |= grown(mask, once, allowed=air & (labels == 0))
            labels[mask] = value
