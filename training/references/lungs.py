"""Lungs: the big lung-like air inside the body, parted, with vessels and hila closed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import convex_hull_image

from training.references.left_right import LEFT, RIGHT
from training.references.morphology import Mask, closed, dilate, fill_axial_holes, keep_large, smooth
from training.references.read_ct import Scan

BONE_HU = 350
WALL_MM = 14.0
DOME_MM2 = 150.0


def find_air(scan: Scan, body: Mask, airway_tree: Mask, threshold_hu: int, least_ml: float) -> Mask:
    """Lung air: large lung-like components of the air inside the body, main airway left out.

    Gas of stomach and bowel is told apart by its components being small or nearly pure air.
    """
    spacing = scan.spacing_mm_kji
    air = (scan.hu < threshold_hu) & body
    air &= ~airway_tree
    big = keep_large(air, least_ml, spacing)
    labels, count = ndimage.label(big)
    lookup = np.zeros(count + 1, dtype=bool)
    for label in range(1, count + 1):
        values = scan.hu[labels == label]
        lookup[label] = bool(np.median(values) > -975)
    return lookup[labels]


def finish(
    sides: NDArray[np.uint8], scan: Scan, airway: Mask, closing_mm: tuple[float, float], smooth_mm: float
) -> NDArray[np.uint8]:
    """Close each lung over its vessels and hilum and smooth it; the lungs never overlap each other or the airway.

    Parameters
    ----------
    sides : ndarray of uint8
        Lung air, 1 left, 2 right.
    scan : Scan
        The CT.
    airway : ndarray of bool
        Trachea and main bronchi.
    closing_mm : tuple of float
        Radius of the closing ball for the left and the right lung.
    smooth_mm : float
        Standard deviation of the border smoothing.
    """
    spacing = scan.spacing_mm_kji
    wall = dilate(airway, 1.5, spacing)
    bone = _ribs(sides > 0, scan)
    grown = {}
    for side, radius_mm in ((LEFT, closing_mm[0]), (RIGHT, closing_mm[1])):
        air = sides == side
        lung = fill_enclosed(closed(air, radius_mm, spacing), spacing)
        other = sides == (RIGHT if side == LEFT else LEFT)
        forbidden = other | wall | bone
        lung = smooth(lung & (~forbidden | air), smooth_mm, spacing) & ~other & ~airway
        grown[side] = keep_large(lung, 2.0, spacing)
    result = np.zeros(sides.shape, dtype=np.uint8)
    result[grown[RIGHT]] = RIGHT
    result[grown[LEFT] & ~grown[RIGHT]] = LEFT
    both = grown[LEFT] & grown[RIGHT]
    if both.any():
        nearer_left = ndimage.distance_transform_edt(sides != LEFT, sampling=spacing) < (
            ndimage.distance_transform_edt(sides != RIGHT, sampling=spacing)
        )
        result[both & nearer_left] = LEFT
    return result


def fill_enclosed(lung: Mask, spacing_mm: tuple[float, float, float]) -> Mask:
    """Fill what a lung encloses in its axial slices, except a dome of the diaphragm.

    A dome looks like a hole too, but it goes on below as tissue that the lung no longer encloses.
    """
    holes, _ = ndimage.label(fill_axial_holes(lung) & ~lung)
    pixel_mm2 = spacing_mm[1] * spacing_mm[2]
    filled = lung.copy()
    for label, box in enumerate(ndimage.find_objects(holes), start=1):
        hole = holes[box] == label
        lowest = hole[0]
        if lowest.sum() * pixel_mm2 > DOME_MM2:
            k = box[0].start
            below = ~lung[(k - 1, *box[1:])][lowest] if k > 0 else np.ones(1, dtype=bool)
            if below.mean() > 0.5:
                continue
        filled[box] |= hole
    return filled


def _ribs(air: Mask, scan: Scan) -> Mask:
    """Bone of the chest wall: bright voxels near the border of the lungs' common outline, not contrast at the hila."""
    bright = ndimage.binary_opening(scan.hu > BONE_HU)
    ribs = np.zeros_like(bright)
    for k in np.flatnonzero(air.any(axis=(1, 2)) & bright.any(axis=(1, 2))):
        outline = convex_hull_image(air[k])
        depth = ndimage.distance_transform_edt(outline, sampling=scan.spacing_mm_kji[1:])
        ribs[k] = bright[k] & (depth < WALL_MM)
    return ribs
