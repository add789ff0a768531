"""Measuring by hand: real mouse events on the real window, checked in millimetres, in the list and in the store."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import MeasurementKind
from ctviewer.domain.planes import Plane
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.gui.slices.measurement_painter import LINE
from ctviewer.session.tools.tool_settings import ToolKind
from tests.domain.grids import random_geometry
from tests.gui.conftest import picture_of, show
from tests.gui.driving import press
from tests.gui.pointing import LEFT, drag, place_of, send
from tests.support.volumes import volume

pytestmark = pytest.mark.gui
TOLERANCE_MM = 0.01


@pytest.fixture
def measuring(window):
    return window.session.workspace.measuring


@pytest.fixture
def view(window):
    return window.views.view(Plane.AXIAL)


def click(view, place):
    send(view, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    send(view, QEvent.Type.MouseButtonPress, place)
    send(view, QEvent.Type.MouseButtonRelease, place, LEFT, Qt.MouseButton.NoButton)


def double_click(view, place):
    click(view, place)
    send(view, QEvent.Type.MouseButtonDblClick, place)
    send(view, QEvent.Type.MouseButtonRelease, place, LEFT, Qt.MouseButton.NoButton)


def at(view, j, i):
    return place_of(view, (view.viewport.slice_index, j, i))


def draw_length(window, view, start=(10, 10), end=(10, 30)):
    press(window, "L")
    drag(view, [at(view, *start), at(view, *end)])
    return window.session.workspace.measuring.measurements[-1]


def shown_mm(measuring, measurement):
    return [q.value for q in measuring.values(measurement)]


def test_a_dragged_length_is_in_millimetres_of_an_anisotropic_grid(window, view, measuring):
    across = draw_length(window, view, (10, 10), (10, 30))
    down = draw_length(window, view, (14, 10), (34, 10))
    assert shown_mm(measuring, across) == pytest.approx([40.0], abs=TOLERANCE_MM)  # 20 columns of 2 mm
    assert shown_mm(measuring, down) == pytest.approx([20.0], abs=TOLERANCE_MM)  # 20 rows of 1 mm
    assert window.sides.measurements.rows == [("Length 1", "40.0 mm"), ("Length 2", "20.0 mm")]
    assert window.session.workspace.toolbox.active is ToolKind.MEASURE_LENGTH


@pytest.mark.parametrize("plane", list(Plane))
def test_a_length_on_an_oblique_scan(make_window, plane):
    window = make_window()
    geometry = random_geometry(5, shape=(30, 34, 38))
    series = SeriesRef(
        (Path("/nowhere/a.dcm"),), SourceFormat.DICOM, geometry.shape, geometry.spacing_mm, series_uid="9.9"
    )
    show(window, Volume(np.zeros(geometry.shape, np.int16), geometry, series, SourceGrid(geometry)))
    window.commands.view.layout_planes()
    QTest.qWait(1)
    view = window.views.view(plane)
    first, second = [15, 15, 15], [15, 15, 15]
    first[plane.row_axis], second[plane.row_axis], second[plane.column_axis] = 12, 21, 23
    press(window, "L")
    drag(view, [place_of(view, tuple(first)), place_of(view, tuple(second))])
    measuring = window.session.workspace.measuring
    ends = geometry.index_to_lps(np.array([first, second], float))
    assert shown_mm(measuring, measuring.measurements[0]) == pytest.approx(
        [np.linalg.norm(ends[0] - ends[1])], abs=0.05
    )


def test_two_clicks_with_a_live_line_between(view, window, measuring):
    press(window, "L")
    click(view, at(view, 10, 10))
    before = picture_of(view)
    send(view, QEvent.Type.MouseMove, at(view, 10, 30), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    assert len(measuring.hand.placing.points) == 2
    assert (picture_of(view) != before).any()
    click(view, at(view, 10, 30))
    assert measuring.hand.placing is None
    assert shown_mm(measuring, measuring.measurements[0]) == pytest.approx([40.0], abs=TOLERANCE_MM)


def test_every_kind_by_its_key(view, window, measuring):
    press(window, "A")
    for place in ((10, 20), (20, 20), (20, 30)):
        click(view, at(view, *place))
    press(window, "Shift+L")
    drag(view, [at(view, 10, 10), at(view, 10, 30)])
    press(window, "Shift+R")
    drag(view, [at(view, 5, 10), at(view, 5, 30)])
    click(view, at(view, 8, 10))
    click(view, at(view, 8, 20))
    press(window, "Shift+E")
    drag(view, [at(view, 10, 8), at(view, 30, 20)])
    press(window, "Shift+P")
    for place in ((30, 6), (38, 6), (38, 20), (30, 20)):
        click(view, at(view, *place))
    click(view, at(view, 30, 6))
    press(window, "Shift+V")
    click(view, at(view, 20, 40))
    kinds = [m.kind for m in measuring.measurements]
    assert kinds == [
        MeasurementKind.ANGLE, MeasurementKind.BIDIRECTIONAL, MeasurementKind.RATIO, MeasurementKind.ELLIPSE,
        MeasurementKind.POLYGON, MeasurementKind.PROBE,
    ]  # fmt: skip
    assert [value for _, value in window.sides.measurements.rows] == [
        "90.0°", "40.0 × 24.0 mm", "2.00", "−900 ± 0 HU", "−900 ± 0 HU", "40 HU",
    ]  # fmt: skip


def test_polygon_ends_by_double_click_and_by_enter(view, window, measuring):
    press(window, "Shift+P")
    for place in ((10, 6), (20, 6)):
        click(view, at(view, *place))
    double_click(view, at(view, 20, 20))
    assert len(measuring.measurements[0].points_lps) == 3
    for place in ((10, 26), (20, 26)):
        click(view, at(view, *place))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert measuring.hand.placing is not None  # two corners are no polygon
    click(view, at(view, 20, 40))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(measuring.measurements) == 2


def test_escape_drops_the_line_first_and_the_tool_second(view, window, measuring):
    press(window, "L")
    click(view, at(view, 10, 10))
    press(window, "Esc")
    assert measuring.hand.placing is None
    assert window.session.workspace.toolbox.active is ToolKind.MEASURE_LENGTH
    press(window, "Esc")
    assert window.session.workspace.toolbox.active is ToolKind.BROWSE
    assert measuring.measurements == ()


def test_a_click_on_the_spot_makes_no_line(view, window, measuring):
    press(window, "L")
    double_click(view, at(view, 10, 10))
    assert measuring.measurements == ()


@pytest.mark.parametrize("tool", [ToolKind.BROWSE, ToolKind.MEASURE_ANGLE])
def test_an_end_is_dragged_and_the_whole_is_moved(view, window, measuring, tool):
    length, start = draw_length(window, view), view.viewport.slice_index
    window.session.workspace.toolbox.active = tool
    drag(view, [at(view, 10, 30), at(view, 10, 36), at(view, 10, 40)])
    (changed,) = measuring.measurements
    assert changed.measurement_id == length.measurement_id
    assert shown_mm(measuring, changed) == pytest.approx([60.0], abs=TOLERANCE_MM)
    drag(view, [at(view, 10, 20), at(view, 15, 22), at(view, 16, 22)])
    (moved,) = measuring.measurements
    np.testing.assert_allclose(moved.points - changed.points, [[4.0, 6.0, 0.0]] * 2, atol=TOLERANCE_MM)
    assert window.sides.measurements.rows == [("Length 1", "60.0 mm")]
    assert view.viewport.slice_index == start  # the drag did not scroll


def test_the_brush_paints_over_a_measurement(view, window, measuring):
    length = draw_length(window, view)
    press(window, "B")
    drag(view, [at(view, 10, 30), at(view, 10, 36)])
    assert measuring.measurements == (length,)
    assert window.session.workspace.document.labels.any()


def test_drawn_on_its_own_slice_faintly_on_the_next_and_not_beyond(view, window, measuring):
    clean = {}
    start = view.viewport.slice_index
    for step in (0, 1, 2):
        view.viewport.slice_index = start - step
        clean[step] = picture_of(view)
    view.viewport.slice_index = start
    draw_length(window, view, (20, 26), (20, 44))
    measuring.select(None)
    press(window, "V")
    changed = {}
    for step in (0, 1, 2):
        view.viewport.slice_index = start - step
        changed[step] = np.abs(picture_of(view) - clean[step]).sum()
    assert changed[0] > 4 * changed[1] > 0
    assert changed[2] == 0
    view.viewport.slice_index = start
    middle = at(view, 20, 35)
    color = picture_of(view)[round(middle.y()) - 2 : round(middle.y()) + 3, round(middle.x())]
    assert np.abs(color - [LINE.red(), LINE.green(), LINE.blue()]).sum(axis=1).min() < 90
    press(window, "Shift+M")
    assert (picture_of(view) == clean[0]).all()


def test_list_jumps_renames_and_removes(view, window, measuring, qtbot):
    draw_length(window, view)
    draw_length(window, view, (20, 10), (20, 20))
    panel, tree = window.sides.measurements, window.sides.measurements._list
    view.viewport.slice_index = 0
    place = tree.visualItemRect(tree.topLevelItem(0)).center()
    QTest.mouseClick(tree.viewport(), LEFT, pos=place)
    assert view.viewport.slice_index != 0
    assert measuring.selected is measuring.measurements[0]
    QTest.mouseDClick(tree.viewport(), LEFT, pos=place)
    editor = tree.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Nodule, left")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.rows[0] == ("Nodule, left", "40.0 mm"))
    view.setFocus()
    press(window, "Del")
    assert panel.rows == [("Length 2", "20.0 mm")]
    assert not window.actions_by_id["remove_measurement"].isEnabled()


def test_copy_and_export(view, window, monkeypatch, tmp_path):
    draw_length(window, view)
    press(window, "Ctrl+Shift+C")
    assert QGuiApplication.clipboard().text() == "Length 1\t40.0 mm"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "table"), ""))
    window.actions_by_id["export_measurements"].trigger()
    with (tmp_path / "table.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], float(row["value"]), row["unit"]) == ("Length 1", pytest.approx(40, abs=TOLERANCE_MM), "mm")


def test_measurements_are_there_after_a_restart(make_window, qtbot):
    first = make_window()
    show(first)
    measuring = first.session.workspace.measuring
    length = draw_length(first, first.views.view(Plane.AXIAL))
    measuring.rename(length.measurement_id, "Nodule")
    gone = draw_length(first, first.views.view(Plane.AXIAL), (20, 10), (20, 20))
    measuring.remove(gone.measurement_id)
    kept = measuring.measurements
    first.close()
    second = make_window()
    show(second)
    qtbot.waitUntil(lambda: second.session.workspace.measuring.measurements != ())
    assert second.session.workspace.measuring.measurements == kept
    assert second.sides.measurements.rows == [("Nodule", "40.0 mm")]


def test_each_scan_has_its_own_list(view, window, measuring):
    length = draw_length(window, view)
    show(window, volume(uid="1.2.4"))
    assert measuring.measurements == ()
    assert measuring.selected is None
    show(window)
    assert measuring.measurements == (length,)


def test_refused_where_the_spacing_is_unknown(make_window):
    window = make_window()
    show(window, volume(is_scaled=False))
    view = window.views.view(Plane.AXIAL)
    press(window, "L")
    assert "how large a pixel is" in window.pages.messages.messages[-1].text
    drag(view, [at(view, 10, 10), at(view, 10, 20)])
    assert window.session.workspace.measuring.measurements == ()
    assert not window.actions_by_id["measure_length"].isChecked()


def test_points_outside_the_image_stay_on_its_rim(view, window, measuring):
    length = draw_length(window, view, (10, 10), (10, 30))
    press(window, "V")
    drag(view, [at(view, 10, 30), QPointF(view.width() - 1, at(view, 10, 30).y()), at(view, 10, 90)])
    geometry: VolumeGeometry = measuring.volume.geometry
    index = geometry.lps_to_index(measuring.find(length.measurement_id).points)
    assert index[1, 2] == pytest.approx(47.5)


def test_scrolling_while_drawing_begins_again_on_the_new_slice(view, window, measuring):
    press(window, "L")
    click(view, at(view, 10, 10))
    view.viewport.scroll(1)
    click(view, at(view, 10, 30))
    assert measuring.measurements == ()
    click(view, at(view, 20, 30))
    (length,) = measuring.measurements
    assert shown_mm(measuring, length) == pytest.approx([10.0], abs=TOLERANCE_MM)


def test_undo_and_redo_of_measurements_and_strokes_in_turn(view, window, measuring):
    document = window.session.workspace.document
    draw_length(window, view)
    press(window, "B")
    drag(view, [at(view, 30, 10), at(view, 30, 16)])
    painted = int(document.labels.sum())
    second = draw_length(window, view, (20, 10), (20, 20))
    press(window, "V")
    drag(view, [at(view, 20, 20), at(view, 20, 26), at(view, 20, 30)])
    changed = measuring.measurements[1]
    assert changed != second
    press(window, "Ctrl+Z")
    assert measuring.measurements[1] == second
    press(window, "Ctrl+Z")
    assert len(measuring.measurements) == 1
    press(window, "Ctrl+Y")
    press(window, "Ctrl+Y")
    assert measuring.measurements[1] == changed
    measuring.remove(changed.measurement_id)
    press(window, "Ctrl+Z")
    assert measuring.measurements[1] == changed
    for _ in range(3):
        press(window, "Ctrl+Z")
    assert measuring.measurements == ()
    assert document.labels.sum() == painted
    press(window, "Ctrl+Z")
    assert not document.labels.any()
    assert not window.actions_by_id["undo"].isEnabled()
    press(window, "Ctrl+Y")
    assert document.labels.sum() == painted


def test_undone_measurements_are_gone_after_a_restart(make_window, qtbot):
    first = make_window()
    show(first)
    draw_length(first, first.views.view(Plane.AXIAL))
    draw_length(first, first.views.view(Plane.AXIAL), (20, 10), (20, 20))
    press(first, "Ctrl+Z")
    kept = first.session.workspace.measuring.measurements
    first.close()
    second = make_window()
    show(second)
    qtbot.waitUntil(lambda: second.session.workspace.measuring.measurements != ())
    assert second.session.workspace.measuring.measurements == kept


@pytest.mark.parametrize("flips", [(False, True), (True, False), (True, True)])
def test_a_mirrored_picture_measures_the_same_places(view, window, measuring, flips):
    straight = draw_length(window, view)
    measuring.remove(straight.measurement_id)
    view.viewport.flips = flips
    mirrored = draw_length(window, view)
    np.testing.assert_allclose(mirrored.points, straight.points, atol=1e-6)
