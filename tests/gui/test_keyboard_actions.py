"""Which widget a key reaches: views, number fields, the view under the pointer."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from ctviewer.domain.planes import Plane
from ctviewer.domain.study import StudyIndex
from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.slices.view_area import Layout
from ctviewer.session.tools.tool_settings import ToolKind
from tests.gui.driving import BY_ID, axial, press
from tests.support.volumes import volume

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(
    ("action_id", "start", "end"),
    [
        ("slice_previous", 5, 6),
        ("slice_next", 5, 4),
        ("slice_back_10", 1, 11),
        ("slice_on_10", 11, 1),
        ("slice_first", 5, 11),
        ("slice_last", 5, 0),
    ],
)
def test_slice_keys(window, action_id, start, end):
    for key in BY_ID[action_id].keys:
        axial(window).slice_index = start
        press(window, key)
        assert axial(window).slice_index == end, key


@pytest.mark.parametrize("focus", ["series", "slider", "button", "combo"])
def test_slice_keys_work_whichever_widget_has_the_focus(window, focus):
    widget = {
        "series": window.sides.series._list,
        "slider": window.views.frames[Plane.AXIAL].bar,
        "button": next(b for b in window.sides.model.findChildren(QPushButton) if b.isEnabled()),
        "combo": window.sides.tools.findChild(type(window.sides.model._versions)),
    }[focus]
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is widget
    before = axial(window).slice_index
    press(window, "Down")
    press(window, "2")
    assert axial(window).slice_index == before - 1
    assert window.session.workspace.display.window == PRESETS[1]


def test_a_number_field_leaves_letters_and_pages_to_the_views(window):
    spin = next(s for s in window.sides.tools.findChildren(object) if type(s).__name__ == "QDoubleSpinBox")
    spin.setFocus()
    assert QApplication.focusWidget() is spin
    before, radius = axial(window).slice_index, window.session.workspace.toolbox.radius_mm
    press(window, "W")
    assert window.session.workspace.toolbox.active is ToolKind.WINDOW
    press(window, "PgDown")
    assert axial(window).slice_index == max(before - 10, 0)
    press(window, "Shift+I")
    assert not window.session.workspace.display.smooth
    assert window.session.workspace.toolbox.radius_mm == radius


def test_keys_work_on_the_view_under_the_pointer_unless_something_is_typed(window):
    from PySide6.QtGui import QEnterEvent

    def enter(view):
        place = QPointF(50, 50)
        QApplication.sendEvent(view, QEnterEvent(place, place, view.mapToGlobal(place)))

    window.views.view_layout = Layout.THREE_PLANES
    QApplication.processEvents()
    coronal = window.views.view(Plane.CORONAL)
    enter(coronal)
    assert window.views.focused_view is coronal
    before = coronal.viewport.slice_index
    press(window, "Down")
    assert coronal.viewport.slice_index == before + 1
    spin = next(s for s in window.sides.tools.findChildren(object) if type(s).__name__ == "QDoubleSpinBox")
    spin.setFocus()
    enter(window.views.view(Plane.AXIAL))
    assert QApplication.focusWidget() is spin


def test_a_number_being_typed_keeps_its_keys(window):
    spin = next(s for s in window.sides.tools.findChildren(object) if type(s).__name__ == "QDoubleSpinBox")
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "3")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert window.session.workspace.toolbox.radius_mm == 3.0
    assert window.session.workspace.display.window == PRESETS[0]


def test_space_hides_while_held(window):
    display = window.session.workspace.display
    view = window.views.view(Plane.AXIAL)
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert not display.overlay_visible
    QTest.keyPress(view, Qt.Key.Key_Space)  # key repeat
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert display.overlay_visible
    display.overlay_visible = False
    QTest.keyPress(view, Qt.Key.Key_Space)
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert not display.overlay_visible  # it was hidden before


def test_space_is_seen_before_the_widget_with_the_focus_takes_it(window):
    display, series = window.session.workspace.display, window.sides.series._list
    series.setFocus()
    QTest.keyPress(series, Qt.Key.Key_Space)  # a list would choose its row
    assert not display.overlay_visible
    QTest.keyRelease(series, Qt.Key.Key_Space)
    assert display.overlay_visible
    window.actions_by_id["study_list"].trigger()
    field = window.pages.study_list.search
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Space)
    assert field.text() == " "
    assert display.overlay_visible


def test_the_neighbouring_series_opens_by_key(window, monkeypatch):
    panel, opened = window.sides.series, []
    monkeypatch.setattr(window.session.workspace.opening, "open_series", opened.append)
    panel.series_requested.disconnect()
    panel.series_requested.connect(opened.append)
    series = [dataclasses.replace(volume(uid=f"9.{n}").series, study_uid="9") for n in range(3)]
    panel.set_index(StudyIndex(Path("/nowhere"), tuple(series)))
    panel._list.setCurrentItem(panel._items()[1])
    for action_id in ("series_next", "series_previous"):
        press(window, BY_ID[action_id].keys[0])
    assert [one.series_uid for one in opened] == ["9.2", "9.0"]
    panel._list.setCurrentItem(panel._items()[2])
    press(window, BY_ID["series_next"].keys[0])  # the last one
    assert len(opened) == 2
