"""Asks whether a picture of the views may name the patient, and where it goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from ctviewer.gui import theme

PREVIEW_PX = 420


class ScreenshotDialog(QDialog):
    """Preview with a tick; ends with Save or Copy.

    Parameters
    ----------
    draw
        Makes the picture, with or without patient text.
    """

    def __init__(self, draw: Callable[[bool], QImage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Picture of the views"))
        self._draw = draw
        self.wants_copy = False
        self.picture = draw(False)
        self._preview = QLabel()
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setAccessibleName(self.tr("Preview of the picture"))
        self.with_patient = QCheckBox(self.tr("With patient text"))
        self.with_patient.toggled.connect(self._redraw)
        note = QLabel(self.tr("Without it, nothing on the picture names the patient, the study or a date."))
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setProperty("primary", "true")
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        copy.clicked.connect(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 2, theme.GAP * 2, theme.GAP * 2, theme.GAP * 2)
        column.setSpacing(theme.GAP)
        for widget in (self._preview, self.with_patient, note, buttons):
            column.addWidget(widget)
        self._redraw(with_patient=False)

    def _redraw(self, with_patient: bool) -> None:
        self.picture = self._draw(with_patient)
        small = self.picture.scaled(
            PREVIEW_PX, PREVIEW_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.setDevicePixelRatio(1.0)
        self._preview.setPixmap(QPixmap.fromImage(small))

    def _copy(self) -> None:
        self.wants_copy = True
        self.accept()
