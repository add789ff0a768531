"""The place a chest reader wants to see first."""

from __future__ import annotations

from ctviewer.domain.lung_profile import lung_profile
from ctviewer.domain.volume import Volume

LONG_MM = 450.0
"""A scan longer than this holds more than a chest, so its middle is the belly."""
LEAST_SHARE = 0.2
"""With less than this share of the largest lung area, the middle slice counts as without lung."""


def opening_place(volume: Volume) -> tuple[int, int, int]:
    """Voxel to open a scan at: its middle slice, or the one with the most aerated lung where the middle has none.

    In the slice it is the middle of the lungs, so that the other planes cut them too; without lungs that of the image.
    """
    slices, rows, columns = volume.hu.shape
    middle, profile = slices // 2, lung_profile(volume)
    if profile is None:
        return (middle, rows // 2, columns // 2)
    area_mm2 = profile.area_mm2
    here_mm2 = area_mm2[min(middle // profile.step, len(area_mm2) - 1)]
    is_long = slices * volume.geometry.spacing_mm[0] > LONG_MM
    is_elsewhere = is_long or here_mm2 < LEAST_SHARE * area_mm2.max()
    return (int(area_mm2.argmax()) * profile.step if is_elsewhere else middle, *profile.middle_ji)
