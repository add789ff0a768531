"""One picture file as the classifier sees it: marks of a viewer filled, the chest cut out and scaled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.io import imread

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.thorax_picture import find_thorax, thorax_picture
from training.ph.marks import MOST_MARKED, coloured_marks, without_marks

PICTURE_SIZE_PX = 160


@dataclass(frozen=True, eq=False, slots=True)
class ThoraxOfFile:
    """A picture that can be used.

    Parameters
    ----------
    picture
        Shape ``(PICTURE_SIZE_PX, PICTURE_SIZE_PX)``, uint8, thorax only.
    framing
        Aspect ratio of the screen shot and share of it inside the chest.
    had_marks
        Coloured marks were filled.
    """

    picture: NDArray[np.uint8]
    framing: tuple[float, float]
    had_marks: bool


def read_thorax(path: Path) -> ThoraxOfFile | str:
    """The thorax on a picture, or in words why it cannot be used.

    Raises
    ------
    UnreadableFileError
        If the file cannot be decoded: it must not silently become a blank picture.
    """
    raw = _read_picture(path)
    marks = coloured_marks(raw)
    if marks.mean() > MOST_MARKED:
        return f"coloured marks cover {marks.mean():.1%} of the picture"
    grey = without_marks(raw, marks)
    thorax = find_thorax(grey)
    if thorax is None:
        return "no aerated lungs were found on it, so the chest cannot be cut out"
    framing = (grey.shape[1] / grey.shape[0], float(thorax.mean()))
    return ThoraxOfFile(thorax_picture(grey, thorax, PICTURE_SIZE_PX), framing, bool(marks.any()))


def _read_picture(path: Path) -> AnyArray:
    try:
        picture = np.asarray(imread(path))
    # SyntaxError is Pillow's word for a broken PNG, RuntimeError that of a plug-in it falls back to where installed.
    except (OSError, ValueError, SyntaxError, RuntimeError) as error:
        raise UnreadableFileError(path, f"it is not a picture ({error})") from error
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or min(picture.shape[:2]) < 64:
        raise UnreadableFileError(path, f"8-bit pictures of at least 64×64 are expected, not {picture.shape}")
    return picture[..., 0] if picture.ndim == 3 and picture.shape[2] < 3 else picture
