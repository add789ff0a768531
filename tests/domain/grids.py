"""Random voxel grids in the patient, oblique and anisotropic."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from ctviewer.domain.geometry import VolumeGeometry


def random_geometry(
    seed: int, mirrored: bool | None = None, shape: tuple[int, int, int] | None = None
) -> VolumeGeometry:
    """A grid with random rotation, spacing (0.3 to 8 mm), origin and shape; left-handed if mirrored."""
    rng = np.random.default_rng(seed)
    directions = Rotation.random(random_state=seed).as_matrix()
    if rng.random() < 0.5 if mirrored is None else mirrored:
        directions[:, int(rng.integers(3))] *= -1
    affine = np.eye(4)
    affine[:3, :3] = directions * rng.uniform(0.3, 8.0, 3)
    affine[:3, 3] = rng.uniform(-500, 500, 3)
    drawn = tuple(int(n) for n in rng.integers(1, 40, 3))
    return VolumeGeometry(shape or (drawn[0], drawn[1], drawn[2]), affine, "1.2.840.1")


def straight_geometry(
    shape: tuple[int, int, int] = (12, 14, 16), spacing_mm: tuple[float, float, float] = (2.5, 0.8, 0.7)
) -> VolumeGeometry:
    """A canonical grid: k to the head, j to the back, i to the patient's left."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([(0, 0, spacing_mm[0]), (0, spacing_mm[1], 0), (spacing_mm[2], 0, 0)], float).T
    affine[:3, 3] = (-60.0, -40.0, 300.0)
    return VolumeGeometry(shape, affine)
