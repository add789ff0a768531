"""Whose scan this is, which study and series, and that none of this is for diagnosis."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ctviewer.domain.study import SeriesRef
from ctviewer.gui import theme
from ctviewer.gui.translation import QT_TRANSLATE_NOOP, translated
from ctviewer.session.segmentation_document import SegmentationDocument

NOT_FOR_DIAGNOSIS = QT_TRANSLATE_NOOP("PatientBanner", "NOT FOR DIAGNOSTIC USE")


class PatientBanner(QWidget):
    """Two lines across the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._who = QLabel()
        self._what = QLabel()
        self._model = QLabel()
        self._lock = QLabel(self.tr("READ-ONLY"))
        self._use = QLabel(translated("PatientBanner", NOT_FOR_DIAGNOSIS))
        self._build()
        self.set_document(None)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        self.set_series(None if document is None else document.volume.series)
        reason = document.read_only_reason if document is not None else ""
        self._lock.setVisible(bool(reason))
        self._lock.setToolTip(reason)

    def set_series(self, series: SeriesRef | None) -> None:
        """Show whose and which series is on the screen."""
        if series is None:
            self._who.setText(self.tr("No study open"))
            self._what.setText("")
            return
        self._who.setText(patient_line(series) or self.tr("Patient not named in the file"))
        self._what.setText(series_line(series))

    def set_model(self, text: str) -> None:
        """Show the model version in use."""
        self._model.setText(text)

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        font = self._who.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setBold(True)
        self._who.setFont(font)
        for label in (self._who, self._what):
            # Long names are cut off at the right instead of widening the window.
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._what.setProperty("role", "muted")
        self._model.setProperty("role", "muted")
        self._model.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._use.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._use.setStyleSheet(f"color: {theme.WARNING}; font-weight: 600; letter-spacing: 1px;")
        self._lock.setStyleSheet(
            f"color: {theme.WARNING}; border: 1px solid {theme.WARNING}; border-radius: 4px; padding: 2px 8px;"
        )
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, labels in ((left, (self._who, self._what)), (right, (self._use, self._model))):
            column.setSpacing(2)
            for label in labels:
                column.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 4, theme.GAP, 4)
        row.setSpacing(theme.GAP * 2)
        row.addLayout(left, 1)
        row.addWidget(self._lock)
        row.addLayout(right)


def patient_line(series: SeriesRef) -> str:
    """Name, ID, birth date and sex, as far as the file has them."""
    patient = series.patient
    parts = [
        readable_name(patient.name),
        f"ID {patient.patient_id}" if patient.patient_id else "",
        translated("PatientBanner", "born {}").format(readable_date(patient.birth_date)) if patient.birth_date else "",
        patient.sex,
    ]
    return "   ".join(part for part in parts if part)


def series_line(series: SeriesRef) -> str:
    """Study date and description, series, kernel, contrast."""
    when = readable_date(series.study_date)
    if when and len(series.study_time) >= 4:
        when += f" {series.study_time[:2]}:{series.study_time[2:4]}"
    number = translated("PatientBanner", "Series {}: ").format(series.series_number) if series.series_number else ""
    parts = [
        when,
        series.study_description,
        f"{number}{series.label}",
        series.kernel,
        translated("PatientBanner", "contrast {}").format(series.contrast_agent) if series.contrast_agent else "",
        translated("PatientBanner", "Acc. {}").format(series.accession_number) if series.accession_number else "",
    ]
    return "  ·  ".join(part for part in parts if part)


def readable_name(dicom_name: str) -> str:
    """``"DOE^JANE^^DR"`` as ``"DOE, JANE, DR"``; the alphabetic group only."""
    parts = [part.strip() for part in dicom_name.split("=")[0].split("^")]
    return ", ".join(part for part in parts if part)


def readable_date(dicom_date: str) -> str:
    """``"20240131"`` as ``"2024-01-31"``; anything else unchanged."""
    if len(dicom_date) == 8 and dicom_date.isdigit():
        return f"{dicom_date[:4]}-{dicom_date[4:6]}-{dicom_date[6:]}"
    return dicom_date
