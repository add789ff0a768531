"""The measurements of the scan: tools, list with values, and what can be done with the list."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ctviewer.gui import theme
from ctviewer.gui.measurement_text import details, short_value, shown_name
from ctviewer.session.measuring_session import MeasuringSession

ROW_PX = 24
MOST_ROWS = 7
_IDENTIFIER = Qt.ItemDataRole.UserRole


class MeasurementsPanel(QWidget):
    """List bound to a `MeasuringSession`; keeps nothing of its own.

    A click jumps to the slice, a double-click renames.

    Parameters
    ----------
    measuring
        What is listed.
    tools
        Actions with a button above the list.
    operations
        Actions with a button below it.
    """

    def __init__(
        self,
        measuring: MeasuringSession,
        tools: tuple[QAction, ...],
        operations: tuple[QAction, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._measuring = measuring
        self._list = QTreeWidget()
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setIndentation(0)
        self._list.setAccessibleName(self.tr("Measurements"))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        # Rounded cells would split the selected row in two.
        self._list.setStyleSheet("QTreeView::item { border-radius: 0; }")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._hint = QLabel(self.tr("Choose a tool, then click or drag on a slice."))
        self._hint.setProperty("role", "faint")
        self._hint.setWordWrap(True)
        self._operations = QWidget()
        self._operations.setLayout(_buttons(operations, stretch_first=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP // 2, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addLayout(_buttons(tools, stretch_first=False))
        column.addWidget(self._hint)
        column.addWidget(self._list)
        column.addWidget(self._operations)
        self._list.itemClicked.connect(lambda item, _: measuring.go_to(item.data(0, _IDENTIFIER)))
        self._list.itemActivated.connect(lambda item, _: measuring.go_to(item.data(0, _IDENTIFIER)))
        self._list.itemChanged.connect(self._rename)
        measuring.changed.connect(self._show)
        measuring.hand.draft_changed.connect(self._show_dragged)
        measuring.selected_changed.connect(self._show_selected)
        self._show()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Names and values listed now."""
        return [(item.text(0), item.text(1)) for item in self._items()]

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self._list.topLevelItem(n) for n in range(self._list.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _show(self) -> None:
        measurements = self._measuring.measurements
        with QSignalBlocker(self._list):
            while self._list.topLevelItemCount() > len(measurements):
                self._list.takeTopLevelItem(self._list.topLevelItemCount() - 1)
            while self._list.topLevelItemCount() < len(measurements):
                item = QTreeWidgetItem(self._list)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setSizeHint(0, QSize(0, ROW_PX))
            for item, measurement in zip(self._items(), measurements, strict=True):
                values = self._measuring.values(measurement)
                item.setText(0, shown_name(measurement))
                item.setText(1, short_value(measurement, values))
                item.setData(0, _IDENTIFIER, measurement.measurement_id)
                for place in (0, 1):
                    item.setToolTip(place, details(measurement, values))
        self._list.setFixedHeight(ROW_PX * min(len(measurements), MOST_ROWS) + 2)
        for widget in (self._list, self._operations):
            widget.setVisible(bool(measurements))
        self._hint.setVisible(not measurements)
        self._show_selected()

    def _show_dragged(self) -> None:
        if self._measuring.hand.dragged is not None:
            self._show()

    def _show_selected(self, _: object = None) -> None:
        selected = self._measuring.selected
        with QSignalBlocker(self._list):
            self._list.clearSelection()
            for item in self._items():
                if selected is not None and item.data(0, _IDENTIFIER) == selected.measurement_id:
                    self._list.setCurrentItem(item)

    def _rename(self, item: QTreeWidgetItem, column: int) -> None:
        measurement = self._measuring.find(item.data(0, _IDENTIFIER))
        if column == 0 and measurement is not None and item.text(0) != shown_name(measurement):
            self._measuring.rename(measurement.measurement_id, item.text(0))
        self._show()


def _buttons(actions: tuple[QAction, ...], *, stretch_first: bool) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    if stretch_first:
        row.addStretch(1)
    for action in actions:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(20, 20) if not stretch_first else QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        row.addWidget(button)
    if not stretch_first:
        row.addStretch(1)
    return row
