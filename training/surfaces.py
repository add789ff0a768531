"""Distances between surfaces in millimetres: the 95 % Hausdorff distance and the surface Dice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from ctviewer.domain.arrays import BoolArray, FloatArray

TOLERANCE_MM = 2.0
"""Distance up to which surfaces count as the same; about the pixel size of the coarsest usual scans."""


@dataclass(frozen=True, slots=True)
class SurfaceFigures:
    """How well two surfaces agree.

    Parameters
    ----------
    hd95_mm
        The larger of the two directed 95 % Hausdorff distances, mm.
    surface_dice
        Share of both surfaces that is within the tolerance of the other (Nikolov et al. 2018), 0 to 1.
    """

    hd95_mm: float
    surface_dice: float


def surface_figures(
    predicted: BoolArray, truth: BoolArray, spacing_mm: tuple[float, float, float], tolerance_mm: float = TOLERANCE_MM
) -> SurfaceFigures:
    """Agreement of the surfaces of two masks.

    Parameters
    ----------
    predicted, truth
        Shape ``(k, j, i)``. A voxel belongs to the surface if one of its six neighbours is outside the mask.
    spacing_mm
        ``(k, j, i)``.
    tolerance_mm
        For the surface Dice.

    Returns
    -------
    SurfaceFigures
        NaN for both where a mask is empty.
    """
    said, is_so = _surface_mm(predicted, spacing_mm), _surface_mm(truth, spacing_mm)
    if not len(said) or not len(is_so):
        return SurfaceFigures(float("nan"), float("nan"))
    there, _ = cKDTree(is_so).query(said)
    back, _ = cKDTree(said).query(is_so)
    near = np.count_nonzero(there <= tolerance_mm) + np.count_nonzero(back <= tolerance_mm)
    return SurfaceFigures(
        hd95_mm=float(max(np.percentile(there, 95), np.percentile(back, 95))),
        surface_dice=near / (len(there) + len(back)),
    )


def _surface_mm(mask: BoolArray, spacing_mm: tuple[float, float, float]) -> FloatArray:
    """Places of the surface voxels, shape ``(N, 3)``."""
    places = ndimage.find_objects(mask.astype(np.uint8))
    if not places:
        return np.empty((0, 3))
    box = tuple(slice(max(0, part.start - 1), part.stop + 1) for part in places[0])
    part = mask[box]
    surface = part & ~ndimage.binary_erosion(part)
    first = np.array([piece.start for piece in box])
    return np.asarray((np.argwhere(surface) + first) * np.asarray(spacing_mm))
