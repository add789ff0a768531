"""How much higher one scan of a chest lies than another, where they share no coordinates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.lung_profile import lung_profile
from ctviewer.domain.volume import Volume

STEP_MM = 5.0
LEAST_OVERLAP_MM = 80.0
LEAST_SHARE = 0.6
"""Of the lung in one of the scans, which must lie in what both show."""
MOST_DIFFERENCE = 0.15
"""Mean squared difference of the profiles, relative to their own squares; more is no match."""


def level_offset_mm(current: Volume, prior: Volume) -> float | None:
    """Millimetres to add to heights of the current scan to find the same level of the lungs in the prior.

    The areas of lung, level by level, are laid over each other where they differ least. None where one of the scans
    shows no lungs or the two are unlike.
    """
    found = [_by_height(volume) for volume in (current, prior)]
    if found[0] is None or found[1] is None:
        return None
    (low, now), (low_before, before) = found[0], found[1]
    least = int(LEAST_OVERLAP_MM / STEP_MM)
    costs = {
        shift: _difference(now, before, shift)
        for shift in range(least - len(now), len(before) - least + 1)
    }  # fmt: skip
    best = min(costs, key=costs.__getitem__, default=None)
    if best is None or costs[best] > MOST_DIFFERENCE:
        return None
    return low_before - low + best * STEP_MM


def _by_height(volume: Volume) -> tuple[float, NDArray[np.float64]] | None:
    """Height of the lowest level, and the area of lung every `STEP_MM` upwards, relative to the largest."""
    profile = lung_profile(volume)
    if profile is None:
        return None
    _, rows, columns = volume.hu.shape
    levels = np.arange(len(profile.area_mm2)) * profile.step
    places = np.stack([levels, np.full_like(levels, rows // 2), np.full_like(levels, columns // 2)], axis=1)
    heights = volume.geometry.index_to_lps(places.astype(np.float64))[:, 2]
    even = np.arange(heights[0], heights[-1], STEP_MM)
    return float(heights[0]), np.interp(even, heights, profile.area_mm2) / profile.area_mm2.max()


def _difference(now: NDArray[np.float64], before: NDArray[np.float64], shift: int) -> float:
    """How unlike two profiles are where both have a value, with ``before[i + shift]`` beside ``now[i]``."""
    start, stop = max(0, -shift), min(len(now), len(before) - shift)
    a, b = now[start:stop], before[start + shift : stop + shift]
    squares = float((a**2).sum() + (b**2).sum())
    if max(a.sum() / now.sum(), b.sum() / before.sum()) < LEAST_SHARE or squares == 0:
        return np.inf
    return float(((a - b) ** 2).sum()) / squares
