"""Actions of the view menu, by their keys, in the real window."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import PRESETS, Window
from ctviewer.gui.dialogs.screenshot import ScreenshotDialog
from ctviewer.gui.slices.view_area import Layout, Pane
from tests.gui.conftest import picture_of, show
from tests.gui.driving import axial, run
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("number", range(1, len(PRESETS) + 1))
def test_window_presets(window, number):
    window.session.workspace.display.window = Window(1, 2)
    run(window, f"window_preset_{number}")
    assert window.session.workspace.display.window == PRESETS[number - 1]


def test_window_of_the_file_goes_through_all_it_recommends(window):
    import dataclasses

    plain = volume(uid="1.2.9")
    display = window.session.workspace.display
    run(window, "window_of_file")
    assert "recommend no window" in window.pages.messages.messages[-1].text
    windows = (Window(50, 350, "Soft"), Window(-500, 1400))
    show(window, dataclasses.replace(plain, series=dataclasses.replace(plain.series, windows=windows)))
    seen = []
    for _ in range(3):
        run(window, "window_of_file")
        seen.append(display.window)
    assert seen == [windows[0], windows[1], windows[0]]


def test_zoom_and_reset(window):
    run(window, "zoom_in")
    assert axial(window).zoom > 1
    run(window, "zoom_out")
    run(window, "zoom_out")
    assert axial(window).zoom < 1
    axial(window).pan_mm = (5.0, 5.0)
    window.session.workspace.display.window = Window(1, 2)
    run(window, "reset_view")
    assert (axial(window).zoom, axial(window).pan_mm) == (1.0, (0.0, 0.0))
    assert window.session.workspace.display.window == PRESETS[0]


def test_flips_belong_to_the_view_that_was_clicked(window):
    window.views.view_layout = Layout.THREE_PLANES
    window.views.view(Plane.CORONAL).setFocus()
    run(window, "flip_across")
    run(window, "flip_down")
    viewports = window.session.workspace.viewports
    assert viewports[Plane.CORONAL].flips == (True, True)
    assert viewports[Plane.AXIAL].flips == (False, False)
    window.views.view(Plane.AXIAL).setFocus()
    assert not window.actions_by_id["flip_across"].isChecked()
    run(window, "reset_view")
    assert viewports[Plane.CORONAL].flips == (False, False)


def test_slab_keys(window):
    viewport = axial(window)
    kinds = []
    for _ in range(4):
        run(window, "next_slab")
        kinds.append(viewport.slab.kind.value)
    assert kinds == ["MIP", "MinIP", "mean", "off"]
    run(window, "slab_thicker")
    assert viewport.slab.thickness_mm == 10  # a single slice has no thickness to change
    run(window, "next_slab")
    run(window, "slab_thicker")
    assert viewport.slab.thickness_mm == 11
    run(window, "slab_thinner")
    assert viewport.slab.thickness_mm == 10


def test_cine_plays_the_slices_at_its_speed(qtbot, window):
    cine, viewport = window.session.workspace.cine, axial(window)
    run(window, "cine_faster")
    assert cine.fps == pytest.approx(18.8)
    run(window, "cine_slower")
    run(window, "cine_slower")
    assert cine.fps == pytest.approx(12.0)
    cine.fps = 60
    viewport.slice_index = 3
    seen = [3]
    viewport.slice_index_changed.connect(seen.append)
    run(window, "cine_play")
    assert window.actions_by_id["cine_play"].isChecked()
    qtbot.waitUntil(lambda: len(seen) >= 7, timeout=20_000)
    run(window, "cine_play")
    assert not cine.is_playing
    assert not window.actions_by_id["cine_play"].isChecked()
    assert seen[:7] == [3, 2, 1, 0, 1, 2, 3]  # towards the feet, and back
    cine.bounces = False
    cine.play(viewport)
    viewport.slice_index = 0
    cine.step()
    assert viewport.slice_index == 11
    window.session.workspace.close_document()
    assert not cine.is_playing


def test_layouts(window):
    run(window, "layout_planes")
    assert [f.isVisible() for f in window.views.frames.values()] == [True, True, True]
    assert window.actions_by_id["layout_planes"].isChecked()
    run(window, "layout_planes")
    assert window.actions_by_id["layout_planes"].isChecked()
    run(window, "layout_surfaces")
    assert window.views.view_layout is Layout.SURFACES
    assert window.actions_by_id["layout_surfaces"].isChecked()
    run(window, "layout_axial")
    assert window.views.view_layout is Layout.AXIAL
    assert [f.isVisible() for f in window.views.frames.values()] == [True, False, False]


def test_prior_beside_the_current_scan(qtbot, window, monkeypatch, tmp_path):
    comparison = window.session.comparison
    opened = []
    monkeypatch.setattr(comparison, "open_path", opened.append)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    run(window, "layout_prior")
    assert window.views.view_layout is Layout.PRIOR
    assert window.views.pane(Pane.PRIOR).isVisible()
    run(window, "layout_axial")
    run(window, "open_prior")
    assert opened == [tmp_path]
    assert window.actions_by_id["layout_prior"].isChecked()


@pytest.mark.parametrize(
    ("action_id", "owner", "name"),
    [
        ("toggle_overlay", "display", "overlay_visible"),
        ("toggle_outline", "display", "overlay_outline"),
        ("toggle_smooth", "display", "smooth"),
        ("toggle_text", "display", "text_visible"),
        ("toggle_inverted", "display", "inverted"),
        ("cine_bounce", "cine", "bounces"),
        ("toggle_gate", "toolbox", "gate_enabled"),
        ("toggle_ball", "toolbox", "is_ball"),
        ("toggle_subtract", "toolbox", "subtracts"),
        ("adaptive_gate", "toolbox", "gate_adaptive"),
        ("toggle_measurements", "measuring", "visible"),
    ],
)
def test_toggles_follow_the_state_both_ways(window, action_id, owner, name):
    state, action = getattr(window.session.workspace, owner), window.actions_by_id[action_id]
    before = getattr(state, name)
    assert action.isChecked() == before
    run(window, action_id)
    assert getattr(state, name) is not before
    assert action.isChecked() is not before
    setattr(state, name, before)
    assert action.isChecked() == before


def test_next_slice_to_check_and_the_strip_beside_the_slider(qtbot, window):
    document = window.session.workspace.document
    strip = window.views.frames[Plane.AXIAL].heat
    assert not strip.isVisible()
    run(window, "next_slice_to_check")
    assert "Nothing is known" in window.pages.messages.messages[-1].text
    document.show_preview(replace(prediction(document.volume), slice_doubt=(0, 1, 1, 1, 1, 1, 1, 8, 1, 1, 1, 0)))
    assert strip.isVisible()
    run(window, "next_slice_to_check")
    assert axial(window).slice_index == 7
    row = picture_of(strip)[:, strip.width() // 2]
    hottest = int(np.argmax(row[:, 0]))
    assert abs(strip._slice_at(QPointF(3, hottest)) - 7) <= 0
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(3, 4))
    assert axial(window).slice_index == 11
    document.reject_preview()
    assert not strip.isVisible()


def test_pictures_of_the_views(window, monkeypatch, tmp_path):
    run(window, "copy_screenshot")
    assert not QApplication.clipboard().image().isNull()
    monkeypatch.setattr(ScreenshotDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "views"), ""))
    run(window, "save_screenshot")
    assert (tmp_path / "views.png").exists()
