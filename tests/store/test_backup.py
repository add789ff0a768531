"""Backups are verified copies; restoring one keeps what it replaces; exports are readable without this program."""

import json
import os
import sqlite3
from datetime import date, timedelta

import numpy as np
import pytest

from ctviewer.domain.errors import NotEnoughSpaceError, StoreError
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.backup import (
    DAILY_BACKUPS_KEPT,
    backup_store,
    daily_backup,
    restore_store,
)
from ctviewer.store.check import check_store
from ctviewer.store.lock import LockOwner
from ctviewer.store.open_export import export_store
from tests.store.painting import SERIES, Painter, found_in, paint
from tests.support.small_disk import fill, small_disk

OWNER = LockOwner("Ada", "here", 1, "now")


def test_a_backup_made_while_painting_is_a_complete_store(store, tmp_path):
    painter = Painter(4, store)
    for _ in range(60):
        painter.step()
    target = tmp_path / "copy.sqlite3"
    store.backup(target)
    expected = painter.expected()
    painter.step()
    assert check_store(target) == []
    assert target.stat().st_mode & 0o777 == 0o600
    with AnnotationStore(target, daily_backup=False) as copy:
        assert found_in(copy)[0] == expected


def test_daily_backups_are_made_once_and_seven_are_kept(path, tmp_path):
    paint(path, 1, 5)
    folder = tmp_path / "backups"
    today = date(2026, 3, 1)
    for day in range(10):
        assert daily_backup(path, folder, today + timedelta(day)) is not None
    assert daily_backup(path, folder, today + timedelta(9)) is None
    names = sorted(p.name for p in folder.iterdir())
    assert len(names) == DAILY_BACKUPS_KEPT
    assert names[-1] == "annotations-2026-03-10.sqlite3"
    assert all(check_store(p) == [] for p in folder.iterdir())


def test_an_empty_store_needs_no_backup(path, tmp_path):
    AnnotationStore(path, daily_backup=False).close()
    assert daily_backup(path, tmp_path / "backups") is None


def test_opening_makes_todays_backup(path, open_store):
    paint(path, 1, 10)
    open_store(daily_backup=True).close()
    (made,) = (path.parent / "backups").iterdir()
    assert check_store(made) == []


def test_restoring_brings_back_the_backup_and_keeps_the_other(path, tmp_path):
    old = paint(path, 1, 30)
    backup_store(path, tmp_path / "copy.sqlite3")
    with AnnotationStore(path, daily_backup=False) as store:
        state = store.open_document(SERIES, "p", old.labels.view().shape)
        store.mark_reviewed(SERIES, [0, 1, 2, 3, 4])
        assert state.position == old.history.position
    aside = restore_store(path, tmp_path / "copy.sqlite3", OWNER)
    with AnnotationStore(path, daily_backup=False) as store:
        assert found_in(store)[0] == old.expected()
    assert aside is not None
    assert check_store(aside) == []


def test_restoring_over_a_ruined_store(path, tmp_path):
    old = paint(path, 1, 30)
    backup_store(path, tmp_path / "copy.sqlite3")
    path.write_bytes(b"\0" * 1000)
    path.with_name(path.name + "-wal").write_bytes(b"stale log")
    aside = restore_store(path, tmp_path / "copy.sqlite3", OWNER)
    assert aside is not None
    assert aside.read_bytes() == b"\0" * 1000
    with AnnotationStore(path, daily_backup=False) as store:
        assert found_in(store)[0] == old.expected()
        assert store.check() == []


@pytest.mark.parametrize("moment", ["replace", "link"])
def test_a_restore_that_is_killed_leaves_the_store_in_its_place(path, tmp_path, monkeypatch, moment):
    copy = tmp_path / "copy.sqlite3"
    paint(tmp_path / "other.sqlite3", 2, 10)
    backup_store(tmp_path / "other.sqlite3", copy)
    present = paint(path, 1, 20)

    def killed(*_):
        raise SystemExit

    monkeypatch.setattr(os, moment, killed)
    with pytest.raises(SystemExit):
        restore_store(path, copy, OWNER)
    monkeypatch.undo()
    with AnnotationStore(path, daily_backup=False) as store:
        assert found_in(store)[0] == present.expected()


def test_a_restore_on_a_full_disk_leaves_the_store_in_its_place(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "a.sqlite3"
        present = paint(path, 1, 20)
        backup_store(path, tmp_path / "copy.sqlite3")
        ballast = fill(disk)
        with pytest.raises(NotEnoughSpaceError, match="needed"):
            restore_store(path, tmp_path / "copy.sqlite3", OWNER)
        ballast.unlink()
        assert [p.name for p in disk.iterdir() if "replaced" in p.name] == []
        with AnnotationStore(path, daily_backup=False) as store:
            assert found_in(store)[0] == present.expected()


def test_a_store_that_was_never_closed_is_restored_with_its_log(path, tmp_path):
    """What the last window wrote before it was killed lies in the log beside the file."""
    with AnnotationStore(tmp_path / "a.sqlite3", author="Ada", daily_backup=False) as store:
        painter = Painter(6, store)
        for _ in range(20):
            painter.step()
        for ending in ("", "-wal"):
            (tmp_path / f"killed.sqlite3{ending}").write_bytes((tmp_path / f"a.sqlite3{ending}").read_bytes())
        expected = painter.expected()
    assert restore_store(path, tmp_path / "killed.sqlite3", OWNER) is None
    with AnnotationStore(path, daily_backup=False) as store:
        assert found_in(store)[0] == expected


def test_backups_of_a_damaged_store_push_out_no_older_ones(path, tmp_path):
    paint(path, 1, 30)
    folder, today = tmp_path / "backups", date(2026, 3, 1)
    for day in range(DAILY_BACKUPS_KEPT):
        daily_backup(path, folder, today + timedelta(day))
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER gesture_update")
    connection.execute("UPDATE gesture SET delta = x'00' WHERE place = 2")
    connection.commit()
    connection.close()
    for day in range(DAILY_BACKUPS_KEPT, DAILY_BACKUPS_KEPT + 3):
        daily_backup(path, folder, today + timedelta(day))
    assert sum(check_store(p) == [] for p in folder.iterdir()) == DAILY_BACKUPS_KEPT


def test_a_clock_that_jumps_back_does_not_cost_todays_backup(path, tmp_path):
    paint(path, 1, 5)
    folder, wrong, right = tmp_path / "backups", date(2031, 1, 1), date(2026, 3, 1)
    for day in range(DAILY_BACKUPS_KEPT):
        daily_backup(path, folder, wrong + timedelta(day))
    for day in range(2):
        made = daily_backup(path, folder, right + timedelta(day))
        assert made is not None
        assert made.exists()
    assert len(list(folder.iterdir())) == DAILY_BACKUPS_KEPT


def test_a_damaged_backup_is_not_restored(path, tmp_path):
    paint(path, 1, 30)
    copy = tmp_path / "copy.sqlite3"
    backup_store(path, copy)
    connection = sqlite3.connect(copy)
    connection.execute("DROP TRIGGER gesture_update")
    connection.execute("UPDATE gesture SET delta = x'00' WHERE place = 2")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"copy\.sqlite3 is damaged"):
        restore_store(path, copy, OWNER)
    assert path.read_bytes() == before
    with pytest.raises(StoreError, match="cannot be opened"):
        restore_store(path, tmp_path / "missing.sqlite3", OWNER)


def test_restoring_where_there_was_no_store(path, tmp_path):
    old = paint(path, 1, 10)
    assert restore_store(tmp_path / "new.sqlite3", path, OWNER) is None
    with AnnotationStore(tmp_path / "new.sqlite3", daily_backup=False) as store:
        assert found_in(store)[0] == old.expected()


def test_the_export_holds_every_revision_and_gesture(path, tmp_path):
    painter = paint(path, 9, 80)
    assert painter.revisions > 1
    folder = tmp_path / "export"
    assert export_store(path, folder) == painter.revisions
    records = json.loads((folder / "revisions.json").read_text())
    with AnnotationStore(path, daily_backup=False) as store:
        for record in records:
            labels = np.load(folder / "labels" / f"{record['labels_sha256']}.npy")
            np.testing.assert_array_equal(labels, store.revisions.load_labels(record["revision_id"]))
        lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
        assert [line["number"] for line in lines] == [g.number for g in store.gestures(SERIES)]
    assert {line["author"] for line in lines} == {"Ada"}
