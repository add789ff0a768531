"""Words as ready-made pictures: drawing letters costs more than drawing the slice under them."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

PLATE = QColor(0, 0, 0, 150)
PLATE_MARGIN_PX = 3
BADGE_PLATE = QColor(0, 0, 0, 200)


@lru_cache(maxsize=16)
def metrics_of(font_key: str) -> QFontMetricsF:
    """Metrics of a font given by `QFont.toString`."""
    return QFontMetricsF(_font(font_key))


@lru_cache(maxsize=16)
def enlarged(font_key: str, factor: float) -> str:
    """Key of the same font, larger and bold."""
    font = QFont(_font(font_key))
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setBold(True)
    return font.toString()


@lru_cache(maxsize=16)
def resized(font_key: str, factor: float) -> str:
    """Key of the same font in another size."""
    font = QFont(_font(font_key))
    font.setPointSizeF(font.pointSizeF() * factor)
    return font.toString()


def plate(text: str, color: str, font_key: str, ratio: float) -> QImage:
    """Text on a dark plate: soft tissue is white in the lung window, and a side must be readable on it.

    Parameters
    ----------
    color
        ``#rrggbb``.
    font_key
        See `metrics_of`.
    ratio
        Device pixels per logical pixel.
    """
    metrics = metrics_of(font_key)
    width = math.ceil(metrics.horizontalAdvance(text)) + 2 * PLATE_MARGIN_PX
    image = _image(width, math.ceil(metrics.height()), ratio)
    image.fill(PLATE)
    painter = QPainter(image)
    painter.setFont(_font(font_key))
    painter.setPen(QColor(color))
    painter.drawText(QPointF(PLATE_MARGIN_PX, metrics.ascent()), text)
    painter.end()
    return image


@lru_cache(maxsize=64)
def badge(text: str, color: str, font_key: str, ratio: float) -> QImage:
    """Text in a frame of its colour; parameters as of `plate`."""
    metrics = metrics_of(font_key)
    width, height = math.ceil(metrics.horizontalAdvance(text)) + 14, math.ceil(metrics.height()) + 6
    image, painter = _canvas(width, height, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(_font(font_key))
    painter.setPen(QPen(QColor(color), 1))
    painter.setBrush(BADGE_PLATE)
    box = QRectF(0.5, 0.5, width - 1, height - 1)
    painter.drawRoundedRect(box, 3, 3)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return image


@lru_cache(maxsize=64)
def scale_bar(text: str, length: int, color: str, font_key: str, ratio: float) -> QImage:
    """A bar with ticks, its length written over its right end.

    Parameters
    ----------
    length
        Of the bar, logical pixels; other parameters as of `plate`.
    """
    label = plate(text, color, font_key, ratio)
    label_width, label_height = label.width() / ratio, label.height() / ratio
    width, height = math.ceil(max(length + 4, label_width)), math.ceil(label_height) + 12
    image, painter = _canvas(width, height, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawImage(QPointF(width - label_width, 0), label)
    right, y = width - 2, height - 6
    for pen_color, pen_width in (("#000000", 3.5), (color, 1.5)):
        painter.setPen(QPen(QColor(pen_color), pen_width))
        painter.drawLine(QPointF(right - length, y), QPointF(right, y))
        for x in (right - length, right):
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
    painter.end()
    return image


def _canvas(width: int, height: int, ratio: float) -> tuple[QImage, QPainter]:
    image = _image(width, height, ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image, QPainter(image)


def _image(width: int, height: int, ratio: float) -> QImage:
    image = QImage(
        math.ceil(width * ratio), math.ceil(height * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )  # fmt: skip
    image.setDevicePixelRatio(ratio)
    return image


@lru_cache(maxsize=32)
def _font(font_key: str) -> QFont:
    """Shared, so never changed."""
    font = QFont()
    font.fromString(font_key)
    return font
