"""Corrections, segments and the undo list as they were, after the program was closed."""

import numpy as np
import pytest

from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.edits.region import Region
from ctviewer.domain.terms import TERMS
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.segment_editing import SegmentEditing
from ctviewer.session.tools.tool_settings import REMOVE, ToolKind
from ctviewer.session.workspace import Workspace
from ctviewer.store.annotation_store import AnnotationStore
from tests.session.strokes import at, click
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


class Desk:
    """A session on a store that can be closed and opened again."""

    def __init__(self, path):
        self.path = path
        self.open()

    def open(self):
        self.runner = JobRunner()
        self.store = AnnotationStore(self.path, author="tester", daily_backup=False)
        self.workspace = Workspace(self.runner, self.store, self.runner)
        scan = volume()
        series = scan.series
        state = self.store.open_document(series.series_key, series.patient_key, scan.hu.shape, "", "")
        self.document = self.workspace.show_volume(scan, state)

    def close(self):
        self.workspace.shutdown()
        self.store.wait_durable(30)
        self.runner.shutdown()
        self.store.close()
        self.runner.deleteLater()

    def again(self):
        self.close()
        self.open()


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "annotations.sqlite3")
    yield made
    made.close()


def paint(document, k, label):
    document.paint(Region((slice(k, k + 2), slice(5, 15), slice(6, 16)), np.ones((2, 10, 10), bool)), label)
    document.end_gesture("Brush", "brush")


def settle(qtbot, desk):
    qtbot.waitUntil(lambda: not desk.runner.active, timeout=30_000)


def test_which_model_drew_is_known_after_a_restart(desk):
    paint(desk.document, 2, 1)
    desk.document.show_preview(prediction(desk.document.volume))
    shown = desk.document.preview
    desk.document.accept_preview(edit_between(desk.document.labels, shown.labels))
    paint(desk.document, 5, 1)
    desk.again()
    model = desk.document.model
    assert (model.model_id, model.version, model.weights_sha256) == ("test-model", "1", "0" * 64)
    desk.document.undo()
    desk.document.undo()
    desk.again()
    assert desk.document.model is None  # what is in effect was drawn by hand


def test_undo_goes_on_after_a_restart_across_tools_and_planes(qtbot, desk):
    box, states = desk.workspace.toolbox, []

    def keep():
        settle(qtbot, desk)
        states.append((desk.document.undo_name, desk.document.labels.copy()))

    keep()
    paint(desk.document, 4, 1)
    keep()
    box.active, box.limit_ml = ToolKind.GROW, 5000
    click(box, at(9, 20, 10))
    settle(qtbot, desk)
    desk.workspace.proposals.accept(desk.document)
    keep()
    box.active, box.cut_target = ToolKind.SCISSORS, REMOVE
    box.press(at(6, 5, 14))
    box.release(at(6, 35, 14))
    settle(qtbot, desk)
    desk.workspace.proposals.accept(desk.document)
    keep()
    desk.again()
    revealed = []
    desk.document.revealed.connect(revealed.append)
    for name, labels in reversed(states):
        assert desk.document.undo_name == name
        np.testing.assert_array_equal(desk.document.labels, labels)
        desk.document.undo()
    assert len(revealed) == 3
    desk.again()
    for name, labels in states[1:]:
        desk.document.redo()
        assert desk.document.undo_name == name
        np.testing.assert_array_equal(desk.document.labels, labels)


def test_a_proposal_that_waits_is_neither_in_the_journal_nor_in_the_mask_after_a_restart(qtbot, desk):
    box = desk.workspace.toolbox
    box.active, box.limit_ml = ToolKind.GROW, 5000
    click(box, at(9, 20, 10))
    settle(qtbot, desk)
    assert desk.document.labels.any()
    desk.again()
    assert not desk.document.labels.any()
    assert desk.document.undo_name == ""


def test_segments_keep_name_colour_and_code_and_a_deletion_can_be_undone_later(qtbot, desk):
    term = next(term for term in TERMS if term.key == "left_upper_lobe")
    SegmentEditing(desk.workspace).add("Lobe", term, (1, 2, 3))
    label = desk.document.segments.active_label
    paint(desk.document, 4, label)
    desk.again()
    segment = desk.document.segments.row(label).segment
    assert (segment.name, segment.color, segment.key) == ("Lobe", (1, 2, 3), "left_upper_lobe")
    assert (segment.code.value, segment.laterality.value) == ("45653009", "7771000")
    SegmentEditing(desk.workspace).delete(label)
    settle(qtbot, desk)
    assert not (desk.document.labels == label).any()
    desk.again()
    assert desk.document.segments.row(label) is None
    assert desk.document.undo_name == "Delete – Lobe"
    desk.document.undo()
    assert desk.document.segments.name(label) == "Lobe"
    assert np.count_nonzero(desk.document.labels == label) == 200
    SegmentEditing(desk.workspace).add("Another", None)
    assert desk.document.segments.active_label != label  # never the label of something that may come back


def test_who_drew_a_voxel_is_known_after_a_restart(qtbot, desk):
    from ctviewer.session.preview_outcome import PreviewChoice, preview_outcome

    shown = prediction(desk.document.volume, (slice(0, 8), slice(0, 20), slice(0, 20)), label=2)
    desk.document.show_preview(shown)
    desk.document.accept_preview(edit_between(desk.document.labels, shown.labels))
    paint(desk.document, 4, 1)
    desk.again()
    empty = np.zeros_like(shown.labels)
    outcome = preview_outcome(
        desk.document.labels, empty, frozenset(), PreviewChoice(), desk.document.gestures_in_effect, frozenset()
    )
    assert outcome.n_human == 200  # not the 2 800 voxels of the model around them
    assert np.count_nonzero(outcome.labels) == 200
