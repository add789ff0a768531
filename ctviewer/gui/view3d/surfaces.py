"""From a mask to smooth surfaces; runs in a background job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BBox, LabelArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback

TARGET_SPACING_MM = 2.5
"""Finer grids show the steps of the slices rather than more anatomy, and take longer to draw."""
SMOOTHING_ITERATIONS = 20
PASS_BAND = 0.06
"""Of the windowed sinc filter (Taubin, Zhang and Golub 1996): keeps volumes, removes steps."""
MOST_TRIANGLES = 40_000
"""Per segment, reached by decimation."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles of one segment.

    Parameters
    ----------
    label
        Which segment.
    points
        Shape ``(N, 3)``, LPS millimetres, float32.
    triangles
        Shape ``(M, 3)``, indices of points.
    """

    label: int
    points: NDArray[np.float32]
    triangles: NDArray[np.int64]


def build_surfaces(
    labels: LabelArray,
    geometry: VolumeGeometry,
    wanted: Sequence[int],
    progress: ProgressCallback,
    cancel: CancelToken,
) -> tuple[Surface, ...]:
    """Surfaces of the wanted labels that are in the mask.

    Raises
    ------
    OperationCancelled
        If cancelled.
    """
    box = bounding_box(labels)
    if box is None:
        return ()
    cut, grid = labels[box], geometry.crop(box)
    surfaces = []
    for number, label in enumerate(wanted):
        cancel.raise_if_cancelled()
        progress(Progress(number, len(wanted), "Building surfaces"))
        mask = cut == label
        inner = bounding_box(mask)
        if inner is not None:
            surfaces.append(_surface(label, mask[inner], grid.crop(inner), cancel))
    return tuple(surfaces)


def bounding_box(array: AnyArray) -> BBox | None:
    """Smallest box around everything that is not zero; None if all is."""
    in_slice = np.array([part.any() for part in array])
    if not in_slice.any():
        return None
    k = _range(in_slice)
    flat = array[k].max(0)
    return (k, _range(flat.any(1)), _range(flat.any(0)))


def block_means(mask: AnyArray, factors: tuple[int, int, int]) -> NDArray[np.float32]:
    """Share of each block of voxels that is set, with an empty block around all, float32.

    Parameters
    ----------
    mask
        Bool, shape ``(k, j, i)``; counted as if zero beyond its end.
    factors
        Size of a block.
    """
    counts = mask.astype(np.uint16)
    for axis, factor in enumerate(factors):
        missing = -counts.shape[axis] % factor
        if missing:
            pad = [(0, missing if n == axis else 0) for n in range(3)]
            counts = np.pad(counts, pad)
        parts = [counts[(slice(None),) * axis + (slice(n, None, factor),)] for n in range(factor)]
        counts = parts[0].copy()
        for part in parts[1:]:
            counts += part
    return np.pad(counts / np.float32(np.prod(factors)), 1)


def _surface(label: int, mask: AnyArray, geometry: VolumeGeometry, cancel: CancelToken) -> Surface:
    # One number per axis: thick slices stay as they are, thin ones are combined.
    k, j, i = (min(max(1, round(TARGET_SPACING_MM / mm)), 8) for mm in geometry.spacing_mm)
    field = block_means(mask, (k, j, i))
    spacing = np.array(geometry.spacing_mm) * (k, j, i)
    cancel.raise_if_cancelled()
    local, triangles = _smooth_contour(field, spacing)
    # Local millimetres (x along i, y along j, z along k) from the middle of the empty block around.
    first = geometry.index_to_lps(np.array([((k - 1) / 2 - k, (j - 1) / 2 - j, (i - 1) / 2 - i)]))[0]
    points = local[:, ::-1].astype(np.float64) @ geometry.directions.T + first
    return Surface(label, points.astype(np.float32), triangles)


def _smooth_contour(field: NDArray[np.float32], spacing_mm: AnyArray) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Points ``(x, y, z)`` and triangles of the level 0.5: marching cubes, windowed sinc, decimation."""
    # Imported on the worker when first used: VTK takes a second to load.
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D, vtkQuadricDecimation, vtkWindowedSincPolyDataFilter

    image: Any = vtkImageData()
    image.SetDimensions(*reversed(field.shape))
    image.SetSpacing(*(float(mm) for mm in spacing_mm[::-1]))
    image.GetPointData().SetScalars(numpy_to_vtk(field.ravel(), deep=1))
    contour: Any = vtkFlyingEdges3D()
    contour.SetInputData(image)
    contour.SetValue(0, 0.5)
    contour.ComputeNormalsOff()
    contour.ComputeScalarsOff()
    smooth: Any = vtkWindowedSincPolyDataFilter()
    smooth.SetInputConnection(contour.GetOutputPort())
    smooth.SetNumberOfIterations(SMOOTHING_ITERATIONS)
    smooth.SetPassBand(PASS_BAND)
    smooth.NormalizeCoordinatesOn()
    smooth.NonManifoldSmoothingOn()
    smooth.FeatureEdgeSmoothingOff()
    smooth.BoundarySmoothingOff()
    smooth.Update()
    mesh: Any = smooth.GetOutput()
    count = mesh.GetNumberOfPolys()
    if count > MOST_TRIANGLES:
        fewer: Any = vtkQuadricDecimation()
        fewer.SetInputData(mesh)
        fewer.SetTargetReduction(1 - MOST_TRIANGLES / count)
        fewer.Update()
        mesh = fewer.GetOutput()
    if mesh.GetNumberOfPolys() == 0:
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int64)
    points = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float32)
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64)
    return points, triangles


def _range(used: AnyArray) -> slice:
    places = np.flatnonzero(used)
    return slice(int(places[0]), int(places[-1]) + 1)
