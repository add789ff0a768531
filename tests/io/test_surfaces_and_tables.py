"""Surfaces and statistics of masks, against vtk and numpy."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.surface import mask_surface
from ctviewer.io.stl import read_stl, write_stl
from ctviewer.services.exporting import export_labels
from tests.support.volumes import geometry, volume

GRID = geometry((14, 20, 24), (2.5, 1.5, 1.0))


def blob(seed: int = 1) -> np.ndarray:
    from scipy import ndimage

    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=GRID.shape), 2)
    return np.asarray(noise > 0.02)


def test_vtk_fills_the_surface_with_the_same_voxels(tmp_path: Path) -> None:
    """VTK's stencil decides for every voxel centre whether it is inside the surface."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkImagingStencil import vtkImageStencilToImage, vtkPolyDataToImageStencil
    from vtkmodules.vtkIOGeometry import vtkSTLReader

    mask = blob()
    surface = mask_surface(mask, GRID)
    assert surface is not None
    write_stl(tmp_path / "a.stl", surface)
    reader = vtkSTLReader()
    reader.SetFileName(str(tmp_path / "a.stl"))
    stencil = vtkPolyDataToImageStencil()
    stencil.SetInputConnection(reader.GetOutputPort())
    stencil.SetTolerance(0)
    stencil.SetOutputSpacing(*reversed(GRID.spacing_mm))
    stencil.SetOutputOrigin(*GRID.affine[:3, 3])
    k, j, i = GRID.shape
    stencil.SetOutputWholeExtent(0, i - 1, 0, j - 1, 0, k - 1)
    image = vtkImageStencilToImage()
    image.SetInputConnection(stencil.GetOutputPort())
    image.SetInsideValue(1)
    image.SetOutsideValue(0)
    image.SetOutputScalarTypeToUnsignedChar()
    image.Update()
    filled = vtk_to_numpy(image.GetOutput().GetPointData().GetScalars()).reshape(GRID.shape) > 0
    np.testing.assert_array_equal(filled, mask)


def test_smoothing_keeps_the_volume_and_moves_less_than_a_voxel() -> None:
    index = np.stack(np.meshgrid(*map(np.arange, GRID.shape), indexing="ij"), -1)
    points = GRID.index_to_lps(index.reshape(-1, 3)).reshape(index.shape)
    ball = np.linalg.norm(points - points.reshape(-1, 3).mean(axis=0), axis=-1) < 10
    rough, smooth = mask_surface(ball, GRID), mask_surface(ball, GRID, smooth=True)
    assert rough is not None
    assert smooth is not None
    assert rough.volume_ml == pytest.approx(4 / 3 * np.pi, rel=0.06)
    assert smooth.volume_ml == pytest.approx(rough.volume_ml, rel=0.03)
    assert np.linalg.norm(smooth.points - rough.points, axis=1).max() < max(GRID.spacing_mm)
    distance = [np.linalg.norm(s.points - s.points.mean(axis=0), axis=1).std() for s in (rough, smooth)]
    assert distance[1] < 0.6 * distance[0]
    assert mask_surface(np.zeros(GRID.shape, bool), GRID) is None


def test_a_surface_at_the_border_is_closed() -> None:
    surface = mask_surface(np.ones(GRID.shape, bool), GRID)
    assert surface is not None
    edges = np.sort(np.concatenate([surface.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]), axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts == 2).all()


def test_cut_files_are_no_surfaces(tmp_path: Path) -> None:
    surface = mask_surface(blob(), GRID)
    assert surface is not None
    write_stl(tmp_path / "a.stl", surface)
    whole = (tmp_path / "a.stl").read_bytes()
    assert b"SPACE=LPS" in whole[:80]
    for size in (10, 83, len(whole) - 7):
        (tmp_path / "b.stl").write_bytes(whole[:size])
        with pytest.raises(UnreadableFileError, match="STL"):
            read_stl(tmp_path / "b.stl")


def test_each_structure_gets_a_file_and_an_empty_mask_none(tmp_path: Path) -> None:
    vol = volume()
    labels = np.zeros(vol.hu.shape, np.uint8)
    with pytest.raises(ExportRefusedError, match="empty"):
        export_labels(tmp_path / "m.stl", labels, vol)
    labels[3:6, 5:9, 4:9], labels[3:6, 15:19, 4:9] = 1, 3
    written = export_labels(tmp_path / "m.STL", labels, vol, smooth=True)
    assert [p.name for p in written] == ["m-left_lung.stl", "m-trachea.stl"]
    assert sorted(tmp_path.iterdir()) == sorted(written)


def test_statistics_agree_with_numpy(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    vol = volume()
    hu = random.integers(-1024, 300, vol.hu.shape).astype(np.int16)
    padding = random.random(vol.hu.shape) < 0.1
    object.__setattr__(vol, "hu", hu)
    object.__setattr__(vol, "padding", padding)
    labels = random.integers(0, 3, vol.hu.shape).astype(np.uint8)
    (path,) = export_labels(tmp_path / "m.csv", labels, vol)
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["structure"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["Left lung", "Right lung"]
    for name, label in (("Left lung", 1), ("Right lung", 2)):
        row, values = rows[name], hu[(labels == label) & ~padding].astype(float)
        assert int(row["voxels"]) == (labels == label).sum()
        assert float(row["volume_ml"]) == pytest.approx((labels == label).sum() * vol.geometry.voxel_volume_ml)
        assert float(row["hu_mean"]) == pytest.approx(values.mean(), abs=1e-3)
        assert float(row["hu_sd"]) == pytest.approx(values.std(), abs=1e-3)
        for p in (5, 25, 50, 75, 95):
            assert float(row[f"hu_p{p:02}"]) == np.percentile(values, p, method="inverted_cdf")
        assert (float(row["hu_min"]), float(row["hu_max"])) == (values.min(), values.max())
        center = vol.geometry.index_to_lps(np.argwhere(labels == label).mean(axis=0))[0]
        assert float(row["center_left_mm"]) == pytest.approx(center[0], abs=1e-3)


def test_values_that_are_no_hu_have_no_hu_columns(tmp_path: Path) -> None:
    vol = volume(is_hu=False)
    (path,) = export_labels(tmp_path / "m.csv", np.ones(vol.hu.shape, np.uint8), vol)
    with path.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["hu_mean"] == row["hu_p50"] == ""
