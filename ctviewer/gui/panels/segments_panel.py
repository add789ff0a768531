"""The segments of the mask and how they are drawn."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.binding import bind
from ctviewer.gui.icons import icon
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
        What was measured in the mask.
    prior_meter
        The same in the prior beside it.
    """

    def __init__(
        self, display: DisplayState, meter: VolumeMeter, prior_meter: VolumeMeter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table: SegmentTable | None = None
        self._meter = meter
        self._prior_meter = prior_meter
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
        self._details = QToolButton()
        self._details.setIcon(icon("chart-bell-curve", theme.MUTED))
        self._details.setCheckable(True)
        self._details.setAutoRaise(True)
        self._details.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._details.setAccessibleName(self.tr("Attenuation and comparison with the prior"))
        self._details.setToolTip(self.tr("Attenuation and comparison with the prior"))
        self._details.toggled.connect(self._show_details)
        column.addLayout(self._drawing(display))
        meter.measured.connect(self._show_statistics)
        prior_meter.measured.connect(self._show_statistics)

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
            row.show_details(self._details.isChecked())
            self._list.addWidget(row)
            self._rows[state.segment.label] = row
        self._order_focus()
        self._show_statistics()

    def _order_focus(self) -> None:
        """Let Tab go through the rows before what lies below them; Qt puts new widgets last in the whole window."""
        before: QWidget | None = self._opacity.previousInFocusChain()
        while before is not None and not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
            before = before.previousInFocusChain()
        for control in (control for row in self._rows.values() for control in row.controls):
            if before is not None:
                QWidget.setTabOrder(before, control)
            before = control

    def _activate(self, label: int) -> None:
        if self._table is not None:
            self._table.active_label = label

    def _refresh(self, _: object = None) -> None:
        for row in self._rows.values():
            row.show_row()

    def _show_statistics(self, _: object = None) -> None:
        now, before = self._meter.statistics, self._prior_meter.statistics
        for label, row in self._rows.items():
            state = self._table.row(label) if self._table is not None else None
            key = state.segment.key if state is not None else ""
            row.show_statistics(now.get(key), before.get(key))

    def _show_details(self, shown: bool) -> None:
        for row in self._rows.values():
            row.show_details(shown)

    def _drawing(self, display: DisplayState) -> QHBoxLayout:
        opacity = self._opacity = QSlider(Qt.Orientation.Horizontal)
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
        row.addWidget(self._details)
        return row
