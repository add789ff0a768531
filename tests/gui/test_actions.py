"""Every row of the action table does what it says, by its keys, in the real window."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QMessageBox, QPushButton

from ctviewer.config.preferences import Preferences
from ctviewer.domain.annotation import RevisionStatus
from ctviewer.domain.edits.region import Region
from ctviewer.domain.measurement import MeasurementKind
from ctviewer.domain.planes import Plane, index_to_pixel
from ctviewer.domain.pseudonym import Dates
from ctviewer.domain.study import SourceFormat
from ctviewer.domain.windowing import PRESETS, Window
from ctviewer.gui.action_table import ACTIONS, MENUS, WRITES, ActionSpec, Need
from ctviewer.gui.actions import key_conflicts
from ctviewer.gui.commands.commands import Commands
from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.dialogs.cheat_sheet import CheatSheet
from ctviewer.gui.dialogs.check_mask import CheckMaskDialog
from ctviewer.gui.dialogs.deidentify_study import DeidentifyDialog
from ctviewer.gui.dialogs.model_card import ModelCard
from ctviewer.gui.dialogs.new_segment import NewSegmentDialog
from ctviewer.gui.dialogs.preferences_dialog import PreferencesDialog
from ctviewer.gui.dialogs.screenshot import ScreenshotDialog
from ctviewer.gui.panels.tool_options import ToolOptions
from ctviewer.gui.slices.view_area import Layout, Pane
from ctviewer.session.proposal import Setting
from ctviewer.session.tools.toolbox import ToolKind
from tests.gui.conftest import picture_of, show
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui
BY_ID = {spec.id: spec for spec in ACTIONS}


def press(window, key):
    combination = QKeySequence(key)[0]
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def run(window, action_id):
    """Press its first key, or choose it from the menu."""
    spec = BY_ID[action_id]
    assert window.actions_by_id[action_id].isEnabled(), action_id
    if spec.keys:
        press(window, spec.keys[0])
    else:
        window.actions_by_id[action_id].trigger()


def draw(window, k=5, label=1):
    document = window.session.workspace.document
    region = Region((slice(k, k + 1), slice(5, 9), slice(6, 12)), np.ones((1, 4, 6), bool))
    document.paint(region, label)
    document.end_gesture("Brush", "brush")
    return document


def with_model(folder):
    from tests.support.version_folders import tiny_segmentation_version  # loads torch

    tiny_segmentation_version(folder / "bundled" / "chest" / "1.0.0")
    return folder / "bundled"


def axial(window):
    return window.session.workspace.viewports[Plane.AXIAL]


def test_table_is_consistent():
    assert key_conflicts(ACTIONS) == []
    assert len(BY_ID) == len(ACTIONS)
    assert {spec.menu for spec in ACTIONS} == set(MENUS)
    assert key_conflicts([ActionSpec("a", "", "", ("Ctrl+Z",)), ActionSpec("b", "", "", ("ctrl+z",))]) == [
        ("Ctrl+Z", "a", "b")
    ]


def test_actions_that_write_are_in_the_table():
    assert set(BY_ID) >= WRITES


def test_every_icon_exists():
    from ctviewer.gui.icons import has_icon

    assert [spec.icon for spec in ACTIONS if spec.icon and not has_icon(spec.icon)] == []


# -- slices ------------------------------------------------------------------------------------------------------------


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
        "series": window.series_panel._list,
        "slider": window.views.frames[Plane.AXIAL].bar,
        "button": next(b for b in window.model_panel.findChildren(QPushButton) if b.isEnabled()),
        "combo": window.tools_panel.findChild(type(window.model_panel._versions)),
    }[focus]
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is widget
    before = axial(window).slice_index
    press(window, "Down")
    press(window, "2")
    assert axial(window).slice_index == before - 1
    assert window.session.workspace.display.window == PRESETS[1]


def test_a_number_field_leaves_letters_and_pages_to_the_views(window):
    spin = next(s for s in window.tools_panel.findChildren(object) if type(s).__name__ == "QDoubleSpinBox")
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
    from PySide6.QtCore import QPointF
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
    spin = next(s for s in window.tools_panel.findChildren(object) if type(s).__name__ == "QDoubleSpinBox")
    spin.setFocus()
    enter(window.views.view(Plane.AXIAL))
    assert QApplication.focusWidget() is spin


def test_a_number_being_typed_keeps_its_keys(window):
    spin = next(s for s in window.tools_panel.findChildren(object) if type(s).__name__ == "QDoubleSpinBox")
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "3")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert window.session.workspace.toolbox.radius_mm == 3.0
    assert window.session.workspace.display.window == PRESETS[0]


# -- view --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, len(PRESETS) + 1))
def test_window_presets(window, number):
    window.session.workspace.display.window = Window(1, 2)
    run(window, f"window_preset_{number}")
    assert window.session.workspace.display.window == PRESETS[number - 1]


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


# -- study list --------------------------------------------------------------------------------------------------------


def test_study_list_and_back(window):
    run(window, "study_list")
    assert window._stack.currentWidget() is window.study_list
    assert window.actions_by_id["study_list"].isChecked()
    run(window, "study_list")
    assert window._stack.currentWidget() is window.views


def test_next_undone_says_when_all_is_done(window):
    run(window, "next_undone")
    assert "accepted" in window.messages.messages[-1].text


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


def test_window_of_the_file_goes_through_all_it_recommends(window):
    import dataclasses

    plain = volume(uid="1.2.9")
    display = window.session.workspace.display
    run(window, "window_of_file")
    assert "recommend no window" in window.messages.messages[-1].text
    windows = (Window(50, 350, "Soft"), Window(-500, 1400))
    show(window, dataclasses.replace(plain, series=dataclasses.replace(plain.series, windows=windows)))
    seen = []
    for _ in range(3):
        run(window, "window_of_file")
        seen.append(display.window)
    assert seen == [windows[0], windows[1], windows[0]]


def test_preferences(window, monkeypatch):
    monkeypatch.setattr(PreferencesDialog, "exec", lambda dialog: dialog.accept())
    run(window, "preferences")
    assert window.session.settings.preferences == Preferences()


# -- edit --------------------------------------------------------------------------------------------------------------


def test_tools_and_brush_size(window):
    toolbox = window.session.workspace.toolbox
    for action_id, kind in (("tool_window", ToolKind.WINDOW), ("tool_pan", ToolKind.PAN),
                            ("tool_zoom", ToolKind.ZOOM), ("tool_brush", ToolKind.BRUSH),
                            ("tool_eraser", ToolKind.ERASER), ("tool_browse", ToolKind.BROWSE)):  # fmt: skip
        run(window, action_id)
        run(window, action_id)
        assert toolbox.active is kind
        assert window.actions_by_id[action_id].isChecked()
    toolbox.radius_mm = 10
    run(window, "brush_larger")
    assert toolbox.radius_mm == 12
    run(window, "brush_smaller")
    assert toolbox.radius_mm == 10


def test_measuring_tools(window):
    toolbox = window.session.workspace.toolbox
    for action_id, kind in (
        ("measure_length", ToolKind.MEASURE_LENGTH), ("measure_angle", ToolKind.MEASURE_ANGLE),
        ("measure_bidirectional", ToolKind.MEASURE_BIDIRECTIONAL), ("measure_ratio", ToolKind.MEASURE_RATIO),
        ("measure_ellipse", ToolKind.MEASURE_ELLIPSE), ("measure_polygon", ToolKind.MEASURE_POLYGON),
        ("measure_probe", ToolKind.MEASURE_PROBE),
    ):  # fmt: skip
        run(window, action_id)
        run(window, action_id)
        assert toolbox.active is kind
        assert window.actions_by_id[action_id].isChecked()
    run(window, "tool_browse")
    assert not window.actions_by_id["measure_probe"].isChecked()


def test_list_of_measurements(window, monkeypatch, tmp_path):
    measuring = window.session.workspace.measuring
    for action_id in ("copy_measurements", "export_measurements", "remove_measurement"):
        assert not window.actions_by_id[action_id].isEnabled()
    measuring.add(MeasurementKind.LENGTH, Plane.AXIAL, ((0.0, 0.0, 120.0), (30.0, 0.0, 120.0)))
    run(window, "copy_measurements")
    assert QApplication.clipboard().text() == "Length 1\t30.0 mm"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "m.csv"), ""))
    run(window, "export_measurements")
    assert (tmp_path / "m.csv").read_text(encoding="utf-8-sig").count("Length 1") == 1
    run(window, "remove_measurement")
    assert measuring.measurements == ()


def test_next_segment_goes_round(window):
    segments = window.session.workspace.document.segments
    seen = []
    for _ in range(4):
        seen.append(segments.active_label)
        run(window, "next_segment")
    assert seen == [1, 2, 3, 1]


def test_undo_and_redo_with_all_their_keys(window):
    document = draw(window)
    assert window.actions_by_id["undo"].text() == "Undo Brush"
    for key in BY_ID["redo"].keys:
        press(window, "Ctrl+Z")
        assert not document.labels.any()
        assert not window.actions_by_id["undo"].isEnabled()
        press(window, key)
        assert document.labels.any()


def test_undo_reveals_the_slice(window):
    draw(window, k=2)
    axial(window).slice_index = 9
    run(window, "undo")
    assert axial(window).slice_index == 2


def test_cancel_takes_the_nearest_thing(window):
    document, toolbox = window.session.workspace.document, window.session.workspace.toolbox
    toolbox.active = ToolKind.BRUSH
    document.show_preview(prediction(document.volume))
    run(window, "cancel")
    assert document.preview is None
    assert toolbox.active is ToolKind.BRUSH
    run(window, "cancel")
    assert toolbox.active is ToolKind.BROWSE


def _two_islands(document):
    for j1, i1 in ((30, 40), (8, 8)):
        region = Region((slice(4, 5), slice(5, j1), slice(6, i1)), np.ones((1, j1 - 5, i1 - 6), bool))
        document.paint(region, 1)
    gap = Region((slice(4, 5), slice(8, 9), slice(6, 40)), np.ones((1, 1, 34), bool))
    document.paint(gap, 0)
    document.end_gesture("Brush", "brush")


def _ring(document):
    for size, label in ((12, 1), (4, 0)):
        cut = slice(20 - size, 20 + size)
        document.paint(Region((slice(4, 5), cut, cut), np.ones((1, 2 * size, 2 * size), bool)), label)
    document.end_gesture("Brush", "brush")


def _two_slices(document):
    for k in (3, 6):
        document.paint(Region((slice(k, k + 1), slice(10, 20), slice(10, 20)), np.ones((1, 10, 10), bool)), 1)
    document.end_gesture("Brush", "brush")


def _spike(document):
    _ring(document)
    document.paint(Region((slice(4, 5), slice(20, 21), slice(32, 40)), np.ones((1, 1, 8), bool)), 1)
    document.end_gesture("Brush", "brush")


PROPOSED = {"fill_between_slices", "smooth", "smooth_jointly", "grow_or_shrink", "combine", "relabel"}


@pytest.mark.parametrize(
    ("action_id", "prepare", "holds"),
    [
        ("keep_largest", _two_islands, lambda labels: labels[4, 5:8].sum() == 0 and labels[4, 9:30, 6:40].all()),
        ("fill_holes", _ring, lambda labels: labels[4, 20, 20] == 1),
        ("fill_between_slices", _two_slices, lambda labels: labels[4, 15, 15] == 1 and labels[5, 15, 15] == 1),
        ("smooth", _spike, lambda labels: labels[4, 20, 35] == 0 and labels[4, 20, 30] == 1),
        ("smooth_jointly", _ring, lambda labels: labels[4, 8, 8] == 0),
        ("grow_or_shrink", _ring, lambda labels: labels[4, 6, 20] == 1 and labels[4, 5, 20] == 0),
        ("combine", _ring, lambda labels: labels[4, 31, 30] == 0 and labels[4, 29, 30] == 1),
        ("relabel", _ring, lambda labels: labels[4, 10, 10] == 2),
        ("clear_segment", _ring, lambda labels: not labels[4, 10:30, 10:30].any()),
        ("copy_to_next", _ring, lambda labels: labels[3, 10, 10] == 1),
        ("copy_to_previous", _ring, lambda labels: labels[5, 10, 10] == 1),
        ("swap_lungs", _ring, lambda labels: labels[4, 10, 10] == 2),
    ],
)
def test_operations_on_a_segment_are_one_undo_step(qtbot, window, action_id, prepare, holds):
    document = window.session.workspace.document
    prepare(document)
    if action_id == "combine":
        document.paint(Region((slice(4, 5), slice(35, 40), slice(26, 40)), np.ones((1, 5, 14), bool)), 2)
        document.end_gesture("Brush", "brush")
    axial(window).slice_index = 4
    before = document.labels.copy()
    run(window, action_id)
    if action_id in PROPOSED:
        qtbot.waitUntil(lambda: document.proposal is not None, timeout=60_000)
        assert window.preview_bar.isVisible()
        if action_id == "combine":  # nothing is lost before the user says what is meant
            assert "no change" in window.preview_bar.text
            window.preview_bar.controls.widget(Setting.MARGIN).setValue(5.0)
            qtbot.waitUntil(lambda: "no change" not in window.preview_bar.text, timeout=60_000)
        assert "ml" in window.preview_bar.text
        assert holds(document.labels)
        run(window, "accept_preview")
        assert window.preview_bar.isHidden()
    qtbot.waitUntil(lambda: document.undo_name not in ("", "Brush"), timeout=60_000)
    assert holds(document.labels)
    run(window, "undo")
    np.testing.assert_array_equal(document.labels, before)


def test_escape_rejects_a_proposal(qtbot, window):
    document = window.session.workspace.document
    _ring(document)
    before = document.labels.copy()
    run(window, "grow_or_shrink")
    qtbot.waitUntil(lambda: document.proposal is not None, timeout=60_000)
    assert not window.actions_by_id["save_revision"].isEnabled()
    run(window, "cancel")
    assert document.proposal is None
    np.testing.assert_array_equal(document.labels, before)
    run(window, "grow_or_shrink")
    qtbot.waitUntil(lambda: document.proposal is not None, timeout=60_000)
    run(window, "reject_preview")
    np.testing.assert_array_equal(document.labels, before)
    assert document.undo_name == "Brush"


def test_every_drawing_tool_has_a_key_and_shows_its_settings(window):
    toolbox = window.session.workspace.toolbox
    for action_id, kind in (
        ("tool_polygon", ToolKind.POLYGON),
        ("tool_lasso", ToolKind.LASSO),
        ("tool_livewire", ToolKind.LIVEWIRE),
        ("tool_fill", ToolKind.FILL),
        ("tool_grow", ToolKind.GROW),
        ("tool_scissors", ToolKind.SCISSORS),
        ("tool_island", ToolKind.ISLAND),
    ):
        run(window, action_id)
        assert toolbox.active is kind
        assert window.actions_by_id[action_id].isChecked()
        pages = window.tools_panel.findChild(ToolOptions)._pages
        assert [kind in kinds for page, kinds in pages.items() if not page.isHidden()] == [True]


def test_lung_gate_is_one_key(window):
    toolbox = window.session.workspace.toolbox
    toolbox.gate_hu = (0, 100)
    run(window, "lung_gate")
    assert toolbox.gate_enabled
    assert toolbox.gate_hu == (-1024, -300)
    run(window, "lung_gate")
    assert not toolbox.gate_enabled


# -- the list of segments ----------------------------------------------------------------------------------------------


def test_new_segment_is_painted_renamed_deleted_and_comes_back(qtbot, window, monkeypatch):
    document = window.session.workspace.document
    segments = document.segments

    def choose(dialog):
        dialog._search.setText("nodule")
        return NewSegmentDialog.DialogCode.Accepted

    monkeypatch.setattr(NewSegmentDialog, "exec", choose)
    run(window, "new_segment")
    assert segments.active_label == 4
    assert (segments.name(4), segments.row(4).segment.code.value) == ("Pulmonary nodule", "27925004")
    assert 4 in window.segments_panel.rows
    draw(window, label=4)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Nodule S6", True))
    run(window, "rename_segment")
    assert segments.name(4) == "Nodule S6"
    run(window, "delete_segment")
    qtbot.waitUntil(lambda: document.undo_name == "Delete – Nodule S6", timeout=60_000)
    assert not (document.labels == 4).any()
    assert segments.row(4) is None
    run(window, "undo")
    assert (document.labels == 4).any()
    assert segments.name(4) == "Nodule S6"
    run(window, "redo")
    assert segments.row(4) is None


def test_segments_of_the_models_keep_their_names(window):
    window.session.workspace.document.segments.active_label = 2
    for action_id in ("rename_segment", "delete_segment"):
        run(window, action_id)
        assert "Right lung cannot be" in window.messages.messages[-1].text
    assert window.session.workspace.document.segments.row(2) is not None


# -- analysis ----------------------------------------------------------------------------------------------------------


def test_segment_accept_undo_with_a_real_model(qtbot, make_window, tmp_path):
    bundled = with_model(tmp_path)
    window = make_window(bundled)
    document = show(window)
    run(window, "segment")
    assert not window.actions_by_id["segment"].isEnabled()
    qtbot.waitUntil(lambda: document.preview is not None, timeout=240_000)
    assert not document.labels.any()
    assert window.preview_bar.isVisible()
    predicted = document.preview.labels.copy()
    assert not window.actions_by_id["save_revision"].isEnabled()
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None, timeout=60_000)
    assert (document.labels == predicted).all()
    assert window.preview_bar.isHidden()
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
    review, choices = window.session.analysis.review, window.preview_bar.choices
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
    document.mark_reviewed({3, 4})
    document.show_preview(prediction(document.volume))
    review = window.session.analysis.review
    run(window, "accept_unreviewed")
    qtbot.waitUntil(lambda: review.outcome is not None)
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.preview is None)
    assert [bool(document.labels[k].any()) for k in range(2, 7)] == [True, False, False, True, True]
    assert document.reviewed == {3, 4}


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
    assert "2/3" in window.preview_bar.choices.structures.text()
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
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert "model" in window.messages.messages[-1].text


def test_models_are_not_used_on_values_that_are_not_hu(make_window):
    window = make_window()
    show(window, volume(is_hu=False))
    run(window, "segment")
    assert "not Hounsfield" in window.messages.messages[-1].text
    run(window, "classify")
    assert not [job for job in window.session.runner.active if job.title]


def test_classify_reports_what_stands_in_its_way(qtbot, window):
    run(window, "classify")
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=120_000)


def test_vessels_are_measured_or_the_reason_is_told(qtbot, window):
    run(window, "propose_evidence")
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=120_000)
    assert "No enhanced ascending aorta" in window.messages.messages[-1].text


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
    assert window.messages.messages


# -- file and help -----------------------------------------------------------------------------------------------------


def test_save_and_accept(qtbot, window, monkeypatch):
    document, store = draw(window), window.session.workspace.store
    with qtbot.waitSignal(window.session.saving.revision_saved) as saved:
        run(window, "save_revision")
    assert saved.args[0].status is RevisionStatus.DRAFT
    assert document.is_saved
    run(window, "accept_case")
    dialog = window.findChild(AcceptCaseDialog)
    qtbot.waitUntil(dialog.accept_button.isEnabled, timeout=60_000)
    dialog.accept_button.click()
    assert dialog.isVisible()  # the lungs are empty: it asks once
    with qtbot.waitSignal(window.session.saving.revision_saved) as saved:
        dialog.accept_button.click()
    info = saved.args[0]
    assert info.status is RevisionStatus.ACCEPTED
    assert 5 in info.reviewed_slices
    assert len(info.reviewed_slices) < document.volume.hu.shape[0]
    assert (store.load_labels(info.revision_id) == document.labels).all()


def test_check_lists_what_is_wrong_and_goes_there(qtbot, window):
    draw(window, k=3)
    run(window, "check_mask")
    dialog = window.findChild(CheckMaskDialog)
    qtbot.waitUntil(lambda: dialog.findings.list.count() > 0, timeout=60_000)
    texts = [dialog.findings.list.item(row).text() for row in range(dialog.findings.list.count())]
    assert "Right lung is empty." in texts
    draw(window, k=8)  # a second part, apart from the first
    qtbot.waitUntil(lambda: window.session.checking.findings is None, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.checking.findings is not None, timeout=60_000)
    row = next(r for r in range(dialog.findings.list.count()) if "part" in dialog.findings.list.item(r).text())
    axial(window).slice_index = 11
    dialog.findings.list.setCurrentRow(row)
    assert axial(window).slice_index in (3, 8)
    dialog.close()


def test_import_brings_back_what_export_wrote(qtbot, window, monkeypatch, tmp_path):
    document = draw(window)
    drawn = document.labels.copy()
    target = tmp_path / "mask.seg.nrrd"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    run(window, "export_mask")
    qtbot.waitUntil(target.exists, timeout=120_000)
    document.undo()
    assert not document.labels.any()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target), ""))
    run(window, "import_mask")
    qtbot.waitUntil(lambda: document.proposal is not None, timeout=120_000)
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.proposal is None, timeout=60_000)
    assert (document.labels == drawn).all()
    assert document.undo_name == "Import mask.seg.nrrd"
    document.undo()
    assert not document.labels.any()


def test_next_slice_to_check_and_the_strip_beside_the_slider(qtbot, window):
    document = window.session.workspace.document
    strip = window.views.frames[Plane.AXIAL].heat
    assert not strip.isVisible()
    run(window, "next_slice_to_check")
    assert "Nothing is known" in window.messages.messages[-1].text
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


def test_a_study_leaves_without_identifiers(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))
    document = window.session.workspace.document
    series = replace(document.volume.series, format=SourceFormat.NIFTI)
    show(window, replace(document.volume, series=series))
    draw(window)
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    run(window, "deidentify_study")
    dialog = window.findChild(DeidentifyDialog)
    assert dialog.with_mask
    assert dialog.dates is Dates.REMOVED
    dialog.accept()
    qtbot.waitUntil(lambda: any("without identifiers" in m.text for m in window.messages.messages), timeout=120_000)
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name.startswith("ANON-")
    assert sorted(p.name for p in folder.iterdir()) == ["mask.nii.gz", "scan.nii.gz"]


def test_export_writes_the_mask(qtbot, window, monkeypatch, tmp_path):
    draw(window)
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "NIfTI, compressed (*.nii.gz)"))
    run(window, "export_mask")
    qtbot.waitUntil(lambda: (tmp_path / "out.nii.gz").exists(), timeout=120_000)
    qtbot.waitUntil(lambda: bool(window.messages.messages))


def test_open_close_and_quit(qtbot, window, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(window.session.workspace, "open_path", opened.append)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "x.nii"), ""))
    monkeypatch.setattr(window.session.workspace, "open_demo", lambda: opened.append("demo"))
    run(window, "open_folder")
    run(window, "open_file")
    run(window, "open_demo")
    assert opened == [tmp_path, tmp_path / "x.nii", "demo"]
    run(window, "close_document")
    assert window.session.workspace.document is None
    assert not window.actions_by_id["segment"].isEnabled()
    run(window, "quit")
    assert not window.isVisible()


def test_help(qtbot, window, monkeypatch):
    run(window, "cheat_sheet")
    sheet = window.findChild(CheatSheet)
    texts = " ".join(label.text() for label in sheet.findChildren(object) if hasattr(label, "text") and label.text())
    for spec in ACTIONS:
        if spec.keys:
            assert QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) in texts
    sheet.close()
    shown = []
    monkeypatch.setattr(QMessageBox, "about", lambda *words: shown.append(words[2]))
    run(window, "about")
    assert "NOT FOR DIAGNOSTIC USE" in shown[0]


def test_model_card(qtbot, make_window, tmp_path):
    bundled = with_model(tmp_path)
    window = make_window(bundled)
    run(window, "model_card")
    card = window.findChild(ModelCard)
    assert "Tiny chest model" in card.windowTitle()
    card.close()


def test_pictures_of_the_views(window, monkeypatch, tmp_path):
    run(window, "copy_screenshot")
    assert not QApplication.clipboard().image().isNull()
    monkeypatch.setattr(ScreenshotDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "views"), ""))
    run(window, "save_screenshot")
    assert (tmp_path / "views.png").exists()


def test_every_action_is_covered_here():
    source = Path(__file__).read_text(encoding="utf-8")
    presets = {f"window_preset_{n}" for n in range(1, len(PRESETS) + 1)}
    assert [spec.id for spec in ACTIONS if spec.id not in presets and f'"{spec.id}"' not in source] == []


def test_every_action_has_a_handler(window):
    assert all(callable(window.commands.handler(spec.id)) for spec in ACTIONS)
    assert isinstance(window.commands, Commands)


def test_without_a_document_only_what_makes_sense_is_enabled(empty_window):
    enabled = {spec.id for spec in ACTIONS if empty_window.actions_by_id[spec.id].isEnabled()}
    assert enabled == {spec.id for spec in ACTIONS if spec.need is Need.NOTHING}
