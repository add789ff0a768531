"""Icons from Material Design Icons, drawn in the colours of the theme.

The font files come with qtawesome; the package itself is not imported, because it loads every font it has and that
costs half a second at start-up.
"""

from __future__ import annotations

import importlib.util
import json
import logging
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from ctviewer.gui import theme

logger = logging.getLogger(__name__)

SIZES_PX = (16, 20, 24, 32, 48, 64)
FONT_PATTERN = "materialdesignicons6-webfont-*.ttf"
CHARMAP_PATTERN = "materialdesignicons6-webfont-charmap-*.json"


@lru_cache(maxsize=256)
def icon(name: str, color: str = theme.TEXT, checked_color: str = "#ffffff") -> QIcon:
    """Icon by its Material Design name (``"brush"``); an empty one if the font is missing."""
    made = QIcon()
    glyph = _glyphs().get(name)
    if glyph is None:
        logger.warning("Icon %s is missing", name)
        return made
    states = (
        (QIcon.Mode.Normal, QIcon.State.Off, color),
        (QIcon.Mode.Active, QIcon.State.Off, "#ffffff"),
        (QIcon.Mode.Disabled, QIcon.State.Off, theme.FAINT),
        (QIcon.Mode.Normal, QIcon.State.On, checked_color),
        (QIcon.Mode.Active, QIcon.State.On, checked_color),
        (QIcon.Mode.Disabled, QIcon.State.On, theme.FAINT),
    )
    for size in SIZES_PX:
        for mode, state, paint in states:
            made.addPixmap(_draw(glyph, size, paint), mode, state)
    return made


def _draw(glyph: str, size: int, color: str) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(_family())
    font.setPixelSize(size)
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(QRect(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, glyph)
    painter.end()
    return pixmap


def _font_file(pattern: str) -> Path | None:
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted((Path(spec.origin).parent / "fonts").glob(pattern))), None)


@lru_cache(maxsize=1)
def _glyphs() -> dict[str, str]:
    file = _font_file(CHARMAP_PATTERN)
    if file is None:
        return {}
    return {name: chr(int(code, 16)) for name, code in json.loads(file.read_text(encoding="utf-8")).items()}


@lru_cache(maxsize=1)
def _family() -> str:
    file = _font_file(FONT_PATTERN)
    number = QFontDatabase.addApplicationFont(str(file)) if file is not None else -1
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""
