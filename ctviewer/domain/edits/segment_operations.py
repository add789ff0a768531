"""Operations on a whole segment, one edit each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import HUArray, LabelArray
from ctviewer.domain.edits.between_slices import fill_between
from ctviewer.domain.edits.compose import EditRules, PaintRule, compose, restricted
from ctviewer.domain.edits.copy_slice import copy_slice
from ctviewer.domain.edits.islands import all_but_largest, holes
from ctviewer.domain.edits.joint_smoothing import smooth_jointly
from ctviewer.domain.edits.margin import SegmentChange, grow, median
from ctviewer.domain.edits.mask_edit import MaskEdit, coalesce, edit_between
from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.edits.set_operations import OtherSegment, SetOperation, WithinHU, combine
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane
from ctviewer.domain.segment import LEFT_LUNG, RIGHT_LUNG

HU_OPERAND = 0
"""Value of `Operands.other` that stands for an HU range instead of a segment."""


class SegmentOperation(StrEnum):
    """What can be done to a segment as a whole."""

    KEEP_LARGEST = "keep largest part"
    FILL_HOLES = "fill holes"
    FILL_BETWEEN_SLICES = "fill between slices"
    SMOOTH = "smooth"
    SMOOTH_JOINTLY = "smooth all jointly"
    MARGIN = "grow or shrink"
    COMBINE = "combine"
    COPY_SLICE = "copy slice"
    RELABEL = "relabel"
    CLEAR = "clear"
    SWAP_LUNGS = "swap left and right lung"


@dataclass(frozen=True, slots=True)
class Operands:
    """What an operation needs to know besides the segment.

    Parameters
    ----------
    amount_mm
        Edge of the smoothing box, standard deviation of the joint smoothing, or margin (negative shrinks).
    other
        The other segment of `COMBINE` (`HU_OPERAND`: the range), or the new label of `RELABEL`.
    set_operation
        What `COMBINE` does.
    hu_range
        Range for `COMBINE`.
    plane, source, target
        Slices of `COPY_SLICE`.
    """

    amount_mm: float = 2.0
    other: int = HU_OPERAND
    set_operation: SetOperation = SetOperation.ADD
    hu_range: tuple[float, float] = (-1024.0, -300.0)
    plane: Plane = Plane.AXIAL
    source: int = 0
    target: int = 0


def operation_edit(
    operation: SegmentOperation,
    labels: LabelArray,
    label: int,
    geometry: VolumeGeometry,
    rules: EditRules | None = None,
    operands: Operands | None = None,
    hu: HUArray | None = None,
) -> MaskEdit | None:
    """The edit that does an operation; None if nothing would change.

    Parameters
    ----------
    operation
        What to do.
    labels
        Whole label array, ``(k, j, i)``; not changed.
    label
        Segment it is done to (`SWAP_LUNGS` always means both lungs, `SMOOTH_JOINTLY` all segments).
    geometry
        Grid of the labels.
    rules
        What may change. `SWAP_LUNGS`, `RELABEL` and `CLEAR` heed locks only: half a lung on the wrong side because an
        HU gate was on is the worst mistake there is.
    operands
        See there.
    hu
        Whole HU array; needed when a rule or an operand has an HU range.
    """
    rules, operands = rules or EditRules(), operands or Operands()
    locked = rules.paint.locked
    match operation:
        case SegmentOperation.SWAP_LUNGS:
            return _swapped(labels, LEFT_LUNG.label, RIGHT_LUNG.label, locked)
        case SegmentOperation.RELABEL:
            return _relabelled(labels, label, operands.other, locked)
        case SegmentOperation.CLEAR:
            return _relabelled(labels, label, 0, locked)
        case SegmentOperation.SMOOTH_JOINTLY:
            # The joint result takes and gives between segments, so of the paint rule only locks and gate make sense.
            rule = PaintRule(locked, None, rules.paint.hu_range)
            return restricted(smooth_jointly(labels, geometry, operands.amount_mm, locked), rule, hu)
    change = _change(operation, labels, label, geometry, operands, hu)
    return change_edit(change, label, labels, rules, hu)


def change_edit(
    change: SegmentChange, label: int, labels: LabelArray, rules: EditRules, hu: HUArray | None = None
) -> MaskEdit | None:
    """The edit that makes a segment gain and lose voxels, as far as the rules allow; None if nothing would change."""
    if label in rules.paint.locked:
        return None
    edits = [
        compose(region, value, labels, rule, hu)
        for region, value, rule in ((change.gained, label, rules.paint), (change.lost, 0, rules.erase))
        if region is not None
    ]
    return coalesce([edit for edit in edits if edit is not None])


def _change(
    operation: SegmentOperation,
    labels: LabelArray,
    label: int,
    geometry: VolumeGeometry,
    operands: Operands,
    hu: HUArray | None,
) -> SegmentChange:
    match operation:
        case SegmentOperation.KEEP_LARGEST:
            return SegmentChange(None, all_but_largest(labels, label))
        case SegmentOperation.FILL_HOLES:
            return SegmentChange(holes(labels, label), None)
        case SegmentOperation.FILL_BETWEEN_SLICES:
            return SegmentChange(fill_between(labels, label, geometry), None)
        case SegmentOperation.SMOOTH:
            return median(labels, label, geometry, operands.amount_mm)
        case SegmentOperation.MARGIN:
            return grow(labels, label, geometry, operands.amount_mm)
        case SegmentOperation.COPY_SLICE:
            return copy_slice(labels, label, operands.plane, operands.source, operands.target)
        case SegmentOperation.COMBINE:
            return _combined(labels, label, geometry, operands, hu)
    raise ValueError(f"Argument 'operation' is {operation!r}, which is not a change of one segment.")


def _combined(
    labels: LabelArray, label: int, geometry: VolumeGeometry, operands: Operands, hu: HUArray | None
) -> SegmentChange:
    if operands.other == HU_OPERAND:
        if hu is None:
            raise ValueError("Argument 'hu' is needed to combine with an HU range.")
        other = WithinHU(*operands.hu_range).region(hu)
    else:
        other = OtherSegment(operands.other, operands.amount_mm).region(labels, geometry)
    return combine(labels, label, other, operands.set_operation)


def _swapped(labels: LabelArray, first: int, second: int, locked: frozenset[int]) -> MaskEdit | None:
    if {first, second} & locked:
        return None
    table = np.arange(256, dtype=np.uint8)
    table[first], table[second] = second, first
    return edit_between(labels, table[labels])


def _relabelled(labels: LabelArray, label: int, new: int, locked: frozenset[int]) -> MaskEdit | None:
    region = region_from_mask(labels == label)
    if region is None or label in locked:
        return None
    return compose(region, new, labels, PaintRule(locked))
