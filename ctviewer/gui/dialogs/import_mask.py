"""Asks what the structures of a mask file become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.segment import Segment
from ctviewer.gui import theme
from ctviewer.gui.sentences import said
from ctviewer.gui.widgets.swatch import swatch, volume_text

if TYPE_CHECKING:
    from ctviewer.services.importing import FoundMask


class ImportMaskDialog(QDialog):
    """One row per structure with voxels: its name, its volume, and the segment it replaces.

    Parameters
    ----------
    mask
        What was found.
    suggested
        For each structure the segment it seems to be, or a new one.
    known
        Segments of the mask that is open.
    voxel_ml
        Volume of a voxel in millilitres.
    """

    def __init__(
        self,
        mask: FoundMask,
        suggested: list[Segment],
        known: tuple[Segment, ...],
        voxel_ml: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import a mask"))
        self._boxes: list[QComboBox | None] = []
        words = QLabel(
            self.tr("{} holds these structures. Each replaces the segment beside it, as one step that can be undone.")
            .format(mask.path.name)
        )  # fmt: skip
        words.setWordWrap(True)
        self._table = QTableWidget(0, 3)
        self._table.setHorizontalHeaderLabels([self.tr("In the file"), self.tr("Volume"), self.tr("Becomes")])
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for structure, segment in zip(mask.structures, suggested, strict=True):
            if structure.region is None:
                self._boxes.append(None)
                continue
            self._add_row(structure.name, float(structure.region.mask.sum()) * voxel_ml, segment, known)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Import"))
        ok.setProperty("primary", "true")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._problem = QLabel()
        self._problem.setStyleSheet(f"color: {theme.WARNING};")
        self._problem.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        column.setSpacing(theme.GAP * 2)
        for widget in (words, self._table, self._problem, self._buttons):
            column.addWidget(widget)
        rows = min(self._table.rowCount(), 12)
        self._table.setMinimumHeight(rows * 34 + header.sizeHint().height() + 4)
        self.setMinimumWidth(560)
        self._check()

    @property
    def targets(self) -> list[Segment | None]:
        """For each structure of the file the segment it becomes; None: left out."""
        return [None if box is None else box.currentData() for box in self._boxes]

    def _add_row(self, name: str, volume_ml: float, suggested: Segment, known: tuple[Segment, ...]) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        self._table.setRowHeight(row, 34)
        volume = QTableWidgetItem(volume_text(volume_ml))
        volume.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, item in enumerate((QTableWidgetItem(name), volume)):
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._table.setItem(row, column, item)
        box = QComboBox()
        for segment in known:
            box.addItem(swatch(segment.color), said(segment.name), segment)
        is_known = suggested in known
        if not is_known:
            box.addItem(swatch(suggested.color), self.tr("New segment “{}”").format(suggested.name), suggested)
        box.addItem(self.tr("Leave out"), None)
        # Structures nobody asked for stay out: a planning system's file holds couch and body outline too.
        box.setCurrentIndex(known.index(suggested) if is_known else box.count() - 1)
        box.setAccessibleName(self.tr("What {} becomes").format(name))
        box.currentIndexChanged.connect(self._check)
        self._table.setCellWidget(row, 2, box)
        self._boxes.append(box)

    def _check(self) -> None:
        chosen = [target.label for target in self.targets if target is not None]
        twice = len(chosen) != len(set(chosen))
        self._problem.setText(self.tr("Two structures cannot become the same segment.") if twice else "")
        self._problem.setVisible(twice)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(chosen) and not twice)
