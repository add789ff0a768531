"""Slabs, mirroring, inversion, oblique scans and the tools on the left button: events in, pixels out."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication

from ctviewer.domain.planes import Plane
from ctviewer.domain.slab import Slab, SlabKind
from ctviewer.domain.windowing import PRESETS, Window, grey_levels
from ctviewer.gui.slices.annotations import letters_of
from ctviewer.gui.slices.badges import badges_of
from ctviewer.gui.slices.view_area import Layout
from ctviewer.session.tools.tool_settings import ToolKind
from tests.gui.conftest import picture_of, show
from tests.gui.pointing import LEFT, drag, pixel, place_of, send, wheel
from tests.support.volumes import oblique_volume, volume

pytestmark = pytest.mark.gui


@pytest.fixture
def workspace(window):
    workspace = window.session.workspace
    workspace.display.text_visible = False
    workspace.display.smooth = False
    return workspace


@pytest.fixture
def view(window, workspace):
    return window.views.view(Plane.AXIAL)


def grey(value, window_hu=PRESETS[0]):
    return [int(grey_levels(np.array([value]), window_hu)[0])] * 3


def with_nodule(uid="1.2.77"):
    """One bright voxel in the block of air."""
    plain = volume(uid=uid)
    hu = plain.hu.copy()
    hu[6, 20, 10] = 300
    return dataclasses.replace(plain, hu=hu)


# -- slab --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", list(Plane))
def test_maximum_shows_what_lies_beside_the_slice_within_the_thickness(window, workspace, plane):
    show(window, with_nodule())
    window.views.view_layout = Layout.THREE_PLANES
    QApplication.processEvents()
    view, viewport = window.views.view(plane), workspace.viewports[plane]
    nodule = (6, 20, 10)
    spacing = workspace.document.volume.geometry.spacing_mm[plane.normal_axis]
    viewport.slab = Slab(SlabKind.MAXIMUM, 5 * spacing)
    for away, expected in ((2, 300), (3, -900)):
        viewport.slice_index = nodule[plane.normal_axis] + away
        here = list(nodule)
        here[plane.normal_axis] += away
        view.set_crosshair(False)
        np.testing.assert_array_equal(pixel(view, tuple(here)), grey(expected))
    viewport.slab = Slab(SlabKind.MINIMUM, 5 * spacing)
    np.testing.assert_array_equal(pixel(view, tuple(here)), grey(-900))


def test_slab_is_named_on_the_image_with_its_real_thickness(view, workspace):
    workspace.viewports[Plane.AXIAL].slab = Slab(SlabKind.MAXIMUM, 12.0)  # slices are 5 mm apart
    assert "MIP 10 mm" in [b.text for b in badges_of(workspace.document, view.viewport, view.display)]


def test_alt_wheel_makes_the_slab_thicker(view):
    view.viewport.slab = Slab(SlabKind.MEAN, 10.0)
    before = view.viewport.slice_index
    wheel(view, 2, Qt.KeyboardModifier.AltModifier)
    assert view.viewport.slab.thickness_mm == 12
    assert view.viewport.slice_index == before


def test_controls_above_the_view_choose_the_slab_and_play(window, workspace):
    strip = window.views.frames[Plane.AXIAL].strip
    viewport, cine = workspace.viewports[Plane.AXIAL], workspace.cine
    thick = next(a for a in strip.slab.menu().actions() if a.text() == "15 mm")
    thick.trigger()
    assert viewport.slab == Slab(SlabKind.MAXIMUM, 15.0)
    assert strip.slab.text() == "MIP 15 mm"
    next(a for a in strip.slab.menu().actions() if a.text() == "Single slice").trigger()
    assert viewport.slab.kind is SlabKind.OFF
    strip.play.click()
    assert cine.is_playing
    assert cine.viewport is viewport
    next(a for a in strip.play.menu().actions() if a.text() == "40 slices per second").trigger()
    assert cine.fps == 40
    strip.play.click()
    assert not cine.is_playing


# -- mirroring and inversion -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flips", [(False, True), (True, False), (True, True)])
def test_mirrored_picture_letters_pointer_and_brush_agree(window, view, workspace, flips):
    document = workspace.document
    straight = picture_of(view)
    letters = letters_of(document.volume.geometry, Plane.AXIAL, (False, False))
    workspace.display.text_visible = False
    view.viewport.flips = flips
    k = view.viewport.slice_index
    for index, value in (((k, 8, 10), -900), ((k, 8, 40), 40)):
        np.testing.assert_array_equal(pixel(view, index), grey(value))
    mirrored = letters_of(document.volume.geometry, Plane.AXIAL, flips)
    assert (mirrored["left"], mirrored["top"]) == (
        letters["right" if flips[1] else "left"],
        letters["bottom" if flips[0] else "top"],
    )
    assert any("FLIPPED" in b.text for b in badges_of(document, view.viewport, view.display))
    workspace.toolbox.active, workspace.toolbox.radius_mm = ToolKind.BRUSH, 2.0
    drag(view, [place_of(view, (k, 12, 30))])
    assert document.labels[k, 12, 30] == 1
    partial = picture_of(view)
    view._refresh()
    np.testing.assert_array_equal(picture_of(view), partial)
    document.undo()
    view.viewport.reset()
    view.set_cursor(None)
    np.testing.assert_array_equal(picture_of(view), straight)


def test_mirroring_does_not_survive_the_next_study(window, workspace, view):
    view.viewport.flips = (True, True)
    show(window, volume(uid="1.2.99"))
    assert view.viewport.flips == (False, False)


def test_inverted_grey_scale(view, workspace):
    workspace.display.inverted = True
    k = view.viewport.slice_index
    np.testing.assert_array_equal(pixel(view, (k, 8, 10)), [255 - v for v in grey(-900)])
    assert "INVERTED" in [b.text for b in badges_of(workspace.document, view.viewport, view.display)]


# -- tools on the left button ------------------------------------------------------------------------------------------


def test_left_button_does_what_the_tool_says(view, workspace):
    toolbox, viewport = workspace.toolbox, view.viewport
    start = viewport.slice_index
    toolbox.active = ToolKind.WINDOW
    drag(view, [QPointF(200, 200), QPointF(240, 200)])
    assert workspace.display.window.width_hu > PRESETS[0].width_hu
    toolbox.active = ToolKind.PAN
    under = view.transform.to_pixel(200, 200)
    drag(view, [QPointF(200, 200), QPointF(230, 210)])
    assert view.transform.to_pixel(230, 210) == pytest.approx(under)
    toolbox.active = ToolKind.ZOOM
    under = view.transform.to_pixel(200, 200)
    drag(view, [QPointF(200, 200), QPointF(200, 170), QPointF(200, 152)])
    assert viewport.zoom == pytest.approx(1.15**2)
    assert view.transform.to_pixel(200, 200) == pytest.approx(under)
    assert viewport.slice_index == start
    assert not workspace.document.labels.any()


# -- oblique scans -----------------------------------------------------------------------------------------------------


def test_oblique_scan_is_shown_on_its_own_axes_with_two_letters(window, workspace):
    document = show(window, oblique_volume())
    geometry = document.volume.geometry
    assert letters_of(geometry, Plane.AXIAL, (False, False)) == {
        "left": "RA", "right": "LP", "top": "AL", "bottom": "PR",
    }  # fmt: skip
    assert letters_of(geometry, Plane.CORONAL, (False, False))["top"] == "H"
    view = window.views.view(Plane.CORONAL)
    assert "OBLIQUE 30°" in [b.text for b in badges_of(document, view.viewport, view.display)]


def test_crosshair_of_an_oblique_scan_is_one_point_in_the_patient(window, workspace):
    document = show(window, oblique_volume())
    window.views.view_layout = Layout.THREE_PLANES
    QApplication.processEvents()
    axial = window.views.view(Plane.AXIAL)
    target = (axial.viewport.slice_index, 31, 13)
    point = document.volume.geometry.index_to_lps(np.array([target], float))[0]
    drag(axial, [place_of(axial, target)])
    for plane in Plane:
        view = window.views.view(plane)
        place = place_of(view, workspace.position.index_kji)
        readings = []
        view.pointed.connect(readings.append)
        send(view, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, LEFT)
        assert readings[-1].point_lps == pytest.approx(tuple(point), abs=1e-6)


def test_windows_of_a_real_header_are_read(tmp_path):
    from ctviewer.io.index import index_path
    from ctviewer.services.demo_study import demo_study

    series = index_path(demo_study(tmp_path)).series[0]
    assert [(w.center_hu, w.width_hu, w.name) for w in series.windows] == [
        (40, 400, "Mediastinum"), (-600, 1500, "Lung"),
    ]  # fmt: skip
    assert Window(40, 400, "Mediastinum") == series.windows[0]


def test_a_scan_without_hu_borrows_a_window_and_gives_it_back(window):
    workspace = window.session.workspace
    workspace.display.window = PRESETS[1]
    show(window, volume(uid="1.7", is_hu=False))
    lent = workspace.display.window
    assert lent not in PRESETS
    workspace.display.window = PRESETS[0]
    window.actions_by_id["reset_view"].trigger()
    assert workspace.display.window == lent
    show(window, volume(uid="1.8"))
    assert workspace.display.window == PRESETS[1]
