"""Masks to polygons and back: exact voxels, holes, and agreement with matplotlib."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.measure import label as components

from ctviewer.domain.contours import mask_polygons, polygons_mask


def polygon_area(polygon):
    """In pixels; what a keyhole leaves out is not counted."""
    row, column = polygon.T
    return abs(np.dot(row, np.roll(column, -1)) - np.dot(column, np.roll(row, -1))) / 2


@settings(max_examples=300, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 14), st.integers(1, 14))))
def test_any_mask_comes_back_exact_with_its_area(mask):
    polygons = mask_polygons(mask)
    np.testing.assert_array_equal(polygons_mask(polygons, mask.shape), mask)
    assert len(polygons) == components(mask, connectivity=1).max()
    assert sum(map(polygon_area, polygons)) == pytest.approx(mask.sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_part_is_one_polygon_with_its_holes_left_out(seed):
    mask = np.random.default_rng(seed).random((30, 40)) < 0.8  # many holes
    parts = components(mask, connectivity=1)
    areas = sorted(polygon_area(p) for p in mask_polygons(mask))
    assert areas == sorted(np.bincount(parts.ravel())[1:])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_rounding_to_micrometres_and_any_position_change_nothing(seed):
    random = np.random.default_rng(seed)
    mask = random.random((20, 20)) < 0.6
    spacing, origin = random.uniform(0.3, 3, 2), random.uniform(-400, 400, 2)
    in_mm = [np.round(p * spacing + origin, 3) for p in mask_polygons(mask)]
    back = [(p - origin) / spacing for p in in_mm]
    np.testing.assert_array_equal(polygons_mask(back, mask.shape), mask)


def test_separate_inner_polygons_are_holes_too():
    square = np.array([[1.5, 1.5], [1.5, 8.5], [8.5, 8.5], [8.5, 1.5]])
    inner = np.array([[3.5, 3.5], [3.5, 6.5], [6.5, 6.5], [6.5, 3.5]])
    mask = polygons_mask([square, inner], (10, 10))
    assert mask[2:9, 2:9].sum() == mask.sum() == 49 - 9
    assert not mask[4:7, 4:7].any()


def test_what_lies_outside_the_picture_is_cut_off():
    square = np.array([[-5.0, -5.0], [-5.0, 30.0], [30.0, 30.0], [30.0, -5.0]])
    assert polygons_mask([square], (7, 9)).all()
    assert not polygons_mask([square + 50], (7, 9)).any()


def test_agrees_with_matplotlib_on_slanted_polygons():
    from matplotlib.path import Path

    random = np.random.default_rng(4)
    for _ in range(20):
        angle = np.sort(random.uniform(0, 2 * np.pi, 30))
        radius = random.uniform(3, 15, 30)
        polygon = np.stack([20 + radius * np.sin(angle), 22 + radius * np.cos(angle)], axis=1)
        index = np.stack(np.meshgrid(np.arange(40), np.arange(44), indexing="ij"), -1).reshape(-1, 2)
        expected = Path(polygon).contains_points(index).reshape(40, 44)
        np.testing.assert_array_equal(polygons_mask([polygon], (40, 44)), expected)
