"""The study list in the real window: found, filtered, opened where it was left, missed, watched."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from ctviewer.domain.outlook import Outlook
from ctviewer.domain.planes import Plane
from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.domain.windowing import Window
from ctviewer.gui.panels.watched_folders import WatchedFolders
from ctviewer.gui.slices.view_area import Layout
from ctviewer.session.folder_watch import FolderWatch
from ctviewer.session.row_order import SORT_FIELDS, RowFilter
from tests.support.retraining_desk import write_scan

pytestmark = pytest.mark.gui
WAIT_MS = 20_000


def open_and_wait(qtbot, window, path):
    window.session.workspace.opening.open_path(path)
    qtbot.waitUntil(lambda: window.session.workspace.document is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(window.session.study_list.rows), timeout=WAIT_MS)
    return window.session.workspace.document


def many_rows(count=10_000):
    statuses = tuple(CaseStatus)
    return [
        StudyRow(f"{n:032x}", patient_name=f"NAME{n % 977}^GIVEN", patient_id=f"P{n}", study_date="20240102",
                 series_label=f"Chest {n % 13}", slices=n % 400, status=statuses[n % 5],
                 exclusion="" if n % 7 else "Scout.")
        for n in range(count)
    ]  # fmt: skip


def fill(window, rows):
    window.session.study_list._take(([(row, row.words) for row in rows], frozenset()))


def test_opened_studies_appear_and_reopen_where_they_were_left(qtbot, make_window, tmp_path):
    scan = write_scan(tmp_path / "scan", "SYNTHETIC-A")
    window = make_window()
    open_and_wait(qtbot, window, scan)
    workspace = window.session.workspace
    window.views.view_layout = Layout.THREE_PLANES
    workspace.position.index_kji = (3, 4, 5)
    workspace.display.window = Window(-123, 456)
    workspace.viewports[Plane.CORONAL].zoom = 2.5
    workspace.viewports[Plane.CORONAL].pan_mm = (3.0, -4.0)
    workspace.document.segments.set_opacity(2, 0.4)
    window.close()
    window = make_window()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.pages.study_list, timeout=WAIT_MS)
    window.pages.study_list.search.setText("synthetic-a")
    QTest.keyClick(window.pages.study_list.search, Qt.Key.Key_Return)
    assert window.pages.study_list.chosen.patient_id == "SYNTHETIC-A"
    QTest.keyClick(window.pages.study_list.table, Qt.Key.Key_Return)
    workspace = window.session.workspace
    qtbot.waitUntil(lambda: workspace.document is not None, timeout=WAIT_MS)
    assert window.pages.currentWidget() is window.views
    assert window.views.view_layout is Layout.THREE_PLANES
    assert [row.opacity for row in workspace.document.segments.rows] == [1.0, 0.4, 1.0]
    assert workspace.position.index_kji == (3, 4, 5)
    assert workspace.display.window == Window(-123, 456)
    assert workspace.viewports[Plane.CORONAL].zoom == 2.5
    assert workspace.viewports[Plane.CORONAL].pan_mm == (3.0, -4.0)
    assert workspace.viewports[Plane.AXIAL].zoom == 1.0


def test_search_status_and_order_over_ten_thousand_rows(qtbot, window):
    fill(window, many_rows())
    window.actions_by_id["study_list"].trigger()
    study_list, page = window.session.study_list, window.pages.study_list
    started = time.perf_counter()
    page.search.setText("name12 p12")
    page._filter()
    assert time.perf_counter() - started < 1.0
    assert study_list.rows
    assert all("NAME12" in row.patient_name and "P12" in row.patient_id for row in study_list.rows)
    page.search.clear()
    page._chips[CaseStatus.ACCEPTED].setChecked(True)
    assert {row.status for row in study_list.rows} == {CaseStatus.ACCEPTED}
    page._chips[CaseStatus.ACCEPTED].setChecked(False)
    without_scouts = page.model.rowCount()
    page._all_series.setChecked(True)
    assert page.model.rowCount() == 10_000 > without_scouts
    started = time.perf_counter()
    page.table.sortByColumn(SORT_FIELDS.index("slices"), Qt.SortOrder.DescendingOrder)
    assert time.perf_counter() - started < 1.0
    assert [row.slices for row in study_list.rows[:3]] == [399, 399, 399]
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert study_list.rows[0].status is CaseStatus.NEW
    page.search.setText("nobody")
    page._filter()
    assert page._empty.isVisible()
    assert not page.table.isVisible()


def test_plain_keys_on_the_list_do_not_touch_the_hidden_study(window):
    fill(window, many_rows(50))
    before = window.session.workspace.viewports[Plane.AXIAL].slice_index
    window.actions_by_id["study_list"].trigger()
    page = window.pages.study_list
    page.table.setCurrentIndex(page.model.index(0, 0))
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.table.currentIndex().row() == 1
    QTest.keyClick(page.table, Qt.Key.Key_G)
    assert window.session.workspace.display.overlay_visible
    assert window.session.workspace.viewports[Plane.AXIAL].slice_index == before
    window.actions_by_id["study_list"].trigger()
    assert window.pages.currentWidget() is window.views


def test_next_undone_goes_on_after_the_open_case(window):
    study_list = window.session.study_list
    key = window.session.workspace.document.volume.series.series_key
    rows = many_rows(5)
    rows[1] = replace(rows[1], series_key=key)
    rows[2] = replace(rows[2], status=CaseStatus.ACCEPTED)
    rows[3] = replace(rows[3], is_missing=True, status=CaseStatus.NEW)
    rows[4] = replace(rows[4], status=CaseStatus.TRAINED)
    rows[0] = replace(rows[0], exclusion="", status=CaseStatus.PREDICTED)
    fill(window, rows)
    study_list._take(([(row, row.words) for row in rows], frozenset()))
    study_list.row_filter = RowFilter(all_series=True)
    assert study_list.next_undone() == rows[0]
    fill(window, [replace(row, status=CaseStatus.ACCEPTED) for row in rows])
    study_list.open_next_undone()
    assert "accepted" in window.pages.messages.messages[-1].text


def test_the_most_worthwhile_case_comes_first_and_says_why(window):
    rows = [
        replace(row, exclusion="", status=CaseStatus.PREDICTED, outlook=outlook)
        for row, outlook in zip(
            many_rows(4),
            (Outlook(30.0), Outlook(415.0, 12.0, 2), Outlook(260.0, 0.0, 1), None),
            strict=True,
        )
    ]
    rows += [replace(rows[1], series_key="done", status=CaseStatus.ACCEPTED, outlook=None)]
    rows += [replace(rows[3], series_key="new", status=CaseStatus.NEW)]
    fill(window, rows)
    study_list, model = window.session.study_list, window.pages.study_list.model
    assert [row.series_key for row in study_list.rows] == [
        rows[n].series_key for n in (1, 2, 3, 5, 0, 4)
    ]  # the unknown between doubt and hardly any, what is done last
    column = SORT_FIELDS.index("worth")
    assert [model.index(n, column).data() for n in range(6)] == ["Much", "Some", "", "", "Little", ""]
    assert model.index(0, column).data(Qt.ItemDataRole.ToolTipRole).splitlines() == [
        "415 ml in close calls of the model on slices nobody looked at",
        "2 findings of the check",
        "12 ml of an earlier mask changed by the prediction",
    ]
    assert model.index(3, column).data(Qt.ItemDataRole.ToolTipRole) == "Not segmented yet."
    went = []
    for _ in range(6):
        went.append(study_list.next_undone().series_key)
        study_list._visited.add(went[-1])
    assert went[:5] == [rows[n].series_key for n in (1, 2, 3, 5, 0)]
    study_list.sort("series_label")
    assert study_list.next_undone() == study_list.rows[0]


def test_lost_files_are_explained_and_found_again(qtbot, make_window, tmp_path, monkeypatch):
    scan = write_scan(tmp_path / "scan", "SYNTHETIC-A")
    window = make_window()
    open_and_wait(qtbot, window, scan)
    window.session.workspace.close_document()
    shutil.move(scan, tmp_path / "moved")
    window.actions_by_id["study_list"].trigger()
    qtbot.waitUntil(lambda: window.session.study_list.rows[0].is_missing, timeout=WAIT_MS)
    page = window.pages.study_list
    page.table.setCurrentIndex(page.model.index(0, 0))
    assert "annotations are kept" in page._details._text.text()
    assert page._details._locate.isVisible()
    page.table.activated.emit(page.table.currentIndex())
    assert window.session.workspace.document is None
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "moved"))
    page._details._locate.click()
    qtbot.waitUntil(lambda: window.session.workspace.document is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.session.study_list.rows[0].is_missing, timeout=WAIT_MS)


def test_a_study_arriving_in_a_watched_folder_appears_as_new(qtbot, make_window, tmp_path, monkeypatch):
    monkeypatch.setattr(FolderWatch, "INTERVAL_MS", 100)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    window = make_window()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(inbox))
    menu = window.pages.study_list.findChild(WatchedFolders).menu()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert window.session.watch.folders == (inbox,)
    write_scan(inbox / "arrived", "SYNTHETIC-B")
    qtbot.waitUntil(lambda: bool(window.session.study_list.rows), timeout=WAIT_MS)
    (row,) = window.session.study_list.rows
    assert (row.patient_id, row.status, row.opened_at) == ("SYNTHETIC-B", CaseStatus.NEW, "")
    assert Path(row.source_path) == inbox / "arrived"
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    assert window.session.watch.folders == ()
