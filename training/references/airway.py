"""Trachea and main bronchi: a grown airway, followed to the carina and cut at the hila."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from training.references.morphology import Mask, bounding_box, component_with, dilate, opened, reconstruct
from training.references.read_ct import Scan

LUMEN_HU = -500
ZONE_MM = 3.5
_LEVELS_HU = range(-960, -640, 20)


@dataclass(frozen=True)
class Airway:
    """The airway of one scan.

    Attributes
    ----------
    tree : ndarray of bool
        Grown airway, whatever the branch.
    main : ndarray of bool
        Trachea and main bronchi, the lumen to its half level.
    carina_lps_mm : tuple of float or None
        Where the trachea parts, if it does within the scan.
    level_hu : int
        The highest level that did not leak.
    """

    tree: Mask
    main: Mask
    carina_lps_mm: tuple[float, float, float] | None
    level_hu: int


def find_seed(scan: Scan, body: Mask) -> tuple[int, int, int] | None:
    """Index of a voxel in the trachea: the topmost round air hole near the middle of the body that goes on below."""
    step_k, step_j, step_i = scan.spacing_mm_kji
    run = max(2, round(20 / step_k))
    for k in range(scan.hu.shape[0] - 1, run, -1):
        for j, i in _round_holes(scan.hu[k], body[k], step_j, step_i):
            below = scan.hu[k - run : k, j - 1 : j + 2, i - 1 : i + 2].min(axis=(1, 2))
            if np.mean(below < -700) > 0.8:
                return k, j, i
    return None


def _round_holes(hu: NDArray[np.int16], body: Mask, step_j: float, step_i: float) -> list[tuple[int, int]]:
    """Centres of the round air holes of 60 to 700 mm² within 45 mm of the body's middle."""
    labels, count = ndimage.label((hu < -600) & body)
    if count == 0 or not body.any():
        return []
    middle = float(np.flatnonzero(body.any(axis=0)).mean())
    found = []
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        part = labels[box] == label
        area = part.sum() * step_j * step_i
        high, wide = part.shape[0] * step_j, part.shape[1] * step_i
        centre = ndimage.center_of_mass(labels == label) if 60 <= area <= 700 else (0.0, 0.0)
        if not 60 <= area <= 700 or max(high, wide) > 2.2 * min(high, wide):
            continue
        j, i = round(centre[0]), round(centre[1])
        if labels[j, i] == label and abs(centre[1] - middle) * step_i < 45:
            found.append((float(abs(centre[1] - middle)), j, i))
    return [(j, i) for _, j, i in sorted(found)]


def tube(scan: Scan, points_mm: tuple[tuple[float, float, float, float], ...]) -> Mask:
    """Voxels within a radius of a line through LPS points; each point is (x, y, z, radius) in mm."""
    inside = np.zeros(scan.hu.shape, dtype=bool)
    step = min(scan.spacing_mm_kji) / 2
    for start, end in pairwise(points_mm):
        first, last = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
        for share in np.linspace(0, 1, 2 + int(np.linalg.norm(last[:3] - first[:3]) / step)):
            _add_ball(inside, scan, first + share * (last - first))
    return inside


def _add_ball(inside: Mask, scan: Scan, ball: NDArray[np.float64]) -> None:
    """Set the voxels of `inside` within a ball (x, y, z, radius) in mm."""
    centre = (ball[:3] - np.asarray(scan.origin_lps_mm))[::-1] / np.asarray(scan.spacing_mm_kji)
    reach = ball[3] / np.asarray(scan.spacing_mm_kji)
    low = np.maximum(0, np.ceil(centre - reach)).astype(int)
    high = np.minimum(inside.shape, np.floor(centre + reach).astype(int) + 1)
    if (high <= low).any():
        return
    k, j, i = (((np.arange(a, b) - c) / r) ** 2 for a, b, c, r in zip(low, high, centre, reach, strict=True))
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    inside[box] |= k[:, None, None] + j[None, :, None] + i[None, None, :] <= 1


def grow(scan: Scan, body: Mask, seed: tuple[int, int, int], most_ml: float, level_hu: int | None) -> tuple[Mask, int]:
    """Airway tree by region growing at the highest level that does not leak into the lung.

    Parameters
    ----------
    scan, body
        The CT and its body mask.
    seed : tuple of int
        Index (k, j, i) in the trachea.
    most_ml : float
        A larger volume is a leak.
    level_hu : int or None
        Use this level and look for no other.
    """
    voxel_ml = float(np.prod(scan.spacing_mm_kji)) / 1000
    reach_j, reach_i = round(130 / scan.spacing_mm_kji[1]), round(100 / scan.spacing_mm_kji[2])
    box = (
        slice(0, seed[0] + 1 + round(60 / scan.spacing_mm_kji[0])),
        slice(max(0, seed[1] - reach_j), seed[1] + reach_j),
        slice(max(0, seed[2] - reach_i), seed[2] + reach_i),
    )
    local = (seed[0], seed[1] - box[1].start, seed[2] - box[2].start)
    hu, inside = scan.hu[box], body[box]
    best = np.zeros_like(inside)
    best_level = level_hu or _LEVELS_HU[0]
    volume = 0.0
    for level in (level_hu,) if level_hu is not None else _LEVELS_HU:
        region = component_with((hu < level) & inside, local)
        ml = float(region.sum()) * voxel_ml
        if level_hu is None and volume > 5 and (ml > most_ml or ml > 1.6 * volume + 10):
            break
        best, best_level, volume = region, level, ml
    tree = np.zeros_like(body)
    tree[box] = best
    return tree, best_level


def find_carina(tree: Mask, seed: tuple[int, int, int], scan: Scan) -> tuple[float, float, float] | None:
    """Follow the trachea down from the seed to where it parts in two; LPS in mm of that point."""
    step_k, step_j, step_i = scan.spacing_mm_kji
    current = component_with(tree[seed[0]], seed[1:])
    for k in range(seed[0] - 1, -1, -1):
        below, _ = ndimage.label(reconstruct(current, tree[k]))
        areas = np.bincount(below.ravel(), minlength=2)[1:] * step_j * step_i
        if areas.sum() < 20:
            return None
        big = np.flatnonzero(areas > 25) + 1
        if len(big) >= 2:
            centres = ndimage.center_of_mass(below > 0, below, big)
            sides = [centre[1] for centre in centres]
            if (max(sides) - min(sides)) * step_i > 12:
                j, i = ndimage.center_of_mass(current)
                origin = scan.origin_lps_mm
                return (origin[0] + i * step_i, origin[1] + j * step_j, origin[2] + (k + 1) * step_k)
        current = below > 0
    return None


def main_airway(
    tree: Mask,
    scan: Scan,
    carina_lps_mm: tuple[float, float, float] | None,
    reach_mm: tuple[float, float],
    least_radius_mm: float,
) -> Mask:
    """Trachea and main bronchi out of the tree, the lumen widened to its half level.

    Parameters
    ----------
    tree : ndarray of bool
        Grown airway.
    scan : Scan
        The CT.
    carina_lps_mm : tuple of float or None
        Without one the whole tree counts as trachea.
    reach_mm : tuple of float
        How far from the carina the right and the left main bronchus are kept.
    least_radius_mm : float
        Narrower branches are dropped.
    """
    spacing = scan.spacing_mm_kji
    wide = opened(tree, least_radius_mm, spacing) if least_radius_mm > max(spacing) / 2 else tree.copy()
    if carina_lps_mm is not None:
        wide &= _within_reach(tree.shape, scan, carina_lps_mm, reach_mm)
    labels, count = ndimage.label(wide)
    if count > 1:
        wide = labels == np.bincount(labels.ravel())[1:].argmax() + 1
    return _to_half_level(wide, scan) if wide.any() else wide


def _to_half_level(core: Mask, scan: Scan) -> Mask:
    """Widen an airway core to the lumen's half level; towards the lung it ends on the crest of its wall."""
    spacing = scan.spacing_mm_kji
    reach_mm = max(ZONE_MM, 1.6 * spacing[2])
    box = bounding_box(core, reach_mm + 2 * max(spacing), spacing)
    zone = dilate(core[box], reach_mm, spacing)
    lumen = scan.hu[box] < LUMEN_HU
    markers = np.where(core[box], 1, np.where(lumen & ~zone, 2, 0)).astype(np.int32)
    landscape = ndimage.gaussian_filter(scan.hu[box].astype(np.float32), 0.5)
    flooded = watershed(landscape, markers, mask=lumen) == 1
    widened = np.zeros_like(core)
    widened[box] = reconstruct(core[box], flooded & zone)
    return widened


def _within_reach(
    shape: tuple[int, ...], scan: Scan, carina_lps_mm: tuple[float, float, float], reach_mm: tuple[float, float]
) -> Mask:
    """Voxels above the carina, or below it within reach on their side."""
    axes = [
        (np.arange(n) * step + start - point).astype(np.float32)
        for n, step, start, point in zip(
            shape,
            scan.spacing_mm_kji,
            reversed(scan.origin_lps_mm),
            reversed(carina_lps_mm),
            strict=True,
        )
    ]
    z, y, x = np.ix_(*axes)
    distance = np.sqrt(z * z + y * y + x * x)
    reach = np.where(x < 0, reach_mm[0], reach_mm[1])
    near_trachea = (z > 0) & (np.abs(x) < 30)
    return np.asarray(near_trachea | (distance <= reach))
