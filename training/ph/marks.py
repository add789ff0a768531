"""Coloured viewer marks on a screen shot: found by saturation, removed by filling from their surroundings.

Callipers and arrows are drawn by a reader who already knows the case, so a network that sees them learns the answer
from the drawing. CT pixels are grey; anything with a hue was added afterwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.restoration import inpaint_biharmonic

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.domain.thorax_picture import GreyPicture

HUE_TOLERANCE = 24
"""Largest difference of two colour channels in a grey pixel; JPEG chroma noise stays below it."""

MOST_MARKED = 0.02
"""Share of the picture above which filling would invent anatomy: such a picture is left out instead."""


def coloured_marks(picture: AnyArray) -> BoolArray:
    """Where a picture has a hue, with a rim of two pixels for smoothed edges.

    Parameters
    ----------
    picture
        Shape ``(rows, columns)`` or ``(rows, columns, 3 or 4)``, 8 bit.

    Returns
    -------
    BoolArray
        Shape ``(rows, columns)``; all False for a grey picture.
    """
    if picture.ndim == 2:
        return np.zeros(picture.shape, dtype=bool)
    channels = picture[..., :3].astype(np.int16)
    marked = (channels.max(axis=-1) - channels.min(axis=-1)) > HUE_TOLERANCE
    return np.asarray(ndimage.binary_dilation(marked, iterations=2)) if marked.any() else marked


def without_marks(picture: AnyArray, marks: BoolArray) -> GreyPicture:
    """Grey picture with the marked pixels filled smoothly from around them.

    Parameters
    ----------
    picture
        As for `coloured_marks`.
    marks
        Shape ``(rows, columns)``.
    """
    grey: NDArray[np.float64] = picture.astype(np.float64)
    if picture.ndim == 3:
        grey = grey[..., :3] @ np.array([0.299, 0.587, 0.114])
    if marks.any():
        grey = inpaint_biharmonic(grey / 255.0, marks) * 255.0
    return np.asarray(np.clip(grey + 0.5, 0, 255), dtype=np.uint8)
