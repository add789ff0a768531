"""The segments of the mask and how they are drawn."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.binding import bind
from ctviewer.gui.panels.segment_row import SegmentRowWidget
from ctviewer.session.display import DisplayState
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.volume_meter import VolumeMeter


class SegmentsPanel(QWidget):
    """Rows of the segment table, opacity and outline.

    Parameters
    ----------
    display
        Opacity and outline.
    meter
        Volumes.
    """

    def __init__(self, display: DisplayState, meter: VolumeMeter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: SegmentTable | None = None
        self._meter = meter
        self._rows: dict[int, SegmentRowWidget] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(1)
        self._empty = QLabel(self.tr("Segments appear with the first study."))
        self._empty.setProperty("role", "faint")
        self._empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP // 2, theme.GAP, theme.GAP)
        column.addLayout(self._list)
        column.addWidget(self._empty)
        column.addLayout(self._drawing(display))
        meter.volumes_changed.connect(self._show_volumes)

    @property
    def rows(self) -> dict[int, SegmentRowWidget]:
        """Row widgets by label."""
        return dict(self._rows)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show the segments of another document."""
        if self._table is not None:
            self._table.rows_changed.disconnect(self._rebuild)
            self._table.row_changed.disconnect(self._refresh)
            self._table.active_label_changed.disconnect(self._refresh)
        self._table = None if document is None else document.segments
        if self._table is not None:
            self._table.rows_changed.connect(self._rebuild)
            self._table.row_changed.connect(self._refresh)
            self._table.active_label_changed.connect(self._refresh)
        self._rebuild()

    def _rebuild(self) -> None:
        for row in self._rows.values():
            self._list.removeWidget(row)
            row.deleteLater()
        self._rows = {}
        self._empty.setVisible(self._table is None)
        if self._table is None:
            return
        table = self._table
        for state in table.rows:
            row = SegmentRowWidget(table, state.segment.label)
            row.activated.connect(self._activate)
            self._list.addWidget(row)
            self._rows[state.segment.label] = row
        self._show_volumes(self._meter.volumes_ml)

    def _activate(self, label: int) -> None:
        if self._table is not None:
            self._table.active_label = label

    def _refresh(self, _: object = None) -> None:
        for row in self._rows.values():
            row.show_row()

    def _show_volumes(self, volumes_ml: dict[str, float]) -> None:
        for label, row in self._rows.items():
            state = self._table.row(label) if self._table is not None else None
            row.show_volume(volumes_ml.get(state.segment.key) if state is not None else None)

    def _drawing(self, display: DisplayState) -> QHBoxLayout:
        opacity = QSlider(Qt.Orientation.Horizontal)
        opacity.setRange(0, 100)
        opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        opacity.setAccessibleName(self.tr("Opacity of the masks"))
        opacity.setToolTip(self.tr("Opacity of the masks"))
        bind(
            opacity, display, "overlay_opacity", opacity.valueChanged, lambda: opacity.value() / 100,
            lambda value: opacity.setValue(round(value * 100)),
        )  # fmt: skip
        outline = QCheckBox(self.tr("Outline"))
        outline.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bind(outline, display, "overlay_outline", outline.toggled, outline.isChecked, outline.setChecked)
        row = QHBoxLayout()
        row.setContentsMargins(0, theme.GAP // 2, 0, 0)
        row.addWidget(QLabel(self.tr("Opacity")))
        row.addWidget(opacity, 1)
        row.addWidget(outline)
        return row
