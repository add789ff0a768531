"""Where something that floats over the views covers none of the marks that must stay in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize

STEP_PX = 12
"""Distance of the places that are tried."""


def clear_place(
    area: QSize,
    widths: Sequence[int],
    height_for: Callable[[int], int],
    away_px: int,
    marks: Sequence[QRect],
    *,
    at_bottom: bool = False,
) -> QRect:
    """The place nearest to the middle of the top that covers no mark; if there is none, the one that covers least.

    Parameters
    ----------
    area
        Size of the widget it floats over, pixels.
    widths
        Widths it may have, the best first.
    height_for
        Height it needs at a width.
    away_px
        Least distance from the upper border, or from the lower one.
    marks
        What must stay in sight, in coordinates of the area.
    at_bottom
        Begin at the bottom.
    """
    best, least = QRect(), (0, 0.0)
    for width in widths:
        height, middle = height_for(width), (area.width() - width) // 2
        for down in range(away_px, max(area.height() - height, away_px) + 1, STEP_PX):
            y = area.height() - height - down if at_bottom else down
            for away in range(0, max(middle, 0) + 1, STEP_PX):
                for x in {middle - away, middle + away}:
                    place = QRect(x, y, width, height)
                    cost = (_covered(place, marks), down + away + (widths[0] - width) / 2)
                    if best.isNull() or cost < least:
                        best, least = place, cost
    return best


def _covered(place: QRect, marks: Sequence[QRect]) -> int:
    parts = (place.intersected(mark) for mark in marks)
    return sum(part.width() * part.height() for part in parts if not part.isEmpty())
