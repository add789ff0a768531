"""Where another library does the same, the edit functions give the same voxels."""

import numpy as np
import pytest
import SimpleITK
from scipy import ndimage
from skimage import draw
from skimage.graph import route_through_array

from ctviewer.domain.edits.brush import ball, disc
from ctviewer.domain.edits.components import connected_parts, enclosed, part_at
from ctviewer.domain.edits.copy_slice import copy_slice
from ctviewer.domain.edits.flood import flood_in_volume, grow_in_volume
from ctviewer.domain.edits.islands import all_but_largest, holes
from ctviewer.domain.edits.livewire import Livewire, edge_cost
from ctviewer.domain.edits.margin import grow, within_distance
from ctviewer.domain.edits.scissors import cut_off
from ctviewer.domain.edits.set_operations import OtherSegment, SetOperation, combine
from ctviewer.domain.edits.shapes import polygon
from ctviewer.domain.planes import Plane
from tests.domain.grids import straight_geometry

SHAPE, SPACING = (14, 22, 26), (2.0, 0.9, 0.7)
GRID = straight_geometry(SHAPE, SPACING)


def whole(region):
    mask = np.zeros(SHAPE, bool)
    if region is not None:
        mask[region.bbox] = region.mask
    return mask


def blobs(seed, share=0.5):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=SHAPE), 1.2)
    return noise > np.quantile(noise, share)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("by_corners", [True, False])
def test_connected_parts_are_those_of_scipy(seed, by_corners):
    mask = blobs(seed, 0.7)
    ours = connected_parts(mask, by_corners=by_corners)
    theirs, count = ndimage.label(mask, np.ones((3, 3, 3)) if by_corners else None)
    assert len(np.unique(ours[mask])) == count
    assert len(np.unique(ours[mask].astype(np.int64) * 100_000 + theirs[mask])) == count


@pytest.mark.parametrize("seed", range(3))
def test_holes_are_those_of_scipy(seed):
    mask = blobs(seed, 0.4)
    np.testing.assert_array_equal(enclosed(mask), ndimage.binary_fill_holes(mask) & ~mask)
    np.testing.assert_array_equal(enclosed(mask[5]), ndimage.binary_fill_holes(mask[5]) & ~mask[5])
    slices = np.stack([ndimage.binary_fill_holes(cut) for cut in mask]) & ~mask
    np.testing.assert_array_equal(whole(holes(mask.astype(np.uint8), 1)), slices)


def test_the_largest_part_is_that_of_simpleitk():
    mask = blobs(4, 0.8)
    by_corners = True
    parts = SimpleITK.ConnectedComponent(SimpleITK.GetImageFromArray(mask.astype(np.uint8)), by_corners)
    largest = SimpleITK.GetArrayFromImage(SimpleITK.RelabelComponent(parts)) == 1
    np.testing.assert_array_equal(mask & ~whole(all_but_largest(mask.astype(np.uint8), 1)), largest)


@pytest.mark.parametrize("seed", range(3))
def test_region_grow_is_the_connected_threshold_of_simpleitk(seed):
    hu = (ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=SHAPE), 1) * 800 - 700).astype(np.int16)
    start = tuple(int(n) for n in np.argwhere((hu > -850) & (hu < -600))[seed * 40])
    found = SimpleITK.ConnectedThreshold(SimpleITK.GetImageFromArray(hu), [start[::-1]], lower=-850, upper=-600)
    ours = whole(grow_in_volume(hu, start, (-850, -600), GRID, 1e6))
    np.testing.assert_array_equal(ours, SimpleITK.GetArrayFromImage(found) == 1)


def test_growing_a_part_step_by_step_sees_all_of_it():
    """A long thin snake leaves the first box on every side."""
    mask = np.zeros((60, 70, 80), bool)
    mask[30, 35, :] = mask[30, :, 0] = mask[:, 69, 0] = mask[59, 69, :] = True
    region = part_at(lambda box: mask[box], mask.shape, (30, 35, 40))
    found = np.zeros_like(mask)
    found[region.bbox] = region.mask
    np.testing.assert_array_equal(found, mask)


def test_flood_fills_like_simpleitk():
    labels = np.zeros(SHAPE, np.uint8)
    labels[blobs(7)] = 2
    start = tuple(int(n) for n in np.argwhere(labels == 2)[100])
    theirs = SimpleITK.ConnectedThreshold(SimpleITK.GetImageFromArray(labels), [start[::-1]], lower=2, upper=2)
    np.testing.assert_array_equal(
        whole(flood_in_volume(labels, start, GRID, 1e6)), SimpleITK.GetArrayFromImage(theirs) == 1
    )


@pytest.mark.parametrize("margin_mm", [0.5, 1.0, 2.3, 5.1, -0.9, -2.3])
def test_margins_are_those_of_the_distance_transform(margin_mm):
    labels = blobs(2, 0.6).astype(np.uint8)
    change = grow(labels, 1, GRID, margin_mm)
    after = (labels == 1) & ~whole(change.lost) | whole(change.gained)
    if margin_mm > 0:
        expected = ndimage.distance_transform_edt(labels == 0, sampling=SPACING) <= margin_mm
    else:
        expected = ndimage.distance_transform_edt(labels == 1, sampling=SPACING) > -margin_mm
    np.testing.assert_array_equal(after, expected)


def test_margin_of_one_voxel_is_the_dilation_of_scipy():
    mask = blobs(3, 0.8)
    np.testing.assert_array_equal(within_distance(mask, (1.0, 1.0, 1.0), 1.0), ndimage.binary_dilation(mask))


@pytest.mark.parametrize("plane", list(Plane))
def test_disc_is_an_ellipse_of_skimage(plane):
    center = (6.0, 11.0, 13.0)
    mask = whole(disc(GRID, plane, center, 4.3))
    axes = [a for a in range(3) if a != plane.normal_axis]
    flat = np.zeros([SHAPE[a] for a in axes], bool)
    # skimage leaves the rim itself out
    flat[draw.ellipse(*(center[a] for a in axes), *((4.3 + 1e-6) / SPACING[a] for a in axes), shape=flat.shape)] = True
    np.testing.assert_array_equal(np.take(mask, int(center[plane.normal_axis]), plane.normal_axis), flat)
    assert mask.sum() == flat.sum()


def test_ball_is_a_distance_in_millimetres():
    index = np.indices(SHAPE)
    center = (6.3, 10.8, 12.1)
    distance = np.sqrt(sum(((index[a] - center[a]) * SPACING[a]) ** 2 for a in range(3)))
    np.testing.assert_array_equal(whole(ball(GRID, center, 5.0)), distance <= 5.0)


@pytest.mark.parametrize("plane", list(Plane))
def test_polygon_is_that_of_skimage(plane):
    axes = [a for a in range(3) if a != plane.normal_axis]
    corners = np.random.default_rng(1).uniform(1, 12, (7, 2))
    vertices = np.zeros((7, 3))
    vertices[:, axes] = corners
    flat = draw.polygon2mask(tuple(SHAPE[a] for a in axes), corners)
    np.testing.assert_array_equal(np.take(whole(polygon(SHAPE, plane, 4, vertices)), 4, plane.normal_axis), flat)


def test_livewire_costs_what_the_cheapest_route_of_skimage_costs():
    hu = (ndimage.gaussian_filter(np.random.default_rng(2).normal(size=(60, 70)), 2) * 4000 - 300).astype(np.int16)
    wire = Livewire(hu, (1.0, 1.0))
    wire.set_anchor((5, 6))
    way = wire.path_to((52, 63)).astype(int)
    cost = edge_cost(hu, (1.0, 1.0))
    _, cheapest = route_through_array(cost, (5, 6), (52, 63), geometric=True)
    steps = np.hypot(*np.diff(way, axis=0).T)
    between = (cost[tuple(way[1:].T)] + cost[tuple(way[:-1].T)]) / 2
    assert float((steps * between).sum()) == pytest.approx(cheapest)
    assert steps.max() < 1.5


@pytest.mark.parametrize("plane", list(Plane))
def test_scissors_cut_along_a_half_plane(plane):
    labels = np.ones(SHAPE, np.uint8)
    rows, columns = plane.row_axis, plane.column_axis
    start, end = np.zeros(3), np.zeros(3)
    start[[rows, columns]] = (2.0, 3.5)
    end[[rows, columns]] = (SHAPE[rows] - 3.0, 9.5)
    cut = whole(cut_off(labels, 1, GRID, plane, np.array([start, end])))
    index = np.indices(SHAPE).astype(float)
    along = (end - start) * SPACING
    across = (index[rows] - start[rows]) * SPACING[rows] * along[columns] - (index[columns] - start[columns]) * SPACING[
        columns
    ] * along[rows]
    sides = [across > 1e-6, across < -1e-6]
    smaller = min(sides, key=np.count_nonzero)
    clear = np.abs(across) > 1e-6
    np.testing.assert_array_equal(cut[clear], smaller[clear])
    other = whole(cut_off(labels, 1, GRID, plane, np.array([start, end]), other_side=True))
    np.testing.assert_array_equal(cut ^ other, labels == 1)


@pytest.mark.parametrize("operation", list(SetOperation))
def test_boolean_operations_are_those_of_numpy(operation):
    labels = np.zeros(SHAPE, np.uint8)
    labels[blobs(5, 0.6)] = 1
    labels[blobs(6, 0.7)] = 2
    near = ndimage.distance_transform_edt(labels != 2, sampling=SPACING) <= 1.5
    change = combine(labels, 1, OtherSegment(2, 1.5).region(labels, GRID), operation)
    after = (labels == 1) & ~whole(change.lost) | whole(change.gained)
    own = labels == 1
    expected = {SetOperation.ADD: own | near, SetOperation.SUBTRACT: own & ~near, SetOperation.INTERSECT: own & near}
    np.testing.assert_array_equal(after, expected[operation])


@pytest.mark.parametrize("plane", list(Plane))
def test_a_copied_slice_is_the_slice(plane):
    labels = blobs(8).astype(np.uint8)
    change = copy_slice(labels, 1, plane, 5, 6)
    after = (labels == 1) & ~whole(change.lost) | whole(change.gained)
    axis = plane.normal_axis
    np.testing.assert_array_equal(np.take(after, 6, axis), np.take(labels == 1, 5, axis))
    keep = [n for n in range(SHAPE[axis]) if n != 6]
    np.testing.assert_array_equal(np.take(after, keep, axis), np.take(labels == 1, keep, axis))
    assert copy_slice(labels, 1, plane, 0, -1).gained is None
