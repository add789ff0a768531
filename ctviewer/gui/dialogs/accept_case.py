"""Asks which slices were checked before a case is given to training, and shows what looks wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.widgets.findings_list import FindingsList
from ctviewer.session.checking_session import CheckingSession
from ctviewer.session.segmentation_document import SegmentationDocument


class AcceptCaseDialog(QDialog):
    """Whole scan, or only the slices that were looked at; findings of the check, each leading to its slice.

    The window behind stays usable, so that a finding can be corrected at once. Where findings are left, the first press
    of the button asks, the second accepts.

    Parameters
    ----------
    document
        What is accepted.
    checking
        Where the findings come from.
    """

    def __init__(
        self, document: SegmentationDocument, checking: CheckingSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Accept case for training"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document = document
        self._checking = checking
        self._was_asked = False
        words = QLabel(
            self.tr(
                "The mask becomes an accepted revision. Models retrained here may learn from it; "
                "slices that nobody checked do not count."
            )
        )
        words.setWordWrap(True)
        self._all, self._some = QRadioButton(), QRadioButton()
        self._show_counts()
        likelier = self._some if self._some.isEnabled() else self._all
        likelier.setChecked(True)
        likelier.setFocus()
        self.findings = FindingsList(checking)
        self._question = QLabel()
        self._question.setWordWrap(True)
        self._question.setStyleSheet(f"color: {theme.WARNING};")
        self._question.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.accept_button.setProperty("primary", "true")
        self._buttons.accepted.connect(self._accept_or_ask)
        self._buttons.rejected.connect(self.reject)
        self._arrange(words)
        checking.changed.connect(self._follow_check)
        document.slices.reviewed_changed.connect(self._show_counts)
        self._follow_check()

    @property
    def all_slices(self) -> bool:
        """Whether the whole scan counts."""
        return self._all.isChecked()

    def _arrange(self, words: QLabel) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        column.setSpacing(theme.GAP * 2)
        for widget in (words, self._all, self._some, self.findings, self._question, self._buttons):
            column.addWidget(widget)
        self.setMinimumWidth(480)

    def _show_counts(self) -> None:
        count, reviewed = self._document.volume.hu.shape[0], len(self._document.slices.reviewed)
        self._all.setText(self.tr("I checked the mask on all {} slices").format(count))
        self._some.setText(
            self.tr("Only the slice looked at or changed so far")
            if reviewed == 1
            else self.tr("Only the {} slices looked at or changed so far").format(reviewed)
        )
        self._some.setEnabled(0 < reviewed < count)

    def _follow_check(self) -> None:
        """The mask or what is known about it changed: an earlier yes does not count."""
        self._was_asked = False
        self._question.hide()
        self.accept_button.setText(self.tr("Accept case"))
        self.accept_button.setEnabled(self._checking.findings is not None)

    def _accept_or_ask(self) -> None:
        findings = self._checking.findings or ()
        if findings and not self._was_asked:
            self._was_asked = True
            self._question.setText(self.tr("The mask will be learned from as it is. Accept it with these findings?"))
            self._question.show()
            self.accept_button.setText(self.tr("Accept with {} findings").format(len(findings)))
            return
        self.accept()
