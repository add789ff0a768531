"""Where to look next: what is known about slices, and the order it gives."""

import numpy as np
import pytest

from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.outlook import Outlook
from ctviewer.domain.prediction import Prediction
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.slice_priority import overruled_voxels, slice_priorities
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.journal import Journal
from ctviewer.session.workspace import Workspace
from ctviewer.store.annotation_store import AnnotationStore
from tests.support.volumes import MODEL, volume

pytestmark = pytest.mark.gui


def doubtful(vol, doubt):
    labels = np.zeros(vol.hu.shape, np.uint8)
    labels[2:9, 5:30, 4:20] = 2
    return Prediction(labels, vol.geometry, CHEST_SEGMENTS, MODEL, slice_doubt=tuple(doubt))


DOUBT = [0, 1, 1, 2, 1, 9, 1, 1, 5, 1, 0, 0]


def test_the_usual_doubt_counts_nothing_and_reasons_add_up():
    alone = slice_priorities(12, DOUBT)
    assert np.argmax(alone) == 5
    assert alone[0] == alone[1] == 0
    assert 0 < alone[3] < alone[8] < 1
    joined = slice_priorities(12, DOUBT, findings=[8, 99, -1], overruled={3: 50, 1: 100})
    assert joined[8] > alone[8]
    assert joined[8] >= 0.8
    assert joined[3] > alone[3]
    assert joined[1] == pytest.approx(0.6)
    assert (joined >= alone).all()
    assert joined.max() <= 1
    assert not slice_priorities(12).any()
    assert not slice_priorities(12, DOUBT[:5]).any()
    assert not slice_priorities(12, [0] * 12).any()


def test_only_labelled_voxels_count_as_overruled():
    before = np.zeros((5, 6, 6), np.uint8)
    before[2, :2] = 1
    after = before.copy()
    after[1:4, :4] = 2
    assert overruled_voxels(edit_between(before, after)) == {2: 12}
    assert overruled_voxels(edit_between(np.zeros_like(before), after)) == {}


@pytest.fixture
def workspace(qapp, tmp_path):
    runner = JobRunner()
    made = Workspace(runner, AnnotationStore(tmp_path / "a.sqlite3", author="Ada", daily_backup=False), runner)
    yield made
    made.shutdown()
    runner.shutdown()
    made.store.close()
    made.store.close()


def opened(workspace):
    vol = volume()
    series = vol.series
    state = workspace.store.open_document(series.series_key, series.patient_key, vol.hu.shape)
    return workspace.show_volume(vol, state)


def accept(document, prediction):
    document.show_preview(prediction)
    document.accept_preview(edit_between(document.labels, prediction.labels))


def test_the_guide_leads_from_the_most_doubtful_slice_on_and_leaves_out_what_was_seen(workspace):
    document, guide = opened(workspace), workspace.guide
    assert guide.next_slice() is None
    assert not guide.go_to_next()
    document.show_preview(doubtful(document.volume, DOUBT))
    assert guide.next_slice() == 5  # already while it waits
    document.reject_preview()
    assert not guide.priorities.any()
    accept(document, doubtful(document.volume, DOUBT))
    assert guide.go_to_next()
    assert workspace.position.index_kji[0] == 5
    document.slices.mark_reviewed({5})
    assert guide.next_slice() == 8
    guide.set_findings({11})
    workspace.position.index_kji = (8, 0, 0)
    assert guide.next_slice() == 11
    document.slices.mark_reviewed(range(12))
    assert guide.next_slice() is None


def test_peaks_come_before_their_neighbours(workspace):
    document, guide = opened(workspace), workspace.guide
    document.show_preview(doubtful(document.volume, [0, 1, 1, 6, 9, 8, 1, 1, 4, 1, 1, 0]))
    document.accept_preview(edit_between(document.labels, document.preview.labels))
    order = []
    workspace.position.index_kji = (0, 0, 0)
    while (k := guide.next_slice()) is not None:
        order.append(k)
        document.slices.mark_reviewed({k})
    assert order == [4, 8, 5, 3]


def test_doubt_is_kept_with_the_mask_and_sums_up_what_nobody_saw(workspace, tmp_path):
    document = opened(workspace)
    assert isinstance(document.journal, Journal)
    accept(document, doubtful(document.volume, DOUBT))
    document.slices.mark_reviewed({5})
    document.slices.keep_findings(2)
    key = document.volume.series.series_key
    assert document.volume.geometry.spacing_mm[0] == 5.0
    assert workspace.store.outlooks() == {key: Outlook(pytest.approx((sum(DOUBT) - 9) * 0.5), 0.0, 2)}
    accept(document, Prediction(np.zeros_like(document.labels), document.volume.geometry, CHEST_SEGMENTS, MODEL,
                                slice_doubt=tuple(DOUBT)))  # fmt: skip
    found = workspace.store.outlooks()[key]  # slice 5 was drawn anew, so it has to be looked at again
    assert found.doubt_ml == pytest.approx(sum(DOUBT) * 0.5)
    assert found.changed_ml == pytest.approx(7 * 25 * 16 * 0.01, rel=0.01)
    document.slices.mark_reviewed(range(12))
    assert workspace.store.outlooks() == {key: Outlook(0.0, 0.0, 2)}
    workspace.store.close()
    with AnnotationStore(tmp_path / "a.sqlite3", author="Ada", daily_backup=False) as again:
        state = again.open_document(key, document.volume.series.patient_key, document.volume.hu.shape)
        assert list(state.slice_doubt) == DOUBT
        assert again.check() == []


def test_a_second_prediction_over_a_corrected_mask_points_at_what_it_changed(workspace):
    document = opened(workspace)
    accept(document, doubtful(document.volume, [0] * 12))
    moved = doubtful(document.volume, [0] * 12)
    labels = moved.labels.copy()
    labels[7, 5:20] = 1
    accept(document, Prediction(labels, moved.geometry, moved.segments, MODEL, slice_doubt=moved.slice_doubt))
    assert workspace.guide.next_slice() == 7
