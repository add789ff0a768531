"""Where an operation wants to change voxels: a box and a mask inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BBox, BoolArray


@dataclass(frozen=True, eq=False, slots=True)
class Region:
    """A set of voxels.

    Parameters
    ----------
    bbox
        Half-open box ``(k, j, i)`` inside the volume.
    mask
        Shape of the box; True where the voxel belongs to the region.
    """

    bbox: BBox
    mask: BoolArray

    def __post_init__(self) -> None:
        box_shape = tuple(s.stop - s.start for s in self.bbox)
        if self.mask.shape != box_shape:
            raise ValueError(f"Argument 'mask' must have the shape of its box {box_shape}, not {self.mask.shape}.")


def region_from_mask(mask: BoolArray) -> Region | None:
    """Region of the True voxels of a whole-volume mask, cut to their bounding box; None if there are none."""
    bbox = bounding_box(mask)
    return None if bbox is None else Region(bbox, mask[bbox])


def bounding_box(mask: BoolArray) -> BBox | None:
    """Smallest box around the True voxels; None if there are none."""
    slices = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        hits = np.flatnonzero(mask.any(axis=others))
        if hits.size == 0:
            return None
        slices.append(slice(int(hits[0]), int(hits[-1]) + 1))
    return (slices[0], slices[1], slices[2])


def union_box(a: BBox, b: BBox) -> BBox:
    """Smallest box that holds both boxes."""
    joined = [slice(min(p.start, q.start), max(p.stop, q.stop)) for p, q in zip(a, b, strict=True)]
    return (joined[0], joined[1], joined[2])


def translated(box: BBox, origin: BBox) -> BBox:
    """``box`` expressed relative to the start of ``origin``."""
    moved = [slice(p.start - o.start, p.stop - o.start) for p, o in zip(box, origin, strict=True)]
    return (moved[0], moved[1], moved[2])
