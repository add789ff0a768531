"""The report of the open scan: a page as it will be printed, the impression beside it, and where to save it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.report import Report
from ctviewer.gui import theme
from ctviewer.gui.report_pdf import html_to_pdf
from ctviewer.services.report_files import ReportForm
from ctviewer.services.report_html import LANGUAGES, render_html
from ctviewer.session.reporting_session import ReportingSession

PAUSE_MS = 500
"""After the last keystroke the page is drawn again and the impression is kept."""


class ReportDialog(QDialog):
    """Non-modal: reading goes on beside it.

    Parameters
    ----------
    session
        Gathers and writes the report.
    language
        ``"en"`` or ``"ru"`` to begin with.
    """

    def __init__(self, session: ReportingSession, language: str = "en", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._report: Report | None = None
        self._html = ""
        self.setWindowTitle(self.tr("Report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screen = self.screen().availableGeometry()
        self.resize(min(1140, round(screen.width() * 0.95)), min(840, round(screen.height() * 0.9)))
        self._page = QTextBrowser()
        self._page.setOpenLinks(False)
        self._page.setAccessibleName(self.tr("Page"))
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the page wraps
        self._page.setStyleSheet("QTextBrowser { background: white; padding: 20px; }")
        self._page.setPlaceholderText(self.tr("The report is being gathered…"))
        self._impression = QPlainTextEdit()
        self._impression.setAccessibleName(self.tr("Impression"))
        self._impression.setPlaceholderText(self.tr("Your impression, in your own words"))
        self._language = QComboBox()
        self._language.setAccessibleName(self.tr("Language of the report"))
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        self._language.setCurrentIndex(max(0, self._language.findData(language)))
        self._identity = QCheckBox(self.tr("Patient's name and dates on the page"))
        self._identity.setChecked(True)
        self._refresh = QPushButton(self.tr("Update"))
        self._refresh.setToolTip(self.tr("Gather the report again from what is open now."))
        self._save = QPushButton(self.tr("Save…"))
        self._save.setProperty("primary", "true")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._connect()
        self._session.prepare()
        self._enable()

    def show_report(self, report: Report) -> None:
        """Show a gathered report; the impression that is being typed stays."""
        typed = self._impression.toPlainText()
        is_first = self._report is None
        self._report = report if is_first or not typed else replace(report, impression=typed)
        if is_first:
            self._impression.setPlainText(report.impression)
            self._pause.stop()
        self._draw()
        self._enable()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed last."""
        if self._pause.isActive():
            self._keep()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Also when closed by Esc."""
        if self._pause.isActive():
            self._keep()
        super().done(result)

    def save_as(self, path: Path, form: ReportForm) -> None:
        """Write what is shown to a file."""
        if self._report is None:
            return
        self._keep()
        needs_page = form in (ReportForm.PDF, ReportForm.ENCAPSULATED)
        pdf = html_to_pdf(self._html, self.tr("Chest CT report")) if needs_page else b""
        self._session.save(
            path,
            form.value,
            self._report,
            str(self._language.currentData()),
            with_identity=self._identity.isChecked(),
            pdf=pdf,
        )

    # -- inside --------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(theme.GAP)
        side.addWidget(QLabel(self.tr("Impression")))
        side.addWidget(self._impression, 1)
        side.addWidget(self._language)
        side.addWidget(self._identity)
        buttons = QHBoxLayout()
        buttons.addWidget(self._refresh)
        buttons.addStretch(1)
        buttons.addWidget(self._save)
        side.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP * 2, theme.GAP * 2, theme.GAP * 2, theme.GAP * 2)
        row.setSpacing(theme.GAP * 2)
        row.addWidget(self._page, 1)
        column = QWidget()
        column.setLayout(side)
        column.setFixedWidth(296)
        side.setContentsMargins(0, 0, 0, 0)
        row.addWidget(column)

    def _connect(self) -> None:
        self._session.report_ready.connect(self.show_report)
        self._impression.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._keep)
        self._language.currentIndexChanged.connect(lambda _: self._draw())
        self._identity.toggled.connect(lambda _: self._draw())
        self._refresh.clicked.connect(lambda: self._session.prepare())
        self._save.clicked.connect(self._ask_where)

    def _enable(self) -> None:
        self._save.setEnabled(self._report is not None)
        self._impression.setEnabled(self._report is not None)

    def _keep(self) -> None:
        self._pause.stop()
        if self._report is not None:
            self._report = replace(self._report, impression=self._impression.toPlainText().strip())
            self._session.keep_impression(self._report.impression)
            self._draw()

    def _draw(self) -> None:
        if self._report is None:
            return
        self._html = render_html(
            self._report, str(self._language.currentData()), with_identity=self._identity.isChecked()
        )
        place = self._page.verticalScrollBar().value()
        self._page.setHtml(self._html)
        self._page.verticalScrollBar().setValue(place)

    def _ask_where(self) -> None:
        offered = {
            ReportForm.PDF: self.tr("PDF page"),
            ReportForm.HTML: self.tr("HTML page"),
            ReportForm.CSV: self.tr("Figures as CSV"),
            ReportForm.JSON: self.tr("Figures as JSON"),
        }
        if not self._session.refusal():
            offered[ReportForm.STRUCTURED] = self.tr("DICOM structured report")
            offered[ReportForm.ENCAPSULATED] = self.tr("DICOM encapsulated PDF")
        filters = {f"{words} (*{form.value})": form for form, words in offered.items()}
        name, chosen = QFileDialog.getSaveFileName(self, self.tr("Save the report"), "report.pdf", ";;".join(filters))
        if not name:
            return
        form = filters.get(chosen, ReportForm.PDF)
        path = Path(name)
        if not path.name.lower().endswith(form.value):
            path = path.with_name(path.name.removesuffix(path.suffix) + form.value)
        self.save_as(path, form)
