"""Grow, shrink and smooth a segment, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.region import Region, bounding_box
from ctviewer.domain.geometry import VolumeGeometry


@dataclass(frozen=True, eq=False, slots=True)
class SegmentChange:
    """Voxels a segment gains (background only) and voxels it loses."""

    gained: Region | None
    lost: Region | None


def grow(labels: LabelArray, label: int, geometry: VolumeGeometry, margin_mm: float) -> SegmentChange:
    """Move the border of a segment outwards (positive) or inwards (negative) by a distance in patient space.

    Only background is gained: neighbouring segments are never overwritten.
    """
    mask = labels == label
    box = bounding_box(mask)
    if box is None or margin_mm == 0:
        return SegmentChange(None, None)
    box = _padded(box, geometry, abs(margin_mm))
    part = mask[box]
    if margin_mm > 0:
        new = ndimage.distance_transform_edt(~part, sampling=geometry.spacing_mm) <= margin_mm
    else:
        new = ndimage.distance_transform_edt(part, sampling=geometry.spacing_mm) > -margin_mm
    return _change(labels, box, part, new)


def smooth(labels: LabelArray, label: int, geometry: VolumeGeometry, radius_mm: float) -> SegmentChange:
    """Smooth the border of a segment: a voxel takes the majority of a Gaussian neighbourhood.

    Parameters
    ----------
    radius_mm
        Standard deviation of the neighbourhood in millimetres.
    """
    mask = labels == label
    box = bounding_box(mask)
    if box is None or radius_mm <= 0:
        return SegmentChange(None, None)
    box = _padded(box, geometry, 3 * radius_mm)
    part = mask[box]
    sigma = [radius_mm / s for s in geometry.spacing_mm]
    # "nearest": a segment cut by the border of the scan must not be rounded off there.
    share = ndimage.gaussian_filter(part.astype(np.float32), sigma, mode="nearest", truncate=3.0)
    return _change(labels, box, part, share > 0.5)


def _change(labels: LabelArray, box: BBox, old: BoolArray, new: BoolArray) -> SegmentChange:
    gained = new & ~old & (labels[box] == 0)
    lost = old & ~new
    return SegmentChange(
        Region(box, gained) if gained.any() else None,
        Region(box, lost) if lost.any() else None,
    )


def _padded(box: BBox, geometry: VolumeGeometry, margin_mm: float) -> BBox:
    padded = []
    for part, spacing, size in zip(box, geometry.spacing_mm, geometry.shape, strict=True):
        pad = int(np.ceil(margin_mm / spacing)) + 1
        padded.append(slice(max(0, part.start - pad), min(size, part.stop + pad)))
    return (padded[0], padded[1], padded[2])
