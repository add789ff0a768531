"""An HU range that fits the tissue under the pointer."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import HUArray
from ctviewer.domain.edits.brush import ball
from ctviewer.domain.geometry import VolumeGeometry

NEIGHBOURHOOD_MM = 2.5
SPREAD = 2.5
"""Half width of the range in standard deviations of the neighbourhood: about 99 % of a noisy, uniform tissue."""
HALF_WIDTH_HU = (30.0, 250.0)
"""Narrower ranges leave holes from noise; wider ones, from a click on an edge, keep nothing apart."""


def adaptive_range(hu: HUArray, geometry: VolumeGeometry, center_kji: tuple[float, float, float]) -> tuple[int, int]:
    """HU range of the tissue around a voxel: median plus or minus a multiple of the local spread.

    Parameters
    ----------
    hu
        Whole HU array, ``(k, j, i)``.
    geometry
        Its grid.
    center_kji
        Fractional array index; a place outside the volume counts as its nearest voxel.
    """
    inside = [min(max(value, 0.0), size - 1.0) for value, size in zip(center_kji, geometry.shape, strict=True)]
    region = ball(geometry, (inside[0], inside[1], inside[2]), NEIGHBOURHOOD_MM)
    if region is None:  # cannot happen: the voxel under the centre always belongs to the ball
        raise ValueError(f"Argument 'center_kji' is {center_kji}, which is not in the volume.")
    values = hu[region.bbox][region.mask].astype(np.float64)
    middle = float(np.median(values))
    half = float(np.clip(SPREAD * values.std(), *HALF_WIDTH_HU))
    return (round(middle - half), round(middle + half))
