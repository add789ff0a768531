"""A disk that is really full: what was saved stays, the user is told, and work goes on once there is room."""

import errno
import os
import sqlite3

import numpy as np
import pytest

from ctviewer.domain.errors import NotEnoughSpaceError, StoreError
from ctviewer.domain.revision import RevisionStatus
from ctviewer.store import journal
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.backup import backup_store
from tests.store.painting import SERIES, Painter, found_in
from tests.support.small_disk import fill, small_disk


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def paint_until_full(painter, limit=3000):
    """Predictions of noise compress badly: they fill a small disk soon. Returns the state before the failure."""
    for _ in range(limit):
        before = painter.expected()
        painter._predict()
        try:
            painter.store.wait_durable()
        except NotEnoughSpaceError as error:
            return before, error
    raise AssertionError("the disk never became full")


def test_full_disk_while_painting(disk):
    path = disk / "a.sqlite3"
    store = AnnotationStore(path, author="Ada", daily_backup=False)
    painter = Painter(3, store)
    for _ in range(20):
        painter.step()
    ballast = fill(disk, leave_kb=300)
    durable, error = paint_until_full(painter)
    assert "MB free" in error.message
    assert error.hint
    # More gestures queue behind the one that could not be written; each wait says so again.
    painter._brush(1)
    with pytest.raises(NotEnoughSpaceError):
        store.wait_durable()
    # What was durable before is intact for a reader, now.
    with AnnotationStore(path, author="Bob") as second:
        assert found_in(second)[0] == durable
        assert second.check() == []
    # Saving and opening other things fail with the same sentence instead of overtaking.
    with pytest.raises(NotEnoughSpaceError):
        store.revisions.save(SERIES, painter.labels.view())
    # Room again: everything that was painted meanwhile is written, in order.
    ballast.unlink()
    store.wait_durable()
    painter.step()
    info = store.revisions.save(SERIES, painter.labels.view(), RevisionStatus.ACCEPTED)
    np.testing.assert_array_equal(store.revisions.load_labels(info.revision_id), painter.labels.view())
    painter.revisions += 1
    painter.accepted = 1
    assert found_in(store)[0] == painter.expected()
    store.close()
    with AnnotationStore(path, author="Ada", daily_backup=False) as again:
        assert found_in(again)[0] == painter.expected()
        assert again.check() == []


def test_closing_on_a_full_disk_says_what_is_missing_and_keeps_the_rest(disk):
    path = disk / "a.sqlite3"
    store = AnnotationStore(path, author="Ada", daily_backup=False)
    painter = Painter(3, store)
    ballast = fill(disk, leave_kb=200)
    durable, _ = paint_until_full(painter)
    with pytest.raises(NotEnoughSpaceError):
        store.close()
    ballast.unlink()
    with AnnotationStore(path, author="Ada", daily_backup=False) as again:
        assert not again.read_only
        assert found_in(again)[0] == durable
        assert again.check() == []


def test_a_store_cannot_be_made_on_a_full_disk(disk):
    fill(disk)
    with pytest.raises(StoreError):
        AnnotationStore(disk / "a.sqlite3")


def test_a_backup_on_a_full_disk_leaves_the_old_backup(disk, path):
    with AnnotationStore(path, author="Ada", daily_backup=False) as store:
        painter = Painter(3, store)
        for _ in range(30):
            painter.step()
        target = disk / "backup.sqlite3"
        store.backup(target)
        before = target.read_bytes()
        fill(disk)
        with pytest.raises(NotEnoughSpaceError, match="needed"):
            store.backup(target)
        assert target.read_bytes() == before


def test_database_limit_without_root(path, open_store):
    """SQLite's own limit gives the same SQLITE_FULL as a full disk, where mounting one is not allowed."""
    store = open_store()
    painter = Painter(3, store)
    for _ in range(20):
        painter.step()
    connection = store._access.writer._connection
    pages = store._access.writer.call(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    store._access.writer.call(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 3}").fetchone())
    durable, _ = paint_until_full(painter)
    with AnnotationStore(path, author="Bob") as second:
        assert found_in(second)[0] == durable
    connection.execute("PRAGMA max_page_count = 1000000").fetchone()
    store.wait_durable()
    assert found_in(store)[0] == painter.expected()
    assert store.check() == []


def test_a_failing_disk_is_a_sentence_and_the_gesture_is_kept(store, monkeypatch):
    painter = Painter(3, store)
    painter._brush(1)
    store.wait_durable()
    real = journal._digest

    def fails(*_):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
        raise error

    monkeypatch.setattr(journal, "_digest", fails)
    painter._brush(2)
    with pytest.raises(StoreError, match="disk I/O error"):
        store.wait_durable()
    monkeypatch.setattr(journal, "_digest", real)
    store.wait_durable()
    assert found_in(store)[0] == painter.expected()


def test_a_backup_write_that_fails_leaves_the_old_backup(store, tmp_path, monkeypatch):
    Painter(3, store)._brush(1)
    target = tmp_path / "backup.sqlite3"
    store.backup(target)
    before = target.read_bytes()

    def no_space(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(NotEnoughSpaceError):
        backup_store(store.path, target)
    monkeypatch.undo()
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if "partial" in p.name] == []
