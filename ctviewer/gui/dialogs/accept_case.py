"""Asks which slices were checked before a case is given to training."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.session.segmentation_document import SegmentationDocument


class AcceptCaseDialog(QDialog):
    """Whole scan, or only the slices that were looked at.

    Parameters
    ----------
    document
        What is accepted.
    """

    def __init__(self, document: SegmentationDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Accept case for training"))
        count = document.volume.hu.shape[0]
        reviewed = len(document.reviewed)
        words = QLabel(
            self.tr(
                "The mask becomes an accepted revision. Models retrained here may learn from it; "
                "slices that nobody checked do not count."
            )
        )
        words.setWordWrap(True)
        self._all = QRadioButton(self.tr("I checked the mask on all {} slices").format(count))
        self._some = QRadioButton(self.tr("Only the {} slices looked at or changed so far").format(reviewed))
        self._some.setEnabled(0 < reviewed < count)
        (self._some if 0 < reviewed < count else self._all).setChecked(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Accept case"))
        ok.setProperty("primary", "true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        column.setSpacing(theme.GAP * 2)
        for widget in (words, self._all, self._some, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(440)

    @property
    def all_slices(self) -> bool:
        """Whether the whole scan counts."""
        return self._all.isChecked()
