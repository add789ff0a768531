"""The 48 orientations of a scan through every exporter, read back by other programs: left stays left."""

from __future__ import annotations

import csv
from itertools import permutations, product
from pathlib import Path

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so
import slicerio

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.segment import LEFT_LUNG, RIGHT_LUNG, TRACHEA
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import Volume
from ctviewer.io.canonical import SourceImage, to_volume
from ctviewer.io.stl import read_stl
from ctviewer.services.exporting import FORMATS, export_labels
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import write_series
from tests.support.read_back import import_labels

AXES = np.eye(3)
ORIENTATIONS = [(axes, flips) for axes in permutations(range(3)) for flips in product((1, -1), repeat=3)]
SPACING_MM = (5.0, 4.0, 3.0)
EXTENT_MM = (96.0, 88.0, 104.0)
CENTERS = {
    LEFT_LUNG: np.array([26.0, 3.0, -4.0]),
    RIGHT_LUNG: np.array([-26.0, -14.0, 8.0]),
    TRACHEA: np.array([2.0, -20.0, 30.0]),
}
"""LPS millimetres."""

TOLERANCE_MM = 3.0
"""The structures are a few voxels across."""


def bodies(volume: Volume) -> np.ndarray:
    """Balls of 12 mm at `CENTERS`, the left one hollow, computed from the geometry alone."""
    index = np.stack(np.meshgrid(*map(np.arange, volume.hu.shape), indexing="ij"), axis=-1)
    points = volume.geometry.index_to_lps(index.reshape(-1, 3)).reshape(index.shape)
    labels = np.zeros(volume.hu.shape, np.uint8)
    for segment, center in CENTERS.items():
        distance = np.linalg.norm(points - center, axis=-1)
        labels[distance < 12] = segment.label
        if segment is LEFT_LUNG:
            labels[distance < 5] = 0
    return labels


def assert_in_place(found: dict[str, np.ndarray]) -> None:
    assert set(found) == {segment.name for segment in CENTERS}
    for segment, center in CENTERS.items():
        np.testing.assert_allclose(found[segment.name], center, atol=TOLERANCE_MM)


def centers_of(labels: np.ndarray, affine_kji: np.ndarray) -> dict[str, np.ndarray]:
    return {
        s.name: affine_kji[:3, :3] @ np.argwhere(labels == s.label).mean(axis=0) + affine_kji[:3, 3] for s in CENTERS
    }


def volume_in(axes: tuple[int, ...], flips: tuple[int, ...], folder: Path) -> Volume:
    affine, shape = np.eye(4), []
    for n, (axis, flip) in enumerate(zip(axes, flips, strict=True)):
        affine[:3, n] = AXES[axis] * flip * SPACING_MM[n]
        shape.append(round(EXTENT_MM[axis] / SPACING_MM[n]))
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    size = (shape[0], shape[1], shape[2])
    series = SeriesRef((folder / "scan.nii",), SourceFormat.NIFTI, size)
    return to_volume(SourceImage(np.zeros(size, np.int16), VolumeGeometry(size, affine)), series)


def sitk_centers(path: Path) -> dict[str, np.ndarray]:
    image = sitk.ReadImage(str(path))
    found = {}
    for segment in CENTERS:
        statistics = sitk.LabelShapeStatisticsImageFilter()
        statistics.Execute(image == segment.label)
        found[segment.name] = np.array(statistics.GetCentroid(1))
    return found


def nibabel_centers(path: Path) -> dict[str, np.ndarray]:
    image = nibabel.load(path)
    labels = np.asarray(image.dataobj)
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine
    return centers_of(labels, lps)


def slicer_centers(path: Path) -> dict[str, np.ndarray]:
    found = slicerio.read_segmentation(str(path))
    voxels, to_lps = found["voxels"], np.asarray(found["ijkToLPS"])
    assert voxels.ndim == 3
    centers = {}
    for segment in found["segments"]:
        index = np.argwhere(voxels == segment["labelValue"])
        centers[segment["name"]] = to_lps[:3, :3] @ index.mean(axis=0) + to_lps[:3, 3]
        assert segment["extent"] == [int(v) for pair in zip(index.min(0), index.max(0), strict=True) for v in pair]
        assert segment["terminology"]["type"][1] == {"Trachea": "44567001"}.get(segment["name"], "39607008")
    return centers


def stl_centers(paths: tuple[Path, ...]) -> dict[str, np.ndarray]:
    found = {}
    for segment, path in zip(CENTERS, sorted(paths), strict=True):
        assert segment.key in path.name
        corners = read_stl(path).reshape(-1, 3)
        found[segment.name] = (corners.min(axis=0) + corners.max(axis=0)) / 2
        a, b, c = read_stl(path).astype(float).transpose(1, 0, 2)
        assert np.einsum("ij,ij->", a, np.cross(b, c)) > 0  # seen from outside
    return found


def csv_centers(path: Path) -> dict[str, np.ndarray]:
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["structure"]: np.array([float(row[f"center_{side}_mm"]) for side in ("left", "posterior", "superior")])
            for row in csv.DictReader(file)
        }


@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS)
def test_files_of_every_orientation(axes: tuple[int, ...], flips: tuple[int, ...], tmp_path: Path) -> None:
    volume = volume_in(axes, flips, tmp_path)
    labels = bodies(volume)
    written = {s: export_labels(tmp_path / f"m{s}", labels, volume) for s in FORMATS if not s.endswith(".dcm")}
    for suffix in (".nii.gz", ".nii", ".nrrd", ".mha", ".seg.nrrd"):
        np.testing.assert_array_equal(import_labels(written[suffix][0], volume), labels)
        assert_in_place(sitk_centers(written[suffix][0]))
    assert_in_place(nibabel_centers(written[".nii"][0]))
    assert_in_place(slicer_centers(written[".seg.nrrd"][0]))
    assert_in_place(stl_centers(written[".stl"]))
    assert_in_place(csv_centers(written[".csv"][0]))


def dicom_orientations() -> list[tuple[tuple[float, ...], tuple[float, ...], bool]]:
    """24 pairs of row and column direction, each with files numbered along or against the normal."""
    signed = [tuple(float(sign) * axis) for axis in AXES for sign in (1, -1)]
    pairs = [(row, column) for row in signed for column in signed if abs(np.dot(row, column)) < 0.5]
    return [(row, column, backwards) for row, column in pairs for backwards in (False, True)]


@pytest.mark.parametrize(("row", "column", "backwards"), dicom_orientations())
def test_dicom_of_every_orientation(
    row: tuple[float, float, float], column: tuple[float, float, float], backwards: bool, tmp_path: Path
) -> None:
    grid = Grid(row=row, column=column, slice_mm=8.0, pixel_mm=(3.5, 4.0), shape=(13, 30, 28))
    last = grid.shape[0]
    write_series(
        tmp_path / "scan",
        grid,
        edit=lambda ds, k: setattr(ds, "InstanceNumber", last - k if backwards else k + 1),
        name=lambda k: f"{last - k if backwards else k:03}.dcm",
    )
    volume = load(open_path(tmp_path / "scan")[1])
    labels = bodies(volume)
    for suffix in (".dcm", ".rtstruct.dcm"):
        (path,) = export_labels(tmp_path / f"mask{suffix}", labels, volume)
        np.testing.assert_array_equal(import_labels(path, volume), labels)
        assert_in_place(seg_centers(path) if suffix == ".dcm" else contour_centers(path))


def seg_centers(path: Path) -> dict[str, np.ndarray]:
    seg = highdicom.seg.segread(path)
    found = {}
    for number in seg.segment_numbers:
        part = seg.get_volume(segment_numbers=[number], allow_missing_positions=True)
        index = np.argwhere(part.array.reshape(part.spatial_shape) > 0)
        found[seg.get_segment_description(number).segment_label] = (
            part.affine[:3, :3] @ index.mean(axis=0) + part.affine[:3, 3]
        )
    return found


def contour_centers(path: Path) -> dict[str, np.ndarray]:
    """Middle of the box around the contours; what is written is read as plain numbers."""
    ds = pydicom.dcmread(path)
    names = {int(roi.ROINumber): str(roi.ROIName) for roi in ds.StructureSetROISequence}
    found = {}
    for roi in ds.ROIContourSequence:
        points = np.concatenate([np.array(c.ContourData, float).reshape(-1, 3) for c in roi.ContourSequence])
        found[names[int(roi.ReferencedROINumber)]] = (points.min(axis=0) + points.max(axis=0)) / 2
    return found
