"""What the check of the mask found, without accepting anything."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.widgets.findings_list import FindingsList
from ctviewer.session.checking_session import CheckingSession


class CheckMaskDialog(QDialog):
    """Stays open beside the work: the list follows corrections of the mask.

    Parameters
    ----------
    checking
        Where the findings come from.
    """

    def __init__(self, checking: CheckingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Check of the mask"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.findings = FindingsList(checking)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        column.setSpacing(theme.GAP * 2)
        column.addWidget(self.findings)
        column.addWidget(buttons)
        self.setMinimumWidth(460)
