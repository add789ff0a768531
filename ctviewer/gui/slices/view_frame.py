"""A slice view with what belongs around it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ctviewer.gui.slices.heat_strip import HeatStrip
from ctviewer.gui.slices.slice_bar import SliceBar
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.session.segmentation_document import SegmentationDocument


class ViewFrame(QWidget):
    """A view with its controls above and its slider beside it."""

    def __init__(
        self, view: SliceView, strip: QWidget, heat: HeatStrip | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.view = view
        self.strip = strip
        self.heat = heat
        self.bar = SliceBar(view.viewport, self)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(view)
        if heat is not None:
            row.addWidget(heat)
        row.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addLayout(row, 1)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        self.view.set_document(document)
        self.bar.set_document(document)
