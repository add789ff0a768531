"""Round brushes in millimetres on anisotropic grids."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.edits.region import Region
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane


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
    return _ellipsoid(geometry, center_kji, radius_mm, flat_axis=plane.normal_axis)


def ball(geometry: VolumeGeometry, center_kji: tuple[float, float, float], radius_mm: float) -> Region | None:
    """A ball in patient space; see `disc`."""
    return _ellipsoid(geometry, center_kji, radius_mm, flat_axis=None)


def stroke(
    geometry: VolumeGeometry,
    plane: Plane,
    start_kji: tuple[float, float, float],
    end_kji: tuple[float, float, float],
    radius_mm: float,
) -> Region | None:
    """A disc dragged along a straight line inside one slice: everything within the radius of the segment."""
    axis = plane.normal_axis
    start = np.asarray(start_kji, float)
    end = np.asarray(end_kji, float)
    spacing = np.asarray(geometry.spacing_mm)
    low = np.floor(np.minimum(start, end) - radius_mm / spacing).astype(int)
    high = np.ceil(np.maximum(start, end) + radius_mm / spacing).astype(int) + 1
    low[axis] = round(start[axis])
    high[axis] = low[axis] + 1
    low, high = np.maximum(low, 0), np.minimum(high, geometry.shape)
    if (low >= high).any():
        return None
    grid = np.stack(np.meshgrid(*[np.arange(a, b) for a, b in zip(low, high, strict=True)], indexing="ij"), -1)
    points = grid * spacing
    a, b = start * spacing, end * spacing
    a[axis] = b[axis] = low[axis] * spacing[axis]
    ab = b - a
    length2 = float(ab @ ab)
    t = np.zeros(points.shape[:-1]) if length2 == 0 else np.clip((points - a) @ ab / length2, 0, 1)
    mask = np.linalg.norm(points - a - t[..., None] * ab, axis=-1) <= radius_mm
    mask |= np.all(grid == np.round(end).astype(int), axis=-1)
    boxes = [slice(int(x), int(y)) for x, y in zip(low, high, strict=True)]
    return Region((boxes[0], boxes[1], boxes[2]), mask) if mask.any() else None


def _ellipsoid(
    geometry: VolumeGeometry, center_kji: tuple[float, float, float], radius_mm: float, flat_axis: int | None
) -> Region | None:
    boxes, squares = [], []
    for axis in range(3):
        center, spacing, size = center_kji[axis], geometry.spacing_mm[axis], geometry.shape[axis]
        nearest = round(center)
        if axis == flat_axis:
            low, high = nearest, nearest + 1
        else:
            low = min(int(np.floor(center - radius_mm / spacing)), nearest)
            high = max(int(np.ceil(center + radius_mm / spacing)), nearest) + 1
        low, high = max(low, 0), min(high, size)
        if low >= high:
            return None
        distance = (np.arange(low, high) - center) * spacing
        distance[np.arange(low, high) == nearest] = 0.0
        boxes.append(slice(low, high))
        squares.append(np.zeros(high - low) if axis == flat_axis else distance**2)
    total = squares[0][:, None, None] + squares[1][None, :, None] + squares[2][None, None, :]
    return Region((boxes[0], boxes[1], boxes[2]), total <= radius_mm**2)
