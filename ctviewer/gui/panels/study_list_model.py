"""The study list as a Qt model: one row per series, no widgets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.panels.worth import level_icon, level_of, level_word, reasons
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.session.row_order import SORT_FIELDS
from ctviewer.session.study_list import StudyList

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex

HEADERS = (
    QT_TRANSLATE_NOOP("StudyList", "Status"),
    QT_TRANSLATE_NOOP("StudyList", "Worth a look"),
    QT_TRANSLATE_NOOP("StudyList", "Patient"),
    QT_TRANSLATE_NOOP("StudyList", "ID"),
    QT_TRANSLATE_NOOP("StudyList", "Study date"),
    QT_TRANSLATE_NOOP("StudyList", "Study"),
    QT_TRANSLATE_NOOP("StudyList", "Series"),
    QT_TRANSLATE_NOOP("StudyList", "Slices"),
    QT_TRANSLATE_NOOP("StudyList", "Annotator"),
    QT_TRANSLATE_NOOP("StudyList", "Model"),
    QT_TRANSLATE_NOOP("StudyList", "Last opened"),
)
"""Column titles, in the order of `SORT_FIELDS`."""

STATUS_TEXTS = {
    CaseStatus.NEW: QT_TRANSLATE_NOOP("StudyList", "New"),
    CaseStatus.PREDICTED: QT_TRANSLATE_NOOP("StudyList", "Predicted"),
    CaseStatus.IN_CORRECTION: QT_TRANSLATE_NOOP("StudyList", "In correction"),
    CaseStatus.ACCEPTED: QT_TRANSLATE_NOOP("StudyList", "Accepted"),
    CaseStatus.TRAINED: QT_TRANSLATE_NOOP("StudyList", "Used in training"),
}
STATUS_COLORS = {
    CaseStatus.NEW: theme.ACCENT,
    CaseStatus.PREDICTED: "#9a7fd1",
    CaseStatus.IN_CORRECTION: theme.WARNING,
    CaseStatus.ACCEPTED: theme.GOOD,
    CaseStatus.TRAINED: theme.MUTED,
}
"""The word stands beside the colour, so that nobody depends on it."""


class StudyListModel(QAbstractTableModel):
    """Rows of a `StudyList`, which filters and sorts them.

    Parameters
    ----------
    study_list
        Whose rows.
    """

    def __init__(self, study_list: StudyList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study_list = study_list
        self._rows = study_list.rows
        self._icons = {status: _dot(color) for status, color in STATUS_COLORS.items()}
        self._missing = icon("file-alert-outline", theme.WARNING)
        study_list.rows_changed.connect(self._follow)

    def row_at(self, index: Index) -> StudyRow | None:
        """The series of a row; None for an index outside."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def index_of(self, series_key: str) -> QModelIndex:
        """Where a series stands; invalid if it is not shown."""
        for number, row in enumerate(self._rows if series_key else ()):
            if row.series_key == series_key:
                return self.index(number, 0)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of series shown."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("StudyList", HEADERS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, icon and colour of a cell."""
        row = self.row_at(index)
        if row is None:
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(row, SORT_FIELDS[column])
            case Qt.ItemDataRole.DecorationRole if column == 0:
                return self._missing if row.is_missing else self._icons[row.status]
            case Qt.ItemDataRole.DecorationRole if SORT_FIELDS[column] == "worth":
                return level_icon(level_of(row))
            case Qt.ItemDataRole.ForegroundRole if row.is_missing or row.exclusion:
                return QColor(theme.MUTED)
            case Qt.ItemDataRole.TextAlignmentRole if SORT_FIELDS[column] == "slices":
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ToolTipRole if SORT_FIELDS[column] == "worth":
                return reasons(row)
            case Qt.ItemDataRole.ToolTipRole:
                return cell_text(row, SORT_FIELDS[column])
            case int() if role == ROW:
                return row
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; -1 for the order of arrival."""
        field = SORT_FIELDS[column] if 0 <= column < len(SORT_FIELDS) else ""
        self._study_list.sort(field, descending=order is Qt.SortOrder.DescendingOrder)

    def _follow(self) -> None:
        self.beginResetModel()
        self._rows = self._study_list.rows
        self.endResetModel()


def cell_text(row: StudyRow, field: str) -> str:
    """What a cell says."""
    if field == "status":
        return QCoreApplication.translate("StudyList", STATUS_TEXTS[row.status])
    if field == "worth":
        return level_word(level_of(row))
    value = getattr(row, field)
    if field == "patient_name":
        parts = [part.strip() for part in str(value).split("=")[0].split("^")]
        return ", ".join(part for part in parts if part) or row.patient_id or "–"
    if field == "study_date" and len(value) == 8 and value.isdigit():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    if field == "opened_at":
        return str(value)[:16].replace("T", " ")
    if field == "slices":
        return str(value) if value else ""
    return str(value)


def _dot(color: str) -> QIcon:
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(8, 8, 16, 16)
    painter.end()
    return QIcon(picture)
