"""Where something that floats over the views covers no mark that must stay in sight, and little of the pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize

STEP_PX = 12
"""Distance of the places that are tried."""
PICTURE_PX = 70
"""Pixels of a picture that are worth a step of one pixel away from the usual place."""

STAY_PX = 60
"""What another place must be better by."""


def clear_place(
    area: QSize,
    widths: Sequence[int],
    height_for: Callable[[int], int],
    away_px: int,
    marks: Sequence[QRect],
    pictures: Sequence[QRect] = (),
    *,
    at_bottom: bool = False,
    now: QRect | None = None,
) -> QRect:
    """The place near the middle of the top that covers no mark; if there is none, the one that covers least of them.

    Among those, it is the nearest one, where hiding much of a picture counts as far away.

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
    pictures
        What should rather stay in sight: the middles of the pictures.
    at_bottom
        Begin at the bottom.
    now
        Where it is. It stays unless another place is clearly better: what hops while one scrolls is a nuisance.
    """
    best, least = QRect(), (np.inf, np.inf)
    for width in widths:
        height, middle = height_for(width), (area.width() - width) // 2
        away = np.arange(0, max(middle, 0) + 1, STEP_PX)
        x = np.unique(np.concatenate([middle - away, middle + away]))[None, :]
        down = np.arange(away_px, max(area.height() - height, away_px) + 1, STEP_PX)[:, None]
        y = area.height() - height - down if at_bottom else down
        stays = now is not None and now.size() == QSize(width, height) and QRect(QPoint(), area).contains(now)
        if now is not None and stays:
            x, y = np.append(x, now.x())[None, :], np.append(y, now.y())[:, None]
            down = area.height() - height - y if at_bottom else y
        hidden = _covered(x, y, width, height, marks)
        far = down + np.abs(x - middle) + (widths[0] - width) / 2
        far = far + _covered(x, y, width, height, pictures) / PICTURE_PX
        if stays:
            far[-1, -1] -= STAY_PX
        far = np.where(hidden == hidden.min(), far, np.inf)
        row, column = np.unravel_index(int(far.argmin()), far.shape)
        cost = (float(hidden.min()), float(far[row, column]))
        if cost < least:
            best, least = QRect(int(x[0, column]), int(y[row, 0]), width, height), cost
    return best


def _covered(
    x: NDArray[np.int64], y: NDArray[np.int64], width: int, height: int, rects: Sequence[QRect]
) -> NDArray[np.int64]:
    """Pixels of the rectangles under a widget of this size, for its corner at every ``(y, x)``."""
    covered = np.zeros((y.shape[0], x.shape[1]), np.int64)
    for rect in rects:
        across = np.minimum(x + width, rect.x() + rect.width()) - np.maximum(x, rect.x())
        down = np.minimum(y + height, rect.y() + rect.height()) - np.maximum(y, rect.y())
        covered += np.maximum(across, 0) * np.maximum(down, 0)
    return covered
