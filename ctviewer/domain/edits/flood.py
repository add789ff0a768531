"""Grow a region from a clicked voxel through similar HU values."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray, HUArray
from ctviewer.domain.edits.region import Region, bounding_box
from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane


class LeakError(CTViewerError):
    """A grown region became larger than the user allowed."""


def grow_in_slice(
    hu: HUArray, plane: Plane, seed_kji: tuple[int, int, int], hu_range: tuple[float, float]
) -> Region | None:
    """Connected pixels of the clicked slice inside an HU range; None if the seed is outside the range."""
    box = [slice(0, n) for n in hu.shape]
    index = seed_kji[plane.normal_axis]
    box[plane.normal_axis] = slice(index, index + 1)
    part = hu[tuple(box)]
    local = list(seed_kji)
    local[plane.normal_axis] = 0
    mask = _connected(part, (local[0], local[1], local[2]), hu_range)
    return None if mask is None else Region((box[0], box[1], box[2]), mask)


def grow_in_volume(
    hu: HUArray,
    seed_kji: tuple[int, int, int],
    hu_range: tuple[float, float],
    geometry: VolumeGeometry,
    max_volume_ml: float,
) -> Region | None:
    """Connected voxels inside an HU range; None if the seed is outside the range.

    Raises
    ------
    LeakError
        If the region exceeds ``max_volume_ml``: it has probably leaked into a neighbour.
    """
    mask = _connected(hu, seed_kji, hu_range)
    if mask is None:
        return None
    volume_ml = float(np.count_nonzero(mask)) * geometry.voxel_volume_ml
    if volume_ml > max_volume_ml:
        raise LeakError(
            f"The region grew to {volume_ml:.0f} ml, more than the limit of {max_volume_ml:.0f} ml.",
            "Narrow the HU range or raise the limit.",
        )
    box = bounding_box(mask)
    return None if box is None else Region(box, mask[box])


def _connected(hu: HUArray, seed_kji: tuple[int, int, int], hu_range: tuple[float, float]) -> BoolArray | None:
    low, high = hu_range
    allowed = (hu >= low) & (hu <= high)
    if not allowed[seed_kji]:
        return None
    parts, _ = ndimage.label(allowed)
    return np.asarray(parts == parts[seed_kji])
