"""A synthetic thorax CT with exact labels, made from formulas: no patient was involved.

Used as the demo study and as test input with known truth. HU and labels come from the same signed distances
(`ctviewer.io.phantom_anatomy`), so the labels are exact at voxel centres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.arrays import FloatArray, HUArray, LabelArray, Points
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.io import phantom_anatomy as anatomy
from ctviewer.io.phantom_painting import paint_slice
from ctviewer.io.phantom_vessels import VesselTree, draw, grow, scatter

CENTER_MM = (0.0, 20.0, 150.0)
"""Phantom coordinates (x, y, z) of the middle of the default field of view."""

PHANTOM_HU_RANGE = (-1024, 3071)
BLOOD_HU = 270.0
BRONCHIAL_WALL_HU = -120.0
BRONCHIAL_LUMEN_HU = -980.0


@dataclass(frozen=True, slots=True)
class PhantomGrid:
    """Voxel grid of a phantom.

    Parameters
    ----------
    shape
        ``(slices, rows, columns)``.
    spacing_mm
        Distance of voxel centres along ``(k, j, i)``.
    center_mm
        Phantom coordinates ``(x, y, z)`` of the grid's centre.
    """

    shape: tuple[int, int, int] = (100, 256, 256)
    spacing_mm: tuple[float, float, float] = (3.0, 1.4, 1.4)
    center_mm: tuple[float, float, float] = CENTER_MM

    @classmethod
    def covering_chest(cls, slices: int, size: int) -> PhantomGrid:
        """The default field of view cut into ``slices`` slices of ``size`` × ``size`` voxels."""
        return cls((slices, size, size), (300.0 / slices, 358.4 / size, 358.4 / size))

    def axes_mm(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Voxel centres along z, y and x in phantom millimetres, ascending."""
        x, y, z = self.center_mm
        return self._axis(0, z), self._axis(1, y), self._axis(2, x)

    def _axis(self, axis: int, center: float) -> FloatArray:
        count = self.shape[axis]
        return np.asarray((np.arange(count, dtype=np.float64) - (count - 1) / 2) * self.spacing_mm[axis] + center)

    def geometry(self, frame_of_reference_uid: str | None = None) -> VolumeGeometry:
        """Geometry in LPS millimetres: phantom coordinates are LPS coordinates."""
        z, y, x = self.axes_mm()
        affine = np.zeros((4, 4))
        affine[2, 0], affine[1, 1], affine[0, 2] = self.spacing_mm
        affine[:3, 3] = (x[0], y[0], z[0])
        affine[3, 3] = 1.0
        return VolumeGeometry(self.shape, affine, frame_of_reference_uid)


@dataclass(frozen=True, eq=False)
class Phantom:
    """A synthetic scan with its truth.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``, int16, canonical order.
    labels
        Shape ``(k, j, i)``; 1 left lung, 2 right lung, 3 trachea with main bronchi.
    geometry
        Grid of both.
    """

    hu: HUArray
    labels: LabelArray
    geometry: VolumeGeometry


def thorax_phantom(
    grid: PhantomGrid | None = None,
    seed: int = 7,
    noise_hu: float = 14.0,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Phantom:
    """Make the phantom.

    Parameters
    ----------
    grid
        Voxel grid; default 256 × 256 × 100 voxels of 1.4 × 1.4 × 3 mm.
    seed
        Decides vessels and noise; the same seed and grid give the same voxels.
    noise_hu
        Standard deviation of the quantum noise in the middle of the chest.
    progress, cancel
        As everywhere.

    Raises
    ------
    OperationCancelled
        If asked to stop.
    """
    grid = grid or PhantomGrid()
    axes = grid.axes_mm()
    rng = np.random.default_rng(seed)
    hu = np.empty(grid.shape, np.float32)
    lung = np.empty(grid.shape, np.float32)
    labels = np.empty(grid.shape, np.uint8)
    for k, z in enumerate(axes[0]):
        if cancel is not None:
            cancel.raise_if_cancelled()
        picture = paint_slice(axes[2], axes[1], float(z))
        hu[k], labels[k], lung[k] = picture.hu, picture.labels, picture.lung
        progress(Progress(k + 1, len(axes[0]) + 20, "Drawing the synthetic thorax"))
    _add_lung_vessels(hu, lung, axes, rng)
    _blur_and_add_noise(hu, axes, noise_hu, rng)
    progress(Progress(len(axes[0]) + 20, len(axes[0]) + 20, "Drawing the synthetic thorax"))
    rounded = np.clip(np.rint(hu), *PHANTOM_HU_RANGE).astype(np.int16)
    return Phantom(rounded, labels, grid.geometry())


def _add_lung_vessels(
    hu: NDArray[np.float32],
    lung: NDArray[np.float32],
    axes: tuple[FloatArray, FloatArray, FloatArray],
    rng: np.random.Generator,
) -> None:
    detail = float(np.clip((1.4 / (axes[2][1] - axes[2][0])) ** 2, 0.1, 1.0))
    blood = np.zeros(hu.shape, np.float32)
    wall = np.zeros(hu.shape, np.float32)
    lumen = np.zeros(hu.shape, np.float32)
    for side in (1, -1):
        for tree in _blood_vessels(side, detail, rng):
            draw(tree, blood, axes)
        for trunk in anatomy.LOBAR_BRONCHI[3:] if side > 0 else anatomy.LOBAR_BRONCHI[:3]:
            end = trunk.nodes[-1, :3]
            near = _lung_points(side, 14, rng, margin_mm=16.0)
            near = near[np.linalg.norm(near - end, axis=1) < 75.0]
            if len(near):
                bronchi = grow(np.stack([trunk.nodes[-3, :3], end]), near, 0.75, 4.0)
                draw(bronchi, wall, axes, grow_mm=0.9)
                draw(bronchi, lumen, axes)
    for share, value in ((blood, BLOOD_HU), (wall, BRONCHIAL_WALL_HU), (lumen, BRONCHIAL_LUMEN_HU)):
        share *= lung
        hu += share * (np.float32(value) - hu)


def _blood_vessels(side: int, detail: float, rng: np.random.Generator) -> list[VesselTree]:
    artery = anatomy.LEFT_PULMONARY_ARTERY if side > 0 else anatomy.RIGHT_PULMONARY_ARTERY
    veins = anatomy.PULMONARY_VEINS[2:] if side > 0 else anatomy.PULMONARY_VEINS[:2]
    trees = [grow(artery.nodes[-5:, :3], _lung_points(side, int(2400 * detail), rng), 0.5)]
    for vein in veins:
        points = _lung_points(side, int(1700 * detail), rng)
        upper = points[:, 2] > 150.0
        trees.append(grow(vein.nodes[-3:, :3], points[upper if vein is veins[0] else ~upper], 0.5))
    return trees


def _lung_points(side: int, count: int, rng: np.random.Generator, margin_mm: float = 3.0) -> Points:
    def inside(x: FloatArray, y: FloatArray, z: FloatArray) -> NDArray[np.bool_]:
        return np.asarray((anatomy.lungs(x, y, z) < -margin_mm) & (side * (x - anatomy.midline_x(z)) > 0))

    return scatter(inside, (-140.0, -100.0, 0.0), (140.0, 95.0, 290.0), max(count, 4), rng)


def _blur_and_add_noise(
    hu: NDArray[np.float32],
    axes: tuple[FloatArray, FloatArray, FloatArray],
    noise_hu: float,
    rng: np.random.Generator,
) -> None:
    """Slight in-plane blur, then noise: stronger in the middle of the body, streaky between the shoulders."""
    z, y, x = axes
    pixel = float(x[1] - x[0])
    sigma = 0.55 / pixel
    middle = np.exp(-((x[None, :] / 150.0) ** 2 + ((y[:, None]) / 120.0) ** 2))
    for k, height in enumerate(z):
        ndimage.gaussian_filter(hu[k], sigma, output=hu[k])
        grain = ndimage.gaussian_filter(rng.standard_normal(hu.shape[1:], dtype=np.float32), 0.6)
        grain *= np.float32(noise_hu) / max(float(grain.std()), 1e-6)
        shoulders = float(np.clip((height - 262.0) / 25.0, 0.0, 1.0))
        abdomen = float(np.clip((90.0 - height) / 60.0, 0.0, 1.0))
        strength = (0.45 + 0.75 * middle) * (1.0 + 0.5 * abdomen + 0.5 * shoulders)
        hu[k] += grain * strength.astype(np.float32)
        if shoulders > 0:
            streaks = ndimage.gaussian_filter(rng.standard_normal(hu.shape[1:], dtype=np.float32), (0.5, 20.0 / pixel))
            streaks *= np.float32(14.0 * shoulders) / max(float(streaks.std()), 1e-6)
            hu[k] += streaks * middle.astype(np.float32)
