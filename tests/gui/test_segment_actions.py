"""Actions of the segment menu, by their keys, in the real window."""

import numpy as np
import pytest
from PySide6.QtWidgets import QInputDialog

from ctviewer.domain.edits.region import Region
from ctviewer.gui.dialogs.new_segment import NewSegmentDialog
from ctviewer.session.proposal import Setting
from tests.gui.driving import axial, draw, run

pytestmark = pytest.mark.gui


def _two_islands(document):
    for j1, i1 in ((30, 40), (8, 8)):
        region = Region((slice(4, 5), slice(5, j1), slice(6, i1)), np.ones((1, j1 - 5, i1 - 6), bool))
        document.paint(region, 1)
    gap = Region((slice(4, 5), slice(8, 9), slice(6, 40)), np.ones((1, 1, 34), bool))
    document.paint(gap, 0)
    document.end_gesture("Brush", "brush")


def _ring(document):
    for size, label in ((12, 1), (4, 0)):
        cut = slice(20 - size, 20 + size)
        document.paint(Region((slice(4, 5), cut, cut), np.ones((1, 2 * size, 2 * size), bool)), label)
    document.end_gesture("Brush", "brush")


def _two_slices(document):
    for k in (3, 6):
        document.paint(Region((slice(k, k + 1), slice(10, 20), slice(10, 20)), np.ones((1, 10, 10), bool)), 1)
    document.end_gesture("Brush", "brush")


def _spike(document):
    _ring(document)
    document.paint(Region((slice(4, 5), slice(20, 21), slice(32, 40)), np.ones((1, 1, 8), bool)), 1)
    document.end_gesture("Brush", "brush")


PROPOSED = {"fill_between_slices", "smooth", "smooth_jointly", "grow_or_shrink", "combine", "relabel"}


@pytest.mark.parametrize(
    ("action_id", "prepare", "holds"),
    [
        ("keep_largest", _two_islands, lambda labels: labels[4, 5:8].sum() == 0 and labels[4, 9:30, 6:40].all()),
        ("fill_holes", _ring, lambda labels: labels[4, 20, 20] == 1),
        ("fill_between_slices", _two_slices, lambda labels: labels[4, 15, 15] == 1 and labels[5, 15, 15] == 1),
        ("smooth", _spike, lambda labels: labels[4, 20, 35] == 0 and labels[4, 20, 30] == 1),
        ("smooth_jointly", _ring, lambda labels: labels[4, 8, 8] == 0),
        ("grow_or_shrink", _ring, lambda labels: labels[4, 6, 20] == 1 and labels[4, 5, 20] == 0),
        ("combine", _ring, lambda labels: labels[4, 31, 30] == 0 and labels[4, 29, 30] == 1),
        ("relabel", _ring, lambda labels: labels[4, 10, 10] == 2),
        ("clear_segment", _ring, lambda labels: not labels[4, 10:30, 10:30].any()),
        ("copy_to_next", _ring, lambda labels: labels[3, 10, 10] == 1),
        ("copy_to_previous", _ring, lambda labels: labels[5, 10, 10] == 1),
        ("swap_lungs", _ring, lambda labels: labels[4, 10, 10] == 2),
    ],
)
def test_operations_on_a_segment_are_one_undo_step(qtbot, window, action_id, prepare, holds):
    document = window.session.workspace.document
    prepare(document)
    if action_id == "combine":
        document.paint(Region((slice(4, 5), slice(35, 40), slice(26, 40)), np.ones((1, 5, 14), bool)), 2)
        document.end_gesture("Brush", "brush")
    axial(window).slice_index = 4
    before = document.labels.copy()
    run(window, action_id)
    if action_id in PROPOSED:
        qtbot.waitUntil(lambda: document.proposal is not None, timeout=60_000)
        assert window.pages.preview_bar.isVisible()
        if action_id == "combine":  # nothing is lost before the user says what is meant
            assert "no change" in window.pages.preview_bar.text
            window.pages.preview_bar.controls.widget(Setting.MARGIN).setValue(5.0)
            qtbot.waitUntil(lambda: "no change" not in window.pages.preview_bar.text, timeout=60_000)
        assert "ml" in window.pages.preview_bar.text
        assert holds(document.labels)
        run(window, "accept_preview")
        assert window.pages.preview_bar.isHidden()
    qtbot.waitUntil(lambda: document.undo_name not in ("", "Brush"), timeout=60_000)
    assert holds(document.labels)
    run(window, "undo")
    np.testing.assert_array_equal(document.labels, before)


def test_escape_rejects_a_proposal(qtbot, window):
    document = window.session.workspace.document
    _ring(document)
    before = document.labels.copy()
    run(window, "grow_or_shrink")
    qtbot.waitUntil(lambda: document.proposal is not None, timeout=60_000)
    assert not window.actions_by_id["save_revision"].isEnabled()
    run(window, "cancel")
    assert document.proposal is None
    np.testing.assert_array_equal(document.labels, before)
    run(window, "grow_or_shrink")
    qtbot.waitUntil(lambda: document.proposal is not None, timeout=60_000)
    run(window, "reject_preview")
    np.testing.assert_array_equal(document.labels, before)
    assert document.undo_name == "Brush"


def test_next_segment_goes_round(window):
    segments = window.session.workspace.document.segments
    seen = []
    for _ in range(4):
        seen.append(segments.active_label)
        run(window, "next_segment")
    assert seen == [1, 2, 3, 1]


def test_new_segment_is_painted_renamed_deleted_and_comes_back(qtbot, window, monkeypatch):
    document = window.session.workspace.document
    segments = document.segments

    def choose(dialog):
        dialog._search.setText("nodule")
        return NewSegmentDialog.DialogCode.Accepted

    monkeypatch.setattr(NewSegmentDialog, "exec", choose)
    run(window, "new_segment")
    assert segments.active_label == 4
    assert (segments.name(4), segments.row(4).segment.code.value) == ("Pulmonary nodule", "27925004")
    assert 4 in window.sides.segments.rows
    draw(window, label=4)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Nodule S6", True))
    run(window, "rename_segment")
    assert segments.name(4) == "Nodule S6"
    run(window, "delete_segment")
    qtbot.waitUntil(lambda: document.undo_name == "Delete – Nodule S6", timeout=60_000)
    assert not (document.labels == 4).any()
    assert segments.row(4) is None
    run(window, "undo")
    assert (document.labels == 4).any()
    assert segments.name(4) == "Nodule S6"
    run(window, "redo")
    assert segments.row(4) is None


def test_segments_of_the_models_keep_their_names(window):
    window.session.workspace.document.segments.active_label = 2
    for action_id in ("rename_segment", "delete_segment"):
        run(window, action_id)
        assert "Right lung cannot be" in window.pages.messages.messages[-1].text
    assert window.session.workspace.document.segments.row(2) is not None
