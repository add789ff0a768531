"""One writer: the second opener reads, and knows whom to ask; a lock left by a dead process opens by itself."""

import multiprocessing
import os
import signal

import numpy as np
import pytest

from ctviewer.domain.errors import StoreError, StoreReadOnlyError
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.backup import restore_store
from ctviewer.store.lock import LockOwner, OwnerLock
from tests.store.painting import PATIENT, SERIES, SHAPE, Painter
from tests.support.small_disk import set_read_only, small_disk


def hold(path, sender):
    painter = Painter(1, AnnotationStore(path, author="Ada", daily_backup=False))
    painter._brush(1)
    painter.store.wait_durable()
    sender.send(painter.labels.view().copy())
    sender.recv()


@pytest.fixture
def holder(path):
    """A process that holds the store, with one stroke in it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(path, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(60)
    yield process, ours.recv()
    process.kill()
    process.join()


def test_the_second_opener_reads_and_is_told_who_writes(path, holder, open_store):
    process, labels = holder
    second = open_store("Bob")
    assert second.read_only
    assert "Ada" in second.read_only_reason
    assert f"process {process.pid}" in second.read_only_reason
    state = second.open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, labels)
    with pytest.raises(StoreReadOnlyError, match="Ada"):
        second.append_commit(SERIES, state.commits[0], "brush")
    with pytest.raises(StoreReadOnlyError, match="Ada"):
        second.set_position(SERIES, 0)
    with pytest.raises(StoreReadOnlyError, match="Ada"):
        second.revisions.save(SERIES, labels)
    with pytest.raises(StoreReadOnlyError, match="Ada"):
        second.mark_reviewed(SERIES, [1])
    second.wait_durable()
    assert second.open_document("unknown", PATIENT, SHAPE).labels is None
    assert second.check() == []
    with pytest.raises(StoreReadOnlyError, match="Ada"):
        restore_store(path, path, LockOwner("Bob", "here", 1, "now"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")
def test_the_lock_of_a_killed_process_opens_by_itself(path, holder, open_store):
    process, labels = holder
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    store = open_store("Bob")
    assert not store.read_only
    state = store.open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, labels)
    assert "1 change made since the last save" in state.recovery_note
    store.close()
    assert not open_store().open_document(SERIES, PATIENT, SHAPE).recovery_note  # told once


def test_two_windows_of_one_process_do_not_write_at_once(store, open_store):
    second = open_store("Bob")
    assert second.read_only
    assert f"process {os.getpid()}" in second.read_only_reason
    store.close()
    second.close()
    assert not open_store("Bob").read_only


def test_closing_frees_the_store_and_closed_stores_refuse(store, open_store):
    store.open_document(SERIES, PATIENT, SHAPE)
    store.close()
    store.close()
    with pytest.raises(StoreReadOnlyError, match="closed"):
        store.mark_reviewed(SERIES, [1])


def test_a_lock_without_a_readable_name_still_holds(tmp_path):
    first, second = OwnerLock(tmp_path / "lock"), OwnerLock(tmp_path / "lock")
    assert first.acquire(LockOwner("Ada", "here", 1, "now")) is None
    (tmp_path / "lock").write_text("{")
    found = second.acquire(LockOwner("Bob", "here", 2, "now"))
    assert found is not None
    assert "another user" in found.sentence
    first.release()
    assert second.acquire(LockOwner("Bob", "here", 2, "now")) is None
    second.release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_does_not_keep_the_lock(path, open_store):
    store = open_store()
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(receiver, 1)
        os._exit(0)
    store.close()
    try:
        assert not open_store("Bob").read_only
    finally:
        os.write(sender, b"x")
        os.waitpid(child, 0)


def test_a_write_protected_folder_is_read_only_with_a_reason(tmp_path):
    with small_disk(tmp_path / "stick") as disk:
        path = disk / "a.sqlite3"
        with AnnotationStore(path, author="Ada", daily_backup=False) as store:
            painter = Painter(1, store)
            painter._brush(1)
        set_read_only(disk, read_only=True)
        try:
            with AnnotationStore(path, author="Ada", daily_backup=False) as store:
                assert store.read_only
                assert str(disk) in store.read_only_reason
                state = store.open_document(SERIES, PATIENT, SHAPE)
                np.testing.assert_array_equal(state.labels, painter.labels.view())
                with pytest.raises(StoreReadOnlyError, match="cannot be written"):
                    store.mark_reviewed(SERIES, [1])
            with pytest.raises(StoreError, match=r"read-only|Read-only"):
                AnnotationStore(disk / "new.sqlite3")
        finally:
            set_read_only(disk, read_only=False)
