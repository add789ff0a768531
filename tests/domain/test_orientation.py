"""All 48 axis orders come to the canonical one, and back."""

import itertools

import numpy as np
import pytest

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import AxisOrder, canonical_order, direction_letters, reorder_geometry
from tests.domain.grids import random_geometry, straight_geometry

ORDERS = [
    AxisOrder(axes, flipped)  # type: ignore[arg-type]
    for axes in itertools.permutations(range(3))
    for flipped in itertools.product((False, True), repeat=3)
]
SHAPE = (5, 6, 7)


def scrambled(order: AxisOrder) -> tuple[VolumeGeometry, np.ndarray, np.ndarray]:
    """A source grid whose canonical order is ``order``; its array holds the LPS position of each voxel."""
    canonical = straight_geometry(SHAPE)
    index = np.stack(np.meshgrid(*map(np.arange, SHAPE), indexing="ij"), -1)
    places = canonical.index_to_lps(index.reshape(-1, 3)).reshape(*SHAPE, 3)
    source = np.stack([order.to_source(places[..., c]) for c in range(3)], -1)
    origin = source[0, 0, 0]
    columns = []
    for axis in range(3):
        step = [0, 0, 0]
        step[axis] = 1
        columns.append(source[tuple(step)] - origin)
    affine = np.eye(4)
    affine[:3, :3] = np.array(columns).T
    affine[:3, 3] = origin
    return VolumeGeometry(source.shape[:3], affine), source, places


def test_there_are_48_orders():
    assert len(set(ORDERS)) == 48


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_every_order_is_recognised_and_every_voxel_keeps_its_place(order):
    geometry, source, places = scrambled(order)
    found = canonical_order(geometry)
    assert found == order
    moved = np.stack([found.to_canonical(source[..., c]) for c in range(3)], -1)
    np.testing.assert_allclose(moved, places)
    reordered = reorder_geometry(geometry, found)
    assert reordered.same_grid(straight_geometry(SHAPE))
    assert canonical_order(reordered) == AxisOrder((0, 1, 2), (False, False, False))


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_to_source_is_the_inverse_of_to_canonical(order):
    array = np.random.default_rng(0).integers(0, 255, SHAPE)
    np.testing.assert_array_equal(order.to_source(order.to_canonical(array)), array)
    assert np.shares_memory(order.to_canonical(array), array)


@pytest.mark.parametrize("seed", range(30))
def test_oblique_grids_come_closest_to_the_canonical_axes(seed):
    geometry = random_geometry(seed, shape=SHAPE)
    order = canonical_order(geometry)
    reordered = reorder_geometry(geometry, order)
    ideal = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0]], float)  # rows: k, j, i
    chosen = sum(ideal[a] @ reordered.directions[:, a] for a in range(3))
    others = [sum(ideal[a] @ reorder_geometry(geometry, other).directions[:, a] for a in range(3)) for other in ORDERS]
    assert chosen == pytest.approx(max(others))
    index = np.random.default_rng(seed).integers(0, SHAPE, (20, 3))
    places = np.stack([np.arange(np.prod(geometry.shape)).reshape(geometry.shape)])[0]
    moved = order.to_canonical(places)
    back = np.stack(np.unravel_index(moved[tuple((index % moved.shape).T)], geometry.shape), -1)
    np.testing.assert_allclose(reordered.index_to_lps(index % moved.shape), geometry.index_to_lps(back), atol=1e-8)


@pytest.mark.parametrize(
    ("vector", "letters"),
    [
        ((1, 0, 0), "L"),
        ((-2, 0, 0), "R"),
        ((0, 1, 0), "P"),
        ((0, -1, 0), "A"),
        ((0, 0, 1), "H"),
        ((0, 0, -1), "F"),
        ((0.2, 0, 1), "HL"),
        ((0.1, 0, 1), "H"),
        ((-0.6, -0.7, 0.3), "AR"),
        ((0.5, 0.5, 0.707), "HL"),
    ],
)
def test_letters_name_the_side_strongest_first(vector, letters):
    assert direction_letters(np.array(vector, float)) == letters
