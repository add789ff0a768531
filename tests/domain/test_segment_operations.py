"""Islands, holes, margins, fill between slices, outlines and region growing: against brute force and scipy."""

import numpy as np
import pytest
from scipy import ndimage

from ctviewer.domain.edits import joint_smoothing
from ctviewer.domain.edits.between_slices import fill_between
from ctviewer.domain.edits.compose import EditRules, PaintRule
from ctviewer.domain.edits.flood import LeakError, grow_in_slice, grow_in_volume
from ctviewer.domain.edits.islands import all_but_island_at, all_but_largest, holes, island_at
from ctviewer.domain.edits.joint_smoothing import smooth_jointly
from ctviewer.domain.edits.margin import grow, median
from ctviewer.domain.edits.segment_operations import Operands, SegmentOperation, operation_edit
from ctviewer.domain.edits.set_operations import SetOperation
from ctviewer.domain.edits.shapes import polygon
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane


def grid(shape, spacing=(1.0, 1.0, 1.0)):
    return VolumeGeometry(shape, np.diag([*spacing, 1.0]))


def whole(region, shape):
    mask = np.zeros(shape, bool)
    if region is not None:
        mask[region.bbox] = region.mask
    return mask


@pytest.fixture
def two_islands():
    labels = np.zeros((6, 10, 10), np.uint8)
    labels[1:4, 1:6, 1:6] = 1
    labels[5, 8:, 8:] = 1
    labels[0, 9, 0] = 2
    return labels


def test_all_but_largest_is_the_small_island(two_islands):
    removed = whole(all_but_largest(two_islands, 1), two_islands.shape)
    expected = np.zeros_like(removed)
    expected[5, 8:, 8:] = True
    np.testing.assert_array_equal(removed, expected)
    assert all_but_largest(two_islands, 2) is None
    assert all_but_largest(two_islands, 3) is None


def test_island_at_and_its_complement_partition_the_segment(two_islands):
    island = whole(island_at(two_islands, 1, (2, 2, 2)), two_islands.shape)
    others = whole(all_but_island_at(two_islands, 1, (2, 2, 2)), two_islands.shape)
    np.testing.assert_array_equal(island | others, two_islands == 1)
    assert not (island & others).any()
    assert island_at(two_islands, 1, (0, 0, 0)) is None


def test_diagonal_neighbours_are_one_island():
    labels = np.zeros((3, 3, 3), np.uint8)
    labels[0, 0, 0] = labels[1, 1, 1] = 1
    assert all_but_largest(labels, 1) is None


def test_holes_are_filled_but_a_structure_inside_stays():
    labels = np.ones((3, 7, 7), np.uint8)
    labels[1, 2, 2] = 0
    labels[1, 4, 4] = 2
    np.testing.assert_array_equal(whole(holes(labels, 1), labels.shape), labels == 0)
    ring = np.zeros((3, 5, 5), np.uint8)
    ring[:, 1:4, 1:4] = 1
    ring[:, 2, 2] = 0
    assert whole(holes(ring, 1), ring.shape).sum() == 3
    assert holes(ring, 1, per_axial_slice=False) is None  # open to the top and bottom of the scan


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (5.0, 0.8, 0.7)])
def test_growing_is_a_distance_in_millimetres(spacing):
    labels = np.zeros((11, 21, 21), np.uint8)
    labels[5, 10, 10] = 1
    gained = whole(grow(labels, 1, grid(labels.shape, spacing), 5.0).gained, labels.shape)
    index = np.indices(labels.shape)
    offset = [(index[a] - c) * spacing[a] for a, c in enumerate((5, 10, 10))]
    distance = np.sqrt(sum(o**2 for o in offset))
    np.testing.assert_array_equal(gained, (distance <= 5.0 + 1e-9) & (distance > 0))


def test_growing_never_takes_a_neighbours_voxels():
    labels = np.zeros((5, 5, 10), np.uint8)
    labels[..., :5], labels[..., 5:] = 1, 2
    assert grow(labels, 1, grid(labels.shape), 3.0).gained is None


def test_shrinking_then_growing_a_block_gives_it_back():
    labels = np.zeros((20, 20, 20), np.uint8)
    labels[4:16, 4:16, 4:16] = 1
    geometry = grid(labels.shape)
    lost = whole(grow(labels, 1, geometry, -1.0).lost, labels.shape)
    assert lost.sum() == 12**3 - 10**3


def spiky():
    labels = np.zeros((20, 40, 40), np.uint8)
    labels[:, 10:30, 10:30] = 1
    labels[10, 30:34, 20] = 1
    labels[10, 10:12, 20] = 0
    return labels


def test_smoothing_removes_a_spike_and_fills_a_dent_and_keeps_the_volume():
    labels = spiky()
    change = median(labels, 1, grid(labels.shape), 3.0)
    assert whole(change.lost, labels.shape)[10, 33, 20]
    assert whole(change.gained, labels.shape)[10, 11, 20]
    assert not whole(change.lost, labels.shape)[0, 20, 20]
    gained, lost = whole(change.gained, labels.shape).sum(), whole(change.lost, labels.shape).sum()
    assert abs(int(gained) - int(lost)) < 0.05 * (labels == 1).sum()


@pytest.mark.parametrize(
    ("spacing", "size_mm", "voxels"), [((1.0, 1.0, 1.0), 3.0, (3, 3, 3)), ((5, 0.8, 0.7), 4, (1, 5, 5))]
)
def test_smoothing_is_the_median_filter_of_scipy(spacing, size_mm, voxels):
    labels = (np.random.default_rng(1).random((9, 14, 15)) < 0.5).astype(np.uint8)
    change = median(labels, 1, grid(labels.shape, spacing), size_mm)
    after = (labels == 1) & ~whole(change.lost, labels.shape) | whole(change.gained, labels.shape)
    np.testing.assert_array_equal(after, ndimage.median_filter(labels, voxels, mode="nearest") == 1)


def test_joint_smoothing_leaves_neither_gap_nor_overlap_between_neighbours():
    labels = spiky()
    labels[:, 10:30, 30:36] = 2
    labels[8:12, 18:22, 28:33] = 2
    after = applied(labels, smooth_jointly(labels, grid(labels.shape), 1.5))
    assert (after[10, 14:26, 12:34] != 0).all()
    assert after[10, 20, 26] == 1
    assert np.count_nonzero(after[10, 20] == 2) < np.count_nonzero(labels[10, 20] == 2)
    np.testing.assert_array_equal(applied(labels, smooth_jointly(labels, grid(labels.shape), 1.5, frozenset({1}))) == 1,
                                  labels == 1)  # fmt: skip


@pytest.mark.parametrize("block", [joint_smoothing._BLOCK, (3, 4, 5)])
def test_joint_smoothing_is_the_largest_share_of_a_gaussian(monkeypatch, block):
    monkeypatch.setattr(joint_smoothing, "_BLOCK", block)
    labels = np.random.default_rng(5).integers(0, 3, (8, 12, 12)).astype(np.uint8)
    labels[2:6, 3:9, 3:9] = 1
    spacing = (2.0, 1.0, 0.8)
    shares = [ndimage.gaussian_filter((labels == n).astype(np.float32), [2.0 / s for s in spacing], mode="nearest",
                                      truncate=3.0) for n in range(3)]  # fmt: skip
    after = applied(labels, smooth_jointly(labels, grid(labels.shape, spacing), 2.0))
    clear = np.sort(shares, axis=0)
    sure = clear[-1] - clear[-2] > 1e-4
    np.testing.assert_array_equal(after[sure], np.argmax(shares, axis=0)[sure])


def test_joint_smoothing_leaves_out_only_what_cannot_change(monkeypatch):
    labels = np.zeros((12, 40, 40), np.uint8)
    labels[2:10, 4:36, 4:20], labels[2:10, 4:36, 20:36] = 1, 2
    labels[4:8, 10:12, 6:34] = 0
    whole_array = applied(labels, smooth_jointly(labels, grid(labels.shape, (2.5, 0.7, 0.7)), 1.5))
    monkeypatch.setattr(joint_smoothing, "_BLOCK", (2, 4, 4))
    in_blocks = applied(labels, smooth_jointly(labels, grid(labels.shape, (2.5, 0.7, 0.7)), 1.5))
    np.testing.assert_array_equal(in_blocks, whole_array)
    assert (in_blocks != labels).any()


def test_fill_between_makes_a_cone_out_of_two_discs():
    labels = np.zeros((11, 41, 41), np.uint8)
    rows, columns = np.indices((41, 41)) - 20
    radius = np.hypot(rows, columns)
    labels[0], labels[10] = radius <= 5, radius <= 15
    filled = whole(fill_between(labels, 1, grid(labels.shape)), labels.shape)
    for k in range(1, 10):
        area = filled[k].sum()
        assert abs(np.sqrt(area / np.pi) - (5 + k)) < 0.8
    assert not filled[0].any()
    assert not filled[10].any()


def test_fill_between_needs_a_gap_and_respects_other_labels():
    labels = np.zeros((5, 9, 9), np.uint8)
    labels[1:3, 3:6, 3:6] = 1
    assert fill_between(labels, 1, grid(labels.shape)) is None
    labels[4, 3:6, 3:6] = 1
    labels[3, 4, 4] = 2
    filled = whole(fill_between(labels, 1, grid(labels.shape)), labels.shape)
    assert filled[3].sum() == 8


@pytest.mark.parametrize("plane", list(Plane))
def test_polygon_holds_the_voxel_centres_inside(plane):
    shape = (12, 14, 16)
    axes = [a for a in range(3) if a != plane.normal_axis]
    vertices = np.zeros((4, 3))
    vertices[:, axes] = [(1.5, 2.5), (1.5, 7.5), (6.5, 7.5), (6.5, 2.5)]
    mask = whole(polygon(shape, plane, 3, vertices), shape)
    assert mask.sum() == 25
    hit = np.argwhere(mask)
    assert set(hit[:, plane.normal_axis]) == {3}
    assert hit[:, axes[0]].min() == 2
    assert hit[:, axes[0]].max() == 6
    assert hit[:, axes[1]].min() == 3
    assert hit[:, axes[1]].max() == 7


def test_polygon_outside_the_volume_or_too_short_is_nothing():
    assert polygon((5, 5, 5), Plane.AXIAL, 2, np.array([[0, 20.0, 20.0], [0, 21, 20], [0, 21, 21]])) is None
    assert polygon((5, 5, 5), Plane.AXIAL, 2, np.zeros((2, 3))) is None


def test_region_growing_agrees_with_scipy_and_reports_a_leak():
    rng = np.random.default_rng(3)
    hu = ndimage.gaussian_filter(rng.normal(size=(12, 20, 20)), 1.5)
    hu = (hu / hu.std() * 300 - 700).astype(np.int16)
    seed = tuple(int(n) for n in np.argwhere((hu > -800) & (hu < -600))[0])
    parts, _ = ndimage.label((hu >= -800) & (hu <= -600))
    found = whole(grow_in_volume(hu, seed, (-800, -600), grid(hu.shape), 1e9), hu.shape)
    np.testing.assert_array_equal(found, parts == parts[seed])
    in_slice = whole(grow_in_slice(hu, Plane.AXIAL, seed, (-800, -600)), hu.shape)
    assert set(np.argwhere(in_slice)[:, 0]) == {seed[0]}
    assert grow_in_volume(hu, seed, (3000, 3001), grid(hu.shape), 1e9) is None
    with pytest.raises(LeakError, match="more than the limit"):
        grow_in_volume(hu, seed, (-5000, 5000), grid(hu.shape), 0.5)


def applied(labels, edit):
    labelmap = LabelMap(grid(labels.shape), labels)
    if edit is not None:
        labelmap.apply(edit)
    return np.array(labelmap.view())


OPERANDS = {
    SegmentOperation.COMBINE: Operands(amount_mm=2.0, other=2, set_operation=SetOperation.INTERSECT),
    SegmentOperation.RELABEL: Operands(other=3),
    SegmentOperation.COPY_SLICE: Operands(source=2, target=5),
    SegmentOperation.SMOOTH: Operands(amount_mm=3.0),
    SegmentOperation.SMOOTH_JOINTLY: Operands(amount_mm=1.0),
    SegmentOperation.MARGIN: Operands(amount_mm=1.0),
}


@pytest.mark.parametrize("operation", list(SegmentOperation))
def test_every_operation_is_one_reversible_edit_that_spares_locked_segments(operation, two_islands):
    labels = two_islands.copy()
    labels[2, 3, 3] = 0  # a hole
    labels[5, 2:5, 2:5] = 1  # and slice 4 is missing
    labels[4, 0, 0] = 2
    geometry, before = grid(labels.shape), labels.copy()
    operands = OPERANDS.get(operation)
    edit = operation_edit(operation, labels, 1, geometry, operands=operands)
    np.testing.assert_array_equal(labels, before)
    after = applied(labels, edit)
    assert not np.array_equal(after, labels)
    np.testing.assert_array_equal(applied(after, edit.inverse()), labels)
    locked = PaintRule(frozenset({1}))
    guarded = operation_edit(operation, labels, 1, geometry, EditRules(locked, locked), operands)
    np.testing.assert_array_equal(applied(labels, guarded) == 1, labels == 1)
    if operation not in (SegmentOperation.SWAP_LUNGS, SegmentOperation.SMOOTH_JOINTLY):
        np.testing.assert_array_equal(after == 2, labels == 2)


@pytest.mark.parametrize("operation", list(SegmentOperation))
def test_operations_obey_the_rule_of_painting(operation, two_islands):
    """Gate and "inside a segment" hold for all of them; relabelling half a segment would be worse than none."""
    labels = two_islands.copy()
    labels[2, 3, 3] = 0
    labels[5, 2:5, 2:5] = 1
    hu = np.full(labels.shape, -800, np.int16)
    hu[:, :4] = 40
    rule = PaintRule(hu_range=(-1024, -300))
    edit = operation_edit(operation, labels, 1, grid(labels.shape), EditRules(rule, rule), OPERANDS.get(operation), hu)
    changed = applied(labels, edit) != labels
    if operation in (SegmentOperation.SWAP_LUNGS, SegmentOperation.RELABEL, SegmentOperation.CLEAR):
        assert changed[hu > 0].any()
    else:
        assert not changed[hu > 0].any()


def test_swapping_the_lungs_twice_changes_nothing():
    labels = np.random.default_rng(0).integers(0, 4, (4, 6, 6)).astype(np.uint8)
    geometry = grid(labels.shape)
    once = applied(labels, operation_edit(SegmentOperation.SWAP_LUNGS, labels, 1, geometry))
    np.testing.assert_array_equal(once == 1, labels == 2)
    np.testing.assert_array_equal(once == 3, labels == 3)
    twice = applied(once, operation_edit(SegmentOperation.SWAP_LUNGS, once, 1, geometry))
    np.testing.assert_array_equal(twice, labels)
