"""Left is left: every axis order and flip of every format, against nibabel, SimpleITK and highdicom.

The images are sampled from the analytic phantom on each grid, so no rearranging code of the program makes the truth.
"""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.domain.planes import Plane, edge_letters, extract_slice, index_to_pixel
from ctviewer.domain.volume import Volume
from ctviewer.io.mask_images import read_labels, write_labels
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import BLOBS, Grid, array_blob_errors_mm, array_on_affine, blob_errors_mm
from tests.support.dicom_files import write_series
from tests.support.foreign_files import (
    ORIENTATIONS,
    read_with_nibabel,
    read_with_sitk,
    sitk_affine,
    source_affine,
    write_image,
)
from tests.support.trap_files import oblique_grid

FORMATS = ("nifti", "nrrd", "mha")
TOLERANCE_MM = 0.01


def assert_sides_on_screen(volume: Volume) -> None:
    """The left blob is drawn on the right half, under the letter L; front on top; head on top."""
    centers = {name: volume.geometry.lps_to_index(np.array([blob[:3]]))[0] for name, blob in BLOBS.items()}
    middle = (np.array(volume.hu.shape) - 1) / 2
    assert centers["left"][2] > middle[2]
    assert centers["front"][1] < middle[1]
    assert centers["head"][0] > middle[0]
    for plane, name, side in (
        (Plane.AXIAL, "left", "right"),
        (Plane.AXIAL, "front", "top"),
        (Plane.CORONAL, "left", "right"),
        (Plane.CORONAL, "head", "top"),
        (Plane.SAGITTAL, "front", "left"),
        (Plane.SAGITTAL, "head", "top"),
    ):
        k, j, i = (float(v) for v in centers[name])
        drawn = extract_slice(volume.hu, plane, round(centers[name][plane.normal_axis]))
        row, column = index_to_pixel(plane, (k, j, i), volume.hu.shape)
        assert drawn[round(row), round(column)] > -300  # the blob is really there
        height, width = drawn.shape
        on_side = {"right": column > width / 2, "left": column < width / 2, "top": row < height / 2}
        assert on_side[side]
        letter = {"left": "L", "front": "A", "head": "H"}[name]
        assert edge_letters(volume.geometry, plane)[side].startswith(letter)


def blob_mask(volume: Volume) -> np.ndarray:
    """Label 1, 2, 3 for the cores of the left, front and head blob."""
    index = np.stack(np.meshgrid(*map(np.arange, volume.hu.shape), indexing="ij"), axis=-1)
    points = volume.geometry.index_to_lps(index.reshape(-1, 3)).reshape(index.shape)
    labels = np.zeros(volume.hu.shape, np.uint8)
    for value, (x, y, z, _) in enumerate(BLOBS.values(), 1):
        labels[((points - [x, y, z]) ** 2).sum(axis=-1) < 8.0**2] = value
    return labels


def assert_labels_at_blobs(labels: np.ndarray, affine_kji: np.ndarray) -> None:
    for value, (x, y, z, _) in enumerate(BLOBS.values(), 1):
        center = affine_kji[:3, :3] @ np.argwhere(labels == value).mean(axis=0) + affine_kji[:3, 3]
        np.testing.assert_allclose(center, [x, y, z], atol=1.5)  # the mask is a few voxels across


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS)
def test_volume_file_in_every_orientation(
    axes: tuple[int, ...], flips: tuple[int, ...], kind: str, tmp_path: Path
) -> None:
    affine, shape = source_affine(axes, flips)
    hu = array_on_affine(affine, shape)
    path = write_image(tmp_path, kind, affine, hu)
    volume = load(open_path(path)[1])
    assert max(blob_errors_mm(volume).values()) <= TOLERANCE_MM
    assert_sides_on_screen(volume)
    assert_oracles_agree(path, kind)
    # Back out: on the file's own grid, read by other programs.
    mask = blob_mask(volume)
    out = tmp_path / {"nifti": "mask.nii.gz", "nrrd": "mask.nrrd", "mha": "mask.mha"}[kind]
    write_labels(out, mask, volume)
    np.testing.assert_array_equal(read_labels(out, volume), mask)
    assert_labels_at_blobs(*read_with_sitk(out))
    scan, written = sitk.ReadImage(str(path)), sitk.ReadImage(str(out))
    assert scan.GetSize() == written.GetSize()
    np.testing.assert_allclose(scan.GetDirection(), written.GetDirection(), atol=1e-5)
    np.testing.assert_allclose(scan.GetOrigin(), written.GetOrigin(), atol=1e-3)
    if kind == "nifti":
        labels, mask_affine = read_with_nibabel(out)
        assert_labels_at_blobs(labels, mask_affine)


def assert_oracles_agree(path: Path, kind: str) -> None:
    """Other readers see the same patient."""
    assert max(array_blob_errors_mm(*read_with_sitk(path)).values()) <= TOLERANCE_MM
    if kind == "nifti":
        assert max(array_blob_errors_mm(*read_with_nibabel(path)).values()) <= TOLERANCE_MM


def _dicom_orientations() -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """All 24 pairs of row and column direction along patient axes."""
    signed = [tuple(sign * axis) for axis in np.eye(3) for sign in (1.0, -1.0)]
    return [(row, column) for row in signed for column in signed if abs(np.dot(row, column)) < 0.5]


@pytest.mark.parametrize(("row", "column"), _dicom_orientations())
def test_dicom_in_every_orientation(row: tuple[float, ...], column: tuple[float, ...], tmp_path: Path) -> None:
    check_dicom(Grid(row=row, column=column, slice_mm=4.0, shape=(32, 70, 56)), "HFS", tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize("position", ["FFS", "HFP", "FFP", "HFDR"])
def test_patient_position_changes_nothing(position: str, tmp_path: Path) -> None:
    """Directions are told by the orientation cosines alone; the patient position only says how the patient lay."""
    check_dicom(Grid(slice_mm=4.0, shape=(32, 70, 56)), position, tmp_path)


def test_oblique_dicom(tmp_path: Path) -> None:
    check_dicom(oblique_grid(), "HFS", tmp_path)


def check_dicom(grid: Grid, position: str, folder: Path) -> None:
    paths = write_series(folder / "scan", grid, edit=lambda ds, _: setattr(ds, "PatientPosition", position))
    volume = load(open_path(folder / "scan")[1])
    assert max(blob_errors_mm(volume).values()) <= TOLERANCE_MM
    assert_sides_on_screen(volume)
    mask = blob_mask(volume)
    write_labels(folder / "mask.nii.gz", mask, volume)
    assert_labels_at_blobs(*read_with_nibabel(folder / "mask.nii.gz"))
    # SimpleITK and highdicom read the same files and must find our voxels where we say they are.
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder / "scan")))
    image = reader.Execute()
    compare(volume, sitk.GetArrayFromImage(image), sitk_affine(image))
    other = highdicom.get_volume_from_series([pydicom.dcmread(path) for path in paths])
    compare(volume, other.array, other.affine)


def compare(volume: Volume, array: np.ndarray, affine_kji: np.ndarray) -> None:
    """Voxels of a volume against another reader's array, by their place in the patient."""
    index = np.argwhere(volume.hu > -300)[::7]
    assert len(index) > 20
    points = volume.geometry.index_to_lps(index)
    inverse = np.linalg.inv(affine_kji)
    found = points @ inverse[:3, :3].T + inverse[:3, 3]
    nearest = np.rint(found).astype(int)
    assert np.abs(found - nearest).max() < 0.01
    np.testing.assert_array_equal(array[tuple(nearest.T)], volume.hu[tuple(index.T)])
