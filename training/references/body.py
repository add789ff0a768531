"""The body: everything inside the skin, air included, without couch, clothes and blankets."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from training.references.morphology import Mask
from training.references.read_ct import Scan

TISSUE_HU = -400


def find_body(scan: Scan, cut_sides: tuple[str, ...] = ()) -> Mask:
    """Body mask (k, j, i), its inner air included.

    Parameters
    ----------
    scan : Scan
        The CT, canonical.
    cut_sides : tuple of {"right", "left", "front", "back"}
        Sides where the image ends inside the body: air that touches such a side counts as inner air.
    """
    step_j, step_i = scan.spacing_mm_kji[1:]
    radius = max(1, round(3.0 / step_i))
    tissue = scan.hu > TISSUE_HU
    disk = np.hypot(*np.ogrid[-radius : radius + 1, -radius : radius + 1]) <= radius
    solid = np.zeros_like(tissue)
    for k in range(tissue.shape[0]):
        wall = np.pad(tissue[k], radius + 1, mode="edge")
        solid[k] = ndimage.binary_opening(wall, disk)[radius + 1 : -radius - 1, radius + 1 : -radius - 1]
    body = np.zeros_like(tissue)
    for k in range(tissue.shape[0]):
        body[k] = _filled(_main_parts(solid[k], step_j * step_i), cut_sides)
    return body


def _main_parts(slice_mask: Mask, pixel_mm2: float) -> Mask:
    """Parts of a slice that can be body (trunk, neck, upper arms), not the thin shells of a couch."""
    labels, count = ndimage.label(slice_mask)
    if count == 0:
        return slice_mask
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    largest = int(areas.argmax())
    if areas[largest] * pixel_mm2 < 500:
        return np.zeros_like(slice_mask)
    return labels == largest


def _filled(slice_mask: Mask, cut_sides: tuple[str, ...]) -> Mask:
    """Fill what a slice mask encloses, with a wall put up along the cut sides."""
    walled = np.pad(slice_mask, 1)
    if "front" in cut_sides:
        walled[0, :] = True
    if "back" in cut_sides:
        walled[-1, :] = True
    if "right" in cut_sides:
        walled[:, 0] = True
    if "left" in cut_sides:
        walled[:, -1] = True
    return ndimage.binary_fill_holes(walled)[1:-1, 1:-1]
