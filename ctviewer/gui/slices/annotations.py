"""Text and marks drawn over a slice: orientation letters, position, window, scale bar, badges."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane, edge_letters
from ctviewer.domain.windowing import PRESETS, Window
from ctviewer.gui import theme
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.translation import QT_TRANSLATE_NOOP, translated
from ctviewer.session.viewport import slice_number

MARGIN_PX = 10.0
SCALE_STEPS_MM = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SCALE_MINIMUM_PX = 64.0
PLATE = QColor(0, 0, 0, 130)
PLANE_NAMES = {
    Plane.AXIAL: QT_TRANSLATE_NOOP("Annotations", "Axial"),
    Plane.CORONAL: QT_TRANSLATE_NOOP("Annotations", "Coronal"),
    Plane.SAGITTAL: QT_TRANSLATE_NOOP("Annotations", "Sagittal"),
}
_AXIS_NAMES = {Plane.AXIAL: "z", Plane.CORONAL: "y", Plane.SAGITTAL: "x"}
_LPS_AXIS = {Plane.AXIAL: 2, Plane.CORONAL: 1, Plane.SAGITTAL: 0}


@dataclass(frozen=True, slots=True)
class Badge:
    """A short warning that must be on every picture of the view."""

    text: str
    color: str = theme.WARNING


@dataclass(frozen=True, slots=True)
class Annotations:
    """What to write on a view; empty texts are left out.

    Parameters
    ----------
    letters
        Orientation letters by edge, see `ctviewer.domain.planes.edge_letters`.
    top_left, bottom_left
        Lines of text.
    badges
        Top right, one below the other.
    px_per_mm
        For the scale bar; 0 for none.
    """

    letters: dict[str, str] = field(default_factory=dict)
    top_left: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    badges: tuple[Badge, ...] = ()
    px_per_mm: float = 0.0


def slice_lines(geometry: VolumeGeometry, plane: Plane, index: int) -> tuple[str, str]:
    """Plane with slice number, and the position of the slice's middle in patient millimetres."""
    count = geometry.shape[plane.normal_axis]
    # Row by row instead of a call that checks shapes: this runs for every painted slice.
    middle = [(n - 1) / 2 for n in geometry.shape]
    middle[plane.normal_axis] = index
    row = geometry.affine[_LPS_AXIS[plane]]
    position_mm = float(row[0] * middle[0] + row[1] * middle[1] + row[2] * middle[2] + row[3])
    return (
        f"{plane_name(plane)}  {slice_number(plane, index, count)} / {count}",
        f"{_AXIS_NAMES[plane]}  {_signed(position_mm, 1)} {unit('mm')}",
    )


def plane_name(plane: Plane) -> str:
    """Name of a plane in the user's language."""
    return translated("Annotations", PLANE_NAMES[plane])


def window_lines(window: Window) -> tuple[str, ...]:
    """Name of the preset the window belongs to, if any; then centre and width."""
    name = window.name or next(
        (p.name for p in PRESETS if (p.center_hu, p.width_hu) == (window.center_hu, window.width_hu)), ""
    )
    words = translated("Annotations", "C {center}  W {width}")
    numbers = words.format(center=_signed(window.center_hu), width=f"{window.width_hu:.0f}")
    return (said(name), numbers) if name else (numbers,)


@lru_cache(maxsize=16)
def letters_of(geometry: VolumeGeometry, plane: Plane, flips: tuple[bool, bool]) -> dict[str, str]:
    """Orientation letters for the four edges of a view; remembered, because every painted slice needs them."""
    return edge_letters(geometry, plane, flips)


def scale_bar_mm(px_per_mm: float) -> int:
    """Length of the scale bar: the shortest round one that is long enough to read."""
    return next((mm for mm in SCALE_STEPS_MM if mm * px_per_mm >= SCALE_MINIMUM_PX), SCALE_STEPS_MM[-1])


def paint_annotations(painter: QPainter, rect: QRectF, what: Annotations, font: QFont) -> None:
    """Draw annotations into a view.

    Parameters
    ----------
    painter
        Active painter.
    rect
        The whole view.
    what
        Texts and marks.
    font
        Font of the view; letters are larger.
    """
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    inner = rect.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    line = metrics.height()
    for number, text in enumerate(what.top_left):
        place = QPointF(inner.left(), inner.top() + metrics.ascent() + number * line)
        _text(painter, place, text, theme.TEXT, metrics)
    for number, text in enumerate(reversed(what.bottom_left)):
        place = QPointF(inner.left(), inner.bottom() - metrics.descent() - number * line)
        _text(painter, place, text, theme.TEXT, metrics)
    _paint_badges(painter, inner, what.badges, metrics)
    if what.px_per_mm > 0:
        _paint_scale_bar(painter, inner, what.px_per_mm, metrics)
    _paint_letters(painter, inner, what.letters, font)


def _paint_letters(painter: QPainter, rect: QRectF, letters: dict[str, str], font: QFont) -> None:
    large = QFont(font)
    large.setPointSizeF(font.pointSizeF() * 1.35)
    large.setBold(True)
    painter.setFont(large)
    metrics = QFontMetricsF(large)
    middle = rect.center()
    for edge, text in letters.items():
        width = metrics.horizontalAdvance(text)
        x = {"left": rect.left(), "right": rect.right() - width}.get(edge, middle.x() - width / 2)
        y = {"top": rect.top() + metrics.ascent(), "bottom": rect.bottom() - metrics.descent()}.get(
            edge, middle.y() + metrics.ascent() / 2
        )
        _text(painter, QPointF(x, y), text, "#f0f2f5", metrics)


def _paint_badges(painter: QPainter, rect: QRectF, badges: tuple[Badge, ...], metrics: QFontMetricsF) -> None:
    top = rect.top()
    for badge in badges:
        width, height = metrics.horizontalAdvance(badge.text) + 12, metrics.height() + 4
        box = QRectF(rect.right() - width, top, width, height)
        painter.setPen(QPen(QColor(badge.color), 1))
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawRoundedRect(box, 3, 3)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge.text)
        top += height + 4


def _paint_scale_bar(painter: QPainter, rect: QRectF, px_per_mm: float, metrics: QFontMetricsF) -> None:
    mm = scale_bar_mm(px_per_mm)
    length = mm * px_per_mm
    right, y = rect.right(), rect.bottom() - 4
    for color, width in (("#000000", 3.5), ("#e8eaee", 1.5)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawLine(QPointF(right - length, y), QPointF(right, y))
        painter.drawLine(QPointF(right - length, y - 4), QPointF(right - length, y + 4))
        painter.drawLine(QPointF(right, y - 4), QPointF(right, y + 4))
    label = f"{mm // 10} {unit('cm')}" if mm >= 10 else f"{mm} {unit('mm')}"
    _text(painter, QPointF(right - metrics.horizontalAdvance(label), y - 9), label, "#e8eaee", metrics)


def _text(painter: QPainter, place: QPointF, text: str, color: str, metrics: QFontMetricsF) -> None:
    """Text on a dark plate: soft tissue is white in the lung window, and a side must be readable on it."""
    width = metrics.horizontalAdvance(text)
    plate = QRectF(place.x() - 3, place.y() - metrics.ascent(), width + 6, metrics.height())
    painter.fillRect(plate, PLATE)
    painter.setPen(QColor(color))
    painter.drawText(place, text)


def _signed(value: float, digits: int = 0) -> str:
    return f"{value:.{digits}f}".replace("-", "−")
