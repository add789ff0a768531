"""The six sides of the patient in the corner of the 3-D view."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ctviewer.gui.view3d.camera import Camera

SIZE_PX = 34.0
_SIDES = {
    "L": (1, 0, 0), "R": (-1, 0, 0), "P": (0, 1, 0), "A": (0, -1, 0), "H": (0, 0, 1), "F": (0, 0, -1),
}  # fmt: skip
_COLORS = {"L": "#e07a6a", "R": "#e07a6a", "P": "#7fbf7f", "A": "#7fbf7f", "H": "#79a3f3", "F": "#79a3f3"}


def marker_places(camera: Camera) -> dict[str, tuple[float, float, float]]:
    """Of each letter: right, up and towards the eye, -1 to 1."""
    right, up, eye = camera.basis
    return {
        letter: (float(np.dot(side, right)), float(np.dot(side, up)), float(np.dot(side, eye)))
        for letter, side in _SIDES.items()
    }


def paint_marker(painter: QPainter, middle: QPointF, camera: Camera, font: QFont) -> None:
    """Draw the axes with their letters, far ones first and fainter."""
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    metrics = QFontMetricsF(bold)
    for letter, (right, up, near) in sorted(marker_places(camera).items(), key=lambda item: item[1][2]):
        color = QColor(_COLORS[letter])
        color.setAlphaF(0.35 + 0.65 * (near + 1) / 2)
        end = QPointF(middle.x() + right * SIZE_PX, middle.y() - up * SIZE_PX)
        painter.setPen(QPen(color, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(middle, end)
        place = QPointF(middle.x() + right * (SIZE_PX + 10), middle.y() - up * (SIZE_PX + 10))
        painter.drawText(
            QPointF(place.x() - metrics.horizontalAdvance(letter) / 2, place.y() + metrics.capHeight() / 2), letter
        )
