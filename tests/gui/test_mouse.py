"""Real mouse and wheel events on the real views, checked in state and in pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import PRESETS, Window, grey_levels
from ctviewer.gui.slices.badges import badges_of
from ctviewer.gui.slices.view_area import Layout
from ctviewer.session.tools.tool_settings import ToolKind
from tests.gui.conftest import picture_of, show
from tests.gui.pointing import LEFT, MIDDLE, RIGHT, drag, pixel, place_of, send, wheel
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


@pytest.fixture
def view(window):
    return window.views.view(Plane.AXIAL)


@pytest.fixture
def workspace(window):
    return window.session.workspace


# -- wheel and drags ---------------------------------------------------------------------------------------------------


def test_wheel_scrolls_towards_the_feet_when_turned_down(view, workspace):
    start = view.viewport.slice_index
    wheel(view, -1)
    assert view.viewport.slice_index == start - 1
    wheel(view, 2)
    assert view.viewport.slice_index == start + 1


def test_small_wheel_steps_add_up_in_both_directions(view):
    start = view.viewport.slice_index
    for _ in range(3):
        wheel(view, -0.4)
    assert view.viewport.slice_index == start - 1
    for _ in range(3):
        wheel(view, 0.4)
    assert view.viewport.slice_index == start


def test_ctrl_wheel_zooms_and_keeps_the_point(view):
    place = QPointF(300, 200)
    before = view.transform.to_pixel(place.x(), place.y())
    wheel(view, 3, Qt.KeyboardModifier.ControlModifier, place)
    assert view.viewport.zoom > 1
    assert view.transform.to_pixel(place.x(), place.y()) == pytest.approx(before, abs=1e-6)


def test_shift_wheel_sizes_the_brush(view, workspace):
    workspace.toolbox.radius_mm = 10
    wheel(view, 1, Qt.KeyboardModifier.ShiftModifier)
    assert workspace.toolbox.radius_mm == 12


def test_right_drag_changes_the_window(view, workspace):
    workspace.display.window = PRESETS[1]
    drag(view, [QPointF(200, 200), QPointF(250, 200), QPointF(250, 240)], RIGHT)
    assert workspace.display.window.width_hu > PRESETS[1].width_hu
    assert workspace.display.window.center_hu > PRESETS[1].center_hu


def test_middle_drag_pans_with_the_pointer(view, workspace):
    before = view.transform.to_pixel(200, 200)
    drag(view, [QPointF(200, 200), QPointF(260, 230)], MIDDLE)
    assert view.transform.to_pixel(260, 230) == pytest.approx(before)


def test_left_drag_scrolls_in_the_single_view(view, workspace):
    start = view.viewport.slice_index
    drag(view, [QPointF(200, 200), QPointF(200, 212)])
    assert view.viewport.slice_index == start - 2


def test_second_button_during_a_drag_changes_nothing(view, workspace):
    window_before = workspace.display.window
    send(view, QEvent.Type.MouseButtonPress, QPointF(200, 200), LEFT)
    send(view, QEvent.Type.MouseButtonPress, QPointF(200, 200), RIGHT, LEFT | RIGHT)
    send(view, QEvent.Type.MouseButtonRelease, QPointF(240, 240), RIGHT, LEFT)
    send(view, QEvent.Type.MouseButtonRelease, QPointF(240, 240), LEFT, Qt.MouseButton.NoButton)
    assert workspace.display.window == window_before


# -- painting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", list(Plane))
def test_brush_paints_where_the_pointer_is(window, workspace, plane):
    window.commands.view.layout_planes()
    QApplication.processEvents()
    view = window.views.view(plane)
    workspace.toolbox.active = ToolKind.BRUSH
    workspace.toolbox.radius_mm = 3.0
    index = [6, 20, 24]
    index[plane.normal_axis] = view.viewport.slice_index
    other = list(index)
    other[plane.column_axis] += 6
    drag(view, [place_of(view, tuple(index)), place_of(view, tuple(other))])
    labels = workspace.document.labels
    start, end = np.array(index), np.array(other)
    for t in np.linspace(0, 1, 7):
        assert labels[tuple(np.round(start + t * (end - start)).astype(int))] == 1
    painted = np.argwhere(labels)
    assert set(painted[:, plane.normal_axis]) == {index[plane.normal_axis]}
    workspace.document.undo()
    assert not labels.any()


def test_painted_colour_is_on_the_screen_and_goes_with_undo(view, workspace):
    workspace.display.overlay_opacity = 1.0
    workspace.display.text_visible = False
    workspace.toolbox.active = ToolKind.BRUSH
    workspace.document.segments.active_label = 2
    index = (view.viewport.slice_index, 12, 30)
    before = pixel(view, index)
    drag(view, [place_of(view, index)])
    view.set_cursor(None)
    np.testing.assert_allclose(pixel(view, index), workspace.document.segments.row(2).segment.color, atol=1)
    workspace.document.undo()
    np.testing.assert_array_equal(pixel(view, index), before)


def test_partial_repaint_equals_a_full_one(view, workspace):
    picture_of(view)
    workspace.toolbox.active = ToolKind.BRUSH
    k = view.viewport.slice_index
    for outline in (False, True):
        workspace.display.overlay_outline = outline
        picture_of(view)
        drag(view, [place_of(view, (k, 10, 10)), place_of(view, (k, 22, 30))])
        view.set_cursor(None)
        partial = picture_of(view)
        view._refresh()
        np.testing.assert_array_equal(picture_of(view), partial)


def test_escape_during_a_stroke_takes_it_back(window, view, workspace):
    workspace.toolbox.active = ToolKind.BRUSH
    k = view.viewport.slice_index
    send(view, QEvent.Type.MouseButtonPress, place_of(view, (k, 20, 24)))
    assert workspace.document.labels.any()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not workspace.document.labels.any()
    send(view, QEvent.Type.MouseMove, place_of(view, (k, 25, 24)), Qt.MouseButton.NoButton, LEFT)
    send(view, QEvent.Type.MouseButtonRelease, place_of(view, (k, 25, 24)), LEFT, Qt.MouseButton.NoButton)
    assert not workspace.document.labels.any()
    assert workspace.toolbox.active is ToolKind.BRUSH


def test_double_click_with_the_brush_paints(view, workspace):
    workspace.toolbox.active = ToolKind.BRUSH
    send(view, QEvent.Type.MouseButtonDblClick, place_of(view, (view.viewport.slice_index, 20, 24)))
    assert workspace.toolbox.is_painting
    assert workspace.document.labels.any()


def test_brush_cursor_has_the_size_of_the_brush(view, workspace):
    workspace.toolbox.active = ToolKind.BRUSH
    workspace.toolbox.radius_mm = 5.0
    send(view, QEvent.Type.MouseMove, QPointF(200, 200), Qt.MouseButton.NoButton)
    assert view._cursor[1] == pytest.approx(5.0 * view.transform.px_per_mm)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view._cursor is None


# -- probe, crosshair, maximise ----------------------------------------------------------------------------------------


def test_probe_line_names_value_place_and_segment(window, view, workspace):
    document = workspace.document
    document.show_preview(prediction(document.volume, (slice(0, 12), slice(5, 30), slice(4, 20)), label=2))
    k = view.viewport.slice_index
    send(view, QEvent.Type.MouseMove, place_of(view, (k, 20, 10)), Qt.MouseButton.NoButton)
    point = document.volume.geometry.index_to_lps(np.array([(k, 20, 10)], float))[0]
    text = window.probe_line.text
    assert "−900 HU" in text
    assert f"R {-point[0]:.1f}" in text
    assert f"H {point[2]:.1f}" in text
    assert "Right lung" in text
    send(view, QEvent.Type.MouseMove, QPointF(1, 1), Qt.MouseButton.NoButton)
    assert "HU" not in window.probe_line.text


def test_probe_follows_the_slice_under_a_resting_pointer(window, view):
    k = view.viewport.slice_index
    send(view, QEvent.Type.MouseMove, place_of(view, (k, 20, 30)), Qt.MouseButton.NoButton)
    wheel(view, -1)
    assert f", {k - 1}" in window.probe_line.text


def test_click_moves_the_linked_planes(window, workspace):
    window.commands.view.layout_planes()
    QApplication.processEvents()
    axial = window.views.view(Plane.AXIAL)
    k = axial.viewport.slice_index
    drag(axial, [place_of(axial, (k, 7, 9))])
    assert workspace.position.index_kji == (k, 7, 9)
    assert window.views.view(Plane.CORONAL).viewport.slice_index == 7
    assert window.views.view(Plane.SAGITTAL).viewport.slice_index == 9
    coronal = window.views.view(Plane.CORONAL)
    send(coronal, QEvent.Type.MouseMove, place_of(coronal, (2, 7, 30)), Qt.MouseButton.NoButton,
         modifiers=Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    assert workspace.position.index_kji == (2, 7, 30)


def test_double_click_maximises_and_restores(window):
    window.views.view_layout = Layout.THREE_PLANES
    coronal = window.views.view(Plane.CORONAL)
    send(coronal, QEvent.Type.MouseButtonDblClick, QPointF(20, 20))
    assert [p for p, f in window.views.frames.items() if f.isVisible()] == [Plane.CORONAL]
    send(coronal, QEvent.Type.MouseButtonDblClick, QPointF(20, 20))
    assert len([f for f in window.views.frames.values() if f.isVisible()]) == 3


def test_slice_bar_jumps_and_follows(window, view):
    bar = window.views.frames[Plane.AXIAL].bar
    QTest.mouseClick(bar, LEFT, pos=QPoint(8, 2))
    assert view.viewport.slice_index == 11  # the top is the head
    QTest.mouseClick(bar, LEFT, pos=QPoint(8, bar.height() - 2))
    assert view.viewport.slice_index == 0
    view.viewport.slice_index = 4
    assert bar.value() == 4


# -- pixels ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window_hu", [PRESETS[0], PRESETS[1], Window(-900, 200)])
def test_grey_values_on_screen_are_those_of_the_window(view, workspace, window_hu):
    workspace.display.text_visible = False
    workspace.display.smooth = False
    workspace.display.window = window_hu
    k = view.viewport.slice_index
    for index in ((k, 8, 10), (k, 8, 40)):
        value = workspace.document.volume.hu[index]
        expected = int(grey_levels(np.array([value]), window_hu)[0])
        np.testing.assert_array_equal(pixel(view, index), [expected] * 3)


def test_patient_right_is_on_the_left_of_the_screen(view, workspace):
    """The block of air is on the patient's right half: small i, so it must be on the left."""
    workspace.display.text_visible = False
    place_right, place_left = (place_of(view, (5, 20, i)) for i in (10, 40))
    assert place_right.x() < view.width() / 2 < place_left.x()
    picture = picture_of(view)
    y = round(place_right.y())
    assert picture[y, round(place_right.x())].sum() < picture[y, round(place_left.x())].sum()


def test_pixels_are_square_in_millimetres(view):
    a, b = place_of(view, (5, 0, 0)), place_of(view, (5, 10, 10))
    assert (b.x() - a.x()) / (b.y() - a.y()) == pytest.approx(2.0)  # columns are 2 mm apart, rows 1 mm


def test_masks_hidden_and_synthetic_are_written_on_the_image(make_window):
    import dataclasses

    window = make_window()
    plain = volume()
    document = show(window, dataclasses.replace(plain, series=dataclasses.replace(plain.series, is_synthetic=True)))
    view = window.views.view(Plane.AXIAL)
    assert [b.text for b in badges_of(document, view.viewport, view.display)] == ["SYNTHETIC"]
    document.show_preview(prediction(document.volume))
    window.session.workspace.display.overlay_visible = False
    assert [b.text for b in badges_of(document, view.viewport, view.display)] == [
        "SYNTHETIC",
        "PREVIEW",
        "MASKS HIDDEN",
    ]


def test_orientation_letters_are_drawn_even_without_text(view, workspace):
    workspace.display.text_visible = False
    workspace.display.window = Window(3000, 2)  # everything black
    picture = picture_of(view)
    height, width = picture.shape[:2]
    edges = {
        "left": picture[height // 2 - 15 : height // 2 + 15, :40],
        "right": picture[height // 2 - 15 : height // 2 + 15, -40:],
        "top": picture[:40, width // 2 - 15 : width // 2 + 15],
        "bottom": picture[-40:, width // 2 - 15 : width // 2 + 15],
    }
    assert {name: bool((part > 200).any()) for name, part in edges.items()} == dict.fromkeys(edges, True)


# -- drop --------------------------------------------------------------------------------------------------------------


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    action, place = Qt.DropAction.CopyAction, QPointF(50, 300)
    enter = QDragEnterEvent(place.toPoint(), action, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    event = QDropEvent(place, action, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)
    return enter.isAccepted()


@pytest.mark.parametrize("names", [["folder"], ["a.nii.gz"], ["a.dcm", "b.dcm"]])
def test_drop_opens(window, monkeypatch, tmp_path, names):
    opened = []
    monkeypatch.setattr(window.session.workspace.opening, "open_path", lambda *paths: opened.append(paths))
    (tmp_path / "folder").mkdir()
    assert drop(window, *[tmp_path / name for name in names])
    assert opened == [tuple(tmp_path / name for name in names)]
