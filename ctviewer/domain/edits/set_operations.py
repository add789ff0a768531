"""Add, subtract and intersect: a segment with another one (with a margin round it), or with an HU range."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import HUArray, LabelArray
from ctviewer.domain.edits.margin import SegmentChange, padded_box, within_distance
from ctviewer.domain.edits.region import Region, bounding_box, region_from_mask
from ctviewer.domain.geometry import VolumeGeometry


class SetOperation(StrEnum):
    """What happens to the segment."""

    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


@dataclass(frozen=True, slots=True)
class OtherSegment:
    """A segment with everything around it up to a margin in millimetres.

    In a label map segments never overlap, so subtracting and intersecting mean something with a margin only: what lies
    close to the other one.
    """

    label: int
    margin_mm: float = 0.0

    def region(self, labels: LabelArray, geometry: VolumeGeometry) -> Region | None:
        """Its voxels; None if there are none."""
        mask = labels == self.label
        box = bounding_box(mask)
        if box is None:
            return None
        if self.margin_mm <= 0:
            return Region(box, mask[box])
        box = padded_box(box, geometry, self.margin_mm)
        return Region(box, within_distance(mask[box], geometry.spacing_mm, self.margin_mm))


@dataclass(frozen=True, slots=True)
class WithinHU:
    """All voxels with ``low <= HU <= high``."""

    low: float
    high: float

    def region(self, hu: HUArray) -> Region | None:
        """Its voxels; None if there are none."""
        return region_from_mask((hu >= self.low) & (hu <= self.high))


def combine(labels: LabelArray, label: int, other: Region | None, operation: SetOperation) -> SegmentChange:
    """What a segment gains and loses when it is combined with another set of voxels.

    Parameters
    ----------
    labels
        Whole label array, ``(k, j, i)``.
    label
        Segment that changes.
    other
        The other set, see `OtherSegment.region` and `WithinHU.region`; None for the empty set.
    operation
        `ADD` also takes voxels of other segments (as far as the paint rule lets it).
    """
    own = labels == label
    if operation is SetOperation.ADD:
        if other is None:
            return SegmentChange(None, None)
        gained = other.mask & ~own[other.bbox]
        return SegmentChange(Region(other.bbox, gained) if gained.any() else None, None)
    hit = np.zeros(labels.shape, bool)
    if other is not None:
        hit[other.bbox] = other.mask
    lost = own & hit if operation is SetOperation.SUBTRACT else own & ~hit
    return SegmentChange(None, region_from_mask(lost))
