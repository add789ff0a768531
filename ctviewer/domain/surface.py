"""The surface of a structure as triangles in the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from skimage.measure import marching_cubes

from ctviewer.domain.arrays import AnyArray, BoolArray, FloatArray
from ctviewer.domain.edits.region import bounding_box
from ctviewer.domain.geometry import VolumeGeometry

SMOOTHING_STEPS = 20
TAUBIN_SHRINK, TAUBIN_GROW = 0.5, -0.53
"""Taubin, A signal processing approach to fair surface design, SIGGRAPH 1995: smooths without shrinking."""


@dataclass(frozen=True, eq=False, slots=True)
class Surface:
    """A closed surface, normals to the outside.

    Parameters
    ----------
    points
        LPS millimetres, shape ``(N, 3)``.
    triangles
        Indices into ``points``, counter-clockwise seen from outside, shape ``(M, 3)``.
    """

    points: FloatArray
    triangles: AnyArray

    @property
    def volume_ml(self) -> float:
        """Enclosed volume in millilitres; negative if the normals pointed inwards."""
        a, b, c = (self.points[self.triangles[:, n]] for n in range(3))
        return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6000


def mask_surface(mask: BoolArray, geometry: VolumeGeometry, *, smooth: bool = False) -> Surface | None:
    """Surface half-way between voxels inside and outside; None for an empty mask.

    Parameters
    ----------
    mask
        Shape ``geometry.shape``.
    smooth
        Take the steps of the voxels away; points move by less than a voxel, the volume stays.
    """
    box = bounding_box(mask)
    if box is None:
        return None
    padded = np.pad(mask[box], 1).astype(np.float32)
    points, triangles, _, _ = marching_cubes(padded, 0.5)
    start = np.array([s.start for s in box]) - 1
    surface = Surface(geometry.index_to_lps(points.astype(np.float64) + start), triangles)
    if surface.volume_ml < 0:
        surface = Surface(surface.points, triangles[:, ::-1])
    return Surface(_smoothed(surface), surface.triangles) if smooth else surface


def _smoothed(surface: Surface) -> FloatArray:
    count = len(surface.points)
    edges = np.concatenate([surface.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    neighbours = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
    neighbours = ((neighbours + neighbours.T) > 0).astype(np.float64)
    mean = sparse.diags(1 / np.maximum(np.asarray(neighbours.sum(axis=1)).ravel(), 1)) @ neighbours
    points = surface.points
    for _ in range(SMOOTHING_STEPS):
        for factor in (TAUBIN_SHRINK, TAUBIN_GROW):
            points = points + factor * (mean @ points - points)
    return np.asarray(points)
