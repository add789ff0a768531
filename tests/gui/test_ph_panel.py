"""The pulmonary-hypertension panel: shows what the classifier said, and lets the reader follow and change the slice."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton

from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import Classification
from ctviewer.gui.panels.ph_panel import PhPanel
from tests.support.ph_version import tiny_ph_version
from tests.support.synthetic import phantom
from tests.support.volumes import MODEL, volume

pytestmark = pytest.mark.gui

RESULT = Classification(
    class_names=("Control", "Group 1", "Group 2", "Group 3"),
    probabilities=(0.1, 0.2, 0.6, 0.1),
    slice_index=9,
    fed_image=np.tile(np.arange(160, dtype=np.uint8), (160, 1)),
    model=MODEL,
    notes=("The level is 20 mm below the expected one.",),
)


@pytest.fixture
def panel(qtbot, empty_window):
    session = empty_window.session
    session.workspace.show_volume(volume())
    made = PhPanel(session)
    qtbot.addWidget(made)
    made.show()
    return made


def button(panel, text):
    return next(b for b in panel.findChildren(QPushButton) if b.text() == text)


def test_nothing_is_claimed_before_a_result(panel):
    assert not [bar for bar in panel.findChildren(QProgressBar) if bar.isVisibleTo(panel)]
    assert not button(panel, "Assess").isEnabled()  # no classifier is installed here


def values(panel):
    return [bar.value() for bar in panel.findChildren(QProgressBar) if bar.isVisibleTo(panel)]


def test_probabilities_picture_slice_and_notes_are_shown(qtbot, panel):
    panel._session.analysis.classification_changed.emit(RESULT)
    qtbot.waitUntil(lambda: values(panel) == [100, 200, 600, 100])
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]
    assert "60 %" in texts
    assert any("slice 3 of 12" in text for text in texts)
    assert "The level is 20 mm below the expected one." in texts
    assert any("not a diagnosis" in text for text in texts)
    picture = next(label for label in panel.findChildren(QLabel) if not label.pixmap().isNull())
    image = picture.pixmap().toImage()
    assert image.pixelColor(5, 80).red() < image.pixelColor(150, 80).red()


def test_a_second_result_replaces_the_first(qtbot, panel):
    panel._session.analysis.classification_changed.emit(RESULT)
    panel._session.analysis.classification_changed.emit(RESULT)
    qtbot.waitUntil(lambda: len([b for b in panel.findChildren(QProgressBar) if b.isVisibleTo(panel)]) == 4)
    panel._session.analysis.classification_changed.emit(None)
    assert not [bar for bar in panel.findChildren(QProgressBar) if bar.isVisibleTo(panel)]


def test_going_to_the_slice_moves_the_axial_view(qtbot, panel):
    panel._session.analysis.classification_changed.emit(RESULT)
    viewport = panel._session.workspace.viewports[Plane.AXIAL]
    assert viewport.slice_index != 9
    qtbot.mouseClick(button(panel, "Go to slice"), Qt.MouseButton.LeftButton)
    assert viewport.slice_index == 9


def test_real_answer_of_a_real_network_on_the_phantom(qtbot, make_window, tmp_path):
    """From the button through the job to the bars, with the meaning of the classes from the model's manifest."""
    tiny_ph_version(tmp_path / "bundled" / "ph-classifier" / "0.0.1")
    session = make_window(tmp_path / "bundled").session
    made = phantom()
    plain = volume(made.hu.shape, made.geometry.spacing_mm)
    session.workspace.show_volume(dataclasses.replace(plain, hu=made.hu, geometry=made.geometry))
    panel = PhPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(session.analysis.classification_changed, timeout=120_000):
        qtbot.mouseClick(button(panel, "Assess"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button(panel, "Assess").isEnabled())
    qtbot.waitUntil(lambda: any(bar.isVisibleTo(panel) for bar in panel.findChildren(QProgressBar)))
    qtbot.waitUntil(lambda: abs(sum(values(panel)) - 1000) <= 2)
    texts = "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel))
    assert "Group 1: meaning of Group 1" in texts
    assert "mm below the carina" in texts
    assert "Tiny PH classifier 0.0.1" in texts
    session.workspace.position.set_slice(Plane.AXIAL, session.analysis.classification.slice_index + 1)
    with qtbot.waitSignal(session.analysis.classification_changed, timeout=120_000):
        qtbot.mouseClick(button(panel, "Use this slice"), Qt.MouseButton.LeftButton)
    assert any("chosen by hand" in label.text() for label in panel.findChildren(QLabel))
    qtbot.waitUntil(lambda: not session.runner.active)


def test_what_it_rests_on_is_computed_once_and_drawn(qtbot, panel):
    analysis = panel._session.analysis
    analysis.classification_changed.emit(RESULT)
    before = panel._result._picture.pixmap().toImage()
    with qtbot.waitSignal(panel._result.loss_requested):
        qtbot.mouseClick(button(panel, "What it rests on"), Qt.MouseButton.LeftButton)
    loss = np.zeros((160, 160), np.float32)
    loss[:80] = 0.3
    analysis.loss_changed.emit(loss)
    after = panel._result._picture.pixmap().toImage()
    assert after.pixelColor(80, 20) != before.pixelColor(80, 20)
    assert after.pixelColor(80, 150) == before.pixelColor(80, 150)
    with qtbot.assertNotEmitted(panel._result.loss_requested):
        qtbot.mouseClick(button(panel, "What it rests on"), Qt.MouseButton.LeftButton)
        qtbot.mouseClick(button(panel, "What it rests on"), Qt.MouseButton.LeftButton)
    assert not panel._result._picture.pixmap().isNull()


def test_a_neighbouring_slice_is_classified_instead(qtbot, panel, monkeypatch):
    asked = []
    monkeypatch.setattr(panel._session.analysis, "classify", asked.append)
    panel._session.analysis.classification_changed.emit(RESULT)
    for text in ("▲", "▼"):
        qtbot.mouseClick(button(panel, text), Qt.MouseButton.LeftButton)
    assert asked == [RESULT.slice_index + 1, RESULT.slice_index - 1]
