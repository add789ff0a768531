"""The inside of the chest on one axial 8-bit picture, cut out the same way for training and for a patient's scan.

The pictures a pulmonary-hypertension classifier learns from are screen shots: how much couch, arm, breast and black
frame they show depends on who cropped them, and that differs between the classes. Everything outside the rib cage is
therefore removed and the rest is brought to one size, so that only the anatomy is left to learn from. In a mediastinal
window the lungs are black, which is all that is needed to find the rib cage on a picture without spacing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import convex_hull_image, disk
from skimage.transform import resize

from ctviewer.domain.arrays import BoolArray
from ctviewer.domain.windowing import Window

GreyPicture = NDArray[np.uint8]
"""Shape ``(rows, columns)``, anterior up, patient's left on the right."""

PH_WINDOW = Window(60, 440, "Mediastinum (PH classifier)")
"""Window that puts muscle (about 57 HU) and fat (about −100 HU) at the grey values of the training pictures.

Measured on 603 pictures: muscle of the chest wall peaks at 124, fat at about 40 of 255.
"""

WORKING_SIDE_PX = 192
"""Short side at which the rib cage is looked for: enough for the outline, and 30 ms."""

_DARK = 16
"""Grey value from which a pixel belongs to the body."""

_BLACK = 9
"""Grey value up to which a pixel can be lung; at 16 the fat of a breast joins the lung on five pictures."""

_SMALLEST_LUNG = 0.015
_MOST_BORDER = 1.35
_SMALLEST_THORAX = 0.12
_RIM = 3


def find_thorax(picture: GreyPicture) -> BoolArray | None:
    """Convex hull of the lungs on a mediastinal-window picture.

    Parameters
    ----------
    picture
        Any size; square pixels.

    Returns
    -------
    BoolArray or None
        Shape of ``picture``; None where no pair of dark fields inside the body looks like lungs.
    """
    frame = _body_frame(picture)
    body = picture[frame]
    scale = WORKING_SIDE_PX / min(body.shape)
    shape = (max(1, round(body.shape[0] * scale)), max(1, round(body.shape[1] * scale)))
    small = resize(body, shape, order=1, preserve_range=True, anti_aliasing=True)
    dark = ndimage.binary_opening(small < _BLACK, disk(2))
    fields, count = ndimage.label(dark)
    lungs = np.zeros(shape, dtype=bool)
    for index in range(1, count + 1):
        candidate = fields == index
        if _looks_like_lung(candidate):
            lungs |= candidate
    if not lungs.any():
        return None
    hull = convex_hull_image(lungs)
    if hull.mean() < _SMALLEST_THORAX:
        return None
    thorax = np.zeros(picture.shape, dtype=bool)
    thorax[frame] = resize(hull, body.shape, order=0, preserve_range=True, anti_aliasing=False)
    return thorax


def _body_frame(picture: GreyPicture) -> tuple[slice, slice]:
    """Bounding box of the largest bright object, so that a black frame or a couch does not change the rest."""
    step = max(1, min(picture.shape) // WORKING_SIDE_PX)
    bright = ndimage.binary_opening(picture[::step, ::step] >= _DARK, disk(1))
    fields, count = ndimage.label(bright)
    if count == 0:
        return slice(0, picture.shape[0]), slice(0, picture.shape[1])
    largest = 1 + int(np.argmax(np.bincount(fields.ravel())[1:]))
    rows, columns = np.nonzero(fields == largest)
    rim = _RIM * step
    return (
        slice(max(0, int(rows.min()) * step - rim), int(rows.max()) * step + rim),
        slice(max(0, int(columns.min()) * step - rim), int(columns.max()) * step + rim),
    )


def _looks_like_lung(candidate: BoolArray) -> bool:
    """Whether a dark field is large, central, and not the air around the patient (which follows the border)."""
    area = int(candidate.sum())
    if area < _SMALLEST_LUNG * candidate.size:
        return False
    border = sum(int(edge.sum()) for edge in (candidate[0], candidate[-1], candidate[:, 0], candidate[:, -1]))
    if border / np.sqrt(area) > _MOST_BORDER:
        return False
    row, column = ndimage.center_of_mass(candidate)
    down, right = row / candidate.shape[0], column / candidate.shape[1]
    return 0.2 < down < 0.78 and 0.05 < right < 0.95


def thorax_picture(picture: GreyPicture, thorax: BoolArray, size_px: int, margin: float = 0.05) -> GreyPicture:
    """Picture of the thorax alone: outside black, longer side of the thorax filling a square.

    Parameters
    ----------
    picture, thorax
        Same shape; ``thorax`` as from `find_thorax`, not empty.
    size_px
        Side of the square.
    margin
        Rim kept around the hull, as a share of its longer side (it shows the inner chest wall).

    Returns
    -------
    GreyPicture
        Shape ``(size_px, size_px)``; aspect ratio kept.
    """
    rows, columns = np.nonzero(thorax)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    longer = max(bottom - top, right - left)
    rim = max(1, round(margin * longer))
    side = int(longer + 2 * rim)
    start = ((top + bottom) // 2 - side // 2, (left + right) // 2 - side // 2)
    grey, inside = np.zeros((side, side), np.float32), np.zeros((side, side), bool)
    source = tuple(slice(max(0, s), min(n, s + side)) for s, n in zip(start, picture.shape, strict=True))
    target = tuple(slice(s.start - o, s.stop - o) for s, o in zip(source, start, strict=True))
    grey[target], inside[target] = picture[source], thorax[source]
    # A distance threshold is a dilation by a disc of any radius at the price of one transform.
    grey[ndimage.distance_transform_edt(~inside) > rim] = 0
    smaller = resize(grey, (size_px, size_px), order=1, preserve_range=True, anti_aliasing=side > size_px)
    return np.asarray(np.clip(smaller + 0.5, 0, 255), dtype=np.uint8)
