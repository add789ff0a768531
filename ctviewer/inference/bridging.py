"""Post-processing step that joins the parts of a trachea in which the network left out some slices."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray
from ctviewer.inference.draft import TRACHEA, Draft
from ctviewer.inference.morphology import PixelSteps, box_around, components, grown, pixel_steps

_SIDEWAYS_MM = 25.0
"""How far beside the labelled parts the missing piece may run."""

_STEP_MM = 2.0
"""How far the airway may move sideways from slice to slice."""

_NEAR_MM = 15.0
"""Slices of a part up to this far from the gap tell how wide the airway is."""


def bridge_trachea(
    draft: Draft, maximum_mm: float, air_hu: float, lumen_hu: float, growth: float, minimum_ml: float
) -> list[str]:
    """Follow the air of the trachea slice by slice from one labelled part to the next and label what lies between.

    What lies between may have been labelled as lung: the network sees a round hole beside a lung and no neighbours.

    A gap stays a gap if no air leads through it, if the air widens (then it is lung or outside), or if it is too long.

    Parameters
    ----------
    maximum_mm
        Longest gap.
    air_hu
        Below it an unlabelled voxel is air.
    lumen_hu
        Below it a voxel labelled as lung may be the inside of the airway.
    growth
        The area in a slice of the gap may be at most this many times the largest of the part's slices near the gap.
    minimum_ml
        Smaller parts are not worth bridging to.
    """
    value = draft.value_of.get(TRACHEA)
    margin = pixel_steps(_SIDEWAYS_MM, draft.spacing_mm)
    box = None if value is None else box_around(draft.labels == value, (0, *margin))
    if value is None or box is None:
        return []
    labels = draft.labels[box]
    parts, sizes = components(labels == value)
    large = np.flatnonzero(sizes * draft.voxel_ml >= minimum_ml)
    if len(large) < 2:
        return []
    hu = draft.hu[box]
    free = (hu < air_hu) & ((labels == 0) | (labels == value)) | (hu < lumen_hu) & (labels != 0)
    places = ndimage.find_objects(parts)
    most = max(1, int(maximum_mm / draft.spacing_mm[0]))
    near = max(1, round(_NEAR_MM / draft.spacing_mm[0]))
    sideways = pixel_steps(_STEP_MM, draft.spacing_mm)
    for number in large:
        draft.cancel.raise_if_cancelled()
        part = parts == number
        others = np.isin(parts, large[large != number])
        for start, step in ((places[number - 1][0].stop - 1, 1), (places[number - 1][0].start, -1)):
            end = part[max(0, start - near) : start + near + 1]
            limit = growth * np.count_nonzero(end, axis=(1, 2)).max()
            for k, piece in _follow(part[start], free, others, start, step, most, limit, sideways):
                labels[k][piece] = value
    return []


def _follow(
    first: BoolArray,
    free: BoolArray,
    others: BoolArray,
    start: int,
    step: int,
    most: int,
    limit: float,
    sideways: PixelSteps,
) -> list[tuple[int, BoolArray]]:
    """Slices and areas between a part's end and another part; empty if the air does not lead to one."""
    found: list[tuple[int, BoolArray]] = []
    current = first
    for k in range(start + step, start + step * (most + 1), step):
        if not 0 <= k < len(free):
            return []
        near = grown(current[None], sideways)[0]
        if (near & others[k]).any():
            return found
        pieces, _ = ndimage.label(free[k])
        touched = np.unique(pieces[near])
        current = np.isin(pieces, touched[touched > 0])
        if not current.any() or np.count_nonzero(current) > limit:
            return []
        found.append((k, current))
    return []
