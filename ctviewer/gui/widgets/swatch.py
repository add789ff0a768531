"""How a segment is shown in lists: its colour, its outline and its volume."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from ctviewer.domain.overlay_look import OutlineStyle
from ctviewer.gui.sentences import unit

_PENS = {
    OutlineStyle.SOLID: Qt.PenStyle.SolidLine,
    OutlineStyle.DASHED: Qt.PenStyle.DashLine,
    OutlineStyle.DOTTED: Qt.PenStyle.DotLine,
}


def volume_text(volume_ml: float) -> str:
    """Millilitres, with one decimal below 100."""
    number = f"{volume_ml:,.0f}".replace(",", " ") if volume_ml >= 100 else f"{volume_ml:.1f}"
    return f"{number} {unit('ml')}"


def swatch(color: tuple[int, int, int], outline: OutlineStyle = OutlineStyle.SOLID, opacity: float = 1.0) -> QIcon:
    """Square in a segment's colour with the border it has on the image; fainter inside if the segment is."""
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    fill = QColor(*color)
    fill.setAlphaF(0.45 * opacity)
    painter.fillRect(4, 4, 24, 24, fill)
    painter.setPen(QPen(QColor(*color), 4, _PENS[outline], Qt.PenCapStyle.FlatCap))
    painter.drawRect(4, 4, 24, 24)
    painter.end()
    return QIcon(pixmap)
