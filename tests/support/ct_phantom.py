"""A small CT with three blobs at known places in the patient: left, front and head.

Everything is analytic, so a reader's error is measured in millimetres and not by comparison with another reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ctviewer.domain.volume import Volume

AIR_HU = -1000
SIGMA_MM = 5.0
BLOBS: dict[str, tuple[float, float, float, float]] = {
    "left": (30.0, 3.0, -4.0, 1000.0),
    "front": (-5.0, -28.0, 2.0, 1500.0),
    "head": (4.0, 6.0, 31.0, 2000.0),
}
"""Centre in LPS millimetres and height in HU."""

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Grid:
    """Where the slices of the phantom lie; default axial, feet to head, centred on the patient's origin."""

    row: Vector = (1.0, 0.0, 0.0)
    column: Vector = (0.0, 1.0, 0.0)
    step: Vector | None = None
    """Vector from slice to slice; default along the normal with `slice_mm`."""
    slice_mm: float = 2.5
    pixel_mm: tuple[float, float] = (1.75, 2.25)
    """Between rows, between columns (different, so that a swap is seen)."""
    shape: tuple[int, int, int] = (46, 70, 56)
    center: Vector = (0.0, 0.0, 0.0)
    offsets_mm: tuple[float, ...] = field(default=())
    """Positions of the slices along the step direction, from the centre; default uniform."""

    @property
    def normal(self) -> np.ndarray:
        return np.cross(self.row, self.column)

    def slice_offsets(self) -> np.ndarray:
        """Distance of each slice from the centre along the normal, millimetres."""
        if self.offsets_mm:
            return np.asarray(self.offsets_mm)
        step = self.step_vector()
        return (np.arange(self.shape[0]) - (self.shape[0] - 1) / 2) * float(step @ self.normal)

    def step_vector(self) -> np.ndarray:
        return self.normal * self.slice_mm if self.step is None else np.asarray(self.step)

    def slice_origin(self, k: int) -> np.ndarray:
        """LPS of the first pixel of slice ``k``."""
        step = self.step_vector()
        along = self.slice_offsets()[k] * step / float(step @ self.normal)
        _, rows, columns = self.shape
        corner = -np.asarray(self.row) * self.pixel_mm[1] * (columns - 1) / 2
        corner = corner - np.asarray(self.column) * self.pixel_mm[0] * (rows - 1) / 2
        return np.asarray(self.center) + along + corner

    def slice_hu(self, k: int) -> np.ndarray:
        """HU of slice ``k``, int16, shape ``(rows, columns)``."""
        return _slice_hu(self, k)

    def affine(self) -> np.ndarray:
        """``(k, j, i)`` to LPS, for uniform grids."""
        affine = np.eye(4)
        affine[:3, 0] = self.step_vector()
        affine[:3, 1] = np.asarray(self.column) * self.pixel_mm[0]
        affine[:3, 2] = np.asarray(self.row) * self.pixel_mm[1]
        affine[:3, 3] = self.slice_origin(0)
        return affine

    def volume_hu(self) -> np.ndarray:
        """All slices, shape as `shape`."""
        return np.stack([self.slice_hu(k) for k in range(self.shape[0])])


@lru_cache(maxsize=400)
def _slice_hu(grid: Grid, k: int) -> np.ndarray:
    _, rows, columns = grid.shape
    j, i = np.mgrid[0:rows, 0:columns].astype(float)
    points = (
        grid.slice_origin(k)
        + i[..., None] * np.asarray(grid.row) * grid.pixel_mm[1]
        + j[..., None] * np.asarray(grid.column) * grid.pixel_mm[0]
    )
    hu = hu_at(points)
    hu.flags.writeable = False
    return hu


def hu_at(points_lps: np.ndarray) -> np.ndarray:
    """The phantom's HU at LPS points, int16."""
    hu = np.full(points_lps.shape[:-1], float(AIR_HU))
    for x, y, z, height in BLOBS.values():
        distance2 = ((points_lps - np.array([x, y, z])) ** 2).sum(axis=-1)
        hu += height * np.exp(-distance2 / (2 * SIGMA_MM**2))
    return np.rint(hu).astype(np.int16)


def array_on_affine(affine_kji: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """The phantom sampled on any grid."""
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    return hu_at(index @ affine_kji[:3, :3].T + affine_kji[:3, 3])


def blob_errors_mm(volume: Volume) -> dict[str, float]:
    """Distance of each blob's centre of mass in a volume from where it belongs."""
    return array_blob_errors_mm(volume.hu, volume.geometry.affine)


def array_blob_errors_mm(hu: np.ndarray, affine_kji: np.ndarray) -> dict[str, float]:
    """`blob_errors_mm` for an array and its index-to-LPS affine."""
    inverse = np.linalg.inv(affine_kji)
    spacing = np.linalg.norm(affine_kji[:3, :3], axis=0)
    errors = {}
    for name, (x, y, z, _) in BLOBS.items():
        center = inverse[:3, :3] @ np.array([x, y, z]) + inverse[:3, 3]
        # A window symmetric about the true centre, so that the air outside does not pull the centroid.
        reach = np.ceil(4.0 * SIGMA_MM / spacing)
        low = np.maximum(np.floor(center - reach).astype(int), 0)
        high = np.minimum(np.ceil(center + reach).astype(int) + 1, hu.shape)
        window = hu[tuple(slice(a, b) for a, b in zip(low, high, strict=True))].astype(float) - AIR_HU
        index = np.stack(np.meshgrid(*[np.arange(a, b) for a, b in zip(low, high, strict=True)], indexing="ij"), -1)
        points = index @ affine_kji[:3, :3].T + affine_kji[:3, 3]
        weight = np.clip(window, 0, None)
        weight[((points - [x, y, z]) ** 2).sum(axis=-1) > (4.0 * SIGMA_MM) ** 2] = 0
        if weight.sum() == 0:
            errors[name] = float("inf")
            continue
        centroid = (weight[..., None] * points).sum(axis=(0, 1, 2)) / weight.sum()
        errors[name] = float(np.linalg.norm(centroid - [x, y, z]))
    return errors
