"""Round brushes in millimetres on anisotropic grids.

All of them are one shape: every voxel whose centre lies within the radius of a straight line (a point, for a dab), plus
the voxels the line itself passes through, so that a brush finer than the grid still draws without gaps.
"""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import BoolArray, FloatArray
from ctviewer.domain.edits.region import Region
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane

_ROUNDING = 1e-9
"""Relative: a voxel exactly on the rim belongs to the brush, whatever the last digit says."""


def disc(
    geometry: VolumeGeometry, plane: Plane, center_kji: tuple[float, float, float], radius_mm: float
) -> Region | None:
    """A flat disc in a slice plane.

    Parameters
    ----------
    geometry
        Grid of the label map.
    plane
        Plane of the disc; it is one voxel thick.
    center_kji
        Fractional array index of the centre.
    radius_mm
        Radius in millimetres; the voxel under the centre is always included.

    Returns
    -------
    Region or None
        None if the disc lies outside the volume.
    """
    return _capsule(geometry, center_kji, center_kji, radius_mm, plane.normal_axis)


def stroke(
    geometry: VolumeGeometry,
    plane: Plane,
    start_kji: tuple[float, float, float],
    end_kji: tuple[float, float, float],
    radius_mm: float,
) -> Region | None:
    """A disc dragged along a straight line inside one slice (that of the start); see `disc`."""
    return _capsule(geometry, start_kji, end_kji, radius_mm, plane.normal_axis)


def ball(geometry: VolumeGeometry, center_kji: tuple[float, float, float], radius_mm: float) -> Region | None:
    """A ball in patient space; see `disc`."""
    return _capsule(geometry, center_kji, center_kji, radius_mm, None)


def ball_stroke(
    geometry: VolumeGeometry,
    start_kji: tuple[float, float, float],
    end_kji: tuple[float, float, float],
    radius_mm: float,
) -> Region | None:
    """A ball dragged along a straight line in patient space; see `disc`."""
    return _capsule(geometry, start_kji, end_kji, radius_mm, None)


def _capsule(
    geometry: VolumeGeometry,
    start_kji: tuple[float, float, float],
    end_kji: tuple[float, float, float],
    radius_mm: float,
    flat_axis: int | None,
) -> Region | None:
    start, end = np.array(start_kji, float), np.array(end_kji, float)
    if flat_axis is not None:
        start[flat_axis] = end[flat_axis] = np.floor(start[flat_axis] + 0.5)
    spacing = np.asarray(geometry.spacing_mm)
    reach = radius_mm / spacing
    if flat_axis is not None:
        reach[flat_axis] = 0.0
    path = _voxels_on_the_way(start, end)
    low = np.minimum(np.floor(np.minimum(start, end) - reach), path.min(axis=0)).astype(int)
    high = np.maximum(np.ceil(np.maximum(start, end) + reach), path.max(axis=0)).astype(int) + 1
    low, high = np.maximum(low, 0), np.minimum(high, geometry.shape)
    if (low >= high).any():
        return None
    mask = _within(low, high, spacing, start, end, radius_mm)
    inside = path[((path >= low) & (path < high)).all(axis=1)] - low
    mask[tuple(inside.T)] = True
    if not mask.any():
        return None
    box = [slice(int(a), int(b)) for a, b in zip(low, high, strict=True)]
    return Region((box[0], box[1], box[2]), mask)


def _within(
    low: FloatArray, high: FloatArray, spacing: FloatArray, start: FloatArray, end: FloatArray, radius_mm: float
) -> BoolArray:
    """Mask over the box: voxel centres within the radius of the line from start to end (indices)."""
    line = (end - start) * spacing
    length2 = float(line @ line)
    # One open axis each: nothing of the size of the box times three is made.
    offsets = np.ix_(*[(np.arange(a, b) - s) * d for a, b, s, d in zip(low, high, start, spacing, strict=True)])
    if length2 > 0:
        along = sum(o * c for o, c in zip(offsets, line, strict=True))
        share = np.clip(np.asarray(along) / length2, 0.0, 1.0)
        distance2 = sum((o - share * c) ** 2 for o, c in zip(offsets, line, strict=True))
    else:
        distance2 = sum(o * o for o in offsets)
    return np.asarray(distance2 <= radius_mm * radius_mm * (1 + _ROUNDING))


def _voxels_on_the_way(start: FloatArray, end: FloatArray) -> np.ndarray:
    """Voxels a line passes, connected at least by corners; shape ``(N, 3)``, int, may lie outside the volume."""
    steps = int(np.ceil(np.abs(end - start).max())) + 1
    points = start + (end - start) * np.linspace(0.0, 1.0, steps + 1)[:, None]
    return np.floor(points + 0.5).astype(int)
