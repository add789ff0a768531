"""Table of accepted cases: which ones train the model, which ones measure it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ctviewer.gui.sentences import said
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.services.retraining import RetrainingCase
from ctviewer.store.holdout import Side

_MINIMUM_COLUMN_PX = 96
_COLUMNS = ("Case", "Scan", "Accepted", "Author", "Use", "Learned before")
_SIDE_TEXT = {
    Side.TRAINING: QT_TRANSLATE_NOOP("CaseTable", "trains"),
    Side.HOLDOUT: QT_TRANSLATE_NOOP("CaseTable", "measures"),
}
_SIDE_TIP = {
    Side.TRAINING: "The model learns from this case.",
    Side.HOLDOUT: "This patient is held out: the case only measures the old and the new model, now and always.",
}


class CaseTable(QTableWidget):
    """Checkable list of `RetrainingCase`; emits `selection_edited` when a check mark changes."""

    selection_edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self._cases: list[RetrainingCase] = []
        self.setHorizontalHeaderLabels([said(c) for c in _COLUMNS])
        self.setAccessibleName(self.tr("Accepted cases"))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(_MINIMUM_COLUMN_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.itemChanged.connect(lambda _item: self.selection_edited.emit())

    def show_cases(self, cases: list[RetrainingCase]) -> None:
        """Fill the table; every case starts checked."""
        self._cases = cases
        self.blockSignals(True)
        self.setRowCount(len(cases))
        for row, case in enumerate(cases):
            self._fill(row, case)
        self.blockSignals(False)
        self.selection_edited.emit()

    def checked(self) -> list[str]:
        """Revision ids of the checked cases."""
        return [case.revision.revision_id for case in self._checked_cases()]

    def checked_sides(self) -> list[Side]:
        """Sides of the checked cases."""
        return [case.side for case in self._checked_cases()]

    def _checked_cases(self) -> list[RetrainingCase]:
        items = (self.item(row, 0) for row in range(self.rowCount()))
        return [
            case
            for case, item in zip(self._cases, items, strict=True)
            if item is not None and item.checkState() == Qt.CheckState.Checked
        ]

    def _fill(self, row: int, case: RetrainingCase) -> None:
        revision = case.revision
        name = QTableWidgetItem(revision.series_label or revision.series_key[:8])
        name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        name.setCheckState(Qt.CheckState.Checked)
        name.setToolTip(revision.source_path)
        use = QTableWidgetItem(self.tr(_SIDE_TEXT[case.side]))
        use.setToolTip(said(_SIDE_TIP[case.side]))
        cells = [
            name,
            QTableWidgetItem(Path(revision.source_path).name),
            QTableWidgetItem(revision.created_at[:16].replace("T", " ")),
            QTableWidgetItem(revision.author),
            use,
            QTableWidgetItem(self.tr("no, new") if case.is_new else self.tr("yes, rehearsed")),
        ]
        for column, item in enumerate(cells):
            if column:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.setItem(row, column, item)
