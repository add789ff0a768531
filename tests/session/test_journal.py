"""A document and the real store: nothing drawn is lost, undo works after a restart, failures are told."""

import numpy as np
import pytest

from ctviewer.domain.errors import StoreError
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.journal import Journal
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.store.annotation_store import AnnotationStore
from tests.session.strokes import accept, box, draw
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    assert runner.shutdown(5)
    runner.deleteLater()


@pytest.fixture
def open_store(tmp_path):
    stores = []

    def open_again():
        if stores:
            stores[-1].close()
        stores.append(AnnotationStore(tmp_path / "annotations.sqlite3", author="tester", daily_backup=False))
        return stores[-1]

    yield open_again
    stores[-1].close()


def open_document(store, runner):
    vol = volume()
    state = store.open_document(vol.series.series_key, vol.series.patient_key, vol.hu.shape)
    document = SegmentationDocument(vol, state)
    document.attach_journal(Journal(store, vol.series.series_key, runner, document))
    return document


def test_strokes_undo_and_review_survive_a_restart(qtbot, runner, open_store):
    document = open_document(open_store(), runner)
    draw(document, box(2, 3), 1, "first")
    draw(document, box(5, 6), 2, "second")
    draw(document, box(8, 9), 3, "third")
    document.undo()
    qtbot.waitUntil(lambda: document.journal.is_caught_up)
    labels = document.labels.copy()

    again = open_document(open_store(), runner)
    np.testing.assert_array_equal(again.labels, labels)
    assert (again.undo_name, again.redo_name) == ("second", "third")
    assert again.slices.reviewed == {2, 5, 8}
    again.redo()
    again.undo()
    again.undo()
    again.undo()
    assert not again.labels.any()
    again.redo()
    draw(again, box(10, 11), 2, "other way")
    qtbot.waitUntil(lambda: again.journal.is_caught_up)

    third = open_document(open_store(), runner)
    np.testing.assert_array_equal(third.labels, again.labels)
    assert (third.undo_name, third.redo_name) == ("other way", "")


def test_accepted_prediction_survives_with_its_model(qtbot, runner, open_store):
    store = open_store()
    document = open_document(store, runner)
    document.show_preview(prediction(document.volume))
    accept(document)
    qtbot.waitUntil(lambda: document.journal.is_caught_up)
    gestures = store.gestures(document.volume.series.series_key)
    assert [(g.tool, g.model_id) for g in gestures] == [("model", "test-model")]
    again = open_document(open_store(), runner)
    np.testing.assert_array_equal(again.labels, document.labels)


class FullDisk(AnnotationStore):
    """The real store, on a disk that is full until told otherwise."""

    is_full = True

    def wait_durable(self, timeout_s=None):
        if self.is_full:
            raise StoreError("Not enough disk space.", "Free some space.")
        super().wait_durable(timeout_s)


def test_failed_write_is_told_and_caught_up_later(qtbot, runner, tmp_path):
    store = FullDisk(tmp_path / "a.sqlite3", author="tester", daily_backup=False)
    document = open_document(store, runner)
    errors = []
    document.journal.failed.connect(errors.append)
    with qtbot.waitSignal(document.journal.failed):
        draw(document, box(2, 3))
    assert isinstance(errors[0], StoreError)
    assert not document.journal.is_caught_up
    store.is_full = False
    with qtbot.waitSignal(document.journal.caught_up):
        draw(document, box(4, 5))
    assert document.journal.is_caught_up
    store.close()


def test_write_that_is_refused_at_once_is_told(qtbot, runner, open_store):
    store = open_store()
    document = open_document(store, runner)
    store.close()
    errors = []
    document.journal.failed.connect(errors.append)
    draw(document, box(2, 3))
    assert errors
    assert document.labels.any()  # what was drawn stays on the screen
