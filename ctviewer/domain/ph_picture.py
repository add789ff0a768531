"""A slice of a scan drawn like the screen shots the pulmonary-hypertension classifiers learned from."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.transform import resize

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.ph_fitness import shown_number
from ctviewer.domain.thorax_picture import PH_WINDOW, GreyPicture, find_thorax, thorax_picture
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import grey_levels

PICTURE_SHORT_SIDE_PX = 360
"""Short side of the training screen shots."""

FED_SIZE_PX = 160

_BODY_HU = -300
_COUCH_MM = 6.0
_RIM_MM = 8.0


def render_ph_image(volume: Volume, k: int) -> GreyPicture:
    """Slice ``k`` as a picture like those of the training collection.

    Mediastinal window, square pixels, cropped to the patient (no couch), anterior up and the patient's left on the
    right, short side `PICTURE_SHORT_SIDE_PX`.

    Raises
    ------
    NotApplicableError
        If the slice shows no body.
    """
    _, dj, di = volume.geometry.spacing_mm
    section = volume.hu[k]
    body = ndimage.binary_opening(section > _BODY_HU, iterations=max(1, round(_COUCH_MM / 2 / min(dj, di))))
    parts, count = ndimage.label(body)
    if count == 0:
        raise NotApplicableError(f"Slice {shown_number(volume, k)} shows no body.", "Choose a slice through the chest.")
    largest = parts == 1 + int(np.argmax(np.bincount(parts.ravel(), minlength=count + 1)[1:]))
    rows, columns = np.nonzero(largest)
    top, bottom = _with_rim(rows, section.shape[0], dj)
    left, right = _with_rim(columns, section.shape[1], di)
    grey = grey_levels(section[top:bottom, left:right], PH_WINDOW)
    height_mm, width_mm = (bottom - top) * dj, (right - left) * di
    scale = PICTURE_SHORT_SIDE_PX / min(height_mm, width_mm)
    shape = (max(1, round(height_mm * scale)), max(1, round(width_mm * scale)))
    drawn = resize(grey, shape, order=1, preserve_range=True, anti_aliasing=max(dj, di) * scale < 1)
    return np.asarray(np.clip(drawn + 0.5, 0, 255), dtype=np.uint8)


def _with_rim(indices: AnyArray, length: int, spacing_mm: float) -> tuple[int, int]:
    rim = round(_RIM_MM / spacing_mm)
    return max(0, int(indices.min()) - rim), min(length, int(indices.max()) + 1 + rim)


def fed_picture(volume: Volume, k: int) -> GreyPicture:
    """The picture of slice ``k`` the classifier sees: the thorax alone, `FED_SIZE_PX` square.

    Raises
    ------
    NotApplicableError
        If no thorax is found on the slice.
    """
    picture = render_ph_image(volume, k)
    thorax = find_thorax(picture)
    if thorax is None:
        raise NotApplicableError(
            f"Slice {shown_number(volume, k)} was not classified: the outline of the chest was not found on it.",
            "Choose a slice through the pulmonary trunk with aerated lungs on both sides.",
        )
    return thorax_picture(picture, thorax, FED_SIZE_PX)
