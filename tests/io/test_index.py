"""What the index finds under a folder, an archive, a disc, and what it would open first."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet

from ctviewer.app.cli import main
from ctviewer.domain.errors import CTViewerError, NoImagesError, OperationCancelled, UnreadableFileError
from ctviewer.domain.progress import CancelToken
from ctviewer.io.archive import remove_unpacked
from ctviewer.io.text_encoding import decode_text
from ctviewer.services.index_listing import describe_index, index_to_json
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid, blob_errors_mm
from tests.support.dicom_files import Edit, write_series

SMALL = Grid(shape=(12, 20, 16), slice_mm=8.0)


def series(uid: str, **values: object) -> Edit:
    def edit(ds: Dataset, k: int) -> None:
        ds.SeriesInstanceUID = uid
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{uid}.{k + 1}"
        for name, value in values.items():
            setattr(ds, name, value)

    return edit


@pytest.fixture(autouse=True)
def _own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))


def test_mixed_folder_of_several_patients(tmp_path: Path) -> None:
    root = tmp_path / "mixed"
    write_series(root, SMALL, series("1.2.1", PatientID="A"), name="a{:03d}".format)
    write_series(root / "deep" / "er", SMALL, series("1.2.2", PatientID="B", StudyInstanceUID="1.3"))
    write_series(root, SMALL, series("1.2.3", PatientID="A", SeriesDescription="Lung"), name="l{:03d}".format)
    (root / "readme.txt").write_text("not an image")
    (root / "broken.dcm").write_text("not an image either")
    index, _ = open_path(root)
    assert sorted((s.patient.patient_id, s.series_uid) for s in index.series) == [
        ("A", "1.2.1"),
        ("A", "1.2.3"),
        ("B", "1.2.2"),
    ]
    assert len({s.patient_key for s in index.series}) == 2
    assert len({s.series_key for s in index.series}) == 3
    assert [(item.path.name, item.is_surprising) for item in index.rejected] == [
        ("broken.dcm", True),
        ("readme.txt", False),
    ]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"Modality": "MR"}, "not CT but MR"),
        ({"BodyPartExamined": "HEAD", "SeriesDescription": "Head", "StudyDescription": "Skull"}, ""),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "scout"),
        ({"RescaleType": "US"}, "Hounsfield"),
    ],
)
def test_chest_ct_is_preselected(second: dict[str, object], words: str, tmp_path: Path) -> None:
    more = Grid(shape=(20, 20, 16), slice_mm=8.0)  # more slices do not make it the chest
    write_series(tmp_path / "s", more, series("1.2.1", **second), name="a{:03d}".format)
    write_series(tmp_path / "s", SMALL, series("1.2.2"), name="b{:03d}".format)
    index, chosen = open_path(tmp_path / "s")
    assert chosen.series_uid == "1.2.2"
    other = next(s for s in index.series if s is not chosen)
    assert words in other.ai_exclusion


def test_longer_coverage_wins_among_chest_series(tmp_path: Path) -> None:
    write_series(tmp_path / "s", Grid(shape=(12, 20, 16), slice_mm=3.0), series("1.2.1"), name="a{:03d}".format)
    write_series(tmp_path / "s", Grid(shape=(30, 20, 16), slice_mm=8.0), series("1.2.2"), name="b{:03d}".format)
    assert open_path(tmp_path / "s")[1].series_uid == "1.2.2"


def test_too_few_slices_are_shown_but_not_analysed(tmp_path: Path) -> None:
    write_series(tmp_path, Grid(shape=(5, 20, 16)))
    chosen = open_path(tmp_path)[1]
    assert chosen.ai_exclusion == "It has only 5 slices."


NAMES = [
    ("ISO_IR 144", "Люкceмбypг".encode("iso8859_5"), "Люкceмбypг"),
    ("ISO_IR 192", "Иванов^Пётр".encode(), "Иванов Пётр"),
    ("ISO_IR 100", "Müller^Jürgen".encode("latin-1"), "Müller Jürgen"),
    (
        "\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada Tarou",
    ),
    ("\\ISO 2022 IR 149", b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "Hong Gildong"),
    ("GB18030", b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "Wang XiaoDong"),
    ("GB18030", b"=\xcd\xf5^\xd0\xa1\xb6\xab", "王 小东"),
    ("no such set", b"M\xfcller", "Müller"),
    ("", b"plain^name^^^", "plain name"),
]


@pytest.mark.parametrize(("charset", "raw", "shown"), NAMES)
def test_names_in_every_character_set(charset: str, raw: bytes, shown: str) -> None:
    assert decode_text(raw, charset.encode(), is_name=True) == shown


def test_paths_and_names_in_other_scripts(tmp_path: Path) -> None:
    folder = tmp_path / "Исследование 胸部CT"
    write_series(
        folder,
        SMALL,
        series("1.2.1", PatientName="Иванов^Пётр", SeriesDescription="Грудная клетка 胸部"),
        name="срез_{}_断层.dcm".format,
    )
    index, chosen = open_path(folder)
    assert chosen.patient.name == "Иванов Пётр"
    assert chosen.series_description == "Грудная клетка 胸部"
    assert load(chosen).hu.shape == SMALL.shape
    text = describe_index(index)
    assert "Грудная клетка" in text
    assert str(folder) in text


def test_series_that_share_a_uid_are_kept_apart(tmp_path: Path) -> None:
    write_series(tmp_path / "a", SMALL)
    write_series(tmp_path / "b", SMALL, lambda ds, _: setattr(ds, "StudyInstanceUID", "1.2.9"))
    index, _ = open_path(tmp_path)
    assert len({s.series_key for s in index.series}) == 2
    assert sorted(s.sub_series.rpartition("…")[2] for s in index.series) == ["043.10.1", "1.2.9"]


def test_one_file_of_a_series_opens_alone(tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL)
    index, chosen = open_path(paths[3])
    assert chosen.paths == (paths[3],)
    assert len(index.series) == 1
    assert load(chosen).hu.shape == (1, 20, 16)


def test_index_as_json(tmp_path: Path) -> None:
    write_series(tmp_path, SMALL)
    (tmp_path / "x.dcm").write_text("text")
    values = json.loads(json.dumps(index_to_json(open_path(tmp_path)[0])))
    assert values["series"][0]["preselected"] is True
    assert values["series"][0]["shape_kji"] == [12, 20, 16]
    assert values["series"][0]["spacing_mm_kji"] == [8.0, 1.75, 2.25]
    assert values["rejected"][0]["reason"] == "it is a text file, not a DICOM image"


def test_index_names_groups_badges_and_files_not_used(tmp_path: Path) -> None:
    write_series(tmp_path / "a", SMALL, series("1.2.1", PatientID="A", PatientName="Иванов^Пётр"), skip=(3,))
    write_series(tmp_path / "b", SMALL, series("1.2.2", PatientID="B", StudyInstanceUID="1.3"))
    (tmp_path / "x.dcm").write_text("text")
    index, _ = open_path(tmp_path)
    lines = describe_index(index).splitlines()
    assert lines[1] == "Иванов Пётр   A   20240102   Thorax"
    assert lines[2] == "* CT   Chest 2.5  16×20×12  2.25×1.75×8 mm  [gaps]"
    assert lines[3].strip() == "1 slice is missing at z = -20.0 mm: left empty, not closed."
    assert lines[-2:] == ["1 file not used:", "  - x.dcm: it is a text file, not a DICOM image"]
    values = index_to_json(index)["series"]
    assert [(v["patient_id"], v["marks"]) for v in values] == [("A", ["gaps"]), ("B", [])]


def test_index_command_prints_names_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere every file name is text")
    folder = os.fsencode(tmp_path) + b"/bad\xff"
    write_series(tmp_path / "scan", SMALL)
    (tmp_path / "scan").rename(os.fsdecode(folder))
    assert main(["index", os.fsdecode(folder), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["series"]
    assert len(found["files"]) == 12
    assert os.fsencode(found["files"][0]).startswith(folder)
    assert main(["index", os.fsdecode(folder)]) == 0
    assert "1 series under" in capsys.readouterr().out


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    with pytest.raises(NoImagesError, match="neither a file nor a folder"):
        open_path(tmp_path / "pipe.dcm")


@pytest.mark.parametrize(
    ("member", "words"),
    [("inner.zip", "it is a ZIP archive in a folder"), ("", "the archive is empty"), ("scan.7z", "unpack it first")],
)
def test_archives_without_images(member: str, words: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        if member:
            archive.writestr(member, b"7z\xbc\xaf" if member.endswith("7z") else b"PK\x03\x04 rest")
    with pytest.raises(CTViewerError, match=words):
        open_path(tmp_path / "outer.zip")


def test_index_can_be_cancelled(tmp_path: Path) -> None:
    write_series(tmp_path, SMALL)
    token = CancelToken()
    token.cancel()
    with pytest.raises(OperationCancelled):
        open_path(tmp_path, cancel=token)


def test_link_that_leads_in_a_circle_is_not_followed(tmp_path: Path) -> None:
    write_series(tmp_path / "s", SMALL)
    (tmp_path / "s" / "loop").symlink_to(tmp_path)
    assert len(open_path(tmp_path)[0].series) == 1


def make_zip(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"Пациент/{file.relative_to(folder)}")


def test_zip_opens_like_its_folder_and_again_after_a_restart(tmp_path: Path) -> None:
    write_series(tmp_path / "s", Grid())
    make_zip(tmp_path / "s", tmp_path / "study.zip")
    _, chosen = open_path(tmp_path / "study.zip")
    assert max(blob_errors_mm(load(chosen)).values()) <= 0.01
    assert chosen.series_key == open_path(tmp_path / "s")[1].series_key
    unpacked = chosen.paths[0]
    assert unpacked.stat().st_mode & 0o077 == 0  # nobody else reads patient data
    remove_unpacked()  # what the program does at its end
    assert not unpacked.exists()
    assert load(chosen).hu.shape == Grid().shape  # a remembered series is unpacked again


def test_zip_with_a_nifti_inside(tmp_path: Path) -> None:
    import nibabel

    affine = np.diag([-2.0, -2.0, 2.5, 1.0])
    image = nibabel.Nifti1Image(np.full((8, 9, 12), -900, np.int16), affine)
    nibabel.save(image, tmp_path / "scan.nii.gz")
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        archive.write(tmp_path / "scan.nii.gz", "scan.nii.gz")
    assert load(open_path(tmp_path / "n.zip")[1]).hu.shape == (12, 9, 8)


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A folder with a DICOMDIR, as on a CD."""
    files = FileSet()
    for path in write_series(tmp_path / "source", edit=lambda ds, _: setattr(ds, "StudyID", "1")):
        files.add(path)
    files.write(tmp_path / "disc")
    return tmp_path / "disc"


def test_dicomdir_opens_what_it_lists(disc: Path) -> None:
    index, chosen = open_path(disc / "DICOMDIR")
    assert len(index.series) == 1
    assert max(blob_errors_mm(load(chosen)).values()) <= 0.01


def test_folder_with_a_dicomdir_opens_its_files_without_complaint(disc: Path) -> None:
    index, _ = open_path(disc)
    assert len(index.series) == 1
    assert not index.rejected


def test_dicomdir_of_a_disc_copied_in_lower_case(disc: Path, tmp_path: Path) -> None:
    lower = tmp_path / "copy"
    for file in sorted(disc.rglob("*")):
        if file.is_file():
            target = lower / str(file.relative_to(disc)).lower()
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    _, chosen = open_path(lower / "dicomdir")
    assert len(chosen.paths) == 46


@pytest.mark.parametrize("ending", [".dcm", ";1"])
def test_dicomdir_of_a_disc_copied_with_endings(ending: str, disc: Path) -> None:
    images = sorted(path for path in disc.rglob("*") if path.is_file() and path.name != "DICOMDIR")
    for path in images[2:]:
        path.rename(path.with_name(path.name + ending))
    images[0].unlink()
    index, chosen = open_path(disc / "DICOMDIR")
    assert len(chosen.paths) == 45
    assert [(item.path, item.reason) for item in index.rejected] == [
        (images[0], "the DICOMDIR lists it, but it is not there")
    ]


def test_dicomdir_cannot_lead_out_of_its_folder(disc: Path, tmp_path: Path) -> None:
    shutil.rmtree(disc / "PT000000")
    (disc / "PT000000").symlink_to(tmp_path / "source")
    with pytest.raises(UnreadableFileError, match="none of the 46 files it lists is beside it"):
        open_path(disc / "DICOMDIR")


def test_folder_with_only_a_dicomdir_says_so(disc: Path) -> None:
    shutil.rmtree(disc / "PT000000")
    with pytest.raises(NoImagesError, match="no CT images were found"):
        open_path(disc)
