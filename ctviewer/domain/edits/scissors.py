"""Cut a segment along a line drawn on a slice, on that slice or through all of them."""

from __future__ import annotations

import numpy as np
from skimage.draw import polygon2mask

from ctviewer.domain.arrays import BBox, BoolArray, FloatArray, LabelArray
from ctviewer.domain.edits.region import Region, bounding_box
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane

MINIMUM_CHORD_MM = 1.0
"""A shorter line is a slip of the hand; its direction means nothing."""


def cut_off(
    labels: LabelArray,
    label: int,
    geometry: VolumeGeometry,
    plane: Plane,
    path_kji: FloatArray,
    *,
    through_all: bool = True,
    other_side: bool = False,
) -> Region | None:
    """The part of a segment on one side of a drawn line; None if the line does not divide the segment.

    The line goes on straight beyond its ends, in the direction from its first to its last point, so that it need not
    be drawn right across. Its surface through the other slices is perpendicular to the plane.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``.
    label
        Segment that is cut.
    plane, path_kji
        Slice plane and points of the line, shape ``(N, 3)``, fractional array indices.
    through_all
        Cut through all slices of the plane; False: only on the slice of the first point.
    other_side
        The smaller part is returned, or with this the larger one.
    """
    axis = plane.normal_axis
    path = np.asarray(path_kji, dtype=np.float64)
    side = _one_side(geometry, plane, path)
    if side is None:
        return None
    mask = labels == label
    if not through_all:
        only = np.zeros(geometry.shape[axis], bool)
        index = int(np.floor(path[0, axis] + 0.5))
        if not 0 <= index < len(only):
            return None
        only[index] = True
        mask &= np.expand_dims(only, tuple(a for a in range(3) if a != axis))
    box = bounding_box(mask)
    if box is None:
        return None
    part = mask[box]
    here = part & np.expand_dims(side[tuple(box[a] for a in range(3) if a != axis)], axis)
    there = part & ~here
    return _chosen(box, here, there, other_side=other_side)


def _chosen(box: BBox, here: BoolArray, there: BoolArray, *, other_side: bool) -> Region | None:
    sizes = (np.count_nonzero(here), np.count_nonzero(there))
    if 0 in sizes:
        return None
    smaller_is_here = sizes[0] <= sizes[1]
    return Region(box, here if smaller_is_here != other_side else there)


def _one_side(geometry: VolumeGeometry, plane: Plane, path: FloatArray) -> BoolArray | None:
    """Mask over the two axes of a slice (in array order): the half on one side of the path."""
    axes = [a for a in range(3) if a != plane.normal_axis]
    spacing = np.array([geometry.spacing_mm[a] for a in axes])
    shape = tuple(geometry.shape[a] for a in axes)
    points = path[:, axes] * spacing
    chord = points[-1] - points[0]
    length = float(np.hypot(*chord))
    if length < MINIMUM_CHORD_MM:
        return None
    far = 4.0 * float(np.hypot(*(np.array(shape) * spacing)))
    ahead = chord / length * far
    across = np.array([-ahead[1], ahead[0]])
    start, end = points[0] - ahead, points[-1] + ahead
    outline = np.vstack([start, points, end, end + across, start + across])
    return np.asarray(polygon2mask(shape, outline / spacing), dtype=bool)
