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
from ctviewer.gui.slices.annotation_layout import EDGES, Anchor, arrange
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
    for factor in BADGE_SCALES:
        drawn = _drawn(what, key, ratio, factor)
        items = tuple((one.anchor, *_size(one.image, ratio)) for one in drawn)
        boxes = arrange(round(rect.width()), round(rect.height()), MARGIN_PX - PLATE_MARGIN_PX, items)
        if all(box is not None for one, box in zip(drawn, boxes, strict=True) if one.is_needed):
            break
    marks: list[QRectF] = []
    for (anchor, width, height), one, box in zip(items, drawn, boxes, strict=True):
        if box is None:
            if not one.is_needed:
                continue
            y = len(marks) * height  # better over something than missing
            box = (MARGIN_PX, y, MARGIN_PX + width, y + height)
        painter.drawImage(QPointF(rect.x() + box[0], rect.y() + box[1]), one.image)
        if anchor in EDGES or anchor is Anchor.BADGE:
            marks.append(QRectF(rect.x() + box[0], rect.y() + box[1], box[2] - box[0], box[3] - box[1]))
    return tuple(marks)


@dataclass(frozen=True, slots=True)
class _Drawn:
    anchor: Anchor
    image: QImage
    is_needed: bool = False


def _drawn(what: Annotations, key: str, ratio: float, badge_scale: float) -> list[_Drawn]:
    """Pictures of everything, most important first."""
    letters_key, badge_key = enlarged(key, LETTER_SCALE), resized(key, badge_scale)
    drawn = [
        _Drawn(Anchor(edge), plate(text, LETTER, letters_key, ratio), is_needed=True)
        for edge, text in what.letters.items()
    ]
    badges = [
        (_Drawn(Anchor.BADGE, badge(one.text, one.color, badge_key, ratio), is_needed=not one.is_minor), one.is_minor)
        for one in what.badges
    ]
    drawn += [one for one, is_minor in badges if not is_minor]
    top, bottom = (
        [plate(text, theme.TEXT, key, ratio) for text in lines] for lines in (what.top_left, what.bottom_left)
    )
    drawn += [_Drawn(Anchor.TOP_LEFT, image) for image in top[:1]]
    drawn += [_Drawn(Anchor.BOTTOM_LEFT, image) for image in bottom[-1:]]
    drawn += [one for one, is_minor in badges if is_minor]
    if what.px_per_mm > 0:
        mm = scale_bar_mm(what.px_per_mm)
        label = f"{mm // 10} {unit('cm')}" if mm >= 10 else f"{mm} {unit('mm')}"
        drawn.append(_Drawn(Anchor.BOTTOM_RIGHT, scale_bar(label, round(mm * what.px_per_mm), LETTER, key, ratio)))
    drawn += [_Drawn(Anchor.TOP_LEFT, image) for image in top[1:]]
    drawn += [_Drawn(Anchor.BOTTOM_LEFT, image) for image in bottom[-2::-1]]
    return drawn


def _size(image: QImage, ratio: float) -> tuple[int, int]:
    return math.ceil(image.width() / ratio), math.ceil(image.height() / ratio)


def _signed(value: float, digits: int = 0) -> str:
    return f"{value:.{digits}f}".replace("-", "−")
