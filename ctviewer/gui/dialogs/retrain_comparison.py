"""Before/after table of a retraining on the held-out cases."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.gui.sentences import said
from ctviewer.services.retraining_comparison import Comparison, ComparisonRow, Objection

_BETTER = QColor(120, 200, 140)
_WORSE = QColor(230, 130, 110)
_TABLE_WIDTH_PX = 680
_PICTURE_HEIGHT_PX = 190
_NOTEWORTHY = 0.0005
"""Differences smaller than this are shown as 0.000 and not coloured."""


class ComparisonWidget(QWidget):
    """Dice of the active and the new model, structure by structure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._objections = QLabel()
        self._objections.setWordWrap(True)
        self._objections.setProperty("role", "warning")
        self._worst = QLabel()
        self._worst.setAccessibleName(self.tr("Slices where the new model is most wrong"))
        self._worst_title = QLabel(
            self.tr("Where the new model is most wrong; from left to right: reference, before, after")
        )
        self._table = QTableWidget(0, 5)
        titles = (
            self.tr("Structure"), self.tr("Before"), self.tr("After"), self.tr("Change"), self.tr("HD95, mm"),
        )  # fmt: skip
        for column, title in enumerate(titles):
            heading = QTableWidgetItem(title)  # each over its figures
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            heading.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self._table.setHorizontalHeaderItem(column, heading)
        self._table.setAccessibleName(self.tr("Before and after retraining"))
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.setFixedWidth(_TABLE_WIDTH_PX)
        layout.addWidget(self._summary)
        layout.addWidget(self._objections)
        layout.addWidget(self._table)
        layout.addWidget(self._worst_title)
        layout.addWidget(self._worst)
        layout.addStretch(1)

    def show_comparison(self, comparison: Comparison) -> None:
        """Fill the table; without held-out cases only the reason is shown."""
        self._table.setVisible(comparison.n_cases > 0)
        self._show_objections(comparison)
        self._show_worst(comparison)
        if comparison.n_cases == 0:
            self._summary.setText(
                self.tr(
                    "No patient is held out yet, so the new model could not be measured. "
                    "Accept a case of a second patient."
                )
            )
            return
        text = self.tr("Dice on {cases} held-out case(s) of {patients} patient(s); neither model was trained on them.")
        self._summary.setText(text.format(cases=comparison.n_cases, patients=comparison.n_patients))
        self._table.setRowCount(len(comparison.rows))
        for row, values in enumerate(comparison.rows):
            self._fill(row, values)
        rows = self._table.verticalHeader().length() + self._table.horizontalHeader().sizeHint().height()
        self._table.setFixedHeight(rows + 2 * self._table.frameWidth())  # every row counts: none is scrolled away

    def _fill(self, row: int, values: ComparisonRow) -> None:
        names = _names() | {"mean": self.tr("Mean")}
        change = values.after - values.before
        distance = "–"
        if not math.isnan(values.hd95_before_mm) and not math.isnan(values.hd95_after_mm):
            distance = f"{values.hd95_before_mm:.1f} → {values.hd95_after_mm:.1f}"
        texts = [names.get(values.structure, values.structure), _figure(values.before), _figure(values.after)]
        for column, text in enumerate([*texts, _signed(change), distance]):
            item = QTableWidgetItem(text)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column == 3 and not math.isnan(change) and abs(change) >= _NOTEWORTHY:
                item.setForeground(_BETTER if change > 0 else _WORSE)
            self._table.setItem(row, column, item)

    def _show_objections(self, comparison: Comparison) -> None:
        self._objections.setVisible(bool(comparison.objections))
        names = _names()
        lines = [self._objection(o, names.get(o.structure, o.structure)) for o in comparison.objections]
        self._objections.setText("\n".join(lines))

    def _objection(self, objection: Objection, name: str) -> str:
        if objection.kind == "sides":
            return self.tr("{ml} ml more lung is on the wrong side.").format(ml=f"{objection.amount:.0f}")
        amount = f"{objection.amount:.3f}"
        if objection.kind == "case":
            return self.tr("{name}: one case lost {amount} Dice.").format(name=name, amount=amount)
        return self.tr("{name}: lost {amount} Dice, more than chance explains.").format(name=name, amount=amount)

    def _show_worst(self, comparison: Comparison) -> None:
        picture = QPixmap(str(comparison.worst[0].path)) if comparison.worst else QPixmap()
        for widget in (self._worst, self._worst_title):
            widget.setVisible(not picture.isNull())
        if picture.isNull():
            return
        self._worst.setPixmap(picture.scaledToHeight(_PICTURE_HEIGHT_PX, Qt.TransformationMode.SmoothTransformation))
        others = "".join(f'<p><img src="{worst.path}"></p>' for worst in comparison.worst)
        self._worst.setToolTip(f"<html>{others}</html>")


def _names() -> dict[str, str]:
    return {segment.key: said(segment.name) for segment in CHEST_SEGMENTS}


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+.3f}".replace("-", "−")
