"""Key images of a report: slices in a window with the mask on them as the screen shows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.segmentation import find_boundaries
from skimage.transform import resize

from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.domain.overlay_look import OutlineStyle, OverlayLook
from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.report import KeyImage
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import Window, grey_levels

HEIGHT_PX = 420
"""All key images have this height, so that they stand in a row."""

LETTER_PX = 22
CELL_PX = {OutlineStyle.DASHED: 5, OutlineStyle.DOTTED: 2}
"""As on the screen."""


def key_images(
    volume: Volume, labels: LabelArray | None, look: OverlayLook, trunk_slice: int | None, windows: Windows
) -> tuple[KeyImage, ...]:
    """Coronal and axial slices through the lungs, and the slice of the pulmonary trunk if there is one.

    Parameters
    ----------
    labels
        Mask to draw; None for none.
    look
        How it is drawn.
    trunk_slice
        Axial index of the slice that was classified.
    windows
        Lung and mediastinal window.
    """
    lung, mediastinum = windows
    k, j = _middle(volume, labels)
    images = [
        KeyImage("Coronal slice, lung window", draw(volume, Plane.CORONAL, j, lung, labels, look)),
        KeyImage("Axial slice, lung window", draw(volume, Plane.AXIAL, k, lung, labels, look)),
    ]
    if trunk_slice is not None:
        picture = draw(volume, Plane.AXIAL, trunk_slice, mediastinum, None, look)
        images.append(KeyImage("Level of the pulmonary trunk, mediastinal window", picture))
    return tuple(images)


Windows = tuple[Window, Window]


def draw(
    volume: Volume, plane: Plane, index: int, window: Window, labels: LabelArray | None, look: OverlayLook
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
        _draw_mask(picture, enlarged, look)
    return _with_sides(picture)


def _draw_mask(picture: NDArray[np.uint8], labels: LabelArray, look: OverlayLook) -> None:
    """Blend the colours into the picture as the views do."""
    for row in look.segments:
        share = row.opacity * (1.0 if look.as_outlines else look.opacity)
        if not row.is_visible or share <= 0:
            continue
        drawn = labels == row.segment.label
        if look.as_outlines:
            drawn = find_boundaries(drawn, mode="inner") & _pattern(labels.shape, row.outline)
        color = np.array(row.segment.color, np.float32)
        picture[drawn] = np.round(picture[drawn] * (1 - share) + color * share).astype(np.uint8)


def _pattern(shape: tuple[int, ...], style: OutlineStyle) -> BoolArray:
    """Where a border of this style is drawn: in every second square of a chequered pattern."""
    cell = CELL_PX.get(style)
    if cell is None:
        return np.ones(shape, bool)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((rows // cell + columns // cell) % 2 == 0)


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
