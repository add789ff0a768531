"""Binary morphology with radii in mm on anisotropic grids (k, j, i)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Spacing = Sequence[float]
Box = tuple[slice, ...]


def bounding_box(mask: Mask, margin_mm: float, spacing_mm: Spacing) -> Box:
    """Smallest index box around `mask` with a margin, clipped to the grid."""
    box = []
    for axis in range(mask.ndim):
        others = tuple(other for other in range(mask.ndim) if other != axis)
        hit = np.flatnonzero(mask.any(axis=others))
        margin = int(np.ceil(margin_mm / spacing_mm[axis]))
        if hit.size == 0:
            box.append(slice(0, mask.shape[axis]))
        else:
            box.append(slice(max(0, hit[0] - margin), min(mask.shape[axis], hit[-1] + margin + 1)))
    return tuple(box)


def dilate(mask: Mask, radius_mm: float, spacing_mm: Spacing) -> Mask:
    """Dilate by a ball of `radius_mm`."""
    box = bounding_box(mask, radius_mm + max(spacing_mm), spacing_mm)
    grown = mask.copy()
    if mask.any():
        grown[box] = ndimage.distance_transform_edt(~mask[box], sampling=spacing_mm) <= radius_mm
    return grown


def erode(mask: Mask, radius_mm: float, spacing_mm: Spacing) -> Mask:
    """Erode by a ball of `radius_mm`; the edge of the scan does not erode."""
    box = bounding_box(mask, max(spacing_mm), spacing_mm)
    shrunk = mask.copy()
    shrunk[box] = ndimage.distance_transform_edt(mask[box], sampling=spacing_mm) > radius_mm
    return shrunk


def opened(mask: Mask, radius_mm: float, spacing_mm: Spacing) -> Mask:
    """Opening by a ball of `radius_mm`."""
    return dilate(erode(mask, radius_mm, spacing_mm), radius_mm, spacing_mm) & mask


def closed(mask: Mask, radius_mm: float, spacing_mm: Spacing) -> Mask:
    """Closing by a ball of `radius_mm`; beyond the edge of the scan the mask is taken to go on as it ends."""
    if not mask.any():
        return mask.copy()
    box = bounding_box(mask, radius_mm + max(spacing_mm), spacing_mm)
    pad = [int(np.ceil(radius_mm / step)) + 1 for step in spacing_mm]
    work = np.pad(mask[box], [(p, p) for p in pad], mode="edge")
    work = ndimage.distance_transform_edt(~work, sampling=spacing_mm) <= radius_mm
    work = ndimage.distance_transform_edt(work, sampling=spacing_mm) > radius_mm
    result = mask.copy()
    result[box] |= work[tuple(slice(p, -p) for p in pad)]
    return result


def fill_axial_holes(mask: Mask) -> Mask:
    """Fill the holes of every axial slice."""
    filled = mask.copy()
    for k in np.flatnonzero(mask.any(axis=(1, 2))):
        filled[k] = ndimage.binary_fill_holes(mask[k])
    return filled


def keep_large(mask: Mask, least_ml: float, spacing_mm: Spacing, most: int = 99) -> Mask:
    """Keep the largest connected components, at most `most`, each of at least `least_ml`."""
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask.copy()
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    order = np.argsort(sizes)[::-1][:most]
    keep = np.zeros(sizes.shape, dtype=bool)
    keep[[label for label in order if sizes[label] * voxel_ml >= max(least_ml, 1e-9)]] = True
    keep[0] = False
    return keep[labels]


def component_with(mask: Mask, seed: tuple[int, ...]) -> Mask:
    """Return the connected component that holds the index `seed` (empty if the seed is not in the mask)."""
    labels, _ = ndimage.label(mask)
    label = labels[seed]
    return labels == label if label else np.zeros_like(mask)


def reconstruct(seed: Mask, mask: Mask) -> Mask:
    """Components of `mask` that touch `seed`."""
    labels, count = ndimage.label(mask)
    keep = np.zeros(count + 1, dtype=bool)
    keep[np.unique(labels[seed])] = True
    keep[0] = False
    return keep[labels]


def smooth(mask: Mask, sigma_mm: float, spacing_mm: Spacing) -> Mask:
    """Smooth the border: Gaussian of the mask, cut at one half; not across the slices when they are thick."""
    box = bounding_box(mask, 3 * sigma_mm, spacing_mm)
    sigma = [sigma_mm / step if sigma_mm / step > 0.3 else 0.0 for step in spacing_mm]
    result = np.zeros_like(mask)
    blurred = ndimage.gaussian_filter(mask[box].astype(np.float32), sigma, mode="nearest", truncate=3.0)
    result[box] = blurred > 0.5
    return result
