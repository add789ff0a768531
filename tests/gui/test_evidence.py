"""Vessels measured by the program and by hand in the real window, and what the PH panel says about them."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from ctviewer.domain.measurement import MeasurementKind, MeasurementRole
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import Classification
from ctviewer.gui.panels.evidence_view import EvidenceView
from ctviewer.services.evidence import PROGRAM
from ctviewer.session.tools.tool_settings import ToolKind
from tests.gui.conftest import show
from tests.gui.driving import press
from tests.gui.pointing import drag, place_of, send
from tests.support.vessel_phantom import AORTA_MM, TRUNK_MM, vessel_volume
from tests.support.volumes import MODEL, volume

pytestmark = pytest.mark.gui


@pytest.fixture
def opened(make_window):
    window = make_window()
    show(window, vessel_volume())
    view = EvidenceView(window.session.evidence, window.session.workspace)
    window.add_section("Evidence", view)
    return window, view


def words(view):
    return [w.text() for w in view.findChildren(QLabel) + view.findChildren(QPushButton) if w.isVisibleTo(view)]


def classify(window, *probabilities):
    document = window.session.workspace.document
    names = ("Control", "Group 1", "Group 2", "Group 3")
    found = Classification(names, probabilities, 15, np.zeros((8, 8), np.uint8), MODEL)
    window.session.analysis._keep_classification(document, found)


def test_proposed_calipers_are_measurements_on_their_slice(opened, qtbot):
    window, view = opened
    press(window, "Shift+D")
    measuring = window.session.workspace.measuring
    qtbot.waitUntil(lambda: len(measuring.measurements) == 2, timeout=120_000)
    both = measuring.with_role(MeasurementRole.TRUNK_TO_AORTA)
    assert both.author == PROGRAM
    assert measuring.selected is both
    trunk, aorta = [q.value for q in measuring.values(both)[1:]]
    assert (trunk, aorta) == (pytest.approx(TRUNK_MM, abs=1.5), pytest.approx(AORTA_MM, abs=1.0))
    k = window.session.workspace.viewports[Plane.AXIAL].slice_index
    assert measuring.near(Plane.AXIAL, k, 0.5)
    shown = words(view)
    assert f"{trunk:.1f} mm" in shown
    assert "≥ 29 mm, men" in shown
    assert "Truong 2012" in shown
    assert "0 of 4 cut-offs are reached." in shown
    qtbot.waitUntil(lambda: not window.session.evidence.is_proposing)
    press(window, "Shift+D")  # again: the new ones take the place of the old ones
    qtbot.waitUntil(lambda: not window.session.evidence.is_proposing, timeout=120_000)
    assert len(measuring.measurements) == 2


def test_a_dragged_caliper_changes_the_table_and_its_author(opened, qtbot):
    window, view = opened
    window.session.evidence.propose()
    measuring = window.session.workspace.measuring
    qtbot.waitUntil(lambda: len(measuring.measurements) == 2, timeout=120_000)
    both = measuring.with_role(MeasurementRole.TRUNK_TO_AORTA)
    axial = window.views.view(Plane.AXIAL)
    ends = window.session.workspace.document.volume.geometry.lps_to_index(both.points)
    start, end = (place_of(axial, tuple(row)) for row in ends[:2])
    drag(axial, [end, end + (end - start) * 0.1, end + (end - start) * 0.3])
    changed = measuring.with_role(MeasurementRole.TRUNK_TO_AORTA)
    assert changed.author == "tester"
    assert changed.points_lps[0] == both.points_lps[0]
    length = measuring.values(changed)[1].value
    assert length == pytest.approx(TRUNK_MM * 1.3, abs=2.0)
    assert f"{length:.1f} mm" in words(view)
    assert "4 of 4 cut-offs are reached." in words(view)


def test_agreement_is_said_in_neutral_words(opened):
    window, view = opened
    measuring = window.session.workspace.measuring
    points = ((0.0, 0.0, 45.0), (35.0, 0.0, 45.0), (0.0, 5.0, 45.0), (30.0, 5.0, 45.0))
    measuring.add(MeasurementKind.RATIO, Plane.AXIAL, points, role=MeasurementRole.TRUNK_TO_AORTA)
    classify(window, 0.2, 0.1, 0.3, 0.4)
    text = next(t for t in words(view) if "cut-offs are reached" in t)
    assert text == (
        "4 of 4 cut-offs are reached. The classifier gives 80 % to the classes above the control class. "
        "Cut-offs and classifier point the same way."
    )
    classify(window, 0.9, 0.1, 0.0, 0.0)
    assert any("different ways" in t for t in words(view))
    assert not [t for t in words(view) if "hypertension" in t.lower() or "diagnos" in t.lower()]


def test_drawing_by_hand_gives_the_role_and_goes_back_to_browsing(opened):
    window, view = opened
    measuring, toolbox = window.session.workspace.measuring, window.session.workspace.toolbox
    name = "Draw by hand: Left pulmonary artery"
    next(b for b in view.findChildren(QToolButton) if b.accessibleName() == name).click()
    assert toolbox.active is ToolKind.MEASURE_LENGTH
    axial = window.views.view(Plane.AXIAL)
    k = axial.viewport.slice_index
    drag(axial, [place_of(axial, (k, 50, 70)), place_of(axial, (k, 50, 85))])
    (left,) = measuring.measurements
    assert (left.role, left.author) == (MeasurementRole.LEFT_PULMONARY_ARTERY, "tester")
    assert toolbox.active is ToolKind.BROWSE
    assert "21.0 mm" in words(view)
    press(window, "L")
    drag(axial, [place_of(axial, (k, 20, 70)), place_of(axial, (k, 20, 85))])
    assert measuring.measurements[-1].role is MeasurementRole.NONE
    assert [name for name, _ in window.sides.measurements.rows] == ["Left pulmonary artery", "Length 1"]


def test_a_value_shows_its_slice(opened):
    window, view = opened
    workspace = window.session.workspace
    points = ((0.0, 0.0, 9.0), (20.0, 0.0, 9.0))
    workspace.measuring.add(MeasurementKind.LENGTH, Plane.AXIAL, points, role=MeasurementRole.RIGHT_PULMONARY_ARTERY)
    workspace.position.set_slice(Plane.AXIAL, 20)
    next(b for b in view.findChildren(QPushButton) if b.text() == "20.0 mm").click()
    assert workspace.viewports[Plane.AXIAL].slice_index == 3


def test_without_contrast_medium_the_reason_is_told(make_window, qtbot):
    window = make_window()
    show(window, volume())
    press(window, "Shift+D")
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages), timeout=120_000)
    assert "No enhanced ascending aorta" in window.pages.messages.messages[-1].text
    assert window.session.workspace.measuring.measurements == ()


def test_nothing_can_be_asked_without_a_study(empty_window, qtbot):
    view = EvidenceView(empty_window.session.evidence, empty_window.session.workspace)
    qtbot.addWidget(view)
    assert not any(b.isEnabled() for b in view.findChildren(QPushButton) + view.findChildren(QToolButton))


def test_escape_forgets_the_role(opened):
    window, _ = opened
    window.session.evidence.draw_by_hand(MeasurementRole.VENTRICLES)
    axial = window.views.view(Plane.AXIAL)
    send(axial, QEvent.Type.MouseButtonPress, place_of(axial, (axial.viewport.slice_index, 50, 50)))
    send(axial, QEvent.Type.MouseButtonRelease, place_of(axial, (axial.viewport.slice_index, 50, 50)),
         Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)  # fmt: skip
    press(window, "Esc")
    press(window, "Esc")
    measuring = window.session.workspace.measuring
    press(window, "Shift+R")
    k = axial.viewport.slice_index
    drag(axial, [place_of(axial, (k, 20, 20)), place_of(axial, (k, 20, 40))])
    drag(axial, [place_of(axial, (k, 40, 20)), place_of(axial, (k, 40, 40))])
    assert measuring.measurements[-1].role is MeasurementRole.NONE
