"""The 3-D view: surfaces in the right place, drawn by their thread, and absence of OpenGL said in a sentence."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ctviewer.domain.edits.region import Region
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.progress import CancelToken, ignore_progress
from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.slices.view_area import Layout, Pane
from ctviewer.gui.view3d import drawing_thread, offscreen
from ctviewer.gui.view3d.camera import Camera, from_side
from ctviewer.gui.view3d.orientation_marker import marker_places
from ctviewer.gui.view3d.picture import cut_plane
from ctviewer.gui.view3d.surfaces import block_means, bounding_box, build_surfaces
from tests.gui.conftest import show
from tests.gui.pointing import send
from tests.support.volumes import geometry, oblique_volume, prediction, volume

pytestmark = pytest.mark.gui


def volume_ml(surface):
    """Volume inside a closed surface, by the divergence theorem."""
    a, b, c = (surface.points[surface.triangles[:, n]].astype(float) for n in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6 / 1000


def ball(grid, middle_kji, radius_mm):
    index = np.indices(grid.shape).reshape(3, -1).T
    away = grid.index_to_lps(index) - grid.index_to_lps(np.array([middle_kji], float))
    return (np.linalg.norm(away, axis=1) <= radius_mm).reshape(grid.shape)


# -- surfaces ----------------------------------------------------------------------------------------------------------


def test_block_means_are_the_means_of_blocks():
    mask = np.random.default_rng(1).random((7, 6, 9)) < 0.5
    means = block_means(mask, (2, 3, 4))
    assert means.shape == (6, 4, 5)
    padded = np.pad(mask, ((0, 1), (0, 0), (0, 3)))
    expected = padded.reshape(4, 2, 2, 3, 3, 4).mean((1, 3, 5))
    np.testing.assert_allclose(means[1:-1, 1:-1, 1:-1], expected, rtol=1e-6)
    assert means[0].sum() == means[:, -1].sum() == means[:, :, 0].sum() == 0


def test_bounding_box():
    array = np.zeros((5, 6, 7), np.uint8)
    assert bounding_box(array) is None
    array[2:4, 1, 3:6] = 2
    assert bounding_box(array) == (slice(2, 4), slice(1, 2), slice(3, 6))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.0, 0.8, 0.8)])
@pytest.mark.parametrize("turned", [False, True])
def test_surfaces_lie_where_their_voxels_lie_and_have_their_volume(spacing, turned):
    shape = (20, 48, 48) if spacing[0] > 1 else (48, 48, 48)
    grid = geometry(shape, spacing, (-60.0, -40.0, 900.0))
    if turned:
        affine = np.array(grid.affine)
        affine[:3, :3] = oblique_volume().geometry.directions @ np.diag(spacing)
        grid = VolumeGeometry(shape, affine)
    labels = np.zeros(shape, np.uint8)
    places = {1: (shape[0] // 2, 24, 33), 2: (shape[0] // 2, 24, 13)}
    for label, place in places.items():
        labels[ball(grid, place, 8.5)] = label
    surfaces = {s.label: s for s in build_surfaces(labels, grid, (1, 2, 3), ignore_progress, CancelToken())}
    assert set(surfaces) == {1, 2}
    for label, place in places.items():
        middle = surfaces[label].points.mean(0)
        assert middle == pytest.approx(grid.index_to_lps(np.array([place], float))[0], abs=0.7)
        true_ml = (labels == label).sum() * grid.voxel_volume_ml
        assert volume_ml(surfaces[label]) == pytest.approx(true_ml, rel=0.12)  # and outward: positive
    if not turned:
        assert surfaces[1].points[:, 0].mean() > surfaces[2].points[:, 0].mean()  # label 1 is on the left


def test_empty_mask_has_no_surfaces():
    grid = geometry()
    assert build_surfaces(np.zeros(grid.shape, np.uint8), grid, (1,), ignore_progress, CancelToken()) == ()


# -- camera ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "right", "up"), [("A", "L", "H"), ("P", "R", "H"), ("L", "P", "H"), ("R", "A", "H"), ("F", "L", "A")]
)
def test_from_each_side_the_neighbours_are_where_they_must_be(side, right, up):
    places = marker_places(from_side(Camera(), side))
    assert places[side][2] == pytest.approx(1, abs=0.01)
    assert places[right][0] == pytest.approx(1, abs=0.01)
    assert places[up][1] == pytest.approx(1, abs=0.03)


def test_dragging_to_the_right_turns_the_front_to_the_right():
    before = marker_places(from_side(Camera(), "A"))["A"][0]
    after = marker_places(from_side(Camera(), "A").turned(50, 0))["A"][0]
    assert after > before + 0.2


def test_cut_plane_has_the_corners_of_its_slice():
    vol = oblique_volume()
    plane = cut_plane(vol.hu, vol.geometry, 7, PRESETS[0])
    corner = vol.geometry.index_to_lps(np.array([(7, -0.5, -0.5)]))[0]
    np.testing.assert_allclose(plane.corners[0], corner)
    np.testing.assert_allclose(plane.normal, (0, 0, 1), atol=1e-9)
    assert plane.grey.shape == (20, 24)


# -- the pane ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def window_class():
    """What draws on this computer; asked once, because each answer is a process."""
    return offscreen.working_window()


@pytest.fixture
def pane(qtbot, make_window, monkeypatch, window_class):
    monkeypatch.setattr(drawing_thread, "working_window", lambda: window_class)
    window = make_window()
    document = show(window, volume(spacing_mm=(3.0, 1.0, 1.0), shape=(16, 40, 48)))
    window.views.view_layout = Layout.SURFACES
    QApplication.processEvents()
    pane = window.views.pane(Pane.SURFACES)
    pane.test_window, pane.test_document = window, document
    return pane


def picture(pane):
    image = pane.canvas._image
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return data[:, :, :3].astype(int)


def share_of(pane, color):
    """Share of the picture whose hue is that of a colour."""
    pixels = picture(pane).reshape(-1, 3)
    pixels = pixels[pixels.sum(1) > 60]
    unit = np.array(color) / np.linalg.norm(color)
    cosine = pixels @ unit / np.linalg.norm(pixels, axis=1)
    return float((cosine > 0.985).mean()) if len(pixels) else 0.0


def test_pane_draws_the_segments_in_the_colours_of_the_list_or_says_why_not(qtbot, pane, window_class):
    if not window_class:
        qtbot.waitUntil(lambda: "OpenGL" in pane.canvas.words, timeout=60_000)
        return
    assert "No segments" in pane.canvas.words or not pane.canvas.has_picture
    document = pane.test_document
    pane.plane.setChecked(False)
    document.show_preview(prediction(document.volume, (slice(2, 14), slice(5, 30), slice(4, 30)), label=2))
    table = document.segments
    color = table.row(2).segment.color
    qtbot.waitUntil(lambda: pane.canvas.has_picture and share_of(pane, color) > 0.9, timeout=120_000)
    assert pane.canvas.words == ""
    table.set_color(2, (220, 60, 200))
    qtbot.waitUntil(lambda: share_of(pane, (220, 60, 200)) > 0.9, timeout=60_000)
    opaque = picture(pane).max()
    table.set_opacity(2, 0.3)
    qtbot.waitUntil(lambda: picture(pane).max() < 0.7 * opaque, timeout=60_000)
    table.set_visible(2, visible=False)
    qtbot.waitUntil(lambda: picture(pane).max() < 30, timeout=60_000)


def test_hand_and_keys_turn_and_zoom(qtbot, pane):
    canvas = pane.canvas
    start = canvas.camera
    send(canvas, QEvent.Type.MouseButtonPress, QPointF(100, 100))
    send(canvas, QEvent.Type.MouseMove, QPointF(140, 90))
    assert canvas.camera == start.turned(40, -10)
    canvas.setFocus()
    before = canvas.camera
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert canvas.camera != before
    k = pane.test_window.session.workspace.position.index_kji[0]
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert pane.test_window.session.workspace.position.index_kji[0] == k - 1
    canvas.look_from("H")
    assert canvas.camera.elevation == 89


def test_surfaces_follow_edits_only_while_shown(qtbot, pane):
    window, document = pane.test_window, pane.test_document
    built = []
    pane.source.built.connect(built.append)

    def paint(label):
        region = Region((slice(4, 10), slice(10, 30), slice(10, 30)), np.ones((6, 20, 20), bool))
        document.paint(region, label)
        document.end_gesture("Brush", "brush")

    paint(1)
    qtbot.waitUntil(lambda: bool(built) and [s.label for s in built[-1]] == [1], timeout=60_000)
    window.views.view_layout = Layout.AXIAL
    count = len(built)
    paint(3)
    QApplication.processEvents()
    assert not pane.source._timer.isActive()
    assert not pane.source.is_building
    assert len(built) == count
    window.views.view_layout = Layout.SURFACES
    qtbot.waitUntil(lambda: [s.label for s in built[-1]] == [3], timeout=60_000)


def test_closing_the_window_ends_the_thread(qtbot, pane):
    pane._want()
    assert any(thread.name == "view3d" for thread in threading.enumerate())
    pane.test_window.close()
    assert not any(thread.name == "view3d" for thread in threading.enumerate())


def test_without_opengl_the_pane_says_so_and_the_rest_works(qtbot, make_window, monkeypatch):
    monkeypatch.setattr(drawing_thread, "working_window", lambda: "")
    window = make_window()
    document = show(window)
    window.views.view_layout = Layout.SURFACES
    pane = window.views.pane(Pane.SURFACES)
    qtbot.waitUntil(lambda: "no OpenGL" in pane.canvas.words, timeout=60_000)
    assert not pane.body.isEnabled()
    document.show_preview(prediction(document.volume))
    window.session.workspace.position.index_kji = (3, 3, 3)
    QTest.keyClick(window.views.focused_view, Qt.Key.Key_Down)
    assert window.session.workspace.position.index_kji == (2, 3, 3)


def test_a_driver_that_ends_the_process_is_survived(monkeypatch):
    monkeypatch.setattr(offscreen, "_TRIAL", "import os; os.abort()")
    assert offscreen.working_window() == ""
    monkeypatch.setattr(offscreen, "_TRIAL", "")
    assert offscreen.working_window() == offscreen.CANDIDATES[0]
