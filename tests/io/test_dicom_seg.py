"""Masks as DICOM segmentations: exact voxels, sides, references, and the files that are refused."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError, GeometryMismatchError, StoreError, UnreadableFileError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import AxisOrder
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_masks import read_dicom_seg
from ctviewer.io.dicom_seg import write_dicom_seg
from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
from ctviewer.services.study_loading import load, open_path
from tests.support.synthetic import TINY, phantom

MODEL = ModelIdentity("attention_unet_plus_plus_v2", "1.2.3", "0123456789abcdef" * 4, "Attention U-Net++ V2")


def opened(folder: Path) -> Volume:
    return load(open_path(folder)[1])


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    folder = tmp_path_factory.mktemp("ct")
    p = phantom(TINY)
    write_ct_series(folder, p.hu, p.geometry, SeriesHeader(uid_seed="seg test"))
    return opened(folder)


@pytest.fixture(scope="module")
def labels() -> LabelArray:
    labels = phantom(TINY).labels.copy()
    labels[:4] = 0  # slices without a label are left out of the file and must come back as zeros
    return labels


@pytest.fixture(scope="module")
def seg_path(volume: Volume, labels: LabelArray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seg") / "segmentation.dcm"
    write_dicom_seg(path, labels, volume, model=MODEL)
    return path


def test_reads_back_every_voxel(seg_path: Path, volume: Volume, labels: LabelArray) -> None:
    assert np.array_equal(read_dicom_seg(seg_path, volume), labels)
    assert int(pydicom.dcmread(seg_path).NumberOfFrames) < 3 * TINY.shape[0]


def test_highdicom_finds_the_left_lung_on_the_left(seg_path: Path, labels: LabelArray) -> None:
    seg = highdicom.seg.segread(seg_path)
    number = next(n for n in seg.segment_numbers if seg.get_segment_description(n).segment_label == "Left lung")
    volume = seg.get_volume(segment_numbers=[number])
    found = np.argwhere(volume.array.reshape(volume.spatial_shape) > 0)
    geometry = VolumeGeometry(volume.spatial_shape, volume.affine)
    center = geometry.index_to_lps(found.astype(float)).mean(axis=0)
    expected = phantom(TINY).geometry.index_to_lps(np.argwhere(labels == 1).astype(float)).mean(axis=0)
    assert np.allclose(center, expected, atol=0.01)
    assert center[0] > 30


def test_simpleitk_puts_the_frames_where_they_belong(seg_path: Path, labels: LabelArray) -> None:
    """An independent reader: every frame's position and pixels, straight from the functional groups."""
    seg = pydicom.dcmread(seg_path)
    frames = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(seg_path)))
    geometry = phantom(TINY).geometry
    for frame, item in zip(frames, seg.PerFrameFunctionalGroupsSequence, strict=True):
        position = [float(v) for v in item.PlanePositionSequence[0].ImagePositionPatient]
        k = round(float(geometry.lps_to_index(np.array([position]))[0, 0]))
        number = item.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        assert np.array_equal(frame > 0, labels[k] == number)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
@pytest.mark.parametrize("algorithm_type", ["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"])
def test_is_a_valid_segmentation_object(
    algorithm_type: str, volume: Volume, labels: LabelArray, tmp_path: Path
) -> None:
    path = tmp_path / "seg.dcm"
    write_dicom_seg(path, labels, volume, model=MODEL, algorithm_type=algorithm_type)  # type: ignore[arg-type]
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if "Error" in line] == []
    assert any("Segmentation" in line for line in lines)


def test_says_who_made_it_and_what_it_shows(seg_path: Path, volume: Volume) -> None:
    seg = pydicom.dcmread(seg_path)
    assert seg.SegmentationType == "BINARY"
    assert seg.StudyInstanceUID == volume.series.study_uid
    assert seg.FrameOfReferenceUID == volume.geometry.frame_of_reference_uid
    codes = {s.SegmentLabel: s for s in seg.SegmentSequence}
    assert list(codes) == ["Left lung", "Right lung", "Trachea"]
    for name, value, side in (("Left lung", "39607008", "7771000"), ("Right lung", "39607008", "24028007")):
        item = codes[name].SegmentedPropertyTypeCodeSequence[0]
        assert (item.CodeValue, item.CodingSchemeDesignator) == (value, "SCT")
        assert item.SegmentedPropertyTypeModifierCodeSequence[0].CodeValue == side
    assert codes["Trachea"].SegmentedPropertyTypeCodeSequence[0].CodeValue == "44567001"
    for segment in seg.SegmentSequence:
        assert segment.SegmentAlgorithmType == "AUTOMATIC"
        algorithm = segment.SegmentationAlgorithmIdentificationSequence[0]
        assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == (MODEL.model_id, MODEL.version)
        assert MODEL.weights_sha256 in algorithm.AlgorithmParameters


def test_dates_and_ages_that_are_none_are_not_copied(tmp_path: Path) -> None:
    """“2024.01.02” is how the standard's forerunner wrote dates; archives still hold them, and worse."""
    p = phantom(TINY)
    for path in write_ct_series(tmp_path, p.hu, p.geometry, SeriesHeader(uid_seed="dates")):
        content = path.read_bytes()
        start = content.index(b"\x08\0\x20\0DA\x08\0") + 8
        content = content[:start] + b"2024.1.2" + content[start + 8 :]
        start = content.index(b"\x10\0\x20\0LO") + 8
        path.write_bytes(content[:start] + b"A\\" + content[start + 2 :])  # a patient ID that looks like two
    volume = opened(tmp_path)
    write_dicom_seg(tmp_path / "seg.dcm", p.labels, volume, model=MODEL)
    assert pydicom.dcmread(tmp_path / "seg.dcm").StudyDate == ""
    assert np.array_equal(read_dicom_seg(tmp_path / "seg.dcm", volume), p.labels)


def test_refers_to_each_slice_it_shows(seg_path: Path, volume: Volume) -> None:
    seg = highdicom.seg.segread(seg_path)
    referred = {str(uid) for _, _, uid in seg.get_source_image_uids()}
    assert referred == set(volume.source.sop_instance_uids)


@pytest.mark.parametrize("axes_and_flips", [((0, 1, 2), (True, False, False)), ((2, 0, 1), (True, True, False))])
def test_scans_stored_in_another_order_come_back_exact(
    axes_and_flips: tuple[tuple[int, int, int], tuple[bool, bool, bool]], tmp_path: Path
) -> None:
    """Feet first, and sagittal slices."""
    p = phantom(TINY)
    stored = AxisOrder(*axes_and_flips)
    columns = np.array(p.geometry.affine[:3, list(stored.axes)])
    origin = np.array(p.geometry.affine[:3, 3])
    shape = tuple(p.hu.shape[a] for a in stored.axes)
    for axis, flip in enumerate(stored.flipped):
        if flip:
            origin = origin + columns[:, axis] * (shape[axis] - 1)
            columns[:, axis] *= -1
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = columns, origin
    geometry = VolumeGeometry(shape, affine)  # type: ignore[arg-type]
    (tmp_path / "ct").mkdir()
    write_ct_series(tmp_path / "ct", stored.to_canonical(p.hu), geometry, SeriesHeader(uid_seed=str(stored)))
    volume = opened(tmp_path / "ct")
    assert np.array_equal(volume.hu, p.hu)
    write_dicom_seg(tmp_path / "seg.dcm", p.labels, volume, model=MODEL)
    assert np.array_equal(read_dicom_seg(tmp_path / "seg.dcm", volume), p.labels)


def test_labels_with_gaps_keep_their_values(volume: Volume, tmp_path: Path) -> None:
    heart = Segment(40, "heart", "Heart", (200, 0, 0), CodedConcept("80891009", "Heart"))
    own = Segment(7, "finding", "My finding", (0, 0, 200))
    table = (*CHEST_SEGMENTS, own, heart)
    labels = np.zeros(volume.hu.shape, np.uint8)
    labels[3, 4:9, 5:9] = 40
    labels[3, 12:14, 5:9] = 7
    labels[5, 1:3, 5:9] = 2
    write_dicom_seg(tmp_path / "seg.dcm", labels, volume, table, algorithm_type="MANUAL")
    assert np.array_equal(read_dicom_seg(tmp_path / "seg.dcm", volume, table), labels)
    with pytest.raises(UnreadableFileError, match=r"Heart|My finding"):
        read_dicom_seg(tmp_path / "seg.dcm", volume)


class TestRefusals:
    def refused(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> str:
        path = tmp_path / "seg.dcm"
        with pytest.raises(ExportRefusedError) as caught:
            write_dicom_seg(path, labels, volume, model=MODEL)
        assert not list(tmp_path.iterdir())
        return caught.value.message

    def test_incomplete_identity(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        series = dataclasses.replace(volume.series, identity_complete=False)
        assert "UIDs" in self.refused(dataclasses.replace(volume, series=series), labels, tmp_path)

    def test_no_sop_uids(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        source = dataclasses.replace(volume.source, sop_instance_uids=())
        assert "UIDs" in self.refused(dataclasses.replace(volume, source=source), labels, tmp_path)

    def test_missing_slices(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        uids = ("", *volume.source.sop_instance_uids[1:])
        source = dataclasses.replace(volume.source, sop_instance_uids=uids)
        assert "missing" in self.refused(dataclasses.replace(volume, source=source), labels, tmp_path)

    def test_resampled(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        source = dataclasses.replace(volume.source, resampled=True)
        assert "resampled" in self.refused(dataclasses.replace(volume, source=source), labels, tmp_path)

    def test_empty_mask(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        assert "empty" in self.refused(volume, np.zeros_like(labels), tmp_path)

    def test_another_shape(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        with pytest.raises(GeometryMismatchError):
            write_dicom_seg(tmp_path / "seg.dcm", labels[1:], volume, model=MODEL)

    def test_a_model_is_needed_unless_drawn(self, volume: Volume, labels: LabelArray, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="model"):
            write_dicom_seg(tmp_path / "seg.dcm", labels, volume)


class TestReadingForeignObjects:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"FrameOfReferenceUID": "1.2.3"}, "frame of reference"),
            ({"PatientID": "SOMEBODY"}, "another patient"),
        ],
    )
    def test_identity_must_match(
        self, change: dict[str, str], sentence: str, seg_path: Path, volume: Volume, tmp_path: Path
    ) -> None:
        seg = pydicom.dcmread(seg_path)
        for name, value in change.items():
            setattr(seg, name, value)
        seg.save_as(tmp_path / "foreign.dcm")
        with pytest.raises(GeometryMismatchError, match=sentence):
            read_dicom_seg(tmp_path / "foreign.dcm", volume)

    def test_two_segments_of_one_number_are_refused(self, seg_path: Path, volume: Volume, tmp_path: Path) -> None:
        seg = pydicom.dcmread(seg_path)
        seg.SegmentSequence[1].SegmentNumber = 1
        seg.save_as(tmp_path / "twice.dcm")
        with pytest.raises(UnreadableFileError, match="two of its structures have the number 1"):
            read_dicom_seg(tmp_path / "twice.dcm", volume)

    def test_another_series_of_the_same_patient(self, seg_path: Path, volume: Volume) -> None:
        source = volume.source
        other = dataclasses.replace(
            source, sop_instance_uids=tuple(f"1.2.{n}" for n in range(source.geometry.shape[0]))
        )
        with pytest.raises(GeometryMismatchError, match="another series"):
            read_dicom_seg(seg_path, dataclasses.replace(volume, source=other))

    def test_moved_slices_are_refused(self, seg_path: Path, volume: Volume, tmp_path: Path) -> None:
        """Frames that refer to slices which the scan lacks."""
        source = volume.source
        half = dataclasses.replace(source, sop_instance_uids=(*source.sop_instance_uids[:-1], "1.2.3"))
        with pytest.raises(GeometryMismatchError, match="1 slices"):
            read_dicom_seg(seg_path, dataclasses.replace(volume, source=half))

    def test_a_ct_slice_is_not_a_mask(self, volume: Volume) -> None:
        with pytest.raises(UnreadableFileError, match="not a DICOM segmentation"):
            read_dicom_seg(volume.series.paths[0], volume)

    def test_text_is_not_a_mask(self, volume: Volume, tmp_path: Path) -> None:
        (tmp_path / "seg.dcm").write_text("no")
        with pytest.raises(UnreadableFileError, match="not a DICOM file"):
            read_dicom_seg(tmp_path / "seg.dcm", volume)

    def test_a_truncated_object_is_a_sentence(self, seg_path: Path, volume: Volume, tmp_path: Path) -> None:
        whole = seg_path.read_bytes()
        for share in (0.3, 0.6, 0.9, 0.99):
            (tmp_path / "seg.dcm").write_bytes(whole[: int(len(whole) * share)])
            with pytest.raises(UnreadableFileError):
                read_dicom_seg(tmp_path / "seg.dcm", volume)


def test_a_write_that_does_not_read_back_keeps_the_old_file(
    volume: Volume, labels: LabelArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "seg.dcm"
    path.write_bytes(b"old")

    def damaged(seg: pydicom.Dataset, where: Path) -> None:
        pixels = bytearray(seg.PixelData)
        pixels[len(pixels) // 2] ^= 0x10
        seg.PixelData = bytes(pixels)
        seg.save_as(where, enforce_file_format=True)

    monkeypatch.setattr("ctviewer.io.dicom_seg._save", damaged)
    with pytest.raises(StoreError, match="reads back differently"):
        write_dicom_seg(path, labels, volume, model=MODEL)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
