"""Gestures, undo and redo, review marks: what is handed over is there after reopening."""

import sqlite3

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctviewer.domain.edits.history import EditHistory
from ctviewer.domain.errors import GeometryMismatchError, StoreError
from ctviewer.domain.labelmap import LabelMap
from ctviewer.store import snapshots
from ctviewer.store.annotation_store import AnnotationStore
from tests.store.painting import GEOMETRY, PATIENT, SERIES, SHAPE, Painter, found_in, paint


def test_a_new_document_is_empty(store):
    state = store.open_document(SERIES, PATIENT, SHAPE)
    assert state.labels is None
    assert (state.commits, state.position, state.recovery_note) == ([], 0, "")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), steps=st.integers(0, 60))
def test_whatever_was_done_is_there_after_reopening(tmp_path_factory, seed, steps):
    path = tmp_path_factory.mktemp("s") / "a.sqlite3"
    painter = paint(path, seed, steps)
    with AnnotationStore(path, daily_backup=False) as again:
        found, state = found_in(again)
        assert found == painter.expected()
        assert not state.recovery_note
        assert again.check() == []


def test_undo_and_redo_go_on_after_reopening(path):
    painter = paint(path, 3, 80)
    with AnnotationStore(path, daily_backup=False) as again:
        state = again.open_document(SERIES, PATIENT, SHAPE)
    labels = LabelMap(GEOMETRY, state.labels)
    history = EditHistory(labels)
    history.restore(state.commits, state.position)
    assert (history.undo_name, history.redo_name) == (painter.history.undo_name, painter.history.redo_name)
    for step in (EditHistory.undo, EditHistory.redo):
        while step(painter.history) is not None:
            step(history)
            np.testing.assert_array_equal(labels.view(), painter.labels.view())


def test_painting_over_undone_gestures_drops_them_from_the_list_but_not_from_the_journal(store):
    painter = Painter(1, store)
    for _ in range(3):
        painter._brush(1)
    painter._undo()
    painter._undo()
    painter._brush(2)
    store.wait_durable()
    assert found_in(store)[0] == painter.expected()
    gestures = store.gestures(SERIES)
    assert [g.is_live for g in gestures] == [True, False, False, True]
    assert {(g.author, g.tool) for g in gestures} == {("Ada", "brush")}
    assert all(g.n_changed > 0 and g.created_at.endswith("+00:00") for g in gestures)


def test_every_gesture_names_its_model(store):
    painter = Painter(1, store)
    painter._predict()
    assert [(g.tool, g.model_id, g.model_version) for g in store.gestures(SERIES)] == [("model", "chest", "1.0")]


def test_long_sessions_leave_snapshots_and_replay_little(path, open_store, monkeypatch):
    monkeypatch.setattr("ctviewer.store.annotation_store.SNAPSHOT_EVERY", 20)
    first = open_store()
    painter = Painter(7, first)
    for _ in range(150):
        painter.step()
    first.close()
    connection = sqlite3.connect(path)
    kept = connection.execute("SELECT count(*) FROM snapshot WHERE gesture_id > 0").fetchone()[0]
    blobs = connection.execute("SELECT count(*) FROM blob").fetchone()[0]
    connection.close()
    assert 1 <= kept <= snapshots.KEPT_PER_DOCUMENT
    assert blobs <= kept + 1 + painter.revisions
    again = open_store()
    assert found_in(again)[0] == painter.expected()
    assert again._documents[SERIES].since_snapshot <= 60


def test_position_outside_the_list_is_refused(store):
    painter = Painter(1, store)
    painter._brush(1)
    with pytest.raises(ValueError, match="there are 1 gestures"):
        store.set_position(SERIES, 2)
    with pytest.raises(ValueError):
        store.set_position(SERIES, -1)


def test_review_marks_can_be_taken_back(store):
    store.open_document(SERIES, PATIENT, SHAPE)
    store.mark_reviewed(SERIES, [1, 2, 3])
    store.mark_reviewed(SERIES, [2], reviewed=False)
    store.wait_durable()
    assert store.open_document(SERIES, PATIENT, SHAPE).reviewed == {1, 3}
    with pytest.raises(ValueError, match="0…15"):
        store.mark_reviewed(SERIES, [16])


def test_a_series_of_another_shape_is_refused(store):
    store.open_document(SERIES, PATIENT, SHAPE)
    with pytest.raises(GeometryMismatchError, match="shape"):
        store.open_document(SERIES, PATIENT, (1, 2, 3))


def test_a_document_must_be_open(store):
    with pytest.raises(StoreError, match="not open"):
        store.set_position("unknown", 0)


def test_a_document_keeps_its_name_and_learns_where_the_scan_lies_now(store):
    store.open_document("other", PATIENT, (2, 2, 2), "Other", "/b")
    store.open_document("other", PATIENT, (2, 2, 2), "", "/moved")
    saved = store.revisions.save("other", np.zeros((2, 2, 2), np.uint8))
    assert (saved.series_label, saved.source_path) == ("Other", "/moved")


def test_old_gestures_beyond_the_memory_budget_stay_in_the_journal(path, monkeypatch):
    monkeypatch.setattr("ctviewer.store.reconstruction.MINIMUM_COMMITS", 5)
    monkeypatch.setattr("ctviewer.store.reconstruction.DEFAULT_BUDGET_BYTES", 0)
    painter = paint(path, 11, 60)
    with AnnotationStore(path, daily_backup=False) as again:
        found, state = found_in(again)
        assert found == painter.expected()
        assert state.offset > 0
        assert state.position == 5
        again.set_position(SERIES, 4)  # relative to the list that was handed out
        again.wait_durable()
        assert again.open_document(SERIES, PATIENT, SHAPE).offset == state.offset - 1
        with pytest.raises(ValueError):
            again.set_position(SERIES, -1)


@pytest.mark.parametrize("name", ["Ärztin #1", "what? 50%41", "a b", "file:x"])
def test_folders_with_odd_names(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    painter = paint(folder / "a.sqlite3", 2, 20)
    with AnnotationStore(folder / "a.sqlite3") as store:
        assert found_in(store)[0] == painter.expected()
        store.backup(folder / "b.sqlite3")
    assert {p.name for p in tmp_path.iterdir()} == {name}
