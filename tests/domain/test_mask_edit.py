"""Edits: bytes and back, apply and inverse, several as one, and the paint rule."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctviewer.domain.edits.compose import PaintRule, compose
from ctviewer.domain.edits.mask_edit import MaskEdit, coalesce, edit_between
from ctviewer.domain.edits.region import Region, bounding_box, region_from_mask, union_box
from ctviewer.domain.labelmap import LabelMap
from tests.domain.grids import straight_geometry

SHAPE = (5, 6, 7)


def labels_of(seed, density=1.0):
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 5, SHAPE) * (rng.random(SHAPE) < density)).astype(np.uint8)


def box_of(rng):
    ends = [np.sort(rng.choice(n + 1, 2, replace=False)) for n in SHAPE]
    return tuple(slice(int(a), int(b)) for a, b in ends)


def random_region(seed):
    rng = np.random.default_rng(seed)
    box = box_of(rng)
    return Region(box, rng.random(tuple(s.stop - s.start for s in box)) < 0.6)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1))
def test_an_edit_between_two_masks_turns_one_into_the_other_and_back(one, other, density):
    before, after = labels_of(one), labels_of(other, density)
    edit = edit_between(before, after)
    if edit is None:
        np.testing.assert_array_equal(before, after)
        return
    assert edit.n_changed == (before != after).sum()
    assert edit.bbox == bounding_box(before != after)
    labels = before.copy()
    edit.apply_to(labels)
    np.testing.assert_array_equal(labels, after)
    edit.inverse().apply_to(labels)
    np.testing.assert_array_equal(labels, before)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_bytes_round_trip(one, other):
    edit = edit_between(labels_of(one), labels_of(other, 0.5))
    if edit is None:
        return
    again = MaskEdit.from_bytes(edit.to_bytes())
    assert again.bbox == edit.bbox
    assert again.nbytes == edit.nbytes
    for name in ("packed", "before", "after", "changed"):
        np.testing.assert_array_equal(getattr(again, name), getattr(edit, name))


def test_an_edit_of_one_voxel_at_the_end_of_a_large_volume_is_small():
    edit = MaskEdit.from_mask(
        (slice(299, 300), slice(511, 512), slice(511, 512)), np.ones((1, 1, 1), bool), np.uint8([0]), np.uint8([3])
    )
    assert len(edit.to_bytes()) < 60
    assert MaskEdit.from_bytes(edit.to_bytes()).bbox == edit.bbox


@given(st.binary(max_size=200))
def test_rubbish_is_not_an_edit(rubbish):
    for blob in (rubbish, zlib.compress(rubbish)):
        with pytest.raises(ValueError, match="Not a mask edit"):
            MaskEdit.from_bytes(blob)


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_truncated_and_inconsistent_bytes_are_refused(cut):
    edit = edit_between(np.zeros(SHAPE, np.uint8), labels_of(1))
    raw = zlib.decompress(edit.to_bytes())
    with pytest.raises(ValueError, match="Not a mask edit"):
        MaskEdit.from_bytes(zlib.compress(raw[:-cut]))
    with pytest.raises(ValueError, match="Not a mask edit"):
        MaskEdit.from_bytes(edit.to_bytes()[:-cut])
    flipped = bytearray(raw)
    flipped[28] ^= 0x80  # first bit of the mask: one voxel more or less than counted
    with pytest.raises(ValueError, match="number of voxels"):
        MaskEdit.from_bytes(zlib.compress(bytes(flipped)))


def test_an_edit_for_another_state_changes_nothing():
    labels = labels_of(1)
    edit = edit_between(labels, labels_of(2))
    other = labels.copy()
    other[edit.bbox][edit.changed] ^= 1
    for target in (other, np.zeros((2, 2, 2), np.uint8)):
        kept = target.copy()
        with pytest.raises(ValueError):
            edit.apply_to(target)
        np.testing.assert_array_equal(target, kept)


def test_a_label_map_changes_only_by_edits():
    labelmap = LabelMap(straight_geometry(SHAPE), labels_of(1))
    with pytest.raises(ValueError, match="read-only"):
        labelmap.view()[0, 0, 0] = 1
    edit = edit_between(labels_of(1), labels_of(2))
    labelmap.apply(edit)
    assert labelmap.revision == 1
    with pytest.raises(ValueError, match="another state"):
        labelmap.apply(edit)
    assert labelmap.revision == 1
    np.testing.assert_array_equal(labelmap.view(), labels_of(2))
    expected_ml = (labels_of(2) == 3).sum() * 2.5 * 0.8 * 0.7 / 1000
    assert labelmap.volume_ml(3) == pytest.approx(expected_ml)


@settings(max_examples=100)
@given(st.integers(0, 10**6), st.integers(0, 6))
def test_several_edits_as_one(seed, count):
    labels = labels_of(seed)
    start = labels.copy()
    edits = []
    for n in range(count):
        edit = compose(random_region(seed + n), (seed + n) % 4, labels)
        if edit is not None:
            edit.apply_to(labels)
            edits.append(edit)
    joined = coalesce(edits)
    if joined is None:
        np.testing.assert_array_equal(labels, start)
        return
    assert joined.n_changed == (labels != start).sum()
    assert (joined.before != joined.after).all()
    replayed = start.copy()
    joined.apply_to(replayed)
    np.testing.assert_array_equal(replayed, labels)
    joined.inverse().apply_to(replayed)
    np.testing.assert_array_equal(replayed, start)


def test_voxels_that_end_as_they_began_are_dropped():
    box = (slice(0, 1), slice(0, 1), slice(0, 2))
    there = MaskEdit.from_mask(box, np.ones((1, 1, 2), bool), np.uint8([0, 0]), np.uint8([1, 1]))
    assert coalesce([there, there.inverse()]) is None
    assert coalesce([]) is None
    half = MaskEdit.from_mask(box, np.ones((1, 1, 2), bool), np.uint8([0, 2]), np.uint8([1, 2]))
    assert coalesce([half]).n_changed == 1


RULES = st.builds(
    PaintRule,
    locked=st.frozensets(st.integers(0, 4), max_size=3),
    only_over=st.none() | st.frozensets(st.integers(0, 4), max_size=3),
    hu_range=st.none() | st.tuples(st.integers(-1024, 0), st.integers(0, 1000)),
)


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), label=st.integers(0, 4), rule=RULES)
def test_the_paint_rule_voxel_by_voxel(seed, label, rule):
    labels = labels_of(seed)
    hu = np.random.default_rng(seed).integers(-1024, 1000, SHAPE).astype(np.int16)
    region = random_region(seed + 1)
    kept = labels.copy()
    edit = compose(region, label, labels, rule, hu)
    np.testing.assert_array_equal(labels, kept)
    expected = labels.copy()
    inside = np.zeros(SHAPE, bool)
    inside[region.bbox] = region.mask
    for index in np.argwhere(inside):
        place = tuple(index)
        old = int(labels[place])
        allowed = label not in rule.locked and old not in rule.locked
        allowed &= rule.only_over is None or old in rule.only_over
        allowed &= rule.hu_range is None or rule.hu_range[0] <= hu[place] <= rule.hu_range[1]
        if allowed:
            expected[place] = label
    if edit is None:
        np.testing.assert_array_equal(expected, kept)
        return
    edit.apply_to(labels)
    np.testing.assert_array_equal(labels, expected)
    assert edit.n_changed == (expected != kept).sum()


def test_an_hu_rule_needs_the_image():
    with pytest.raises(ValueError, match="'hu'"):
        compose(random_region(1), 1, labels_of(1), PaintRule(hu_range=(0, 1)))


@given(st.integers(0, 10**6))
def test_regions(seed):
    mask = np.random.default_rng(seed).random(SHAPE) < 0.05
    region = region_from_mask(mask)
    if region is None:
        assert not mask.any()
        return
    again = np.zeros(SHAPE, bool)
    again[region.bbox] = region.mask
    np.testing.assert_array_equal(again, mask)
    assert all(region.mask.any(axis=axes)[[0, -1]].all() for axes in ((1, 2), (0, 2), (0, 1)))
    other = bounding_box(np.roll(mask, 1, axis=2))
    both = union_box(region.bbox, other)
    assert all(
        b.start == min(r.start, o.start) and b.stop == max(r.stop, o.stop)
        for b, r, o in zip(both, region.bbox, other, strict=True)
    )


def test_a_region_must_fit_its_box():
    with pytest.raises(ValueError, match="shape of its box"):
        Region((slice(0, 2), slice(0, 2), slice(0, 2)), np.ones((1, 2, 2), bool))
