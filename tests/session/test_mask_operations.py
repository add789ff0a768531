"""Whole-segment operations on an open document: one gesture, undoable, never on a changed mask."""

import numpy as np
import pytest

from ctviewer.domain.edits.region import Region
from ctviewer.domain.edits.segment_operations import SegmentOperation
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.mask_operations import MaskOperations
from ctviewer.session.workspace import Workspace
from tests.support.volumes import volume

pytestmark = pytest.mark.gui


@pytest.fixture
def workspace(qapp):
    runner = JobRunner()
    made = Workspace(runner, None, runner)
    made.show_volume(volume())
    yield made
    made.shutdown()
    runner.shutdown()


def paint(document, k):
    region = Region((slice(k, k + 1), slice(5, 15), slice(6, 16)), np.ones((1, 10, 10), bool))
    document.paint(region, 1)
    document.end_gesture("Brush", "brush")


def run(qtbot, operations, operation):
    job = operations.run(operation)
    with qtbot.waitSignal(job.ended, timeout=10_000):
        pass


def test_filling_between_slices_is_one_undo_step(qtbot, workspace):
    document = workspace.document
    paint(document, 2)
    paint(document, 6)
    run(qtbot, MaskOperations(workspace), SegmentOperation.FILL_BETWEEN_SLICES)
    assert np.count_nonzero(document.labels) == 5 * 100
    assert document.undo_name == "Fill between slices – Left lung"
    document.undo()
    assert np.count_nonzero(document.labels) == 2 * 100


def test_nothing_to_change_is_said_and_not_recorded(qtbot, workspace):
    paint(workspace.document, 2)
    run(qtbot, MaskOperations(workspace), SegmentOperation.KEEP_LARGEST)
    assert workspace.document.undo_name == "Brush"
    assert "nothing to change" in workspace.messages.messages[-1].text


def test_a_mask_that_changed_meanwhile_is_left_alone(qtbot, workspace):
    document = workspace.document
    paint(document, 2)
    paint(document, 6)
    job = MaskOperations(workspace).run(SegmentOperation.SWAP_LUNGS)
    paint(document, 4)
    before = document.labels.copy()
    document.undo()
    document.undo()
    with qtbot.waitSignal(job.ended, timeout=10_000):
        pass
    assert "changed meanwhile" in workspace.messages.messages[-1].text
    document.redo()
    document.redo()
    np.testing.assert_array_equal(document.labels, before)
