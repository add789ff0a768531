"""The picture on the view: the same pixels however they are drawn, and every voxel where the transform says."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from ctviewer.gui.slices.image_drawing import draw_scaled
from ctviewer.gui.slices.slice_transform import SliceTransform

pytestmark = pytest.mark.gui

VIEW = (420, 380)
BACKGROUND = 0xFF102030


def drawn(picture, transform, *, cores, smooth=True, ratio=1.0):
    """Pixels of a view, ``(rows, columns)``, as 0xffRRGGBB."""
    rows, columns = picture.shape
    image = QImage(picture.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    view = QImage(round(VIEW[0] * ratio), round(VIEW[1] * ratio), QImage.Format.Format_RGB32)
    view.setDevicePixelRatio(ratio)
    view.fill(BACKGROUND)
    painter = QPainter(view)
    target = QRectF(*transform.image_rect)
    draw_scaled(painter, target, image, QRect(0, 0, *VIEW), smooth=smooth, cores=cores)
    painter.end()
    return np.frombuffer(view.constBits(), np.uint32).reshape(view.height(), view.width()).copy()


PLACES = [(1.0, (0.0, 0.0)), (1.7, (13.3, -8.1)), (0.4, (3.0, 5.5)), (6.5, (-3.2, 1.9))]


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize(("zoom", "pan_mm"), PLACES)
def test_bands_change_no_pixel(themed_app, zoom, pan_mm, ratio):
    picture = np.random.default_rng(0).integers(0, 2**24, (96, 80), dtype=np.uint32) | np.uint32(0xFF000000)
    transform = SliceTransform(VIEW, picture.shape, (0.9, 0.7), zoom, pan_mm)
    in_bands, at_once = (drawn(picture, transform, cores=cores, ratio=ratio) for cores in (2, 8))
    np.testing.assert_array_equal(in_bands, at_once)
    assert (in_bands != BACKGROUND).any()


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("flips", [(False, False), (True, True)])
@pytest.mark.parametrize(("zoom", "pan_mm"), PLACES)
def test_a_voxel_is_drawn_where_the_transform_says(themed_app, zoom, pan_mm, flips, smooth):
    """The middle of a lit voxel's light, to a tenth of a pixel of the view (a whole one where voxels are smaller)."""
    picture = np.full((96, 80), 0xFF000000, np.uint32)
    row, column = 44, 37
    lit = picture[:: -1 if flips[0] else 1, :: -1 if flips[1] else 1]
    lit[row, column] = 0xFFFFFFFF
    transform = SliceTransform(VIEW, picture.shape, (0.9, 0.7), zoom, pan_mm, flips)
    light = (drawn(picture, transform, cores=2, smooth=smooth) & 255).astype(float)
    light[drawn(np.full_like(picture, 0xFF000000), transform, cores=2) == BACKGROUND] = 0
    y, x = (float((np.arange(n) + 0.5) @ light.sum(1 - axis)) / light.sum() for axis, n in enumerate(light.shape))
    expected_x, expected_y = transform.to_view(row, column)
    allowed = 0.15 if smooth and zoom >= 1 else 1.0
    assert abs(x - expected_x) < allowed
    assert abs(y - expected_y) < allowed
