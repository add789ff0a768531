"""Closed outlines drawn on a slice."""

from __future__ import annotations

import numpy as np
from skimage.draw import polygon2mask

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.edits.region import Region
from ctviewer.domain.planes import Plane


def polygon(shape: tuple[int, int, int], plane: Plane, slice_index: int, vertices_kji: FloatArray) -> Region | None:
    """Voxels whose centres lie inside a closed outline on one slice.

    Parameters
    ----------
    shape
        Shape of the volume, ``(k, j, i)``.
    plane, slice_index
        Slice the outline lies on.
    vertices_kji
        Shape ``(N, 3)``, fractional array indices; the coordinate along the plane's normal is ignored. The outline is
        closed from the last vertex to the first.

    Returns
    -------
    Region or None
        None for fewer than three vertices or an outline without a voxel inside.
    """
    vertices = np.asarray(vertices_kji, dtype=np.float64)
    if len(vertices) < 3 or not 0 <= slice_index < shape[plane.normal_axis]:
        return None
    axes = [a for a in range(3) if a != plane.normal_axis]
    flat = vertices[:, axes]
    sizes = np.array([shape[a] for a in axes])
    low = np.clip(np.floor(flat.min(axis=0)).astype(int), 0, sizes)
    high = np.clip(np.ceil(flat.max(axis=0)).astype(int) + 1, 0, sizes)
    if (low >= high).any():
        return None
    mask = polygon2mask(tuple(high - low), flat - low)
    if not mask.any():
        return None
    box = [slice(0, 0)] * 3
    box[plane.normal_axis] = slice(slice_index, slice_index + 1)
    for axis, start, stop in zip(axes, low, high, strict=True):
        box[axis] = slice(int(start), int(stop))
    return Region((box[0], box[1], box[2]), np.expand_dims(mask, plane.normal_axis))
