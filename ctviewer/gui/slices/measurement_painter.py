"""Measurements drawn on a slice: lines with a dark rim, handles, and values on a dark plate."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ctviewer.domain.arrays import Points
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import Measurement, MeasurementKind
from ctviewer.domain.measurement_edit import handles, outlines
from ctviewer.domain.planes import Plane, index_to_pixel
from ctviewer.gui import theme
from ctviewer.gui.slices.slice_transform import SliceTransform

LINE = QColor("#f0cf65")
SELECTED = QColor("#ffffff")
RIM = QColor(0, 0, 0, 150)
PLATE = QColor(8, 9, 11, 205)
GHOST_ALPHA = 70
HANDLE_PX = 3.5
LABEL_GAP_PX = 10.0
PADDING_PX = 4.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a slice is on its view."""

    transform: SliceTransform
    plane: Plane
    geometry: VolumeGeometry

    def places(self, points_lps: Points) -> list[QPointF]:
        """Places on the view of points in the patient."""
        found = []
        for k, j, i in self.geometry.lps_to_index(points_lps):
            row, column = index_to_pixel(self.plane, (k, j, i), self.geometry.shape)
            found.append(QPointF(*self.transform.to_view(row, column)))
        return found


def paint_lines(painter: QPainter, frame: Frame, kind: MeasurementKind, points: Points, color: QColor) -> None:
    """Draw the lines of a finished or unfinished measurement; single points as crosses."""
    lines = [frame.places(line) for line in outlines(kind, points, frame.plane, frame.geometry)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_faded(RIM, color.alphaF()), 3.4), QPen(color, 1.4)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for line in lines:
            painter.drawPolyline(QPolygonF(line))
            if kind in _WITH_ENDS:
                _paint_ends(painter, line)
        if kind is MeasurementKind.PROBE:
            for place in frame.places(points):
                _paint_cross(painter, place)


def paint_handles(painter: QPainter, frame: Frame, measurement: Measurement) -> None:
    """Draw what can be dragged."""
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
    painter.setBrush(SELECTED)
    for place in frame.places(handles(measurement, frame.geometry)):
        painter.drawEllipse(place, HANDLE_PX, HANDLE_PX)


def label_place(places: list[QPointF], size: tuple[float, float], view: QRectF, taken: list[QRectF]) -> QRectF:
    """Box for a label of this size: beside the measurement, inside the view, clear of other labels where possible."""
    left, right = min(p.x() for p in places), max(p.x() for p in places)
    top, bottom = min(p.y() for p in places), max(p.y() for p in places)
    middle = (top + bottom - size[1]) / 2
    center = (left + right - size[0]) / 2
    corners = (
        (right + LABEL_GAP_PX, middle),
        (left - LABEL_GAP_PX - size[0], middle),
        (center, bottom + LABEL_GAP_PX),
        (center, top - LABEL_GAP_PX - size[1]),
        (right + LABEL_GAP_PX, bottom + LABEL_GAP_PX),
        (right + LABEL_GAP_PX, top - LABEL_GAP_PX - size[1]),
        (left - LABEL_GAP_PX - size[0], bottom + LABEL_GAP_PX),
        (left - LABEL_GAP_PX - size[0], top - LABEL_GAP_PX - size[1]),
    )
    boxes = [QRectF(x, y, *size) for x, y in corners]
    inner = view.adjusted(4, 4, -4, -4)
    for box in boxes:
        if inner.contains(box) and not any(box.intersects(other) for other in taken):
            return box
    first = boxes[0]
    x = min(max(first.x(), inner.left()), inner.right() - size[0])
    y = min(max(first.y(), inner.top()), inner.bottom() - size[1])
    return QRectF(x, y, *size)


def label_size(lines: tuple[str, ...], font: QFont) -> tuple[float, float]:
    """Width and height of a label with its plate."""
    metrics = QFontMetricsF(font)
    width = max(metrics.horizontalAdvance(line) for line in lines)
    return (width + 2 * PADDING_PX, metrics.height() * len(lines) + PADDING_PX)


def paint_label(painter: QPainter, box: QRectF, lines: tuple[str, ...], font: QFont, color: QColor) -> None:
    """Draw lines of text on a dark plate."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(color)
    for number, line in enumerate(lines):
        y = box.top() + PADDING_PX / 2 + metrics.ascent() + number * metrics.height()
        painter.drawText(QPointF(box.left() + PADDING_PX, y), line)


def paint_caliper_names(
    painter: QPainter, frame: Frame, points: Points, names: tuple[str, ...], font: QFont
) -> list[QRectF]:
    """Write the short name of each caliper beside its outer end, away from the other one; returns where."""
    boxes: list[QRectF] = []
    middle_of_all = frame.places(points.mean(axis=0, keepdims=True))[0]
    for number, name in enumerate(names):
        ends = frame.places(points[2 * number : 2 * number + 2])
        end, start = sorted(ends, key=lambda place: (place - middle_of_all).manhattanLength())
        along = end - start
        length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-6)
        size = label_size((name,), font)
        middle = start - along * ((max(size) / 2 + 5) / length)
        box = QRectF(middle.x() - size[0] / 2, middle.y() - size[1] / 2, *size)
        paint_label(painter, box, (name,), font, QColor(theme.TEXT))
        boxes.append(box)
    return boxes


def ghost(color: QColor) -> QColor:
    """The colour for a measurement of a neighbouring slice."""
    faint = QColor(color)
    faint.setAlpha(GHOST_ALPHA)
    return faint


_WITH_ENDS = frozenset({MeasurementKind.LENGTH, MeasurementKind.BIDIRECTIONAL, MeasurementKind.RATIO})


def _paint_ends(painter: QPainter, line: list[QPointF]) -> None:
    """Short bars across both ends, as on a caliper."""
    along = line[-1] - line[0]
    length = (along.x() ** 2 + along.y() ** 2) ** 0.5
    if length < 1:
        return
    across = QPointF(-along.y(), along.x()) * (5.0 / length)
    for end in (line[0], line[-1]):
        painter.drawLine(end - across, end + across)


def _paint_cross(painter: QPainter, place: QPointF) -> None:
    for arm in (QPointF(7, 0), QPointF(0, 7)):
        painter.drawLine(place - arm, place - arm * 0.3)
        painter.drawLine(place + arm * 0.3, place + arm)


def _faded(color: QColor, share: float) -> QColor:
    faded = QColor(color)
    faded.setAlphaF(color.alphaF() * share)
    return faded
