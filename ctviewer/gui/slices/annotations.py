"""Text and marks drawn over a slice: orientation letters, position, window, scale bar, badges."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane, edge_letters
from ctviewer.domain.windowing import PRESETS, Window
from ctviewer.gui import theme
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.slices.written import PLATE_MARGIN_PX, badge, enlarged, metrics_of, plate
from ctviewer.gui.translation import QT_TRANSLATE_NOOP, translated
from ctviewer.session.viewport import slice_number

MARGIN_PX = 10.0
SCALE_STEPS_MM = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SCALE_MINIMUM_PX = 64.0
LETTER_SCALE = 1.35
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
    key, ratio = font.toString(), painter.device().devicePixelRatio()
    metrics = metrics_of(key)
    inner = rect.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    line = metrics.height()
    for number, text in enumerate(what.top_left):
        _put(painter, inner.left(), inner.top() + number * line, plate(text, theme.TEXT, key, ratio))
    for number, text in enumerate(reversed(what.bottom_left), start=1):
        _put(painter, inner.left(), inner.bottom() - number * line, plate(text, theme.TEXT, key, ratio))
    top = inner.top()
    for one in what.badges:
        image = badge(one.text, one.color, key, ratio)
        painter.drawImage(QPointF(round(inner.right() - image.width() / ratio), round(top)), image)
        top += image.height() / ratio + 3
    if what.px_per_mm > 0:
        _paint_scale_bar(painter, inner, what.px_per_mm, key)
    _paint_letters(painter, inner, what.letters, enlarged(key, LETTER_SCALE))


def _paint_letters(painter: QPainter, rect: QRectF, letters: dict[str, str], font_key: str) -> None:
    ratio, middle = painter.device().devicePixelRatio(), rect.center()
    for edge, text in letters.items():
        image = plate(text, "#f0f2f5", font_key, ratio)
        width, height = image.width() / ratio - 2 * PLATE_MARGIN_PX, image.height() / ratio
        x = {"left": rect.left(), "right": rect.right() - width}.get(edge, middle.x() - width / 2)
        y = {"top": rect.top(), "bottom": rect.bottom() - height}.get(edge, middle.y() - height / 2)
        _put(painter, x, y, image)


def _paint_scale_bar(painter: QPainter, rect: QRectF, px_per_mm: float, font_key: str) -> None:
    mm = scale_bar_mm(px_per_mm)
    length = mm * px_per_mm
    right, y = rect.right(), rect.bottom() - 4
    for color, width in (("#000000", 3.5), ("#e8eaee", 1.5)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawLine(QPointF(right - length, y), QPointF(right, y))
        painter.drawLine(QPointF(right - length, y - 4), QPointF(right - length, y + 4))
        painter.drawLine(QPointF(right, y - 4), QPointF(right, y + 4))
    label = f"{mm // 10} {unit('cm')}" if mm >= 10 else f"{mm} {unit('mm')}"
    ratio = painter.device().devicePixelRatio()
    image = plate(label, "#e8eaee", font_key, ratio)
    width, height = image.width() / ratio, image.height() / ratio
    _put(painter, right - width + 2 * PLATE_MARGIN_PX, y - 6 - height, image)


def _put(painter: QPainter, x: float, y: float, image: QImage) -> None:
    """Draw a plate so that its words begin at a place; on whole pixels, which is sharp and fast."""
    painter.drawImage(QPointF(round(x) - PLATE_MARGIN_PX, round(y)), image)


def _signed(value: float, digits: int = 0) -> str:
    return f"{value:.{digits}f}".replace("-", "−")
