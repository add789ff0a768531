"""Operations on a whole segment, one edit each: largest part, holes, between slices, smoothing, swapped sides."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.between_slices import fill_between
from ctviewer.domain.edits.compose import PaintRule, compose
from ctviewer.domain.edits.islands import all_but_largest, holes
from ctviewer.domain.edits.margin import smooth
from ctviewer.domain.edits.mask_edit import MaskEdit, coalesce, edit_between
from ctviewer.domain.edits.region import Region
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.segment import LEFT_LUNG, RIGHT_LUNG

SMOOTHING_MM = 1.5


class SegmentOperation(StrEnum):
    """What can be done to a segment as a whole."""

    KEEP_LARGEST = "keep largest part"
    FILL_HOLES = "fill holes"
    FILL_BETWEEN_SLICES = "fill between slices"
    SMOOTH = "smooth"
    SWAP_LUNGS = "swap left and right lung"


def operation_edit(
    operation: SegmentOperation,
    labels: LabelArray,
    label: int,
    geometry: VolumeGeometry,
    locked: frozenset[int] = frozenset(),
) -> MaskEdit | None:
    """The edit that does an operation; None if nothing would change.

    Parameters
    ----------
    operation
        What to do.
    labels
        Whole label array, ``(k, j, i)``; not changed.
    label
        Segment it is done to (`SegmentOperation.SWAP_LUNGS` always means both lungs).
    geometry
        Grid of the labels.
    locked
        Labels that must not change.
    """
    if operation is SegmentOperation.SWAP_LUNGS:
        return _swap(labels, LEFT_LUNG.label, RIGHT_LUNG.label, locked)
    gained, lost = _regions(operation, labels, label, geometry)
    rule = PaintRule(locked)
    edits = [
        compose(region, value, labels, rule) for region, value in ((gained, label), (lost, 0)) if region is not None
    ]
    if label in locked:
        return None
    return coalesce([edit for edit in edits if edit is not None])


def _regions(
    operation: SegmentOperation, labels: LabelArray, label: int, geometry: VolumeGeometry
) -> tuple[Region | None, Region | None]:
    """Voxels the segment gains and loses."""
    match operation:
        case SegmentOperation.KEEP_LARGEST:
            return None, all_but_largest(labels, label)
        case SegmentOperation.FILL_HOLES:
            return holes(labels, label), None
        case SegmentOperation.FILL_BETWEEN_SLICES:
            return fill_between(labels, label, geometry), None
        case SegmentOperation.SMOOTH:
            change = smooth(labels, label, geometry, SMOOTHING_MM)
            return change.gained, change.lost
    raise ValueError(f"Argument 'operation' is {operation!r}, which changes no single segment.")


def _swap(labels: LabelArray, first: int, second: int, locked: frozenset[int]) -> MaskEdit | None:
    if {first, second} & locked:
        return None
    table = np.arange(256, dtype=np.uint8)
    table[first], table[second] = second, first
    return edit_between(labels, table[labels])
