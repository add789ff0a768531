"""The segments panel: what was measured, solo, outline styles, comparison with the prior."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ctviewer.domain.overlay_look import OutlineStyle
from ctviewer.domain.planes import Plane
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.gui.slices.fusion import SliceFusion
from ctviewer.session.segment_table import SegmentRow, SegmentTable
from tests.gui.conftest import show
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


def with_lung_values(uid="1.2.3", high=-900):
    """Right lung box: a quarter of its voxels at -980 HU, the others at `high`."""
    plain = volume(uid=uid)
    hu = plain.hu.copy()
    hu[:, :, 4:24] = high
    hu[:, 5:30, 4:8] = -980
    return dataclasses.replace(plain, hu=hu)


def measured(qtbot, window, box=(slice(2, 9), slice(5, 30), slice(4, 20))):
    document = window.session.workspace.document
    document.show_preview(prediction(document.volume, box, label=2))
    row = window.sides.segments.rows[2]
    qtbot.waitUntil(lambda: row.volume_shown not in ("–", "0.0 ml"), timeout=60_000)
    return row


def test_details_say_mean_percentiles_and_low_attenuation(qtbot, make_window):
    window = make_window()
    show(window, with_lung_values())
    row = measured(qtbot, window)
    assert row.volume_shown == "28.0 ml"  # 7 × 25 × 16 voxels of 10 mm³
    lines = row.details_shown.splitlines()
    assert lines == ["−920 ± 35 HU", "P 5/50/95: −980 / −900 / −900 HU", "Below −950 HU: 25.0 %"]
    assert not row._details.isVisible()
    QTest.mouseClick(window.sides.segments._details, Qt.MouseButton.LeftButton)
    assert row._details.isVisible()
    assert row._name.toolTip() == row.details_shown


def test_trachea_has_no_low_attenuation_share_and_values_without_hu_no_statistics(qtbot, make_window):
    window = make_window()
    document = show(window, volume(is_hu=False))
    document.show_preview(prediction(document.volume, label=3))
    row = window.sides.segments.rows[3]
    qtbot.waitUntil(lambda: row.volume_shown not in ("–", "0.0 ml"), timeout=60_000)
    assert row.details_shown == ""


def test_comparison_with_the_prior_is_in_the_details(qtbot, make_window):
    window = make_window()
    session = window.session
    prior = session.workspace.keep(with_lung_values("1.2.4", high=-850))
    prior.show_preview(prediction(prior.volume, (slice(2, 9), slice(5, 30), slice(4, 12)), label=2))
    show(window, with_lung_values())
    row = measured(qtbot, window)
    session.comparison.set_document(prior)
    qtbot.waitUntil(lambda: "Prior" in row.details_shown, timeout=60_000)
    lines = row.details_shown.splitlines()
    assert lines[2] == "Below −950 HU: 25.0 % (prior 50.0 %)"
    assert lines[3] == "Prior 14.0 ml (+100.0 %), −915 HU"
    session.comparison.set_document(None)
    qtbot.waitUntil(lambda: "Prior" not in row.details_shown)


def test_solo_button_shows_one_segment_and_all_again(window):
    table = window.session.workspace.document.segments
    row = window.sides.segments.rows[2]
    QTest.mouseClick(row._solo, Qt.MouseButton.LeftButton)
    assert [r.is_visible for r in table.rows] == [False, True, False]
    assert row._solo.isChecked()
    QTest.mouseClick(row._solo, Qt.MouseButton.LeftButton)
    assert all(r.is_visible for r in table.rows)
    assert not row._solo.isChecked()


def test_default_styles_and_colours_differ():
    rows = SegmentTable().rows
    assert [row.outline for row in rows] == [OutlineStyle.SOLID, OutlineStyle.DASHED, OutlineStyle.DOTTED]
    assert len({row.segment.color for row in rows}) == 3


def test_outline_style_is_chosen_in_the_menu_and_drawn(window):
    table = window.session.workspace.document.segments
    row = window.sides.segments.rows[1]
    next(a for a in row._color.menu().actions() if a.text() == "Dotted outline").trigger()
    assert table.row(1).outline is OutlineStyle.DOTTED
    assert window.views.view(Plane.AXIAL)._picture._style_is_stale


def test_dashed_and_dotted_borders_lie_on_the_solid_one_and_cover_about_half():
    labels = np.zeros((64, 80), np.uint8)
    labels[10:50, 15:60] = 1
    hu = np.zeros(labels.shape, np.int16)
    drawn = {}
    for style in OutlineStyle:
        fusion = SliceFusion()
        fusion.set_overlay([SegmentRow(CHEST_SEGMENTS[0], outline=style)], 1.0, outline=True, visible=True)
        out = np.zeros(labels.shape, np.uint32)
        fusion.fuse(hu, labels, out)
        plain = np.zeros(labels.shape, np.uint32)
        fusion.fuse(hu, None, plain)
        drawn[style] = out != plain
        part = (slice(20, 40), slice(10, 30))
        again = plain.copy()
        fusion.fuse(hu, labels, again, part=part)
        np.testing.assert_array_equal(again[part], out[part])
    solid = drawn[OutlineStyle.SOLID]
    for style in (OutlineStyle.DASHED, OutlineStyle.DOTTED):
        assert not (drawn[style] & ~solid).any()
        assert 0.35 < drawn[style].sum() / solid.sum() < 0.65
    assert (drawn[OutlineStyle.DASHED] != drawn[OutlineStyle.DOTTED]).any()


def test_opacity_of_a_segment_by_keys_in_the_menu_of_its_row(qtbot, make_window):
    window = make_window()
    table = show(window).segments
    row = window.sides.segments.rows[2]
    menu, slider = row.menu, row.opacity.slider
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    for _ in range(2):  # Colour…, Opacity
        QTest.keyClick(menu, Qt.Key.Key_Down)
    qtbot.waitUntil(slider.hasFocus)
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert [r.opacity for r in table.rows] == [1.0, 0.85, 1.0]
    assert row.opacity._percent.text() == "85 %"
    QTest.keyClick(slider, Qt.Key.Key_Down)
    assert menu.activeAction() is row._styles[OutlineStyle.SOLID]
    menu.close()
    table.set_opacity(2, 0.0)  # a segment that counts as shown stays visible
    assert slider.value() == 10
