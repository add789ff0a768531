"""The axial slice a chest reader wants to see first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.domain.volume import Volume

LONG_MM = 450.0
"""A scan longer than this holds more than a chest, so its middle is the belly."""
AIR_HU = (-1000, -500)
"""Aerated lung, emphysema included, where the body encloses it."""
LEAST_WIDTH_MM = 280.0
"""A narrower image, of a heart or of one lung, cuts lungs off: they would be taken for the air around the body."""
LEAST_LUNG_MM2 = 4000.0
"""A slice with less shows bowel gas or the tip of a lung."""
LEAST_SHARE = 0.2
"""With less than this share of the largest lung area, the middle slice counts as without lung."""
_SAMPLES = (96, 64, 64)
"""Voxels looked at along each axis."""
_IN_PLANE = np.array([[[0] * 3] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[0] * 3] * 3])


def opening_place(volume: Volume) -> tuple[int, int, int]:
    """Voxel to open a scan at: its middle, at the level of the most aerated lung where the middle has none.

    Looks at a few hundred thousand voxels, which takes about 10 ms. Where values are not HU, or nothing says which way
    is up, it is the middle.
    """
    slices, rows, columns = volume.hu.shape
    can_tell = volume.is_hu and volume.is_scaled and volume.has_positions
    return (_level(volume) if can_tell else slices // 2, rows // 2, columns // 2)


def _level(volume: Volume) -> int:
    middle = volume.hu.shape[0] // 2
    steps = [max(n // wanted, 1) for n, wanted in zip(volume.hu.shape, _SAMPLES, strict=True)]
    sample_hu = volume.hu[:: steps[0], :: steps[1], :: steps[2]]
    _, row_mm, column_mm = (step * mm for step, mm in zip(steps, volume.geometry.spacing_mm, strict=True))
    if sample_hu.shape[2] * column_mm < LEAST_WIDTH_MM:
        return middle
    area_mm2 = _area(_enclosed_air(sample_hu)) * (row_mm * column_mm)
    area_mm2 -= area_mm2.min()  # a hollow couch runs through all slices alike
    most = int(area_mm2.argmax())
    here_mm2 = area_mm2[min(middle // steps[0], len(area_mm2) - 1)]
    is_elsewhere = here_mm2 < LEAST_SHARE * area_mm2[most]
    is_long = volume.hu.shape[0] * volume.geometry.spacing_mm[0] > LONG_MM
    if area_mm2[most] < LEAST_LUNG_MM2 or not (is_long or is_elsewhere):
        return middle
    return most * steps[0]


def _area(voxels: BoolArray) -> NDArray[np.float64]:
    """Voxels on each slice, as means over neighbouring slices."""
    return np.asarray(ndimage.uniform_filter1d(voxels.sum(axis=(1, 2)).astype(np.float64), 3))


def _enclosed_air(sample_hu: AnyArray) -> BoolArray:
    """Air that does not reach the edge of its slice."""
    fields, count = ndimage.label(sample_hu < AIR_HU[1], structure=_IN_PLANE)
    outside = np.zeros(count + 1, bool)
    outside[0] = True
    for edge in (fields[:, 0], fields[:, -1], fields[:, :, 0], fields[:, :, -1]):
        outside[edge] = True
    return np.asarray(~outside[fields] & (sample_hu >= AIR_HU[0]))
