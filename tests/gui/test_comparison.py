"""The prior beside the current scan: position in millimetres, linking, masks, memory."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ctviewer.domain.edits.region import Region
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane
from ctviewer.domain.study import PatientInfo
from ctviewer.domain.volume import SourceGrid
from ctviewer.gui.slices.view_area import Layout, Pane
from ctviewer.session import open_documents
from tests.domain.test_level_match import lying
from tests.gui.conftest import picture_of, show
from tests.gui.pointing import pixel, wheel
from tests.support.volumes import geometry, volume

pytestmark = pytest.mark.gui


def scan(uid, frame=None, origin_z=100.0, spacing_z=5.0, slices=12, date="20240102", patient="P-1"):
    """A scan whose slices differ: each has its height in HU."""
    plain = volume(uid=uid, shape=(slices, 40, 48))
    grid = geometry((slices, 40, 48), (spacing_z, 1.0, 2.0), (-48.0, -20.0, origin_z))
    grid = VolumeGeometry(grid.shape, grid.affine, frame)
    hu = np.full(grid.shape, 0, np.int16)
    hu += np.round(origin_z + spacing_z * np.arange(slices)).astype(np.int16)[:, None, None]
    series = dataclasses.replace(plain.series, study_date=date, patient=PatientInfo(patient, "A^B"), study_uid=uid)
    return dataclasses.replace(plain, hu=hu, geometry=grid, source=SourceGrid(grid), series=series)


@pytest.fixture
def compare(make_window):
    """A window with a current scan and a prior."""

    def build(current, prior):
        window = make_window()
        show(window, current)
        session = window.session
        session.workspace.display.text_visible = False
        stored = session.workspace.opening.stored_state(prior)
        window.views.view_layout = Layout.PRIOR
        session.comparison.set_document(session.workspace.keep(prior, stored))
        QApplication.processEvents()
        return window

    return build


def heights(window):
    """Heights shown in both views, millimetres, read from the pixels' own values."""
    session = window.session
    current = session.workspace.document.volume.hu[session.workspace.position.index_kji]
    prior = session.comparison.document.volume.hu[session.comparison.position.index_kji]
    return int(current), int(prior)


def test_same_frame_of_reference_shows_the_same_height_whatever_the_spacing(compare):
    window = compare(scan("1.1", "1.9"), scan("1.2", "1.9", origin_z=90.0, spacing_z=2.5, slices=40))
    session = window.session
    assert session.comparison.shares_frame
    assert session.comparison.offset_mm == 0
    for k in (0, 5, 11):
        session.workspace.viewports[Plane.AXIAL].slice_index = k
        now, before = heights(window)
        assert now == 100 + 5 * k
        assert abs(before - now) <= 1.5
    pane = window.views.pane(Pane.PRIOR)
    session.workspace.viewports[Plane.AXIAL].slice_index = 5
    wheel(pane.view, 4)  # up: four thin slices towards the head
    now, before = heights(window)
    assert abs(before - now) <= 2.5


def test_scans_of_unlike_length_start_at_the_same_level_of_the_lungs(compare):
    whole_body, chest = lying(slice(28, 42), 0.0), lying(slice(12, 26), 1000.0)
    before = dataclasses.replace(chest, series=dataclasses.replace(chest.series, series_uid="1.99"))
    session = compare(whole_body, before).session
    session.workspace.viewports[Plane.AXIAL].slice_index = 35
    assert session.comparison.offset_mm == pytest.approx(1000.0 - 16 * 12, abs=8)
    assert abs(session.comparison.position.index_kji[0] - (35 - 16)) <= 1


def test_slice_outside_the_prior_is_said(compare):
    window = compare(scan("1.1", "1.9"), scan("1.2", "1.9", slices=4))
    session, pane = window.session, window.views.pane(Pane.PRIOR)
    session.workspace.viewports[Plane.AXIAL].slice_index = 2
    assert not session.comparison.is_beyond
    session.workspace.viewports[Plane.AXIAL].slice_index = 10
    assert session.comparison.is_beyond
    assert pane._warning.text() == "NOT IN THE PRIOR"


def test_other_frames_start_at_the_middle_and_follow_the_offset_that_was_scrolled(compare):
    window = compare(scan("1.1", "1.9"), scan("1.2", "1.8", origin_z=-400.0, date="20200505"))
    session, comparison = window.session, window.session.comparison
    pane = window.views.pane(Pane.PRIOR)
    assert not comparison.shares_frame
    assert comparison.offset_mm == -500.0
    assert pane.offset.value() == -500.0
    assert "2020-05-05" in pane._title.text()
    now, before = heights(window)
    assert before - now == -500
    pane.link.click()
    assert not comparison.is_linked
    wheel(pane.view, -2)
    assert heights(window) == (now, before - 10)
    pane.link.click()
    assert comparison.offset_mm == -510.0
    session.workspace.viewports[Plane.AXIAL].scroll(1)
    assert heights(window) == (now - 5, before - 15)
    pane.offset.setValue(-500.0)
    assert heights(window) == (now - 5, before - 5)


def test_keys_work_on_the_prior_when_it_has_the_focus(compare):
    window = compare(scan("1.1"), scan("1.2"))
    comparison = window.session.comparison
    comparison.is_linked = False
    pane = window.views.pane(Pane.PRIOR)
    pane.view.setFocus()
    start, current = comparison.viewport.slice_index, window.session.workspace.position.index_kji
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert comparison.viewport.slice_index == start - 1
    assert window.session.workspace.position.index_kji == current


def test_current_scan_stays_open_and_the_prior_shows_its_stored_mask(make_window):
    window = make_window()
    workspace = window.session.workspace
    before = show(window, scan("1.2"))
    region = Region((slice(6, 7), slice(10, 20), slice(10, 20)), np.ones((1, 10, 10), bool))
    before.paint(region, 2)
    before.end_gesture("Brush", "brush")
    now = show(window, scan("1.1"))
    workspace.display.text_visible = False
    workspace.display.overlay_opacity = 1.0
    window.session.comparison.open_series(before.volume.series)
    window.views.view_layout = Layout.PRIOR
    QApplication.processEvents()
    assert workspace.document is now
    view = window.views.pane(Pane.PRIOR).view
    view.viewport.slice_index = 6
    np.testing.assert_allclose(pixel(view, (6, 15, 15)), before.segments.row(2).segment.color, atol=1)


def test_prior_is_not_painted_on(compare):
    from ctviewer.session.tools.tool_settings import ToolKind
    from tests.gui.pointing import drag, place_of

    window = compare(scan("1.1"), scan("1.2"))
    window.session.workspace.toolbox.active = ToolKind.BRUSH
    view = window.views.pane(Pane.PRIOR).view
    drag(view, [place_of(view, (view.viewport.slice_index, 20, 20))])
    assert not window.session.comparison.document.labels.any()


def test_another_patient_is_called_so(compare):
    window = compare(scan("1.1"), scan("1.2", patient="P-2"))
    assert window.views.pane(Pane.PRIOR)._warning.text() == "OTHER PATIENT"


def test_series_of_the_list_opens_beside_and_taking_it_away_invites_again(qtbot, compare):
    window = compare(scan("1.1"), scan("1.2"))
    pane = window.views.pane(Pane.PRIOR)
    window.session.comparison.set_document(None)
    picture_of(pane)
    assert not pane.frame.isVisible()
    window.sides.series.beside_requested.emit(scan("1.2").series)
    assert pane.frame.isVisible()
    current = window.session.workspace.document.volume.series
    window.sides.series.beside_requested.emit(current)
    assert "current one" in window.pages.messages.messages[-1].text


def test_prior_that_becomes_the_current_scan_is_no_longer_the_prior(compare):
    window = compare(scan("1.1"), scan("1.2"))
    workspace, comparison = window.session.workspace, window.session.comparison
    workspace.opening.open_series(comparison.document.volume.series)
    assert comparison.document is None
    assert workspace.document.volume.series.series_uid == "1.2"


def test_memory_budget_forgets_the_oldest_but_never_current_or_prior(compare, monkeypatch):
    window = compare(scan("1.1"), scan("1.2"))
    workspace, comparison = window.session.workspace, window.session.comparison
    prior = comparison.document
    size = open_documents.bytes_of(prior)
    monkeypatch.setattr(open_documents, "MEMORY_BUDGET_BYTES", 3 * size)
    for uid in ("1.3", "1.4", "1.5"):
        show(window, scan(uid))
    assert comparison.document is prior
    kept = {document.volume.series.series_uid for document in workspace.documents.documents}
    assert kept == {"1.2", "1.4", "1.5"}


def test_linked_scans_are_drawn_to_the_same_scale_and_follow_zoom_and_pan(compare):
    window = compare(scan("1.1", "1.9"), scan("1.2", "1.9"))
    current = window.views.view(Plane.AXIAL)
    prior = window.views.pane(Pane.PRIOR).view
    current.viewport.zoom, current.viewport.pan_mm = 2.0, (7.0, -3.0)
    assert prior.transform.px_per_mm == pytest.approx(current.transform.px_per_mm, rel=0.05)
    assert prior.viewport.pan_mm == (7.0, -3.0)
    window.session.comparison.is_linked = False
    current.viewport.zoom = 3.0
    assert prior.viewport.zoom == pytest.approx(2.0)
