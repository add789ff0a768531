"""The real scans at hand: each opens on its own grid, or is refused for the right reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.orientation import direction_letters
from ctviewer.io.mask_images import read_labels
from ctviewer.services.study_loading import load, open_path
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data

SCANS = [
    ("ct/lidc_0001_dicom", (133, 512, 512), (2.5, 0.703125, 0.703125)),
    ("ct/lung_dx_a0001_dicom", (64, 512, 512), (5.0, 0.841797, 0.841797)),
    ("ct/boost_breast_dicom/ct", (98, 512, 512), (3.0, 1.074219, 1.074219)),
    ("ct/copd_ct64/ct-64Dicom", (79, 64, 64), (3.987, 4.1719, 4.1719)),
    ("ct/copd_ct64/ct-64.nrrd", (79, 64, 64), (3.987, 4.1719, 4.1719)),
    ("ct/lidc_0003.nii.gz", (140, 256, 256), (2.5, 1.640625, 1.640625)),
    ("ct/tcga_de_a4ma.nii.gz", (269, 256, 256), (2.5, 1.953125, 1.953125)),
    ("ct/right_lung_two_timepoints/baseline.mha", (129, 157, 115), (2.5, 1.3672, 1.3672)),
]


@pytest.mark.parametrize(("name", "shape", "spacing"), SCANS)
def test_scan_opens_upright(name: str, shape: tuple[int, ...], spacing: tuple[float, ...]) -> None:
    index, chosen = open_path(real_data(name))
    volume = load(chosen)
    assert volume.hu.shape == shape
    np.testing.assert_allclose(volume.geometry.spacing_mm, spacing, rtol=1e-3)
    assert volume.is_hu
    assert not chosen.ai_exclusion
    assert not index.rejected
    letters = [direction_letters(volume.geometry.directions[:, n])[0] for n in range(3)]
    assert letters == ["H", "P", "L"]
    assert (volume.hu < -700).mean() > 0.05  # air
    assert -100 < np.median(volume.hu[(volume.hu > -200) & (volume.hu < 300)]) < 80  # soft tissue


@pytest.mark.parametrize("name", ["ct/lidc_0001_dicom", "ct/lung_dx_a0001_dicom"])
def test_voxels_and_places_are_those_simpleitk_finds(name: str) -> None:
    """Both scans are plain stacks, where SimpleITK is right too."""
    path = real_data(name)
    volume = load(open_path(path)[1])
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(path)))
    image = reader.Execute()
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), volume.hu)
    np.testing.assert_allclose(image.GetOrigin(), volume.geometry.affine[:3, 3], atol=1e-3)


def test_left_lung_drawn_by_hand_is_air_on_the_left() -> None:
    volume = load(open_path(real_data("ct/boost_breast_dicom/ct"))[1])
    labels = read_labels(real_data("ct/boost_breast_dicom/mask_1Heart_2Breast_3LtLung_4TumorBed.nii.gz"), volume)
    lung, heart = labels == 3, labels == 1
    assert volume.hu[lung].mean() < -700
    assert volume.hu[heart].mean() > 0
    center = [volume.geometry.index_to_lps(np.argwhere(mask).mean(axis=0)[None])[0] for mask in (lung, heart)]
    assert center[0][0] > center[1][0] + 20  # the left lung lies to the left of the heart


def test_the_same_scan_as_dicom_and_nrrd_is_the_same_volume() -> None:
    first = load(open_path(real_data("ct/copd_ct64/ct-64Dicom"))[1])
    second = load(open_path(real_data("ct/copd_ct64/ct-64.nrrd"))[1])
    np.testing.assert_array_equal(first.hu, second.hu)
    assert first.geometry.same_grid(second.geometry)


@pytest.mark.parametrize("syntax", ["J2KI", "J2KR", "JLSL", "JLSN", "JPLL", "RLE", "UNC"])
@pytest.mark.parametrize("scan", ["CT1", "CT2"])
def test_transfer_syntax_samples(scan: str, syntax: str) -> None:
    """NEMA's samples: lossless ones equal the uncompressed one; pydicom agrees wherever it has a decoder."""
    folder = real_data("dicom_edge/nema_transfer_syntaxes")
    volume = load(open_path(folder / f"{scan}_{syntax}")[1])
    plain = load(open_path(folder / f"{scan}_UNC")[1])
    if syntax in ("J2KR", "JLSL", "JPLL", "RLE"):
        np.testing.assert_array_equal(volume.hu, plain.hu)
    else:
        assert np.abs(volume.hu.astype(int) - plain.hu)[plain.hu > -1100].max() < 400
    if syntax != "JPLL":
        ds = pydicom.dcmread(folder / f"{scan}_{syntax}")
        expected = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
        np.testing.assert_array_equal(volume.hu[0], expected)


def load_all(path: Path) -> None:
    for series in open_path(path)[0].series:
        load(series)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dicom_edge/DICOMDIR_rle", "none of the 20 files it lists is beside it"),
        ("dicom_edge/broken/OT-PAL-8-face.dcm", "it is a colour image"),
        ("dicom_edge/broken/US-RGB-8-epicard.dcm", "it is a colour image"),
        ("dicom_edge/broken/US-PAL-8-10x-echo.dcm", "it is a colour image"),
        ("dicom_edge/dcmqi_SEG/liver.dcm", "a segmentation (DICOM SEG)"),
        ("dicom_edge/nema_transfer_syntaxes", "two different images lie at the same position"),
        ("ct/boost_breast_dicom/RTSTRUCT.dcm", "of the kind RTSTRUCT without an image"),
    ],
)
def test_refused_for_the_right_reason(name: str, words: str) -> None:
    path = real_data(name)
    with pytest.raises(CTViewerError) as caught:
        load_all(path)
    assert words in str(caught.value)


def test_tilted_gantry_with_two_slice_distances() -> None:
    index, _ = open_path(real_data("dicom_edge/GE_gantrytilt_irregular"))
    assert len(index.series) == 2
    for series, step in zip(index.series, (4.0, 7.0), strict=True):
        volume = load(series)
        assert "Gantry tilt of 18.5° corrected by shifting the slices." in volume.notes
        assert abs(volume.geometry.spacing_mm[0] - step) < 0.01


def test_broken_but_readable_files_open() -> None:
    for name in ("20-wrong-transfer-syntax.dcm", "54-implicit-file-meta-info.dcm"):
        volume = load(open_path(real_data(f"dicom_edge/broken/{name}"))[1])
        assert volume.hu.shape == (1, 512, 512)
        assert volume.hu.max() > 500


def test_enhanced_ct_equals_its_single_frames() -> None:
    single = load(open_path(real_data("dicom_edge/dcmqi_SEG/24x38x3/image"))[1])
    multi = load(open_path(real_data("dicom_edge/dcmqi_SEG/24x38x3/multiframe"))[1])
    np.testing.assert_array_equal(single.hu, multi.hu)
    assert np.abs(single.geometry.corners_lps() - multi.geometry.corners_lps()).max() < 0.01
