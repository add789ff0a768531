"""Revisions: append-only, named by content, verified on read."""

import sqlite3

import numpy as np
import pytest

from ctviewer.domain.errors import GeometryMismatchError, StoreError
from ctviewer.domain.revision import ALLOWED_STATUS_CHANGES, RevisionStatus
from ctviewer.store.blobs import labels_sha256
from tests.store.painting import MODEL, PATIENT, SERIES, SHAPE, Painter


def mask(seed=0):
    return np.random.default_rng(seed).integers(0, 4, SHAPE).astype(np.uint8)


@pytest.fixture
def opened(store):
    store.open_document(SERIES, PATIENT, SHAPE, "Chest", "/scans/chest")
    return store


def test_a_revision_says_who_what_and_which_voxels(opened):
    opened.mark_reviewed(SERIES, [4, 2])
    info = opened.revisions.save(SERIES, mask(), name="first", image_sha256="ab", model=MODEL)
    assert (info.series_key, info.patient_key, info.shape) == (SERIES, PATIENT, SHAPE)
    assert (info.author, info.name, info.status) == ("Ada", "first", RevisionStatus.DRAFT)
    assert info.labels_sha256 == labels_sha256(mask())
    assert info.reviewed_slices == (2, 4)
    assert (info.model_id, info.model_version) == ("chest", "1.0")
    assert (info.source_path, info.series_label, info.image_sha256) == ("/scans/chest", "Chest", "ab")
    assert opened.revisions.select() == [info]
    np.testing.assert_array_equal(opened.revisions.load_labels(info.revision_id), mask())


def test_labels_in_any_memory_order_are_saved_as_they_look(opened):
    fortran = np.asfortranarray(mask())
    info = opened.revisions.save(SERIES, fortran)
    np.testing.assert_array_equal(opened.revisions.load_labels(info.revision_id), fortran)
    reversed_view = mask()[::-1]
    info = opened.revisions.save(SERIES, reversed_view)
    np.testing.assert_array_equal(opened.revisions.load_labels(info.revision_id), reversed_view)


def test_a_saved_mask_without_gestures_is_the_beginning_of_the_document(opened, open_store):
    opened.revisions.save(SERIES, mask(1))
    opened.revisions.save(SERIES, mask(2))
    opened.close()
    state = open_store().open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, mask(2))


def test_the_journal_wins_over_a_saved_mask_that_is_not_in_it(store, open_store):
    painter = Painter(2, store)
    painter._brush(1)
    info = store.revisions.save(SERIES, mask())
    store.close()
    again = open_store()
    state = again.open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, painter.labels.view())
    np.testing.assert_array_equal(again.revisions.load_labels(info.revision_id), mask())


def test_changed_voxels_are_counted_against_the_prediction(store):
    painter = Painter(2, store)
    painter._predict()
    predicted = painter.labels.view().copy()
    assert store.revisions.save(SERIES, painter.labels.view()).changed_voxels == 0
    painter._brush(1)
    info = store.revisions.save(SERIES, painter.labels.view())
    assert info.changed_voxels == (predicted != painter.labels.view()).sum() > 0
    assert info.model_id == "chest"
    painter._undo()
    painter._undo()
    info = store.revisions.save(SERIES, painter.labels.view())
    assert (info.model_id, info.changed_voxels) == ("", 0)


@pytest.mark.parametrize("start", RevisionStatus)
@pytest.mark.parametrize("end", RevisionStatus)
def test_status_steps(opened, start, end):
    info = opened.revisions.save(SERIES, mask())
    if start is not RevisionStatus.DRAFT:
        info = opened.revisions.set_status(info.revision_id, start)
    if (start, end) in ALLOWED_STATUS_CHANGES:
        assert opened.revisions.set_status(info.revision_id, end).status is end
    else:
        with pytest.raises(StoreError, match=f"{start} cannot become {end}"):
            opened.revisions.set_status(info.revision_id, end)
        assert opened.revisions.select()[0].status is start


def test_accepting_supersedes_only_the_same_series(opened):
    opened.open_document("other", PATIENT, SHAPE)
    first = opened.revisions.save(SERIES, mask(1), status=RevisionStatus.ACCEPTED)
    other = opened.revisions.save("other", mask(2), status=RevisionStatus.ACCEPTED)
    second = opened.revisions.set_status(opened.revisions.save(SERIES, mask(3)).revision_id, RevisionStatus.ACCEPTED)
    accepted = opened.revisions.select(status=RevisionStatus.ACCEPTED)
    assert {r.revision_id for r in accepted} == {other.revision_id, second.revision_id}
    assert [r.status for r in opened.revisions.select(SERIES)] == [RevisionStatus.SUPERSEDED, RevisionStatus.ACCEPTED]
    assert opened.revisions.select(SERIES)[0].revision_id == first.revision_id


def test_same_content_is_stored_once_and_every_revision_has_its_own_id(opened, path):
    ids = {opened.revisions.save(SERIES, mask(), name=str(n)).revision_id for n in range(4)}
    assert len(ids) == 4
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM blob").fetchone()[0] == 1
    connection.close()


def test_wrong_shape_and_unknown_revision_are_sentences(opened):
    with pytest.raises(GeometryMismatchError, match="shape"):
        opened.revisions.save(SERIES, mask()[1:])
    with pytest.raises(StoreError, match="no revision"):
        opened.revisions.load_labels("0" * 32)
    with pytest.raises(StoreError, match="no revision"):
        opened.revisions.set_status("0" * 32, RevisionStatus.ACCEPTED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revision SET author = 'Eve'",
        "DELETE FROM revision",
        "UPDATE revision_status SET status = 'accepted'",
        "DELETE FROM revision_status",
        "UPDATE blob SET data = x'00'",
        "UPDATE gesture SET author = 'Eve'",
        "UPDATE gesture SET delta = x'00'",
        "DELETE FROM gesture",
        "DELETE FROM event",
    ],
)
def test_the_tables_refuse_to_forget(store, path, statement):
    painter = Painter(2, store)
    painter._brush(1)
    painter._undo()
    store.revisions.save(SERIES, painter.labels.view())
    store.close()
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|never replaced"):
        connection.execute(statement)
    connection.close()
