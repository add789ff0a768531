"""What the check of the mask found; a click goes to the slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.sentences import said
from ctviewer.session.checking_session import CheckingSession

if TYPE_CHECKING:
    from ctviewer.services.mask_check import Finding


class FindingsList(QWidget):
    """List of findings, kept up to date while it is visible.

    Parameters
    ----------
    checking
        Where they come from.
    """

    def __init__(self, checking: CheckingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checking = checking
        self._is_watching = False
        self.status = QLabel()
        self.status.setProperty("role", "muted")
        self.status.setWordWrap(True)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAccessibleName(self.tr("Findings"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(132)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        self.list.currentItemChanged.connect(lambda item, _: self._go(item))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.status)
        column.addWidget(self.list)
        checking.changed.connect(self._show)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to watch."""
        super().showEvent(event)
        if not self._is_watching:
            self._is_watching = True
            self._checking.watch()
            self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop watching."""
        super().hideEvent(event)
        if self._is_watching:
            self._is_watching = False
            self._checking.unwatch()

    def changeEvent(self, event: QEvent) -> None:
        """Translate what is shown."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()

    def _show(self) -> None:
        findings = self._checking.findings
        if findings is None:
            self.status.setText(self.tr("Checking the mask…"))
            self.list.setEnabled(False)
            return
        self.list.setEnabled(True)
        self.list.blockSignals(True)
        self.list.clear()
        for finding in findings:
            self.list.addItem(self._item(finding))
        self.list.blockSignals(False)
        self.list.setVisible(bool(findings))
        if not findings:
            self.status.setText(self.tr("The check found nothing that looks wrong."))
        elif len(findings) == 1:
            self.status.setText(self.tr("The check found one thing to look at. A click goes to its slice."))
        else:
            self.status.setText(
                self.tr("The check found {} things to look at. A click goes to the slice.").format(len(findings))
            )

    def _item(self, finding: Finding) -> QListWidgetItem:
        text = said(finding.message)
        if finding.slice_index is not None:
            text = self.tr("Slice {0}: {1}").format(finding.slice_index + 1, said(finding.message))
        item = QListWidgetItem(icon("alert-outline", theme.WARNING, theme.WARNING), text)
        item.setData(Qt.ItemDataRole.UserRole, finding)
        item.setForeground(QColor(theme.TEXT))
        return item

    def _go(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._checking.go_to(item.data(Qt.ItemDataRole.UserRole))
