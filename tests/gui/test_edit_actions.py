"""Tools, undo and measurements, by their keys, in the real window."""

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from ctviewer.domain.measurement import MeasurementKind
from ctviewer.domain.planes import Plane
from ctviewer.gui.panels.tool_options import ToolOptions
from ctviewer.session.tools.tool_settings import ToolKind
from tests.gui.driving import BY_ID, axial, draw, press, run
from tests.support.volumes import prediction

pytestmark = pytest.mark.gui


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
        pages = window.sides.tools.findChild(ToolOptions)._pages
        assert [kind in kinds for page, kinds in pages.items() if not page.isHidden()] == [True]


def test_lung_gate_is_one_key(window):
    toolbox = window.session.workspace.toolbox
    toolbox.gate_hu = (0, 100)
    run(window, "lung_gate")
    assert toolbox.gate_enabled
    assert toolbox.gate_hu == (-1024, -300)
    run(window, "lung_gate")
    assert not toolbox.gate_enabled


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
