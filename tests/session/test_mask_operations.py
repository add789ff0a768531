"""Whole-segment operations on an open document: one gesture, undoable, never on a changed mask."""

import threading

import numpy as np
import pytest

from ctviewer.domain.edits.region import Region
from ctviewer.domain.edits.segment_operations import SegmentOperation
from ctviewer.session.mask_operations import MaskOperations
from ctviewer.session.proposal import Recipe, Setting
from tests.support.volumes import volume

pytestmark = pytest.mark.gui


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
    assert document.undo_name == ""  # it waits for a yes
    assert (document.proposal.n_added, document.proposal.n_removed) == (300, 0)
    assert workspace.proposals.accept(document)
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


def settle(qtbot, workspace):
    qtbot.waitUntil(lambda: not workspace.runner.active, timeout=10_000)


def control(document, setting):
    return next(c for c in document.proposal.controls if c.setting is setting)


def test_a_margin_is_adjusted_while_it_is_shown(qtbot, workspace):
    document = workspace.document
    paint(document, 5)
    before = document.labels.copy()
    run(qtbot, MaskOperations(workspace), SegmentOperation.MARGIN)
    assert np.count_nonzero(document.labels) > 100
    assert document.proposal.recipe.title == "Grow – Left lung"
    for value in (-1.0, -2.0, -1.5):  # faster than they can be computed: the last one counts
        control(document, Setting.MARGIN).change(value)
    settle(qtbot, workspace)
    assert control(document, Setting.MARGIN).value == -1.5
    assert document.proposal.recipe.title == "Shrink – Left lung"
    assert 0 < np.count_nonzero(document.labels) < 100
    control(document, Setting.MARGIN).change(0.0)
    settle(qtbot, workspace)
    np.testing.assert_array_equal(document.labels, before)  # nothing changes, but the proposal stays to be adjusted
    assert document.proposal is not None
    control(document, Setting.MARGIN).change(2.0)
    settle(qtbot, workspace)
    assert workspace.proposals.reject(document)
    np.testing.assert_array_equal(document.labels, before)
    assert document.undo_name == "Brush"


def test_boolean_between_segments_offers_the_others_and_the_hu_range(qtbot, workspace):
    document = workspace.document
    paint(document, 5)
    region = Region((slice(5, 6), slice(15, 20), slice(6, 16)), np.ones((1, 5, 10), bool))
    document.paint(region, 2)
    document.end_gesture("Brush", "brush")
    run(qtbot, MaskOperations(workspace), SegmentOperation.COMBINE)
    assert np.count_nonzero(document.labels == 1) == 100  # they do not overlap: nothing to subtract
    assert [name for _, name in control(document, Setting.OPERAND).choices] == ["Right lung", "Trachea", "HU range"]
    control(document, Setting.OPERATION).change("add")
    settle(qtbot, workspace)
    assert np.count_nonzero(document.labels == 1) == 150
    control(document, Setting.OPERATION).change("subtract")
    settle(qtbot, workspace)
    control(document, Setting.MARGIN).change(2.0)
    settle(qtbot, workspace)
    assert np.count_nonzero(document.labels == 1) == 80  # rows within 2 mm of the other one
    control(document, Setting.OPERAND).change(0)
    settle(qtbot, workspace)
    assert np.count_nonzero(document.labels == 1) == 0  # all of it is air
    workspace.proposals.accept(document)
    assert document.undo_name == "Subtract HU range – Left lung"


def test_relabel_to_a_chosen_segment(qtbot, workspace):
    document = workspace.document
    paint(document, 5)
    run(qtbot, MaskOperations(workspace), SegmentOperation.RELABEL)
    control(document, Setting.TARGET).change(3)
    settle(qtbot, workspace)
    workspace.proposals.accept(document)
    assert document.undo_name == "Relabel – Left lung to Trachea"
    assert np.count_nonzero(document.labels == 3) == 100


def test_a_locked_segment_is_refused_with_a_sentence(workspace):
    paint(workspace.document, 5)
    workspace.document.segments.set_locked(1, locked=True)
    assert MaskOperations(workspace).run(SegmentOperation.MARGIN) is None
    assert "locked" in workspace.messages.messages[-1].text


def test_a_proposal_does_not_survive_another_document(qtbot, workspace):
    document = workspace.document
    paint(document, 2)
    paint(document, 6)
    run(qtbot, MaskOperations(workspace), SegmentOperation.FILL_BETWEEN_SLICES)
    workspace.show_volume(volume(uid="4.5.6"))
    assert document.proposal is None
    assert np.count_nonzero(document.labels) == 200


def test_a_change_that_waits_for_a_closed_document_is_not_computed(qtbot, workspace):
    release, computed, dropped = threading.Event(), [], []

    def recipe(name, compute):
        return Recipe(name, "test", compute, is_previewed=True, on_dropped=lambda: dropped.append(name))

    def slow(_labels):
        computed.append("first")
        release.wait(10)

    job = workspace.proposals.start(workspace.document, recipe("first", slow))
    qtbot.waitUntil(lambda: computed == ["first"])
    workspace.proposals.start(workspace.document, recipe("second", lambda _labels: computed.append("second")))
    workspace.close_document()
    with qtbot.waitSignal(job.ended, timeout=10_000):
        release.set()
    qtbot.wait(50)
    assert computed == ["first"]
    assert "second" in dropped
    assert workspace.runner.active == ()
