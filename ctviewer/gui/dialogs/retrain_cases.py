"""Table of accepted cases: which ones train the model, which ones measure it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ctviewer.services.retraining import RetrainingCase
from ctviewer.store.holdout import Side

_MINIMUM_COLUMN_PX = 96
_COLUMNS = ("Case", "Scan", "Accepted", "By", "Use", "Learned before")
_USE_COLUMN = 4
_SIDE_TEXT = {Side.TRAINING: "trains", Side.HOLDOUT: "measures"}
_SIDE_TIP = {
    Side.TRAINING: "The model learns from this case.",
    Side.HOLDOUT: "This patient is held out: the case only measures the old and the new model, now and always.",
}


class CaseTable(QTableWidget):
    """Checkable list of `RetrainingCase`; emits `selection_edited` when a check mark changes."""

    selection_edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self.setHorizontalHeaderLabels([self.tr(c) for c in _COLUMNS])
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
        self.blockSignals(True)
        self.setRowCount(len(cases))
        for row, case in enumerate(cases):
            self._fill(row, case)
        self.blockSignals(False)
        self.selection_edited.emit()

    def checked(self) -> list[str]:
        """Revision ids of the checked cases."""
        items = [self.item(row, 0) for row in range(self.rowCount())]
        return [str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() == Qt.CheckState.Checked]

    def checked_sides(self) -> list[Side]:
        """Sides of the checked cases."""
        rows = [r for r in range(self.rowCount()) if self.item(r, 0).checkState() == Qt.CheckState.Checked]
        return [Side(self.item(r, _USE_COLUMN).data(Qt.ItemDataRole.UserRole)) for r in rows]

    def _fill(self, row: int, case: RetrainingCase) -> None:
        revision = case.revision
        name = QTableWidgetItem(revision.series_label or revision.series_key[:8])
        name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        name.setCheckState(Qt.CheckState.Checked)
        name.setData(Qt.ItemDataRole.UserRole, revision.revision_id)
        name.setToolTip(revision.source_path)
        use = QTableWidgetItem(self.tr(_SIDE_TEXT[case.side]))
        use.setData(Qt.ItemDataRole.UserRole, case.side.value)
        use.setToolTip(self.tr(_SIDE_TIP[case.side]))
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
