"""How a segment is shown in lists: its colour and its volume."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap


def volume_text(volume_ml: float) -> str:
    """Millilitres, with one decimal below 100."""
    return f"{volume_ml:,.0f} ml".replace(",", " ") if volume_ml >= 100 else f"{volume_ml:.1f} ml"


def swatch(color: tuple[int, int, int]) -> QIcon:
    """Square in a segment's colour."""
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(*color))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(4, 4, 24, 24, 5, 5)
    painter.end()
    return QIcon(pixmap)
