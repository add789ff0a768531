"""Carry a segment's outline from one slice to the next."""

from __future__ import annotations

from ctviewer.domain.arrays import BBox, LabelArray
from ctviewer.domain.edits.margin import SegmentChange
from ctviewer.domain.edits.region import Region
from ctviewer.domain.planes import Plane


def copy_slice(labels: LabelArray, label: int, plane: Plane, source: int, target: int) -> SegmentChange:
    """What a segment gains and loses when its part of one slice is put on another.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``.
    label
        Segment.
    plane, source, target
        Slices of the plane; nothing changes if one of them does not exist or the source is empty.
    """
    count = labels.shape[plane.normal_axis]
    if not (0 <= source < count and 0 <= target < count):
        return SegmentChange(None, None)
    wanted = labels[_box(labels.shape, plane, source)] == label
    box = _box(labels.shape, plane, target)
    present = labels[box] == label
    if not wanted.any():
        return SegmentChange(None, None)
    gained, lost = wanted & ~present, present & ~wanted
    return SegmentChange(Region(box, gained) if gained.any() else None, Region(box, lost) if lost.any() else None)


def _box(shape: tuple[int, ...], plane: Plane, index: int) -> BBox:
    box = [slice(0, n) for n in shape]
    box[plane.normal_axis] = slice(index, index + 1)
    return (box[0], box[1], box[2])
