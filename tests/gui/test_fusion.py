"""The fused picture against a slow, obvious one."""

from dataclasses import replace

import numpy as np
import pytest

from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.windowing import PRESETS, grey_levels
from ctviewer.gui.slices.fusion import SliceFusion
from ctviewer.gui.slices.slice_transform import SliceTransform
from ctviewer.session.segment_table import SegmentRow

ROWS = [SegmentRow(s) for s in CHEST_SEGMENTS]


@pytest.fixture
def slices():
    random = np.random.default_rng(3)
    hu = random.integers(-3000, 3000, (37, 29)).astype(np.int16)
    labels = random.integers(0, 4, (37, 29)).astype(np.uint8)
    labels[:12] = 0
    labels[20:30, 5:20] = 2
    return hu, labels


def rgb(picture):
    return np.stack([picture >> 16 & 255, picture >> 8 & 255, picture & 255], -1).astype(int)


def fused(fusion, hu, labels, **options):
    out = np.zeros(hu.shape, np.uint32)
    fusion.fuse(hu, labels, out, **options)
    assert (out >> 24 == 255).all()
    return rgb(out)


def expected(hu, labels, window, rows, share):
    grey = grey_levels(hu, window).astype(float)[..., None]
    result = np.repeat(grey, 3, -1)
    for row in rows:
        color = np.array(row.segment.color, float)
        inside = labels == row.segment.label
        result[inside] = grey[inside] + share * row.opacity * (color - grey[inside])
    return np.round(result).astype(int)


@pytest.mark.parametrize("window", PRESETS, ids=lambda w: w.name)
def test_fill_equals_blending(slices, window):
    fusion = SliceFusion()
    fusion.set_window(window)
    fusion.set_overlay(ROWS, 0.35, outline=False, visible=True)
    difference = np.abs(fused(fusion, *slices) - expected(*slices, window, ROWS, 0.35))
    assert difference.max() <= 1


def test_each_segment_has_its_own_share_of_the_opacity(slices):
    rows = [replace(row, opacity=opacity) for row, opacity in zip(ROWS, (1.0, 0.4, 0.1), strict=True)]
    fusion = SliceFusion()
    fusion.set_window(PRESETS[0])
    fusion.set_overlay(rows, 0.5, outline=False, visible=True)
    assert np.abs(fused(fusion, *slices) - expected(*slices, PRESETS[0], rows, 0.5)).max() <= 1


def test_hidden_overlay_is_plain_grey(slices):
    fusion = SliceFusion()
    fusion.set_overlay(ROWS, 0.35, outline=False, visible=False)
    picture = fused(fusion, *slices)
    np.testing.assert_array_equal(picture, fused(fusion, slices[0], None))
    assert (picture[..., 0] == picture[..., 2]).all()


def test_hidden_segment_leaves_the_others(slices):
    fusion = SliceFusion()
    rows = [SegmentRow(s, is_visible=s.label != 2) for s in CHEST_SEGMENTS]
    fusion.set_overlay(rows, 0.5, outline=False, visible=True)
    picture, labels = fused(fusion, *slices), slices[1]
    assert (picture[labels == 2][:, 0] == picture[labels == 2][:, 2]).all()
    assert (picture[labels == 1][:, 0] != picture[labels == 1][:, 2]).all()


def test_label_without_a_row_is_still_seen(slices):
    hu, labels = np.full((5, 5), -2000, np.int16), np.full((5, 5), 77, np.uint8)
    fusion = SliceFusion()
    fusion.set_overlay(ROWS, 0.5, outline=False, visible=True)
    assert (fused(fusion, hu, labels) > 0).all()


def test_outline_colours_borders_only():
    labels = np.zeros((20, 20), np.uint8)
    labels[5:15, 4:12] = 1
    hu = np.full((20, 20), 3000, np.int16)
    fusion = SliceFusion()
    fusion.set_overlay(ROWS, 0.1, outline=True, visible=True)
    picture = fused(fusion, hu, labels)
    border = np.zeros((20, 20), bool)
    border[5:15, 4:12] = True
    border[6:14, 5:11] = False
    np.testing.assert_array_equal((picture == CHEST_SEGMENTS[0].color).all(-1), border)
    assert (picture[~border] == 255).all()


@pytest.mark.parametrize("outline", [False, True])
def test_any_part_equals_the_whole(slices, outline):
    hu, labels = slices
    fusion = SliceFusion()
    fusion.set_overlay(ROWS, 0.4, outline=outline, visible=True)
    whole, patched = np.zeros(hu.shape, np.uint32), np.zeros(hu.shape, np.uint32)
    fusion.fuse(hu, labels, whole)
    for part in [(slice(0, 9), slice(0, 29)), (slice(9, 30), slice(0, 11)), (slice(9, 30), slice(11, 29)),
                 (slice(30, 37), slice(0, 29))]:  # fmt: skip
        fusion.fuse(hu, labels, patched, part=part)
    np.testing.assert_array_equal(patched, whole)


def test_padding_is_black(slices):
    hu, labels = slices
    padding = np.zeros(hu.shape, bool)
    padding[:5] = True
    picture = fused(SliceFusion(), hu, labels, padding=padding)
    assert (picture[:5] == 0).all()


def test_flipped_views_are_read_correctly(slices):
    hu, labels = slices
    fusion = SliceFusion()
    fusion.set_overlay(ROWS, 0.4, outline=False, visible=True)
    np.testing.assert_array_equal(fused(fusion, hu[::-1], labels[::-1]), fused(fusion, hu, labels)[::-1])


def test_transform_keeps_millimetres_square_and_is_its_own_inverse():
    transform = SliceTransform((900, 700), (133, 512), (2.5, 0.7), zoom=1.7, pan_mm=(12.0, -30.0))
    left, top, width, height = transform.image_rect
    assert width / (512 * 0.7) == pytest.approx(height / (133 * 2.5))
    for point in [(0.0, 0.0), (899.0, 3.5), (450.0, 350.0)]:
        assert transform.to_view(*transform.to_pixel(*point)) == pytest.approx(point)
    assert transform.to_pixel(left, top) == pytest.approx((-0.5, -0.5))
    assert transform.mm_per_px == pytest.approx(512 * 0.7 / width)


def test_fitted_slice_fills_one_direction_and_is_centred():
    left, top, width, height = SliceTransform((900, 700), (512, 512), (0.7, 0.7)).image_rect
    assert (top, height) == (0, 700)
    assert left == pytest.approx((900 - width) / 2)
