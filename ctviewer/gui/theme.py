"""The look: Fusion with our own dark palette, one accent, spacing in multiples of eight.

Qt's dark colour scheme does nothing on platforms without a desktop theme (offscreen, plain X11), so every role is set.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ctviewer.config import paths

VIEWPORT = "#050607"
"""Background of images: near black, so that the eye adapts to the scan."""
WINDOW = "#15171b"
PANEL = "#1b1e23"
RAISED = "#262a31"
HOVER = "#2f343d"
BORDER = "#2b2f37"
TEXT = "#d5d9e0"
MUTED = "#8a92a0"
FAINT = "#5a616d"
ACCENT = "#5b8def"
ACCENT_DIM = "#2a4170"
WARNING = "#d9a441"
ERROR = "#e0705f"
GOOD = "#63b381"

_SCALE = "ctviewer_text_scale"

GAP = 8
"""Unit of spacing, logical pixels."""


def apply_theme(application: QApplication, text_scale: float = 1.0) -> None:
    """Give an application style, palette and stylesheet.

    Parameters
    ----------
    text_scale
        Text size relative to the system's; call once per process, before the first window.
    """
    if text_scale != 1.0:
        font = application.font()
        font.setPointSizeF(font.pointSizeF() * text_scale)
        application.setFont(font)
        application.setProperty(_SCALE, text_scale)
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(dark_palette())
    application.setStyleSheet(stylesheet())


def scaled(px: int) -> int:
    """A width that holds text, for the text size in use."""
    application = QApplication.instance()
    scale = application.property(_SCALE) if application is not None else None
    return round(px * float(scale or 1.0))


def dark_palette() -> QPalette:
    """Every colour role of the dark theme."""
    palette = QPalette()
    role = QPalette.ColorRole
    colors = {
        role.Window: WINDOW, role.WindowText: TEXT, role.Base: PANEL, role.AlternateBase: RAISED, role.Text: TEXT,
        role.Button: RAISED, role.ButtonText: TEXT, role.BrightText: "#ffffff", role.ToolTipBase: RAISED,
        role.ToolTipText: TEXT, role.Highlight: ACCENT_DIM, role.HighlightedText: "#ffffff", role.Link: ACCENT,
        role.LinkVisited: ACCENT, role.PlaceholderText: FAINT, role.Light: HOVER, role.Midlight: RAISED,
        role.Mid: BORDER, role.Dark: "#101215", role.Shadow: "#000000", role.Accent: ACCENT,
    }  # fmt: skip
    for name, color in colors.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(FAINT))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(RAISED))
    return palette


def stylesheet() -> str:
    """The stylesheet with the colours of this module filled in."""
    text = paths.resource("styles/dark.qss").read_text(encoding="utf-8")
    values = {name.lower(): value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
    values["icons"] = paths.resource("icons").as_posix()
    return re.sub(r"@(\w+)@", lambda match: values[match.group(1)], text)
