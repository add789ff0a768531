"""Repairs by hand, written as data: shapes in LPS mm that add to, take from or close a label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import polygon2mask
from skimage.morphology import convex_hull_image

from training.references.morphology import Mask, closed, keep_large
from training.references.read_ct import HU_MAX, HU_MIN, Scan


@dataclass(frozen=True)
class Repair:
    """One repair.

    Attributes
    ----------
    act : {"add", "remove", "relabel", "close", "hull", "fill", "keep_largest"}
        What to do inside the shape. ``relabel`` turns `label` into `to`.
    label : int
        Label concerned, 1 left lung, 2 right lung, 3 trachea; 0 with ``remove`` means every label.
    why : str
        What was seen.
    z_mm : tuple of float or None
        Lower and upper LPS z.
    box_xy_mm : tuple of float or None
        x from, x to, y from, y to.
    ellipsoid_mm : tuple of float or None
        Centre x, y, z and radii x, y, z.
    polygon_xy_mm : tuple of tuple of float
        Corners (x, y).
    hu : tuple of float
        Only voxels from…to this HU.
    to : int
        New label of ``relabel``.
    radius_mm : float
        Ball of ``close``.
    over : tuple of int
        Labels that ``add``, ``close`` and ``hull`` may write over, besides the label itself.
    """

    act: str
    label: int
    why: str = ""
    z_mm: tuple[float, float] | None = None
    box_xy_mm: tuple[float, float, float, float] | None = None
    ellipsoid_mm: tuple[float, float, float, float, float, float] | None = None
    polygon_xy_mm: tuple[tuple[float, float], ...] = ()
    hu: tuple[float, float] = (HU_MIN, HU_MAX)
    to: int = 0
    radius_mm: float = 0.0
    over: tuple[int, ...] = (0,)


def apply_repairs(labels: NDArray[np.uint8], scan: Scan, repairs: tuple[Repair, ...]) -> NDArray[np.uint8]:
    """Apply the repairs in order to a label volume (k, j, i)."""
    result = labels.copy()
    for repair in repairs:
        box, inside = _region(repair, scan)
        part = result[box]
        inside = inside & (scan.hu[box] >= repair.hu[0]) & (scan.hu[box] <= repair.hu[1])
        if repair.act == "remove":
            part[inside & ((part == repair.label) if repair.label else (part > 0))] = 0
        elif repair.act == "relabel":
            part[inside & (part == repair.label)] = repair.to
        elif repair.act == "keep_largest":
            whole = keep_large(part == repair.label, 0.0, scan.spacing_mm_kji, most=1)
            part[inside & (part == repair.label) & ~whole] = 0
        else:
            grown = _grown(repair, part == repair.label, inside, scan)
            part[grown & inside & np.isin(part, repair.over)] = repair.label
    return result


def _grown(repair: Repair, mask: Mask, inside: Mask, scan: Scan) -> Mask:
    """Voxels of the repair's label after its act, before they are limited to the shape."""
    if repair.act == "add":
        return inside
    if repair.act == "close":
        return closed(mask, repair.radius_mm, scan.spacing_mm_kji)
    if repair.act == "hull":
        hull = mask.copy()
        for k in np.flatnonzero((mask & inside).any(axis=(1, 2))):
            hull[k] = convex_hull_image(mask[k] & inside[k])
        return hull
    if repair.act == "fill":
        filled = [ndimage.binary_fill_holes(plane) for plane in mask]
        return np.asarray(filled)
    raise ValueError(f"unknown act {repair.act!r}")


def _region(repair: Repair, scan: Scan) -> tuple[tuple[slice, slice, slice], Mask]:
    """Index box of a repair and, in it, the voxels whose centres lie in its shape."""
    shape = scan.hu.shape
    z, y, x = (
        start + step * np.arange(n)
        for start, step, n in zip(reversed(scan.origin_lps_mm), scan.spacing_mm_kji, shape, strict=True)
    )
    keep_z = np.ones(shape[0], dtype=bool)
    if repair.z_mm is not None:
        keep_z = (z >= min(repair.z_mm)) & (z <= max(repair.z_mm))
    if repair.ellipsoid_mm is not None:
        keep_z &= np.abs(z - repair.ellipsoid_mm[2]) <= repair.ellipsoid_mm[5]
    hit = np.flatnonzero(keep_z)
    if hit.size == 0:
        return (slice(0, 0), slice(0, shape[1]), slice(0, shape[2])), np.zeros((0, *shape[1:]), dtype=bool)
    box = (slice(int(hit[0]), int(hit[-1]) + 1), slice(0, shape[1]), slice(0, shape[2]))
    plane = np.ones(shape[1:], dtype=bool)
    if repair.box_xy_mm is not None:
        x0, x1, y0, y1 = repair.box_xy_mm
        plane &= ((y >= y0) & (y <= y1))[:, None] & ((x >= x0) & (x <= x1))[None, :]
    if repair.polygon_xy_mm:
        corners = np.asarray(repair.polygon_xy_mm, dtype=float)
        rows = (corners[:, 1] - y[0]) / scan.spacing_mm_kji[1]
        columns = (corners[:, 0] - x[0]) / scan.spacing_mm_kji[2]
        plane &= polygon2mask(plane.shape, np.stack([rows, columns], axis=1))
    inside = np.broadcast_to(plane, (box[0].stop - box[0].start, *plane.shape)).copy()
    if repair.ellipsoid_mm is not None:
        cx, cy, cz, rx, ry, rz = repair.ellipsoid_mm
        dz, dy, dx = np.ix_((z[box[0]] - cz) / rz, (y - cy) / ry, (x - cx) / rx)
        inside &= dz * dz + dy * dy + dx * dx <= 1
    return box, inside
