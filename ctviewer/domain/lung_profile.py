"""Where a scan holds lung, level by level, from a few hundred thousand voxels of it and without a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.domain.volume import Volume

AIR_HU = (-1000, -500)
"""Aerated lung, emphysema included, where the body encloses it."""
LEAST_LUNG_MM2 = 4000.0
"""A slice with less shows bowel gas or the tip of a lung."""
LEAST_WIDTH_MM = 280.0
"""A narrower image, of a heart or of one lung, cuts lungs off: they would be taken for the air around the body."""
_SAMPLES = (96, 64, 64)
"""Voxels looked at along each axis."""
_IN_PLANE = np.array([[[0] * 3] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[0] * 3] * 3])


@dataclass(frozen=True, eq=False, slots=True)
class LungProfile:
    """Area of aerated lung by level.

    Parameters
    ----------
    step
        Slices from one level to the next; the first level is slice 0.
    area_mm2
        Per level; the least of all levels is taken off, because a hollow couch runs through all slices alike.
    middle_ji
        Row and column in the middle of all lung.
    """

    step: int
    area_mm2: NDArray[np.float64]
    middle_ji: tuple[int, int]


def lung_profile(volume: Volume) -> LungProfile | None:
    """The profile, within about 10 ms; None where nothing tells, or hardly any level shows lung."""
    if not (volume.is_hu and volume.is_scaled and volume.has_positions):
        return None
    steps = [max(n // wanted, 1) for n, wanted in zip(volume.hu.shape, _SAMPLES, strict=True)]
    sample_hu = volume.hu[:: steps[0], :: steps[1], :: steps[2]]
    _, row_mm, column_mm = (step * mm for step, mm in zip(steps, volume.geometry.spacing_mm, strict=True))
    if sample_hu.shape[2] * column_mm < LEAST_WIDTH_MM:
        return None
    lung = _enclosed_air(sample_hu)
    area_mm2 = ndimage.uniform_filter1d(lung.sum(axis=(1, 2)).astype(np.float64), 3) * (row_mm * column_mm)
    area_mm2 -= area_mm2.min()
    if area_mm2.max() < LEAST_LUNG_MM2:
        return None
    at = lung[area_mm2 >= area_mm2.max() / 2].sum(axis=0)  # where lung prevails, not the couch
    middle = (_middle(at.sum(axis=1)) * steps[1], _middle(at.sum(axis=0)) * steps[2])
    return LungProfile(steps[0], area_mm2, middle)


def _middle(counts: NDArray[np.int64]) -> int:
    """Mean index: between two lungs, where half of all counts on each side might be the edge of one."""
    return round(float(counts @ np.arange(len(counts)) / counts.sum()))


def _enclosed_air(sample_hu: AnyArray) -> BoolArray:
    """Air that does not reach the edge of its slice."""
    fields, count = ndimage.label(sample_hu < AIR_HU[1], structure=_IN_PLANE)
    outside = np.zeros(count + 1, bool)
    outside[0] = True
    for edge in (fields[:, 0], fields[:, -1], fields[:, :, 0], fields[:, :, -1]):
        outside[edge] = True
    return np.asarray(~outside[fields] & (sample_hu >= AIR_HU[0]))
