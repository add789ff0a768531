"""The report dialog on the real window."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from ctviewer.domain.ph_evidence import CUT_OFFS, EvidenceKey
from ctviewer.domain.report import EvidenceRow, PhPart
from ctviewer.gui.dialogs.report_dialog import ReportDialog
from ctviewer.gui.report_pdf import html_to_pdf
from ctviewer.services.report_files import ReportForm
from ctviewer.services.report_html import render_html
from ctviewer.session.reporting_session import ReportingSession
from ctviewer.store.impressions import Impressions
from tests.gui.conftest import show


@pytest.fixture
def reporting(empty_window, tmp_path) -> ReportingSession:
    show(empty_window)
    session = empty_window.session
    impressions = Impressions(tmp_path / "impressions")
    return ReportingSession(
        session.workspace, session.models, session.analysis, session.comparison, impressions, session.runner
    )


@pytest.fixture
def dialog(qtbot, reporting):
    shown = ReportDialog(reporting)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown._report is not None)
    return shown


def test_the_page_is_shown_and_follows_the_language(dialog) -> None:
    assert "Chest CT report" in dialog._page.toPlainText()
    dialog._language.setCurrentIndex(dialog._language.findData("ru"))
    assert "Протокол КТ" in dialog._page.toPlainText()


def test_the_impression_reaches_the_page_and_outlives_the_dialog(qtbot, dialog, reporting) -> None:
    qtbot.keyClicks(dialog._impression, "No nodule")
    qtbot.waitUntil(lambda: "No nodule" in dialog._page.toPlainText())
    qtbot.keyClicks(dialog._impression, " seen")
    dialog.close()  # before the pause is over
    second = ReportDialog(reporting)
    second.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(second)
    qtbot.waitUntil(lambda: second._report is not None)
    assert second._impression.toPlainText() == "No nodule seen"


@pytest.mark.parametrize("form", [ReportForm.PDF, ReportForm.HTML, ReportForm.CSV, ReportForm.JSON])
def test_it_is_written_in_every_form(qtbot, dialog, tmp_path, form) -> None:
    path = tmp_path / f"report{form.value}"
    dialog.save_as(path, form)
    qtbot.waitUntil(path.exists)
    assert path.stat().st_size > 20


def test_a_series_without_identity_offers_no_dicom(dialog, reporting) -> None:
    assert reporting.refusal()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_printed_page_is_one_sheet_also_with_probabilities_and_evidence(dialog, language) -> None:
    remarks = ("proposed by the program", "2 of 3 cut-offs reached", "points another way than the classifier")
    evidence = tuple(
        EvidenceRow(key.value.capitalize(), 29.0, "mm" if "to" not in key.value else "", CUT_OFFS.get(key, ()), remarks)
        for key in (EvidenceKey.TRUNK, EvidenceKey.AORTA, EvidenceKey.TRUNK_TO_AORTA, EvidenceKey.RIGHT_ARTERY)
    )
    names = ("Control", "Group 1", "Group 2", "Group 3")
    ph = PhPart("", names, (0.1, 0.2, 0.3, 0.4), (), 12, ("Slice 12 was chosen: 20 mm below the carina, by carina.",))
    full = replace(dialog._report, ph=ph, evidence=evidence, impression="First line\nsecond line")
    pdf = html_to_pdf(render_html(full, language), "Title")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
