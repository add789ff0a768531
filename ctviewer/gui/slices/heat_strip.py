"""Beside the slider: which slices are worth looking at, and which were looked at already."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ctviewer.gui import theme
from ctviewer.gui.slices.slice_bar import HANDLE_PX
from ctviewer.session.slice_guide import SliceGuide
from ctviewer.session.viewport import Viewport

WIDTH_PX = 10
BAR_PX = 6.0
SEEN_OPACITY = 0.25
"""Slices that were looked at keep a trace of their colour."""

_COLD, _HOT = QColor(theme.BORDER), QColor("#e8743b")


class HeatStrip(QWidget):
    """One stripe per axial slice, from the colour of the background to a warm one; a click goes there.

    Parameters
    ----------
    viewport
        Of the axial view.
    guide
        Says how much each slice is worth.
    """

    def __init__(self, viewport: Viewport, guide: SliceGuide, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._guide = guide
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Slices worth looking at"))
        guide.changed.connect(self._follow)
        self._follow()

    def sizeHint(self) -> QSize:
        """Narrow; the image needs the room."""
        return QSize(WIDTH_PX, 120)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return QSize(WIDTH_PX, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stripes at the heights the slider has them."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.VIEWPORT))
        priorities, seen = self._guide.priorities, self._guide.reviewed
        count = len(priorities)
        if count < 2:
            return
        step = (self.height() - HANDLE_PX) / (count - 1)
        left = (self.width() - BAR_PX) / 2
        for k, priority in enumerate(priorities):
            color = _blend(float(priority))
            if k in seen:
                color.setAlphaF(SEEN_OPACITY)
            # Half a pixel over the neighbour, so that no gap shines through where stripes are thin.
            painter.fillRect(QRectF(left, self._y(k) - step / 2, BAR_PX, step + 0.5), color)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice that was clicked."""
        self._viewport.slice_index = self._slice_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pressed pointer."""
        self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what the stripe under the pointer means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            k = self._slice_at(QPointF(event.pos()))
            if k < len(self._guide.priorities):
                share = round(100 * float(self._guide.priorities[k]))
                words = self.tr("Slice {0}: expected benefit of a look {1} %").format(k + 1, share)
                if k in self._guide.reviewed:
                    words = self.tr("Slice {0}: looked at").format(k + 1)
                QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _follow(self) -> None:
        self.setVisible(bool(self._guide.priorities.any()))
        self.update()

    def _y(self, k: int) -> float:
        """The first slice is at the bottom, as in the slider of the axial view."""
        share = 1 - k / max(len(self._guide.priorities) - 1, 1)
        return HANDLE_PX / 2 + share * (self.height() - HANDLE_PX)

    def _slice_at(self, point: QPointF) -> int:
        share = 1 - (point.y() - HANDLE_PX / 2) / max(self.height() - HANDLE_PX, 1.0)
        return round(min(max(share, 0.0), 1.0) * max(len(self._guide.priorities) - 1, 0))


def _blend(share: float) -> QColor:
    parts = ((color.red(), color.green(), color.blue()) for color in (_COLD, _HOT))
    return QColor(*(round(cold + share * (hot - cold)) for cold, hot in zip(*parts, strict=True)))
