"""Asks what a de-identified copy of the study shall hold."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from ctviewer.domain.pseudonym import Dates
from ctviewer.gui import theme


class DeidentifyDialog(QDialog):
    """With or without the mask; dates removed or shifted.

    Parameters
    ----------
    has_mask
        Whether there is a mask to copy.
    """

    def __init__(self, *, has_mask: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export de-identified study"))
        words = QLabel(
            self.tr(
                "A copy is made from a list of what may stay: the picture, its place and how it was taken. Names, "
                "numbers, comments, private data and overlays cannot get into it. Identifiers become pseudonyms that "
                "only this installation can make again."
            )
        )
        words.setWordWrap(True)
        warning = QLabel(self.tr("Pictures are not changed: look for names burned into them, and for faces."))
        warning.setWordWrap(True)
        warning.setStyleSheet(f"color: {theme.WARNING};")
        self._mask = QCheckBox(self.tr("With the mask, as a DICOM segmentation"))
        self._mask.setChecked(has_mask)
        self._mask.setEnabled(has_mask)
        self._removed = QRadioButton(self.tr("Remove all dates"))
        self._removed.setChecked(True)
        self._shifted = QRadioButton(self.tr("Shift dates into the past, by the same number of days for each patient"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Choose a folder…"))
        ok.setProperty("primary", "true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        column.setSpacing(theme.GAP * 2)
        for widget in (words, warning, self._mask, self._removed, self._shifted, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(520)

    @property
    def with_mask(self) -> bool:
        """Whether the mask goes along."""
        return self._mask.isChecked()

    @property
    def dates(self) -> Dates:
        """What becomes of dates."""
        return Dates.SHIFTED if self._shifted.isChecked() else Dates.REMOVED
