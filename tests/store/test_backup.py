"""Backups are verified copies; restoring one keeps what it replaces; exports are readable without this program."""

import json
import sqlite3
from datetime import date, timedelta

import numpy as np
import pytest

from ctviewer.domain.errors import StoreError
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.backup import (
    DAILY_BACKUPS_KEPT,
    backup_store,
    check_store,
    daily_backup,
    export_store,
    restore_store,
)
from ctviewer.store.lock import LockOwner
from tests.store.painting import SERIES, Painter, found_in, paint

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
            np.testing.assert_array_equal(labels, store.load_labels(record["revision_id"]))
        lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
        assert [line["number"] for line in lines] == [g.number for g in store.gestures(SERIES)]
    assert {line["author"] for line in lines} == {"Ada"}
