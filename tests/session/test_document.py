"""The mask: gestures, undo, preview, review; with the real store behind it, also after a restart."""

import numpy as np
import pytest

from ctviewer.domain.edits.compose import PaintRule
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.session.segmentation_document import SegmentationDocument
from tests.session.strokes import accept, box, draw
from tests.support.volumes import geometry, prediction, volume

pytestmark = pytest.mark.gui


@pytest.fixture
def document(qapp):
    return SegmentationDocument(volume())


def test_one_gesture_is_one_undo_step_over_several_paints(document):
    document.paint(box(2, 3), 1)
    document.paint(box(4, 5), 1)
    assert document.is_in_gesture
    assert document.end_gesture("Brush – Left lung", "brush")
    assert document.undo_name == "Brush – Left lung"
    assert document.undo()
    assert not document.labels.any()
    assert not document.undo()
    assert document.redo_name == "Brush – Left lung"
    assert document.redo()
    assert np.count_nonzero(document.labels) == 2 * 4 * 6


def test_undo_across_slices_reveals_where(document):
    revealed = []
    document.revealed.connect(revealed.append)
    draw(document, box(2, 3))
    draw(document, box(9, 10))
    document.undo()
    document.undo()
    document.redo()
    assert [b[0] for b in revealed] == [slice(9, 10), slice(2, 3), slice(2, 3)]


def test_changed_box_is_the_one_that_was_painted(document):
    boxes = []
    document.labels_changed.connect(boxes.append)
    region = box(3, 4)
    document.paint(region, 2)
    document.paint(region, 2)  # nothing changes any more
    assert boxes == [region.bbox]


def test_gesture_that_changes_nothing_leaves_no_step(document):
    assert not document.paint(box(1, 2), 0)
    assert not document.end_gesture("Eraser", "eraser")
    assert document.undo_name == ""


def test_abort_restores_the_mask(document):
    draw(document, box(2, 3))
    before = document.labels.copy()
    document.paint(box(2, 4, 5, 20), 3)
    document.abort_gesture()
    np.testing.assert_array_equal(document.labels, before)
    assert document.undo_name == "Brush"


def test_locked_segments_hold_and_gate_holds(document):
    draw(document, box(2, 3), label=1)
    document.segments.set_locked(1, locked=True)
    document.paint(box(2, 3, 5, 12), 2)
    document.end_gesture("Brush", "brush")
    assert np.count_nonzero(document.labels == 1) == 4 * 6
    everywhere = box(6, 7, 0, 40, 0, 48)
    document.paint(everywhere, 2, PaintRule(hu_range=(-1024, -300)))
    painted = document.labels[6] == 2
    np.testing.assert_array_equal(painted, document.volume.hu[6] <= -300)


def test_preview_shows_without_touching_the_mask_and_blocks_editing(document):
    draw(document, box(2, 3), label=1)
    shown = prediction(document.volume)
    document.show_preview(shown)
    np.testing.assert_array_equal(document.displayed_labels, shown.labels)
    assert np.count_nonzero(document.labels) == 4 * 6
    assert not document.paint(box(1, 2), 3)
    assert not document.undo()
    document.reject_preview()
    assert document.displayed_labels is not shown.labels
    assert document.undo_name == "Brush"


def test_accepting_is_one_undo_step(document):
    draw(document, box(2, 3), label=1)
    before = document.labels.copy()
    shown = prediction(document.volume)
    document.show_preview(shown)
    accept(document)
    assert document.preview is None
    np.testing.assert_array_equal(document.labels, shown.labels)
    assert document.undo_name == "Segment with Test model"
    assert document.model == shown.model
    document.undo()
    np.testing.assert_array_equal(document.labels, before)


def test_accepting_keeps_locked_segments(document):
    draw(document, box(2, 3, 5, 9, 6, 12), label=1)
    document.segments.set_locked(1, locked=True)
    document.show_preview(prediction(document.volume, label=2))
    accept(document)
    assert np.count_nonzero(document.labels == 1) == 4 * 6
    assert (document.labels == 2).any()


def test_accepting_what_is_there_already_adds_no_step(document):
    document.show_preview(prediction(document.volume))
    accept(document)
    document.show_preview(prediction(document.volume))
    accept(document)
    document.undo()
    assert document.undo_name == ""


def test_prediction_on_another_grid_is_refused(document):
    other = volume()
    wrong = prediction(other)
    object.__setattr__(wrong, "geometry", geometry(origin_lps=(0.0, 0.0, 0.0)))
    with pytest.raises(GeometryMismatchError):
        document.show_preview(wrong)
    assert document.preview is None


def test_painted_slices_are_reviewed_and_predicted_ones_are_not(document):
    draw(document, box(2, 4))
    assert document.slices.reviewed == {2, 3}
    document.slices.mark_reviewed({11})
    document.show_preview(prediction(document.volume, (slice(3, 9), slice(5, 30), slice(4, 20))))
    accept(document)
    assert document.slices.reviewed == {11}  # the box of the change is 2..8: the drawn slices were replaced too
