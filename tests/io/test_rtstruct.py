"""Masks as structure sets: exact voxels, keyholes, references, and the files that are refused."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from ctviewer.domain.errors import ExportRefusedError, GeometryMismatchError, StoreError, UnreadableFileError
from ctviewer.domain.found_structure import labels_of, targets
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_masks import read_rtstruct
from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
from ctviewer.io.rtstruct import write_rtstruct
from ctviewer.services.study_loading import load, open_path
from tests.support.synthetic import TINY, phantom

MODEL = ModelIdentity("chest", "1.2.3", "0123456789abcdef" * 4, "Chest")


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    folder = tmp_path_factory.mktemp("ct")
    p = phantom(TINY)
    write_ct_series(folder, p.hu, p.geometry, SeriesHeader(uid_seed="rtstruct test"))
    return load(open_path(folder)[1])


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    labels = phantom(TINY).labels.copy()
    labels[8:12, 20:24, 10:14] = 0  # a hole in a lung
    return labels


@pytest.fixture(scope="module")
def path(volume: Volume, labels: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rt") / "structures.dcm"
    write_rtstruct(path, labels, volume, model=MODEL)
    return path


def edited(path: Path, target: Path, change: Callable[[Dataset], None]) -> Path:
    ds = pydicom.dcmread(path)
    change(ds)
    ds.save_as(target / "edited.dcm")
    return target / "edited.dcm"


def contours(ds: Dataset) -> list[Dataset]:
    return [contour for roi in ds.ROIContourSequence for contour in roi.ContourSequence]


def move(ds: Dataset, x: float = 0.0, y: float = 0.0, z: float = 0.0, sign: float = 1.0) -> None:
    for contour in contours(ds):
        points = np.array(contour.ContourData, float).reshape(-1, 3) * (sign, 1.0, 1.0) + (x, y, z)
        contour.ContourData = [f"{v:.3f}" for v in points.ravel()]


def test_every_voxel_name_colour_code_and_side_come_back(path: Path, volume: Volume, labels: np.ndarray) -> None:
    found = read_rtstruct(path, volume)
    assert [(s.name, s.color, s.code, s.laterality) for s in found] == [
        (s.name, s.color, s.code, s.laterality) for s in CHEST_SEGMENTS
    ]
    chosen = targets(found, CHEST_SEGMENTS)
    assert chosen == list(CHEST_SEGMENTS)
    assert np.array_equal(labels_of(found, chosen, labels.shape), labels)


def test_contours_enclose_the_volume_of_the_voxels_and_lie_on_their_slices(
    path: Path, volume: Volume, labels: np.ndarray
) -> None:
    """Area by the shoelace formula on the file's own numbers; no code of the program takes part."""
    ds = pydicom.dcmread(path)
    slices = {pydicom.dcmread(p).SOPInstanceUID: pydicom.dcmread(p) for p in volume.series.paths}
    for segment, roi in zip(CHEST_SEGMENTS, ds.ROIContourSequence, strict=True):
        volume_mm3 = 0.0
        for contour in roi.ContourSequence:
            x, y, z = np.array(contour.ContourData, float).reshape(-1, 3).T
            image = slices[contour.ContourImageSequence[0].ReferencedSOPInstanceUID]
            assert np.allclose(z, float(image.ImagePositionPatient[2]), atol=1e-3)
            assert len(x) == contour.NumberOfContourPoints
            area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
            volume_mm3 += area * float(image.SliceThickness)
        expected = (labels == segment.label).sum() * volume.geometry.voxel_volume_ml * 1000
        assert volume_mm3 == pytest.approx(expected, rel=1e-4)


def test_holes_are_keyholes(path: Path, volume: Volume, labels: np.ndarray) -> None:
    """One contour per part of a slice, though a lung has a hole there."""
    ds = pydicom.dcmread(path)
    hollow = volume.source.sop_instance_uids[9]
    right = next(r for r in ds.ROIContourSequence if r.ReferencedROINumber == 2)
    on_slice = [c for c in right.ContourSequence if c.ContourImageSequence[0].ReferencedSOPInstanceUID == hollow]
    assert len(on_slice) == 1
    assert (labels[9] == 2).any()


def test_refers_to_study_series_images_and_model(path: Path, volume: Volume) -> None:
    ds = pydicom.dcmread(path)
    frame = ds.ReferencedFrameOfReferenceSequence[0]
    assert frame.FrameOfReferenceUID == volume.geometry.frame_of_reference_uid
    series = frame.RTReferencedStudySequence[0].RTReferencedSeriesSequence[0]
    assert series.SeriesInstanceUID == volume.series.series_uid
    assert [i.ReferencedSOPInstanceUID for i in series.ContourImageSequence] == list(volume.source.sop_instance_uids)
    assert {r.ROIGenerationAlgorithm for r in ds.StructureSetROISequence} == {"AUTOMATIC"}
    assert {r.ROIGenerationDescription for r in ds.StructureSetROISequence} == {"chest 1.2.3"}


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
def test_is_a_valid_structure_set(path: Path) -> None:
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if "Error" in line] == []
    assert any("RTStructureSet" in line for line in lines)


@pytest.mark.skipif(shutil.which("dcmdump") is None, reason="dcmdump (Debian package dcmtk) is not installed")
def test_dcmtk_reads_it(path: Path) -> None:
    done = subprocess.run(["dcmdump", "-q", "+P", "3006,0026", str(path)], capture_output=True, text=True, check=True)
    assert [line.split("[")[1].split("]")[0] for line in done.stdout.splitlines()] == [s.name for s in CHEST_SEGMENTS]


def another_patient(ds: Dataset) -> None:
    ds.PatientID = "SOMEBODY"


def another_frame(ds: Dataset) -> None:
    for roi in ds.StructureSetROISequence:
        roi.ReferencedFrameOfReferenceUID = "1.2.3"
    ds.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID = "1.2.3"


def another_series(ds: Dataset) -> None:
    study = ds.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0]
    study.RTReferencedSeriesSequence[0].SeriesInstanceUID = "1.2.3"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (another_patient, "another patient"),
        (another_frame, "another frame of reference"),
        (another_series, "another series"),
        (lambda ds: move(ds, z=1000.0), "above or below the scan"),
        (lambda ds: move(ds, z=2.0), "beside its slice"),
        (lambda ds: move(ds, x=400.0), "beyond the picture"),
        (lambda ds: move(ds, x=150.0, sign=-1.0), "beyond the picture"),
    ],
)
def test_foreign_and_moved_contours_are_refused(
    change: Callable[[Dataset], None], sentence: str, path: Path, volume: Volume, tmp_path: Path
) -> None:
    with pytest.raises(GeometryMismatchError, match=sentence):
        read_rtstruct(edited(path, tmp_path, change), volume)


def test_contours_on_other_slices_than_they_say_are_refused(path: Path, volume: Volume, tmp_path: Path) -> None:
    step = volume.geometry.spacing_mm[0]
    with pytest.raises(GeometryMismatchError, match="other slices than they refer to"):
        read_rtstruct(edited(path, tmp_path, lambda ds: move(ds, z=step)), volume)


def test_inner_contours_drawn_apart_are_holes(path: Path, volume: Volume, tmp_path: Path) -> None:
    def draw(ds: Dataset) -> None:
        origin, spacing = volume.geometry.affine[:3, 3], volume.geometry.spacing_mm
        roi = ds.ROIContourSequence[0]
        del roi.ContourSequence[1:]
        template = roi.ContourSequence[0]
        z = float(template.ContourData[2])
        drawn = []
        for kind, half in (("CLOSED_PLANAR", 8), ("CLOSED_PLANAR", 3), ("POINT", 1)):
            contour = Dataset()
            contour.ContourGeometricType = kind
            contour.ContourImageSequence = template.ContourImageSequence
            x, y = origin[0] + 24.5 * spacing[2], origin[1] + 24.5 * spacing[1]
            corners = [(a * half * spacing[2], b * half * spacing[1]) for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1))]
            contour.ContourData = [f"{v:.4f}" for a, b in corners for v in (x + a, y + b, z)]
            contour.NumberOfContourPoints = 4
            drawn.append(contour)
        roi.ContourSequence = drawn

    found = read_rtstruct(edited(path, tmp_path, draw), volume)
    assert found[0].region is not None
    assert found[0].region.mask.sum() == 16 * 16 - 6 * 6


def test_a_structure_without_contours_is_empty_and_a_slice_is_no_structure_set(
    path: Path, volume: Volume, tmp_path: Path
) -> None:
    def empty(ds: Dataset) -> None:
        del ds.ROIContourSequence[0].ContourSequence
        ds.ROIContourSequence[0].ROIDisplayColor = ["1"]

    found = read_rtstruct(edited(path, tmp_path, empty), volume)
    assert found[0].region is None
    assert found[0].color is None
    with pytest.raises(UnreadableFileError, match="not a DICOM structure set"):
        read_rtstruct(volume.series.paths[0], volume)


def test_a_contour_that_is_there_twice_counts_once(path: Path, volume: Volume, tmp_path: Path) -> None:
    def double(ds: Dataset) -> None:
        ds.ROIContourSequence[0].ContourSequence = [c for c in ds.ROIContourSequence[0].ContourSequence for _ in "12"]

    found, expected = read_rtstruct(edited(path, tmp_path, double), volume), read_rtstruct(path, volume)
    assert found[0].region is not None
    assert np.array_equal(found[0].region.mask, expected[0].region.mask)  # type: ignore[union-attr]


@pytest.mark.parametrize("sequence", ["StructureSetROISequence", "ROIContourSequence"])
def test_two_structures_of_one_number_are_refused(sequence: str, path: Path, volume: Volume, tmp_path: Path) -> None:
    def confuse(ds: Dataset) -> None:
        name = "ROINumber" if sequence == "StructureSetROISequence" else "ReferencedROINumber"
        setattr(ds[sequence].value[1], name, 1)

    with pytest.raises(UnreadableFileError, match="two of its structures have the number 1"):
        read_rtstruct(edited(path, tmp_path, confuse), volume)


def test_damaged_files_are_sentences(path: Path, volume: Volume, tmp_path: Path) -> None:
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.9):
        (tmp_path / "cut.dcm").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises((UnreadableFileError, GeometryMismatchError)):
            read_rtstruct(tmp_path / "cut.dcm", volume)

    def rubbish(ds: Dataset) -> None:
        ds.ROIContourSequence[0].ContourSequence[0].ContourData = ["1", "2", "3", "4"]

    with pytest.raises(UnreadableFileError, match="damaged"):
        read_rtstruct(edited(path, tmp_path, rubbish), volume)


def test_what_cannot_be_referred_to_or_does_not_read_back_is_not_written(
    volume: Volume, labels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "structures.dcm"
    target.write_bytes(b"old")
    incomplete = dataclasses.replace(volume, series=dataclasses.replace(volume.series, identity_complete=False))
    with pytest.raises(ExportRefusedError, match="UIDs"):
        write_rtstruct(target, labels, incomplete, model=MODEL)
    with pytest.raises(ExportRefusedError, match="empty"):
        write_rtstruct(target, np.zeros_like(labels), volume, model=MODEL)

    def damaged(ds: Dataset, where: Path) -> None:
        contours(ds)[3].ContourData[0] += 20
        ds.save_as(where, implicit_vr=True, little_endian=True)

    monkeypatch.setattr("ctviewer.io.rtstruct._save", damaged)
    with pytest.raises((StoreError, UnreadableFileError)):
        write_rtstruct(target, labels, volume, model=MODEL)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
