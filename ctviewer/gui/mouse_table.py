"""What the mouse does on a slice, in words for the cheat sheet."""

from __future__ import annotations

from ctviewer.gui.translation import QT_TRANSLATE_NOOP

MOUSE: tuple[tuple[str, str], ...] = (
    (QT_TRANSLATE_NOOP("Actions", "Wheel"), QT_TRANSLATE_NOOP("Actions", "Previous or next slice")),
    (QT_TRANSLATE_NOOP("Actions", "Ctrl + wheel"), QT_TRANSLATE_NOOP("Actions", "Zoom at the pointer")),
    (QT_TRANSLATE_NOOP("Actions", "Shift + wheel"), QT_TRANSLATE_NOOP("Actions", "Brush size")),
    (QT_TRANSLATE_NOOP("Actions", "Alt + wheel"), QT_TRANSLATE_NOOP("Actions", "Thickness of the slab")),
    (QT_TRANSLATE_NOOP("Actions", "Right drag"), QT_TRANSLATE_NOOP("Actions", "Window: across width, down centre")),
    (QT_TRANSLATE_NOOP("Actions", "Middle drag"), QT_TRANSLATE_NOOP("Actions", "Pan")),
    (QT_TRANSLATE_NOOP("Actions", "Left drag"), QT_TRANSLATE_NOOP("Actions", "Tool; Browse: scroll, or crosshair")),
    (QT_TRANSLATE_NOOP("Actions", "Ctrl + left"), QT_TRANSLATE_NOOP("Actions", "The tool the other way round")),
    (QT_TRANSLATE_NOOP("Actions", "Double-click, Enter"), QT_TRANSLATE_NOOP("Actions", "Close the outline")),
    (QT_TRANSLATE_NOOP("Actions", "Backspace"), QT_TRANSLATE_NOOP("Actions", "Last point of the outline back")),
    (QT_TRANSLATE_NOOP("Actions", "Double-click"), QT_TRANSLATE_NOOP("Actions", "One view large, or all again")),
    (QT_TRANSLATE_NOOP("Actions", "Shift + move"), QT_TRANSLATE_NOOP("Actions", "Crosshair follows (three planes)")),
    (QT_TRANSLATE_NOOP("Actions", "Hold Space"), QT_TRANSLATE_NOOP("Actions", "Hide the masks")),
)
"""What the mouse does, for the cheat sheet."""
