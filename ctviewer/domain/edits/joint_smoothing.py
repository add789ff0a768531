"""Smooth several segments at once, so that neither gaps nor overlaps arise where they touch."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BBox, FloatArray, LabelArray
from ctviewer.domain.edits.margin import padded_box
from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between
from ctviewer.domain.edits.region import bounding_box, translated, union_box
from ctviewer.domain.geometry import VolumeGeometry

_REACH = 3.0
"""Standard deviations after which a Gaussian is cut off."""


def smooth_jointly(
    labels: LabelArray, geometry: VolumeGeometry, sigma_mm: float, locked: frozenset[int] = frozenset()
) -> MaskEdit | None:
    """Each voxel takes the label with the largest share of its Gaussian neighbourhood; None if none changes.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``; not changed.
    sigma_mm
        Standard deviation of the neighbourhood in millimetres.
    locked
        Labels that neither lose nor gain a voxel.

    Notes
    -----
    The joint smoothing of 3D Slicer's segment editor does the same: smooth every segment, then let the largest win.
    """
    found = [int(v) for v in np.flatnonzero(np.bincount(labels.ravel(), minlength=256)[1:]) + 1]
    boxes = {label: _reach_of(labels, label, geometry, sigma_mm) for label in found}
    if not boxes or sigma_mm <= 0:
        return None
    whole = next(iter(boxes.values()))
    for box in boxes.values():
        whole = union_box(whole, box)
    winner = _largest_share(labels, boxes, whole, [sigma_mm / s for s in geometry.spacing_mm])
    before = labels[whole]
    if locked:
        held = np.isin(before, list(locked)) | np.isin(winner, list(locked))
        winner[held] = before[held]
    return edit_between(before, winner, whole)


def _largest_share(labels: LabelArray, boxes: dict[int, BBox], whole: BBox, sigma: list[float]) -> LabelArray:
    shape = tuple(s.stop - s.start for s in whole)
    winner = np.zeros(shape, np.uint8)
    best = np.zeros(shape, np.float32)
    background = np.ones(shape, np.float32)
    for label, box in boxes.items():
        inner = translated(box, whole)
        share = _share(labels, label, box, sigma)
        background[inner] -= share
        wins = share > best[inner]
        best[inner][wins] = share[wins]
        winner[inner][wins] = label
    winner[background >= best] = 0
    return winner


def _share(labels: LabelArray, label: int, box: BBox, sigma: list[float]) -> FloatArray:
    part = (labels[box] == label).astype(np.float32)
    # "nearest": a segment cut by the border of the scan must not be rounded off there.
    return np.asarray(ndimage.gaussian_filter(part, sigma, mode="nearest", truncate=_REACH))


def _reach_of(labels: LabelArray, label: int, geometry: VolumeGeometry, sigma_mm: float) -> BBox:
    box = bounding_box(labels == label)
    if box is None:  # only labels that occur are asked for
        raise ValueError(f"Argument 'label' is {label}, which does not occur.")
    return padded_box(box, geometry, 2 * _REACH * sigma_mm)
