"""Text and marks drawn over a slice: orientation letters, position, window, scale bar, badges."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane, edge_letters
from ctviewer.domain.windowing import PRESETS, Window
from ctviewer.gui import theme
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.slices.annotation_layout import EDGES, Anchor, Item, arrange
from ctviewer.gui.slices.written import PLATE_MARGIN_PX, badge, enlarged, plate, resized, scale_bar
from ctviewer.gui.translation import QT_TRANSLATE_NOOP, translated
from ctviewer.session.viewport import slice_number

MARGIN_PX = 10
SCALE_STEPS_MM = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SCALE_MINIMUM_PX = 64.0
LETTER_SCALE = 1.35
LETTER = "#f0f2f5"
BADGE_SCALES = (1.0, 0.85, 0.7)
"""Sizes of the words in badges, tried until all that are needed have room."""
PLANE_NAMES = {
    Plane.AXIAL: QT_TRANSLATE_NOOP("Annotations", "Axial"),
    Plane.CORONAL: QT_TRANSLATE_NOOP("Annotations", "Coronal"),
    Plane.SAGITTAL: QT_TRANSLATE_NOOP("Annotations", "Sagittal"),
}
_AXIS_NAMES = {Plane.AXIAL: "z", Plane.CORONAL: "y", Plane.SAGITTAL: "x"}
_LPS_AXIS = {Plane.AXIAL: 2, Plane.CORONAL: 1, Plane.SAGITTAL: 0}


@dataclass(frozen=True, slots=True)
class Badge:
    """A short warning that must be on every picture of the view, unless it is minor."""

    text: str
    color: str = theme.WARNING
    is_minor: bool = False
    """Says how the picture was set by hand; may be missing where there is no room at all."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """What to write on a view; empty texts are left out.

    Parameters
    ----------
    letters
        Orientation letters by edge, see `ctviewer.domain.planes.edge_letters`.
    top_left, bottom_left
        Lines of text; the first and the last of them are the last to be left out.
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


def paint_annotations(painter: QPainter, rect: QRectF, what: Annotations, font: QFont) -> tuple[QRectF, ...]:
    """Draw annotations into a view; nothing covers anything else, and what has no room is left out.

    Letters and badges always have room: badges are written smaller before one would be missing.

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

    Returns
    -------
    tuple
        Where letters and badges are, for whatever must not cover them.
    """
    key, ratio = font.toString(), painter.device().devicePixelRatio()
    width, height = round(rect.width()), round(rect.height())
    for factor in BADGE_SCALES:
        drawn = _drawn(what, key, ratio, factor)
        boxes = arrange(width, height, MARGIN_PX - PLATE_MARGIN_PX, tuple([one.item for one in drawn]))
        if None not in boxes or all(box is not None for one, box in zip(drawn, boxes, strict=True) if one.is_needed):
            break
    left, top = rect.x(), rect.y()
    marks: list[QRectF] = []
    for one, box in zip(drawn, boxes, strict=True):
        anchor, item_width, item_height = one.item
        if box is None:
            if not one.is_needed:
                continue
            y = len(marks) * item_height  # better over something than missing
            box = (MARGIN_PX, y, MARGIN_PX + item_width, y + item_height)
        painter.drawImage(QPointF(left + box[0], top + box[1]), one.image)
        if anchor in EDGES or anchor is Anchor.BADGE:
            marks.append(QRectF(left + box[0], top + box[1], item_width, item_height))
    return tuple(marks)


@dataclass(frozen=True, slots=True)
class _Drawn:
    item: Item
    image: QImage
    is_needed: bool = False


def _drawn(what: Annotations, key: str, ratio: float, badge_scale: float) -> list[_Drawn]:
    """Pictures of everything, most important first; scrolling changes only the text at the top."""
    letters, bar = tuple(what.letters.items()), _bar(what.px_per_mm)
    first, second, last = _unscrolled(letters, what.badges, what.bottom_left, bar, key, ratio, badge_scale)
    top = [_line(Anchor.TOP_LEFT, text, theme.TEXT, key, ratio) for text in what.top_left]
    return [*first, *top[:1], *second, *top[1:], *last]


@lru_cache(maxsize=32)
def _unscrolled(
    letters: tuple[tuple[str, str], ...],
    badges: tuple[Badge, ...],
    bottom_left: tuple[str, ...],
    bar: tuple[str, int] | None,
    key: str,
    ratio: float,
    badge_scale: float,
) -> tuple[tuple[_Drawn, ...], ...]:
    """What goes before the slice number, between it and the other lines below it, and after those."""
    letters_key, badge_key = enlarged(key, LETTER_SCALE), resized(key, badge_scale)
    first = [_line(Anchor(edge), text, LETTER, letters_key, ratio, is_needed=True) for edge, text in letters]
    minor: list[_Drawn] = []
    for one in badges:
        image = badge(one.text, one.color, badge_key, ratio)
        (minor if one.is_minor else first).append(_sized(Anchor.BADGE, image, ratio, is_needed=not one.is_minor))
    bottom = [_line(Anchor.BOTTOM_LEFT, text, theme.TEXT, key, ratio) for text in bottom_left]
    second = [*bottom[-1:], *minor]
    if bar is not None:
        second.append(_sized(Anchor.BOTTOM_RIGHT, scale_bar(*bar, LETTER, key, ratio), ratio))
    return tuple(first), tuple(second), tuple(bottom[-2::-1])


def _bar(px_per_mm: float) -> tuple[str, int] | None:
    """What is written over the scale bar, and its length in logical pixels."""
    if px_per_mm <= 0:
        return None
    mm = scale_bar_mm(px_per_mm)
    return (f"{mm // 10} {unit('cm')}" if mm >= 10 else f"{mm} {unit('mm')}", round(mm * px_per_mm))


@lru_cache(maxsize=512)
def _line(anchor: Anchor, text: str, color: str, key: str, ratio: float, *, is_needed: bool = False) -> _Drawn:
    """A line of text; as many are remembered as a scan has slice numbers."""
    return _sized(anchor, plate(text, color, key, ratio), ratio, is_needed=is_needed)


def _sized(anchor: Anchor, image: QImage, ratio: float, *, is_needed: bool = False) -> _Drawn:
    width, height = math.ceil(image.width() / ratio), math.ceil(image.height() / ratio)
    return _Drawn((anchor, width, height), image, is_needed)


def _signed(value: float, digits: int = 0) -> str:
    return f"{value:.{digits}f}".replace("-", "−")
