"""The study list on disk."""

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ctviewer.domain.errors import StoreError
from ctviewer.domain.study import PatientInfo, SeriesRef, SourceFormat
from ctviewer.store.study_index import KnownStudies
from tests.support.small_disk import fill, small_disk


def series(number: int, patient: str = "A", **changes: object) -> SeriesRef:
    made = SeriesRef(
        (Path(f"/scans/{number}/1.dcm"), Path(f"/scans/{number}/2.dcm")), SourceFormat.DICOM, (2, 8, 8),
        series_uid=f"1.2.{number}", study_uid=f"1.{number // 2}", modality="CT", series_description=f"Chest {number}",
        study_description="CT thorax", study_date="20240102",
        patient=PatientInfo(patient, f"{patient}^NAME", "1960", "F"),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def known(tmp_path):
    return KnownStudies(tmp_path / "studies.sqlite3")


def test_rows_join_patient_study_and_series(known):
    added = known.add([(series(1), Path("/scans/1")), (series(2, "B"), Path("/scans/2"))])
    assert len(added) == 2
    rows = {row.series_label: row for row in known.rows()}
    assert rows["Chest 1"].patient_name == "A^NAME"
    assert rows["Chest 2"].patient_id == "B"
    assert rows["Chest 1"].study_date == "20240102"
    assert rows["Chest 1"].source_path == "/scans/1"
    assert rows["Chest 1"].slices == 2


def test_a_known_series_is_updated_and_keeps_what_the_reader_did(known):
    key = series(1).series_key
    known.add([(series(1), Path("/old"))])
    known.mark_opened(key)
    known.set_place(key, "somewhere")
    assert known.add([(series(1, series_description="Renamed"), Path("/new"))]) == []
    (row,) = known.rows()
    assert (row.source_path, row.series_label) == ("/new", "Renamed")
    assert row.opened_at
    assert known.place(key) == "somewhere"


def test_a_place_of_an_unknown_series_is_nowhere(known):
    known.set_place("f" * 32, "x")
    assert known.place("f" * 32) == ""


def test_removing_the_last_series_removes_study_and_patient(known):
    known.add([(series(2), Path("/a")), (series(3), Path("/b"))])  # one study of one patient
    known.remove(series(2).series_key)
    assert [row.series_label for row in known.rows()] == ["Chest 3"]
    known.remove(series(3).series_key)
    with sqlite3.connect(known.path) as connection:
        assert connection.execute("SELECT count(*) FROM patient").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM study").fetchone() == (0,)
    connection.close()


def test_it_is_written_ahead_and_usable_from_threads(known):
    with sqlite3.connect(known.path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    errors = []

    def add(part: int) -> None:
        try:
            for n in range(part * 20, part * 20 + 20):
                known.add([(series(n), Path("/x"))])
        except Exception as error:  # noqa: BLE001 - the test reports whatever happened
            errors.append(error)

    threads = [threading.Thread(target=add, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(known.rows()) == 80


def test_a_damaged_file_is_set_aside(tmp_path):
    path = tmp_path / "studies.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    known = KnownStudies(path)
    assert "begins anew" in known.problem
    assert known.rows() == []
    assert len(list(tmp_path.glob("studies.sqlite3.damaged-*"))) == 1


def test_watched_folders_and_what_was_seen_there(known, tmp_path):
    known.watch(tmp_path)
    known.watch(tmp_path)
    assert known.watched_folders() == [tmp_path]
    known.set_seen(tmp_path, {"a": "1", "b": "2"})
    known.set_seen(tmp_path, {"a": "3"})
    assert known.seen(tmp_path) == {"a": "3", "b": "2"}
    known.unwatch(tmp_path)
    assert known.seen(tmp_path) == {}
    known.set_seen(tmp_path, {"a": "1"})
    assert known.seen(tmp_path) == {}


def test_a_full_disk_does_not_set_the_list_aside(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "studies.sqlite3"
        KnownStudies(path).add([(series(1), Path("/scans/1"))])
        ballast = fill(disk)
        with pytest.raises(StoreError):
            KnownStudies(path).rows()
        ballast.unlink()
        assert len(KnownStudies(path).rows()) == 1
        assert list(disk.glob("*damaged*")) == []


def test_a_list_another_program_holds_is_not_set_aside(tmp_path, monkeypatch):
    path = tmp_path / "studies.sqlite3"
    monkeypatch.setattr("ctviewer.store.study_index.BUSY_TIMEOUT_S", 0.0)
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program"):
        KnownStudies(path)
    holder.rollback()
    holder.close()
    assert KnownStudies(path).problem == ""
