"""Post-processing steps that follow the air of the trachea where the network left slices out: inside and above it."""

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


def extend_trachea(draft: Draft, maximum_mm: float, air_hu: float, least_share: float, growth: float) -> list[str]:
    """Follow the air of the trachea upwards from where the network stopped.

    In the neck there are no lungs to go by and networks give up early. The way ends where the air narrows (below the
    vocal cords), widens (throat), leaves the labelled tube or reaches the end of the scan.

    Parameters
    ----------
    maximum_mm
        Longest extension.
    air_hu
        Below it an unlabelled voxel is air.
    least_share, growth
        Smallest and largest area in a slice, relative to the usual one of the uppermost part.
    """
    value = draft.value_of.get(TRACHEA)
    margin = pixel_steps(_SIDEWAYS_MM, draft.spacing_mm)
    slices = len(draft.labels)
    box = None if value is None else box_around(draft.labels == value, (slices, *margin))
    if value is None or box is None:
        return []
    labels, hu = draft.labels[box], draft.hu[box]
    areas = np.count_nonzero(labels == value, axis=(1, 2))
    near = max(1, round(_NEAR_MM / draft.spacing_mm[0]))
    top = int(np.flatnonzero(areas)[-1])
    usual = float(np.percentile(areas[max(0, top - 2 * near) : top + 1], 75))
    # The last labelled slices are often half a tube already: start where it is still whole.
    start = int(np.flatnonzero(areas >= least_share * usual)[-1])
    current = labels[start] == value
    sideways = pixel_steps(_STEP_MM, draft.spacing_mm)
    for k in range(start + 1, min(slices, start + 1 + int(maximum_mm / draft.spacing_mm[0]))):
        draft.cancel.raise_if_cancelled()
        free = (hu[k] < air_hu) & ((labels[k] == 0) | (labels[k] == value))
        pieces, _ = ndimage.label(free)
        touched = np.unique(pieces[grown(current[None], sideways)[0]])
        current = np.isin(pieces, touched[touched > 0])
        if not least_share * usual <= np.count_nonzero(current) <= growth * usual:
            break
        labels[k][current] = value
    return []
