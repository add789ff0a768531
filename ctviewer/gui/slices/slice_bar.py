"""The slider beside a view: where one is in the stack, and which slices were reviewed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from ctviewer.domain.planes import Plane
from ctviewer.gui import theme
from ctviewer.gui.slices.annotations import plane_name
from ctviewer.gui.translation import translated
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.viewport import Viewport

WIDTH_PX = 16
HANDLE_PX = 14.0


class SliceBar(QSlider):
    """Vertical slider bound to a viewport; the top is the first slice in reading order.

    Parameters
    ----------
    viewport
        Whose slice it moves.
    """

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._viewport = viewport
        self._document: SegmentationDocument | None = None
        self.setInvertedAppearance(viewport.plane is not Plane.AXIAL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(translated("Annotations", "{} slice").format(plane_name(viewport.plane)))
        self.setToolTip(translated("Annotations", "Slice; marks show reviewed slices"))
        viewport.slice_count_changed.connect(self._set_count)
        viewport.slice_index_changed.connect(self._set_index)
        self._set_count(viewport.slice_count)
        self._set_index(viewport.slice_index)
        self.valueChanged.connect(lambda value: setattr(viewport, "slice_index", value))

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show the reviewed slices of another document."""
        if self._document is not None:
            self._document.slices.reviewed_changed.disconnect(self.update)
        self._document = document
        if document is not None:
            document.slices.reviewed_changed.connect(self.update)
        self.setEnabled(document is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """Narrow; the image needs the room."""
        return QSize(WIDTH_PX, 120)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return QSize(WIDTH_PX, 60)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the place that was clicked."""
        self.setSliderDown(True)
        self._move_to(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._move_to(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Groove, reviewed slices, handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.VIEWPORT))
        middle, height = self.width() / 2, self.height() - HANDLE_PX
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.HOVER))
        painter.drawRoundedRect(QRectF(middle - 1.5, HANDLE_PX / 2, 3, height), 1.5, 1.5)
        if self._document is None or self.maximum() == 0:
            return
        if self._viewport.plane is Plane.AXIAL:
            painter.setBrush(QColor(theme.GOOD))
            step = max(height / self.maximum(), 1.5)
            for index in self._document.slices.reviewed:
                painter.drawRect(QRectF(middle - 1.5, self._y(index) - step / 2, 3, step))
        painter.setBrush(QColor(theme.TEXT if self.isSliderDown() or self.hasFocus() else theme.MUTED))
        painter.drawRoundedRect(QRectF(middle - 5, self._y(self.value()) - 3, 10, 6), 3, 3)

    def _y(self, index: int) -> float:
        share = index / max(self.maximum(), 1)
        if not self.invertedAppearance():
            share = 1 - share
        return HANDLE_PX / 2 + share * (self.height() - HANDLE_PX)

    def _move_to(self, y: float) -> None:
        share = (y - HANDLE_PX / 2) / max(self.height() - HANDLE_PX, 1.0)
        if not self.invertedAppearance():
            share = 1 - share
        self.setValue(round(min(max(share, 0.0), 1.0) * self.maximum()))

    def _set_count(self, count: int) -> None:
        with QSignalBlocker(self):
            self.setRange(0, max(count - 1, 0))
        self.update()

    def _set_index(self, index: int) -> None:
        with QSignalBlocker(self):
            self.setValue(index)
        self.update()
