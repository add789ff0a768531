"""Key images of a report: slices in a window with the outline of the mask on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.segmentation import find_boundaries
from skimage.transform import resize

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.report import KeyImage
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import Window, grey_levels

HEIGHT_PX = 420
"""All key images have this height, so that they stand in a row."""

LETTER_PX = 22


def key_images(
    volume: Volume, labels: LabelArray | None, segments: Sequence[Segment], trunk_slice: int | None, windows: Windows
) -> tuple[KeyImage, ...]:
    """Coronal and axial slices through the lungs, and the slice of the pulmonary trunk if there is one.

    Parameters
    ----------
    labels
        Mask to outline; None for none.
    trunk_slice
        Axial index of the slice that was classified.
    windows
        Lung and mediastinal window.
    """
    lung, mediastinum = windows
    k, j = _middle(volume, labels)
    images = [
        KeyImage("Coronal slice, lung window", draw(volume, Plane.CORONAL, j, lung, labels, segments)),
        KeyImage("Axial slice, lung window", draw(volume, Plane.AXIAL, k, lung, labels, segments)),
    ]
    if trunk_slice is not None:
        picture = draw(volume, Plane.AXIAL, trunk_slice, mediastinum, None, segments)
        images.append(KeyImage("Level of the pulmonary trunk, mediastinal window", picture))
    return tuple(images)


Windows = tuple[Window, Window]


def draw(
    volume: Volume, plane: Plane, index: int, window: Window, labels: LabelArray | None, segments: Sequence[Segment]
) -> NDArray[np.uint8]:
    """One slice as a picture with square pixels, the patient's left on the right, `HEIGHT_PX` high.

    Returns
    -------
    array
        Shape ``(HEIGHT_PX, columns, 3)``, uint8.
    """
    row_mm = volume.geometry.spacing_mm[plane.row_axis]
    column_mm = volume.geometry.spacing_mm[plane.column_axis]
    grey = grey_levels(extract_slice(volume.hu, plane, index), window)
    shape = (HEIGHT_PX, max(1, round(HEIGHT_PX * grey.shape[1] * column_mm / (grey.shape[0] * row_mm))))
    scaled = resize(grey, shape, order=1, preserve_range=True, anti_aliasing=grey.shape[0] > HEIGHT_PX)
    picture = np.repeat(np.clip(scaled + 0.5, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    if labels is not None:
        cut = extract_slice(labels, plane, index)
        enlarged = resize(cut, shape, order=0, preserve_range=True, anti_aliasing=False).astype(np.uint8)
        for segment in segments:
            picture[find_boundaries(enlarged == segment.label, mode="inner")] = segment.color
    return _with_sides(picture)


def _with_sides(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The letters R and L at the edges: columns of both planes run to the patient's left."""
    image = Image.fromarray(picture)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(LETTER_PX)
    middle = picture.shape[0] / 2
    for letter, x, anchor in (("R", 8, "lm"), ("L", picture.shape[1] - 8, "rm")):
        pen.rectangle(pen.textbbox((x, middle), letter, font=font, anchor=anchor), fill=(0, 0, 0))
        pen.text((x, middle), letter, fill=(240, 242, 245), font=font, anchor=anchor)
    return np.asarray(image)


def _middle(volume: Volume, labels: LabelArray | None) -> tuple[int, int]:
    """Axial and coronal index with the most mask; the middle of the scan without one."""
    if labels is None or not labels.any():
        return volume.hu.shape[0] // 2, volume.hu.shape[1] // 2
    marked = labels > 0
    return int(marked.sum(axis=(1, 2)).argmax()), int(marked.sum(axis=(0, 2)).argmax())
