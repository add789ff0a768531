"""The study list: search, status filters, the table, and what can be done with the chosen series."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.panels.study_details import StudyDetails
from ctviewer.gui.panels.study_list_model import STATUS_TEXTS, StudyListModel
from ctviewer.gui.panels.study_table import StudyTable
from ctviewer.gui.panels.watched_folders import WatchedFolders
from ctviewer.gui.translation import translated
from ctviewer.session.folder_watch import FolderWatch
from ctviewer.session.row_order import SORT_FIELDS, WORTHIEST_FIRST, RowFilter
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.study_list import StudyList

SEARCH_MS = 120
"""Rest after a key in the search line before the rows are searched."""
WIDTHS_PX = (140, 132, 176, 110, 90, 160, 180, 56, 90, 160, 120)


class StudyListView(QWidget):
    """Page with everything the program has seen.

    Parameters
    ----------
    study_list
        Rows, search and order.
    watch
        Folders in which new studies appear.
    """

    def __init__(self, study_list: StudyList, watch: FolderWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study_list = study_list
        self._watch = watch
        self._present = ""
        self.setObjectName("study-list")
        self.model = StudyListModel(study_list, self)
        self.search = QLineEdit()
        self.table = StudyTable()
        self._chips: dict[CaseStatus, QToolButton] = {}
        self._all_series = QCheckBox(self.tr("All series"))
        self._details = StudyDetails()
        self._build()
        self._connect()
        self._count()
        self._show_details()

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Mark the series that is open."""
        self._present = document.volume.series.series_key if document is not None else ""
        self._mark_present()

    def event(self, event: QEvent) -> bool:
        """Keep plain keys: here they search and move in the table, and must not work on the hidden study."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_plain(event):
            event.accept()
            return True
        return super().event(event)

    @property
    def chosen(self) -> StudyRow | None:
        """The row the user stands on."""
        return self.model.row_at(self.table.currentIndex())

    @property
    def marks(self) -> tuple[QRect, ...]:
        """What no message should hide: everything above the table, its first rows, and the line below it."""
        rows = self.table.verticalHeader().length()
        first = self.table.y() + self.table.horizontalHeader().height() + min(rows, self.table.height() // 2)
        return (QRect(0, 0, self.width(), first), self._details.geometry())

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.search.setPlaceholderText(self.tr("Search patient, ID, study, series, annotator, model"))
        self.search.setAccessibleName(self.tr("Search the study list"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("magnify", theme.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self._all_series.setToolTip(self.tr("Also series the models do not use: scouts, other planes, other parts."))
        top = QHBoxLayout()
        top.setSpacing(theme.GAP)
        top.addWidget(self.search, 1)
        top.addWidget(self._all_series)
        top.addWidget(WatchedFolders(self._watch))
        chips = QHBoxLayout()
        chips.setSpacing(theme.GAP // 2)
        for status in CaseStatus:
            chip = self._chips[status] = QToolButton()
            chip.setCheckable(True)
            chip.setProperty("chip", "true")
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.toggled.connect(self._filter)
            chips.addWidget(chip)
        chips.addStretch(1)
        self._empty = QLabel(self.tr("No study matches."))
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table.setModel(self.model)
        self.table.set_widths(WIDTHS_PX)
        field, descending = WORTHIEST_FIRST
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.table.sortByColumn(SORT_FIELDS.index(field), order)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 2, theme.GAP * 2, theme.GAP * 2, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(top)
        column.addLayout(chips)
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self._details)

    def _connect(self) -> None:
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(SEARCH_MS)
        self._typed.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda _: self._typed.start())
        self.search.returnPressed.connect(self._enter_table)
        self._all_series.toggled.connect(self._filter)
        self.table.activated.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_details())
        self._details.open_requested.connect(self._open_chosen)
        self._details.locate_requested.connect(self._locate)
        self._details.remove_requested.connect(self._remove)
        self._study_list.rows_changed.connect(self._follow)

    # -- what the user does --------------------------------------------------------------------------------------------

    def _filter(self, _: object = None) -> None:
        self._typed.stop()
        statuses = frozenset(status for status, chip in self._chips.items() if chip.isChecked())
        self._study_list.row_filter = RowFilter(self.search.text(), statuses, self._all_series.isChecked())

    def _enter_table(self) -> None:
        self._filter()
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))
            self.table.setFocus()

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row_at(index)
        if row is not None and not row.is_missing:
            self._study_list.open_row(row)

    def _open_chosen(self) -> None:
        self._open(self.table.currentIndex())

    def _locate(self) -> None:
        row = self.chosen
        if row is None:
            return
        folder = QFileDialog.getExistingDirectory(self, self.tr("Where are the files of this series now?"))
        if folder:
            self._study_list.locate(row, Path(folder))

    def _remove(self) -> None:
        row = self.chosen
        if row is not None:
            self._study_list.remove(row)

    # -- following the session -----------------------------------------------------------------------------------------

    def _follow(self) -> None:
        self._count()
        self._mark_present()
        self._show_details()

    def _count(self) -> None:
        counts = self._study_list.counts
        for status, chip in self._chips.items():
            chip.setText(f"{translated('StudyList', STATUS_TEXTS[status])}  {counts.get(status, 0)}")
        has_rows = self.model.rowCount() > 0
        self.table.setVisible(has_rows)
        self._empty.setVisible(not has_rows)

    def _mark_present(self) -> None:
        index = self.model.index_of(self._present)
        if index.isValid():
            with QSignalBlocker(self.table):
                self.table.setCurrentIndex(index)

    def _show_details(self) -> None:
        self._details.show_row(self.chosen)


def _is_plain(event: QKeyEvent) -> bool:
    strong = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return not event.modifiers() & strong and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
