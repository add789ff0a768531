"""Importing labelled scans: values, sides and geometry."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from ctviewer.io.dicom_seg import write_dicom_seg
from ctviewer.io.index import index_path
from ctviewer.io.load import load_volume
from tests.support.retraining_desk import retraining_desk, write_scan
from tests.support.synthetic import TINY, phantom
from tests.training.ellipsoids import chest
from training.__main__ import main
from training.case_list import read_cases
from training.cases import read_case
from training.importers.luna16 import decided


def _write(path: Path, array: np.ndarray, *, flipped: bool = False) -> None:
    """An image in LPS order (i to the left); ``flipped`` stores rows and columns backwards, as some of LUNA16."""
    image = sitk.GetImageFromArray(array[:, ::-1, ::-1].copy() if flipped else array)
    image.SetSpacing((8.0, 8.0, 10.0))
    if flipped:
        image.SetDirection((-1, 0, 0, 0, -1, 0, 0, 0, 1))
        image.SetOrigin((8.0 * (array.shape[2] - 1), 8.0 * (array.shape[1] - 1), 0.0))
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, str(path))


def _mask(labels: np.ndarray, left: int) -> np.ndarray:
    return np.array([0, left, 7 - left, 5], np.uint8)[labels]


def _luna16(folder: Path) -> None:
    for number, (left, flipped) in enumerate([(3, False), (4, False), (3, True)]):
        hu, labels, _ = chest(number)
        _write(folder / f"subset{number % 2}" / f"1.2.{number}.mhd", hu, flipped=flipped)
        mask = _mask(labels, left)
        mask[0, 0, :3] = 9
        _write(folder / "seg-lungs-LUNA16" / f"1.2.{number}.mhd", mask, flipped=flipped)


def test_luna16_sides_follow_the_geometry_whatever_the_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _luna16(tmp_path / "luna")
    assert main(["import", "luna16", str(tmp_path / "luna"), "--out", str(tmp_path / "cases")]) == 0
    cases = read_cases(tmp_path / "cases" / "cases.json")
    assert sorted(case.case_id for case in cases) == ["1.2.0", "1.2.1", "1.2.2"]
    for case in cases:
        scan = read_case(case, Path())
        truth = chest(int(case.case_id[-1]))[1]
        assert set(np.unique(scan.labels)) == {0, 1, 2, 3}
        columns = [np.nonzero(scan.labels == value)[2].mean() for value in (1, 2)]
        assert columns[0] > columns[1], "label 1 lies on the patient's left"
        assert np.array_equal(scan.labels, truth)
    told = capsys.readouterr().err
    assert "9 (3 voxels)" in told
    assert "The left lung is 4 in 1 scans" in told


def test_one_lung_alone_takes_the_usual_value() -> None:
    raw = np.zeros((2, 4, 6), np.uint8)
    raw[:, :, :2] = 4
    labels, left, unknown = decided(raw)
    assert (left, unknown) == (3, {})
    assert (labels[:, :, :2] == 2).all()


def test_a_folder_with_swapped_sides_is_refused_until_the_values_are_mapped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hu, labels, _ = chest(1)
    _write(tmp_path / "images" / "a_0000.nii.gz", hu)
    _write(tmp_path / "labels" / "a.nii.gz", np.array([0, 2, 1, 3], np.uint8)[labels])
    command = ["import", "folder", str(tmp_path / "images"), "--labels", str(tmp_path / "labels")]
    assert main([*command, "--out", str(tmp_path / "cases")]) == 2
    assert "lies on the patient's right" in capsys.readouterr().err
    assert main([*command, "--out", str(tmp_path / "cases"), "--map", "1=2", "2=1", "3=3"]) == 0
    (case,) = read_cases(tmp_path / "cases" / "cases.json")
    assert np.array_equal(read_case(case, Path()).labels, labels)


def test_masks_beside_their_scans(tmp_path: Path) -> None:
    hu, labels, _ = chest(2)
    _write(tmp_path / "scan.nrrd", hu)
    _write(tmp_path / "scan_seg.nrrd", labels)
    assert main(["import", "folder", str(tmp_path), "--out", str(tmp_path / "cases")]) == 0
    assert len(json.loads((tmp_path / "cases" / "cases.json").read_text())) == 1


def test_accepted_cases_come_with_what_was_reviewed_and_corrected(tmp_path: Path) -> None:
    with retraining_desk(tmp_path) as (store, _, _, _):
        truth = {r.revision_id: store.revisions.load_labels(r.revision_id) for r in store.revisions.select()}
        path = store.path
    assert main(["import", "accepted", "--store", str(path), "--out", str(tmp_path / "cases")]) == 0
    cases = read_cases(tmp_path / "cases" / "cases.json")
    assert len({case.patient_key for case in cases}) == len(cases) == 2
    for case in cases:
        scan = read_case(case, Path())
        assert np.array_equal(scan.labels, truth[case.revision_id])
        assert case.reviewed_slices == list(range(len(scan.hu)))
        assert case.corrected_slices


def test_nothing_to_import_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["luna16", str(tmp_path)],
        ["folder", str(tmp_path)],
        ["folder", str(tmp_path / "no")],
        ["accepted", "--store", str(tmp_path / "no")],
    ):
        assert main(["import", *arguments, "--out", str(tmp_path / "cases")]) == 2
        assert "Traceback" not in capsys.readouterr().err


def test_scans_that_are_all_left_out_are_no_list_of_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.nii.gz", "a_seg.nii.gz"):
        (tmp_path / name).write_bytes(b"no image")
    assert main(["import", "folder", str(tmp_path), "--out", str(tmp_path / "cases")]) == 2
    assert "None of the scans could be used" in capsys.readouterr().err
    assert not (tmp_path / "cases").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hu, labels, _ = chest(2)
    _write(tmp_path / "scan.nrrd", hu)
    _write(tmp_path / "scan_seg.nrrd", labels)
    (tmp_path / "file").write_text("in the way")
    assert main(["import", "folder", str(tmp_path), "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.strip().endswith("cannot be used: Not a directory.")


def test_dicom_segmentations_find_their_series(tmp_path: Path) -> None:
    scan = write_scan(tmp_path / "scans" / "a", "SYNTHETIC-A")
    write_scan(tmp_path / "scans" / "b", "SYNTHETIC-B")
    truth = phantom(TINY).labels
    (tmp_path / "segs").mkdir()
    write_dicom_seg(
        tmp_path / "segs" / "a.dcm", truth, load_volume(index_path(scan).series[0]), algorithm_type="MANUAL"
    )
    command = ["import", "dicom-seg", str(tmp_path / "scans"), "--segmentations", str(tmp_path / "segs")]
    assert main([*command, "--out", str(tmp_path / "cases")]) == 0
    (case,) = read_cases(tmp_path / "cases" / "cases.json")
    assert np.array_equal(read_case(case, Path()).labels, truth)
