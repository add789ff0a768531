"""Small observable objects: stored once, told once."""

import pytest
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import PRESETS
from ctviewer.session.display import DisplayState
from ctviewer.session.observed import Observed
from ctviewer.session.position import ReadingPosition
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.tools.toolbox import ToolBox
from ctviewer.session.viewport import ZOOM_RANGE, Viewport, slice_number

pytestmark = pytest.mark.gui


class Example(QObject):
    number_changed = Signal(object)
    number = Observed(3, "number_changed", lambda _, v: min(v, 10))


def test_observed_compares_stores_and_emits_the_stored_value(qapp):
    first, second, heard = Example(), Example(), []
    first.number_changed.connect(lambda value: heard.append((value, first.number)))
    first.number = 3
    first.number = 4
    first.number = 99
    first.number = 50  # coerced to 10 again: nothing changed
    assert heard == [(4, 4), (10, 10)]
    assert second.number == 3


@pytest.mark.parametrize("kind", [DisplayState, Viewport, ToolBox, SegmentTable])
def test_every_observed_property_has_its_own_signal(kind):
    members = {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}
    names = [name for name, value in members.items() if isinstance(value, Observed)]
    assert names
    for name in names:
        assert isinstance(members[f"{name}_changed"], Signal), name


@pytest.fixture
def position(qapp):
    position = ReadingPosition()
    position.enter_grid((10, 20, 30))
    return position


def test_position_starts_in_the_middle_and_stays_inside(position):
    assert position.index_kji == (5, 10, 15)
    position.index_kji = (-4, 99, 7.6)
    assert position.index_kji == (0, 19, 8)


def test_entering_a_grid_is_heard_even_if_the_numbers_are_the_same(position):
    heard = []
    position.moved.connect(heard.append)
    position.enter_grid((10, 20, 30))
    assert heard == [(5, 10, 15)]


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((slice(4, 7), slice(0, 20), slice(15, 16)), (5, 10, 15)),
        ((slice(0, 3), slice(0, 20), slice(20, 25)), (1, 10, 22)),
        ((slice(9, 10), slice(11, 12), slice(0, 1)), (9, 11, 0)),
    ],
)
def test_reveal_moves_only_where_it_must(position, box, expected):
    position.reveal(box)
    assert position.index_kji == expected


def test_viewport_hears_only_its_own_axis(position):
    views = {plane: Viewport(plane, position) for plane in Plane}
    heard = []
    for plane, view in views.items():
        view.slice_index_changed.connect(lambda index, plane=plane: heard.append((plane, index)))
    views[Plane.CORONAL].slice_index = 3
    assert heard == [(Plane.CORONAL, 3)]
    assert position.index_kji == (5, 3, 15)
    assert views[Plane.SAGITTAL].slice_index == 15


def test_reading_order_is_head_to_feet_front_to_back_right_to_left(position):
    axial, coronal = Viewport(Plane.AXIAL, position), Viewport(Plane.CORONAL, position)
    axial.scroll(2)
    coronal.scroll(2)
    assert (axial.slice_index, coronal.slice_index) == (3, 12)
    axial.go_to_end(last=True)
    coronal.go_to_end(last=True)
    assert (axial.slice_index, coronal.slice_index) == (0, 19)
    axial.go_to_end(last=False)
    coronal.go_to_end(last=False)
    assert (axial.slice_index, coronal.slice_index) == (9, 0)
    assert slice_number(Plane.AXIAL, 9, 10) == 1
    assert slice_number(Plane.CORONAL, 0, 20) == 1


def test_zoom_is_limited_and_reset(position):
    view = Viewport(Plane.AXIAL, position)
    view.zoom = 1e9
    assert view.zoom == ZOOM_RANGE[1]
    view.pan_mm = (3.0, 4.0)
    view.reset()
    assert (view.zoom, view.pan_mm) == (1.0, (0.0, 0.0))


def test_display_clamps_opacity_and_starts_with_the_lung_window(qapp):
    display = DisplayState()
    assert display.window == PRESETS[0]
    display.overlay_opacity = 7
    assert display.overlay_opacity == 1.0


def test_segment_table_switches(qapp):
    table, heard = SegmentTable(), []
    table.row_changed.connect(heard.append)
    table.set_locked(1, locked=True)
    table.set_locked(1, locked=True)
    table.set_visible(3, visible=False)
    table.set_color(2, (1, 2, 3))
    assert heard == [1, 3, 2]
    assert table.locked == {1}
    assert [row.is_visible for row in table.rows] == [True, True, False]
    assert table.segments[1].color == (1, 2, 3)
    table.solo(2)
    assert [row.is_visible for row in table.rows] == [False, True, False]
    table.solo(2)
    assert [row.is_visible for row in table.rows] == [True, True, True]


def test_an_unknown_label_cannot_become_active(qapp):
    table = SegmentTable()
    table.active_label = 2
    table.active_label = 77
    assert table.active_label == 2
    assert table.name(77) == "label 77"
    assert table.name(0) == ""
