"""Fill a segment between the slices where it was drawn (shape-based interpolation)."""

from __future__ import annotations

import itertools

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray, FloatArray, LabelArray
from ctviewer.domain.edits.region import Region, bounding_box
from ctviewer.domain.geometry import VolumeGeometry


def fill_between(labels: LabelArray, label: int, geometry: VolumeGeometry) -> Region | None:
    """Voxels that interpolate a segment between its drawn axial slices; None if there is no gap.

    Between each pair of drawn slices with empty ones in between, the signed distance to the outline is interpolated
    linearly and the positive part is taken; drawn slices stay as they are and only background is filled.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``.
    label
        Segment.
    geometry
        Grid of the labels; in-plane distances are in millimetres.

    Notes
    -----
    Raya and Udupa, "Shape-based interpolation of multidimensional objects", IEEE TMI 9(1), 1990.
    """
    mask = labels == label
    box = bounding_box(mask)
    if box is None:
        return None
    part = mask[box]
    drawn = np.flatnonzero(part.any(axis=(1, 2)))
    filled = np.zeros_like(part)
    for low, high in itertools.pairwise(drawn):
        if high - low > 1:
            _fill_gap(part, filled, int(low), int(high), geometry)
    filled &= labels[box] == 0
    return Region(box, filled) if filled.any() else None


def _fill_gap(part: BoolArray, filled: BoolArray, low: int, high: int, geometry: VolumeGeometry) -> None:
    below, above = _signed_distance(part[low], geometry), _signed_distance(part[high], geometry)
    for k in range(low + 1, high):
        share = (k - low) / (high - low)
        filled[k] = (1 - share) * below + share * above > 0


def _signed_distance(mask: BoolArray, geometry: VolumeGeometry) -> FloatArray:
    """Distance to the outline in millimetres, positive inside; one pixel of background all round is assumed."""
    sampling = geometry.spacing_mm[1:]
    padded = np.pad(mask, 1)
    inside = ndimage.distance_transform_edt(padded, sampling=sampling)
    outside = ndimage.distance_transform_edt(~padded, sampling=sampling)
    return np.asarray((inside - outside)[1:-1, 1:-1])
