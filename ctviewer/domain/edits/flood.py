"""Fill from a clicked voxel: through equal labels, or through similar HU values with a limit for leaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BBox, BoolArray, HUArray, LabelArray
from ctviewer.domain.edits.components import TooLargeError, connected_parts, part_at
from ctviewer.domain.edits.region import Region, region_from_mask
from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane

Voxel = tuple[int, int, int]


class LeakError(CTViewerError):
    """A grown region became larger than the user allowed."""


def grow_in_slice(hu: HUArray, plane: Plane, seed_kji: Voxel, hu_range: tuple[float, float]) -> Region | None:
    """Connected pixels of the clicked slice inside an HU range; None if the seed is outside the range."""
    if not _is_inside(seed_kji, hu.shape):
        return None
    allowed = HUGate(hu, *hu_range).allows(_slice_box(hu.shape, plane, seed_kji))
    return _connected_in_slice(allowed, hu.shape, plane, seed_kji)


def grow_in_volume(
    hu: HUArray,
    seed_kji: Voxel,
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
    return _limited(HUGate(hu, *hu_range).allows, seed_kji, geometry, max_volume_ml)


@dataclass(frozen=True, eq=False, slots=True)
class HUGate:
    """A barrier for fills: voxels outside ``low <= HU <= high`` are not entered."""

    hu: HUArray
    low: float
    high: float

    def allows(self, box: BBox) -> BoolArray:
        """Voxels of a box inside the range."""
        return np.asarray((self.hu[box] >= self.low) & (self.hu[box] <= self.high))


def flood_in_slice(labels: LabelArray, plane: Plane, seed_kji: Voxel, gate: HUGate | None = None) -> Region | None:
    """Pixels of the clicked slice that hold the clicked label and are connected with the clicked one by faces."""
    if not _is_inside(seed_kji, labels.shape):
        return None
    box = _slice_box(labels.shape, plane, seed_kji)
    return _connected_in_slice(_fillable(labels, labels[seed_kji], gate, box), labels.shape, plane, seed_kji)


def flood_in_volume(
    labels: LabelArray,
    seed_kji: Voxel,
    geometry: VolumeGeometry,
    max_volume_ml: float,
    gate: HUGate | None = None,
) -> Region | None:
    """Voxels that hold the clicked label and are connected with the clicked one by faces.

    Raises
    ------
    LeakError
        If the region exceeds ``max_volume_ml``: the background is open to the outside.
    """
    if not _is_inside(seed_kji, labels.shape):
        return None
    value = labels[seed_kji]
    return _limited(lambda box: _fillable(labels, value, gate, box), seed_kji, geometry, max_volume_ml)


def _fillable(labels: LabelArray, value: int, gate: HUGate | None, box: BBox) -> BoolArray:
    same = labels[box] == value
    return np.asarray(same if gate is None else same & gate.allows(box))


def _limited(
    allowed: Callable[[BBox], BoolArray], seed_kji: Voxel, geometry: VolumeGeometry, max_volume_ml: float
) -> Region | None:
    limit = int(max_volume_ml / geometry.voxel_volume_ml)
    try:
        return part_at(allowed, geometry.shape, seed_kji, maximum_voxels=limit)
    except TooLargeError as error:
        volume_ml = error.reached * geometry.voxel_volume_ml
        raise LeakError(
            f"The region grew to at least {volume_ml:.0f} ml, more than the limit of {max_volume_ml:.0f} ml.",
            "Narrow the HU range or raise the limit.",
        ) from error


def _connected_in_slice(allowed: BoolArray, shape: tuple[int, ...], plane: Plane, seed_kji: Voxel) -> Region | None:
    axis = plane.normal_axis
    parts = connected_parts(allowed.squeeze(axis), by_corners=False)
    rows, columns = (n for a, n in enumerate(seed_kji) if a != axis)
    number = parts[rows, columns]
    if number == 0:
        return None
    found = region_from_mask(np.expand_dims(parts == number, axis))
    if found is None:
        return None
    box = list(found.bbox)
    box[axis] = slice(seed_kji[axis], seed_kji[axis] + 1)
    return Region((box[0], box[1], box[2]), found.mask)


def _slice_box(shape: tuple[int, ...], plane: Plane, seed_kji: Voxel) -> BBox:
    box = [slice(0, n) for n in shape]
    index = seed_kji[plane.normal_axis]
    box[plane.normal_axis] = slice(index, index + 1)
    return (box[0], box[1], box[2])


def _is_inside(index_kji: Voxel, shape: tuple[int, ...]) -> bool:
    return all(0 <= index < size for index, size in zip(index_kji, shape, strict=True))
