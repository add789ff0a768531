"""Predicting, reviewing a preview, classifying and retraining, by their keys, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from ctviewer.domain.planes import Plane, index_to_pixel
from ctviewer.gui.dialogs.model_card import ModelCard
from ctviewer.session.tools.tool_settings import ToolKind
from tests.gui.conftest import show
from tests.gui.driving import BY_ID, draw, press, run, with_model
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


def test_segment_accept_undo_with_a_real_model(qtbot, make_window, tmp_path):
    bundled = with_model(tmp_path)
    window = make_window(bundled)
    document = show(window)
    run(window, "segment")
    assert not window.actions_by_id["segment"].isEnabled()
    qtbot.waitUntil(lambda: document.preview is not None, timeout=240_000)
    assert not document.labels.any()
    assert window.pages.preview_bar.isVisible()
    predicted = document.preview.labels.copy()
    assert not window.actions_by_id["save_revision"].isEnabled()
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None, timeout=60_000)
    assert (document.labels == predicted).all()
    assert window.pages.preview_bar.isHidden()
    if predicted.any():
        run(window, "undo")
        assert not document.labels.any()


def test_keys_of_the_preview(qtbot, window):
    document = window.session.workspace.document
    shown = prediction(document.volume)
    for key in BY_ID["accept_preview"].keys:
        document.show_preview(shown)
        press(window, key)
        qtbot.waitUntil(lambda: document.preview is None)
        assert (document.labels == shown.labels).all()
        document.undo()
    document.show_preview(shown)
    run(window, "reject_preview")
    assert document.preview is None
    assert not document.labels.any()
    assert not window.actions_by_id["accept_preview"].isEnabled()


def test_a_prediction_leaves_what_a_person_drew(qtbot, window):
    document = draw(window)  # label 1 where the model will say 2
    review, choices = window.session.analysis.review, window.pages.preview_bar.choices
    document.show_preview(prediction(document.volume))
    qtbot.waitUntil(lambda: review.outcome is not None)
    assert review.outcome.n_human == 24
    assert "24 voxels drawn by hand" in choices.human.text()
    assert (document.displayed_labels == 1).sum() == 24
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None)
    assert (document.labels == 1).sum() == 24
    document.show_preview(prediction(document.volume))
    qtbot.waitUntil(lambda: review.outcome is not None)
    choices.replaces.setChecked(True)
    qtbot.waitUntil(lambda: review.outcome is not None)
    assert not (document.displayed_labels == 1).any()
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None)
    assert not (document.labels == 1).any()


def test_accepting_on_slices_not_reviewed_yet(qtbot, window):
    document = window.session.workspace.document
    document.slices.mark_reviewed({3, 4})
    document.show_preview(prediction(document.volume))
    review = window.session.analysis.review
    run(window, "accept_unreviewed")
    qtbot.waitUntil(lambda: review.outcome is not None)
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None)
    assert [bool(document.labels[k].any()) for k in range(2, 7)] == [True, False, False, True, True]
    assert document.slices.reviewed == {3, 4}


def test_accepting_inside_a_box_drawn_in_two_planes(qtbot, window):
    document, toolbox = window.session.workspace.document, window.session.workspace.toolbox
    review = window.session.analysis.review
    document.show_preview(prediction(document.volume))
    run(window, "tool_box")
    assert toolbox.active is ToolKind.BOX
    view = window.views.view(Plane.AXIAL)
    k = view.viewport.slice_index
    corners = [view.transform.to_view(*index_to_pixel(Plane.AXIAL, (k, *ji), document.volume.hu.shape))
               for ji in ((9.6, 7.6), (20.2, 12.2))]  # fmt: skip
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPointF(*corners[0]).toPoint())
    QTest.mouseMove(view, QPointF(*corners[1]).toPoint())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPointF(*corners[1]).toPoint())
    review.draw_box((Plane.CORONAL, (4.0, 15.0, 8.0), (6.0, 15.0, 12.0)))
    qtbot.waitUntil(lambda: review.outcome is not None)
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None)
    expected = np.zeros(document.labels.shape, np.uint8)
    expected[4:7, 10:21, 8:13] = 2
    np.testing.assert_array_equal(document.labels, expected)
    assert toolbox.active is ToolKind.BROWSE


def test_rejecting_a_structure(qtbot, window):
    document = window.session.workspace.document
    shown = prediction(document.volume)
    shown.labels[3, 10:14, 10:14] = 3
    document.show_preview(shown)
    document.segments.active_label = 3
    run(window, "reject_structure")
    review = window.session.analysis.review
    qtbot.waitUntil(lambda: review.outcome is not None)
    assert "2/3" in window.pages.preview_bar.choices.structures.text()
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None)
    assert not (document.labels == 3).any()
    assert (document.labels == 2).any()


def test_segmenting_can_be_cancelled(qtbot, make_window, tmp_path):
    bundled = with_model(tmp_path)
    window = make_window(bundled)
    document = show(window, volume(shape=(200, 64, 64), spacing_mm=(1.0, 3.0, 3.0)))
    run(window, "segment")
    qtbot.waitUntil(lambda: bool(window.session.runner.active))
    run(window, "cancel")
    qtbot.waitUntil(lambda: not window.session.analysis.is_segmenting, timeout=120_000)
    assert document.preview is None
    assert window.actions_by_id["segment"].isEnabled()


def test_without_a_model_segment_says_so(qtbot, window):
    run(window, "segment")
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages))
    assert "model" in window.pages.messages.messages[-1].text


def test_models_are_not_used_on_values_that_are_not_hu(make_window):
    window = make_window()
    show(window, volume(is_hu=False))
    run(window, "segment")
    assert "not Hounsfield" in window.pages.messages.messages[-1].text
    run(window, "classify")
    assert not [job for job in window.session.runner.active if job.title]


def test_classify_reports_what_stands_in_its_way(qtbot, window):
    run(window, "classify")
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages), timeout=120_000)


def test_vessels_are_measured_or_the_reason_is_told(qtbot, window):
    run(window, "propose_evidence")
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages), timeout=120_000)
    assert "No enhanced ascending aorta" in window.pages.messages.messages[-1].text


@pytest.mark.parametrize("action", ["retrain", "report"])
def test_dialogs_of_other_parts_open_once(qtbot, make_window, action):
    made = []

    def factory(parent):
        made.append(QDialog(parent))
        return made[-1]

    window = make_window(dialogs={action: factory})
    show(window)
    run(window, action)
    window.activateWindow()
    run(window, action)
    assert len(made) == 1
    assert made[0].isVisible()
    made[0].close()


def test_retrain_without_a_dialog_is_a_sentence(window):
    run(window, "retrain")
    assert window.pages.messages.messages


def test_model_card(qtbot, make_window, tmp_path):
    bundled = with_model(tmp_path)
    window = make_window(bundled)
    run(window, "model_card")
    card = window.findChild(ModelCard)
    assert "Tiny chest model" in card.windowTitle()
    card.close()
