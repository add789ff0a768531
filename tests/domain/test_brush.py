"""Brushes against the distance of every voxel, computed the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctviewer.domain.edits.brush import ball, ball_stroke, disc, stroke
from ctviewer.domain.planes import Plane
from tests.domain.grids import random_geometry, straight_geometry

SHAPE = (9, 20, 24)
POSITION = st.tuples(*[st.floats(-4, n + 3) for n in SHAPE])
RIM_MM = 1e-5


def distances_mm(geometry, start, end):
    """Distance of each voxel centre from the segment start…end (indices), millimetres, in patient space."""
    index = np.stack(np.meshgrid(*map(np.arange, geometry.shape), indexing="ij"), -1).reshape(-1, 3)
    points = geometry.index_to_lps(index)
    a, b = geometry.index_to_lps(np.array([start, end]))
    length2 = ((b - a) ** 2).sum()
    share = np.clip((points - a) @ (b - a) / length2, 0, 1) if length2 else np.zeros(len(points))
    return np.linalg.norm(points - a - share[:, None] * (b - a), axis=1).reshape(geometry.shape)


def nearest(index):
    return tuple(int(np.floor(n + 0.5)) for n in index)


def whole(region, shape):
    mask = np.zeros(shape, bool)
    if region is not None:
        assert all(0 <= s.start < s.stop <= n for s, n in zip(region.bbox, shape, strict=True))
        assert region.mask.any()
        mask[region.bbox] = region.mask
    return mask


def check(region, distance, radius, forced, geometry):
    """Equal to the slow way, except on the rim and at the voxels under the path."""
    mask = whole(region, geometry.shape)
    clear = np.abs(distance - radius) > RIM_MM
    for index in forced:
        if all(0 <= n < m for n, m in zip(index, geometry.shape, strict=True)):
            assert mask[index]
            clear[index] = False
    np.testing.assert_array_equal(mask[clear], (distance <= radius)[clear])


@settings(max_examples=40)
@given(seed=st.integers(0, 50), center=POSITION, radius=st.floats(0.05, 30))
def test_a_ball_is_every_voxel_within_the_radius(seed, center, radius):
    geometry = random_geometry(seed, shape=SHAPE)
    distance = distances_mm(geometry, center, center)
    check(ball(geometry, center, radius), distance, radius, [nearest(center)], geometry)


@settings(max_examples=40)
@given(seed=st.integers(0, 50), center=POSITION, radius=st.floats(0.05, 30), plane=st.sampled_from(list(Plane)))
def test_a_disc_is_one_slice_of_it(seed, center, radius, plane):
    geometry = random_geometry(seed, shape=SHAPE)
    flat = list(center)
    flat[plane.normal_axis] = nearest(center)[plane.normal_axis]
    distance = distances_mm(geometry, flat, flat)
    others = np.arange(SHAPE[plane.normal_axis]) != flat[plane.normal_axis]
    distance[
        np.moveaxis(np.broadcast_to(others, np.moveaxis(distance, plane.normal_axis, -1).shape), -1, plane.normal_axis)
    ] = np.inf
    check(disc(geometry, plane, center, radius), distance, radius, [nearest(flat)], geometry)


@settings(max_examples=40)
@given(seed=st.integers(0, 50), start=POSITION, end=POSITION, radius=st.floats(0.05, 20))
def test_a_dragged_ball_covers_everything_near_the_path(seed, start, end, radius):
    geometry = random_geometry(seed, shape=SHAPE)
    mask = whole(ball_stroke(geometry, start, end, radius), SHAPE)
    distance = distances_mm(geometry, start, end)
    assert mask[distance < radius - RIM_MM].all()
    # Beyond the radius only voxels the path itself passes, whose centres are within half a voxel diagonal.
    half_diagonal = np.linalg.norm(geometry.spacing_mm) / 2
    assert not mask[distance > max(radius, half_diagonal) + RIM_MM].any()


@settings(max_examples=40)
@given(start=POSITION, end=POSITION, radius=st.floats(0.05, 20), plane=st.sampled_from(list(Plane)))
def test_a_stroke_stays_in_the_slice_where_it_started(start, end, radius, plane):
    geometry = straight_geometry(SHAPE)
    mask = whole(stroke(geometry, plane, start, end, radius), SHAPE)
    used = np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != plane.normal_axis)))
    assert set(used) <= {nearest(start)[plane.normal_axis]}


@pytest.mark.parametrize("radius", [0.01, 0.3, 0.7])
@pytest.mark.parametrize("plane", list(Plane))
def test_a_fast_stroke_of_a_fine_brush_has_no_gaps(plane, radius):
    from scipy import ndimage

    geometry = straight_geometry((20, 40, 40))
    start, end = (3.2, 4.4, 5.1), (16.0, 33.7, 20.2)
    mask = whole(stroke(geometry, plane, start, end, radius), geometry.shape)
    assert ndimage.label(mask, np.ones((3, 3, 3)))[1] == 1
    assert mask[tuple(nearest(start))]
    last = list(nearest(end))
    last[plane.normal_axis] = nearest(start)[plane.normal_axis]
    assert mask[tuple(last)]


def test_a_dab_equals_a_stroke_that_does_not_move():
    geometry = straight_geometry(SHAPE)
    center = (4.0, 9.3, 11.8)
    for plane in Plane:
        one, other = disc(geometry, plane, center, 3.0), stroke(geometry, plane, center, center, 3.0)
        np.testing.assert_array_equal(whole(one, SHAPE), whole(other, SHAPE))
    np.testing.assert_array_equal(
        whole(ball(geometry, center, 3.0), SHAPE), whole(ball_stroke(geometry, center, center, 3.0), SHAPE)
    )


def test_the_rim_belongs_to_the_brush():
    geometry = straight_geometry((9, 9, 9), (1.0, 1.0, 1.0))
    assert whole(disc(geometry, Plane.AXIAL, (4, 4, 4), 3.0), (9, 9, 9)).sum() == 29
    tenth = straight_geometry((9, 9, 9), (0.1, 0.1, 0.1))
    assert whole(disc(tenth, Plane.AXIAL, (4, 4, 4), 0.3), (9, 9, 9)).sum() == 29


@pytest.mark.parametrize("center", [(-9, 5, 5), (30, 5, 5), (4, -40, 5), (4, 5, 90)])
def test_nothing_outside_the_volume(center):
    geometry = straight_geometry(SHAPE)
    assert disc(geometry, Plane.AXIAL, center, 2.0) is None
    assert ball(geometry, center, 2.0) is None
