"""``ctviewer import``, ``export`` and ``deidentify`` on the synthetic study."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ctviewer.app.cli import BAD_INPUT, DONE, main
from ctviewer.config import paths
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.services.demo_study import demo_study
from ctviewer.services.exporting import FORMATS, export_labels
from ctviewer.services.study_loading import load, open_path
from ctviewer.store.annotation_store import AnnotationStore
from tests.support.read_back import import_labels
from tests.support.synthetic import TINY, phantom


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_study(tmp_path_factory.mktemp("demo"), TINY)


@pytest.fixture(scope="module")
def volume(scan: Path) -> Volume:
    return load(open_path(scan)[1])


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_mask_goes_in_and_out_in_every_format(
    scan: Path, volume: Volume, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = export_labels(tmp_path / "other.rtstruct.dcm", phantom(TINY).labels, volume)
    assert main(["import", str(scan), str(source)]) == DONE
    assert "Left lung → Left lung" in capsys.readouterr().out
    out = tmp_path / "out"
    out.mkdir()
    assert main(["export", str(scan), *(str(out / f"m{suffix}") for suffix in FORMATS), "--smooth"]) == DONE
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(written) == sorted(out.iterdir())
    for suffix in FORMATS:
        if suffix not in (".stl", ".csv"):
            assert np.array_equal(import_labels(out / f"m{suffix}", volume), phantom(TINY).labels)
    assert main(["store", "check"]) == DONE


def test_foreign_names_are_taken_as_told(
    scan: Path, volume: Volume, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = np.zeros(volume.hu.shape, np.uint8)
    labels[4:9, 10:20, 10:20], labels[4:9, 25:30, 25:30] = 5, 6
    names = (Segment(5, "a", "Lunge rechts", (1, 2, 3)), Segment(6, "b", "Heart", (4, 5, 6)))
    (source,) = export_labels(tmp_path / "m.seg.nrrd", labels, volume, names)
    assert main(["import", str(scan), str(source)]) == BAD_INPUT
    assert "none of these" in capsys.readouterr().err
    assert main(["import", str(scan), str(source), "--as", "Lung=Left lung"]) == BAD_INPUT
    assert "no structure “Lung”" in capsys.readouterr().err
    assert main(["import", str(scan), str(source), "--as", "Lunge rechts"]) == BAD_INPUT
    assert main(["import", str(scan), str(source), "--as", "Lunge rechts=Right lung", "--all"]) == DONE
    assert main(["export", str(scan), str(tmp_path / "again.seg.nrrd")]) == DONE
    table = (*CHEST_SEGMENTS, Segment(6, "heart", "Heart", (4, 5, 6)))
    expected = np.where(labels == 5, 2, labels)
    assert np.array_equal(import_labels(tmp_path / "again.seg.nrrd", volume, table), expected)


def test_what_is_missing_or_does_not_fit_is_one_sentence(
    scan: Path, volume: Volume, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(scan), str(tmp_path / "m.nii.gz")]) == BAD_INPUT
    assert "no mask" in capsys.readouterr().err
    assert main(["import", str(scan), str(scan / "IM00001.dcm")]) == BAD_INPUT
    assert "neither a segmentation nor a structure set" in capsys.readouterr().err
    assert main(["import", str(scan), str(tmp_path / "absent.nii")]) == BAD_INPUT
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert not list(tmp_path.glob("*.nii.gz"))


def test_a_copy_without_identifiers(
    scan: Path, volume: Volume, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = export_labels(tmp_path / "m.nii.gz", phantom(TINY).labels, volume)
    assert main(["import", str(scan), str(source)]) == DONE
    (tmp_path / "out").mkdir()
    capsys.readouterr()
    assert main(["deidentify", str(scan), str(tmp_path / "out"), "--dates", "shifted"]) == DONE
    folder = Path(capsys.readouterr().out.splitlines()[0])
    assert folder.parent == tmp_path / "out"
    copy = load(open_path(folder)[1])
    assert np.array_equal(copy.hu, volume.hu)
    assert np.array_equal(import_labels(folder / "segmentation.dcm", copy), phantom(TINY).labels)
    assert b"SYNTHETIC-PHANTOM" not in b"".join(p.read_bytes() for p in folder.rglob("*.dcm"))


def test_nothing_is_imported_while_another_window_edits(
    scan: Path, volume: Volume, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = export_labels(tmp_path / "m.nii.gz", phantom(TINY).labels, volume)
    assert main(["import", str(scan), str(source)]) == DONE
    capsys.readouterr()
    with AnnotationStore(paths.store_path(), author="Ada", daily_backup=False):
        assert main(["import", str(scan), str(source)]) == BAD_INPUT  # also where nothing would change
        assert "edited by Ada" in capsys.readouterr().err


def test_a_damaged_mask_is_not_passed_on_as_the_whole(
    scan: Path, volume: Volume, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = export_labels(tmp_path / "m.nii.gz", phantom(TINY).labels, volume)
    assert main(["import", str(scan), str(source)]) == DONE
    connection = sqlite3.connect(paths.store_path())
    connection.execute("DROP TRIGGER gesture_update")
    connection.execute("UPDATE gesture SET delta = x'00'")
    connection.commit()
    connection.close()
    (tmp_path / "out").mkdir()
    capsys.readouterr()
    for command in (
        ["deidentify", str(scan), str(tmp_path / "out")],
        ["export", str(scan), str(tmp_path / "x.nii.gz")],
    ):
        assert main(command) == BAD_INPUT
        assert "damaged" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []
    assert main(["deidentify", str(scan), str(tmp_path / "out"), "--no-mask"]) == DONE
