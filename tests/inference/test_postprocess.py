"""Steps that clean a prediction up: what they must change and what they must leave alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctviewer.domain.arrays import HUArray, LabelArray
from ctviewer.domain.errors import ModelError, OperationCancelled
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep
from ctviewer.domain.progress import CancelToken
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.inference.postprocess import RECOMMENDED, apply_steps
from ctviewer.inference.preprocess import crop_box, from_output, labels_to_input
from tests.inference.test_preprocess import one_hot
from tests.support.synthetic import phantom

LEFT, RIGHT, TRACHEA = 1, 2, 3
SPACING = (2.0, 2.0, 2.0)  # 0.008 ml per voxel
SHAPE = (30, 60, 80)


def chest() -> tuple[LabelArray, HUArray]:
    """Two box lungs (right lung at small i), a square trachea between them, HU to match."""
    labels = np.zeros(SHAPE, np.uint8)
    labels[2:25, 15:45, 10:34] = RIGHT
    labels[2:25, 15:45, 46:70] = LEFT
    labels[10:30, 26:32, 37:43] = TRACHEA
    hu = np.full(SHAPE, 40, np.int16)
    hu[labels > 0] = -850
    hu[labels == TRACHEA] = -1000
    return labels, hu


def run(labels: LabelArray, hu: HUArray, name: str, **params: object) -> tuple[LabelArray, tuple[str, ...]]:
    result = labels.copy()
    notes = apply_steps(result, hu, SPACING, CHEST_SEGMENTS, [PostprocessStep(name, params)])
    return result, notes


class TestAllSteps:
    def test_a_right_answer_is_left_alone_without_a_note(self) -> None:
        labels, hu = chest()
        result = labels.copy()
        assert apply_steps(result, hu, SPACING, CHEST_SEGMENTS, RECOMMENDED) == ()
        assert np.array_equal(result, labels)

    def test_twice_is_the_same_as_once(self) -> None:
        rng = np.random.default_rng(1)
        labels, hu = chest()
        labels[rng.random(SHAPE) < 0.05] = 0
        labels[rng.random(SHAPE) < 0.01] = LEFT
        for step in RECOMMENDED:
            once, _ = run(labels, hu, step.name)
            assert np.array_equal(run(once, hu, step.name)[0], once), step.name

    @pytest.mark.parametrize("value", [0, LEFT, TRACHEA])
    def test_constant_volumes_are_survived(self, value: int) -> None:
        labels = np.full((4, 20, 20), value, np.uint8)
        apply_steps(labels, np.full((4, 20, 20), -900, np.int16), SPACING, CHEST_SEGMENTS, RECOMMENDED)
        assert set(np.unique(labels)) <= {0, value}

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
    def test_any_labels_are_survived_and_no_label_is_invented(self, seed: int, share: float) -> None:
        rng = np.random.default_rng(seed)
        shape = tuple(int(n) for n in rng.integers(1, 14, 3))
        labels = (rng.integers(1, 4, shape) * (rng.random(shape) < share)).astype(np.uint8)
        hu = rng.integers(-1024, 400, shape).astype(np.int16)
        present = set(np.unique(labels)) | {0}
        steps = [*RECOMMENDED, PostprocessStep("largest_components", {"minimum_ml": 0.02, "share": 0.1})]
        apply_steps(labels, hu, SPACING, CHEST_SEGMENTS, steps)
        assert set(np.unique(labels)) <= present

    def test_unknown_steps_and_parameters_are_refused_before_anything_changes(self) -> None:
        labels, hu = chest()
        before = labels.copy()
        for steps, sentence in (
            ([PostprocessStep("side_check"), PostprocessStep("magic")], "magic"),
            ([PostprocessStep("fill_holes", {"size": 3})], "size"),
            ([PostprocessStep("air_snap", {"band_mm": "wide"})], "not a number"),
            ([PostprocessStep("fill_holes", {"keys": "left_lung"})], "not a list"),
        ):
            with pytest.raises(ModelError, match=sentence):
                apply_steps(labels, hu, SPACING, CHEST_SEGMENTS, steps)
        assert np.array_equal(labels, before)

    def test_cancelling_is_answered(self) -> None:
        labels, hu = chest()
        token = CancelToken()
        token.cancel()
        with pytest.raises(OperationCancelled):
            apply_steps(labels, hu, SPACING, CHEST_SEGMENTS, RECOMMENDED, token)


class TestLargestComponents:
    def test_small_parts_go_and_large_ones_stay(self) -> None:
        labels, hu = chest()
        labels[0, 0:3, 0:3] = RIGHT  # 0.07 ml
        labels[26:29, 40:58, 5:20] = RIGHT  # 6.5 ml, more than 2 % of the lung
        result, _ = run(labels, hu, "largest_components")
        assert not result[0].any()
        assert (result[26:29, 40:58, 5:20] == RIGHT).all()

    def test_the_trachea_keeps_one_part(self) -> None:
        labels, hu = chest()
        labels[0:9, 50:58, 37:43] = TRACHEA
        result, _ = run(labels, hu, "largest_components")
        assert not (result[0:9, 50:58] == TRACHEA).any()
        assert np.array_equal(result == TRACHEA, chest()[0] == TRACHEA)

    def test_a_patch_inside_another_segment_becomes_part_of_it(self) -> None:
        labels, hu = chest()
        expected = labels.copy()
        labels[10:14, 20:24, 20:24] = LEFT
        labels[5:7, 30:33, 55:58] = TRACHEA
        result, _ = run(labels, hu, "largest_components")
        assert np.array_equal(result, expected)

    def test_a_segment_below_the_least_volume_vanishes(self) -> None:
        labels, hu = chest()
        labels[labels == TRACHEA] = 0
        labels[29, 0:4, 0:4] = TRACHEA
        result, _ = run(labels, hu, "largest_components", minimum_ml=0.5)
        assert not (result == TRACHEA).any()


class TestFillHoles:
    def test_vessels_and_nodules_become_lung(self) -> None:
        labels, hu = chest()
        expected = labels.copy()
        labels[2:25, 20:24, 20:23] = 0  # a vessel along k: a hole only in axial slices
        labels[10:13, 35:38, 60:63] = 0
        assert np.array_equal(run(labels, hu, "fill_holes")[0], expected)

    def test_a_large_hole_stays_open(self) -> None:
        labels, hu = chest()
        labels[2:20, 20:40, 14:30] = 0  # 12.8 cm², a dome
        result, _ = run(labels, hu, "fill_holes")
        assert np.array_equal(result, labels)

    def test_a_notch_at_the_border_is_no_hole(self) -> None:
        labels, hu = chest()
        labels[5:9, 15:19, 20:24] = 0
        assert np.array_equal(run(labels, hu, "fill_holes")[0], labels)

    def test_other_segments_inside_are_not_overwritten(self) -> None:
        labels, hu = chest()
        labels[10:13, 30:33, 60:63] = TRACHEA
        assert np.array_equal(run(labels, hu, "fill_holes")[0], labels)


class TestAirSnap:
    def test_a_border_one_pixel_off_moves_to_the_scan(self) -> None:
        truth, hu = chest()
        labels = np.zeros_like(truth)
        for axis, shift in ((1, 1), (2, 1)):
            labels = np.roll(truth, shift, axis)
            result, _ = run(labels, hu, "air_snap")
            assert np.array_equal(result, truth)

    def test_a_vessel_inside_stays_lung(self) -> None:
        truth, hu = chest()
        hu[2:25, 25:29, 20:24] = 60
        assert (run(truth, hu, "air_snap")[0][2:25, 25:29, 20:24] == RIGHT).all()

    def test_lungs_do_not_grow_further_than_the_band(self) -> None:
        labels, hu = chest()
        labels[:, 40:45] = 0  # five pixels of air, 10 mm, are missing
        result, _ = run(labels, hu, "air_snap", band_mm=4.0)
        assert (result[2:25, 40:42, 12:32] == RIGHT).all()
        assert not result[:, 43:45].any()

    def test_the_trachea_takes_only_air_connected_with_it(self) -> None:
        truth, hu = chest()
        hu[10:30, 26:32, 35] = -1000  # air behind a wall of one pixel
        labels = truth.copy()
        labels[10:30, 26:28, 37:43] = 0
        result, _ = run(labels, hu, "air_snap", trachea_mm=6.0)
        assert np.array_equal(result == TRACHEA, truth == TRACHEA)

    def test_segments_never_take_voxels_from_each_other(self) -> None:
        labels, hu = chest()
        hu[:] = -900  # everything is air: nothing but the other labels limits growth
        result, _ = run(labels, hu, "air_snap", band_mm=8.0, trachea_mm=8.0)
        assert np.array_equal(result[labels > 0], labels[labels > 0])

    def test_the_detour_over_a_coarse_grid_is_undone(self) -> None:
        """A perfect network of 64 pixels on the phantom: the step must win back most of what the grid lost."""
        body = phantom()
        spec = InputSpec(size_px=64, hu_low=-1000, hu_high=400)
        spacing = body.geometry.spacing_mm
        box = crop_box(body.hu, spacing, spec)
        coarse = from_output(one_hot(labels_to_input(body.labels, spec, box)), box, body.labels.shape[1:])
        refined = coarse.copy()
        apply_steps(refined, body.hu, spacing, CHEST_SEGMENTS, [PostprocessStep("air_snap", {"band_mm": 4.0})])
        for value in (LEFT, RIGHT, TRACHEA):
            lost = ((coarse == value) != (body.labels == value)).sum()
            still_lost = ((refined == value) != (body.labels == value)).sum()
            assert still_lost < 0.6 * lost


class TestSingleLung:
    @pytest.mark.parametrize(("cut", "kept", "word"), [(60, LEFT, "left"), (52, RIGHT, "right")])
    def test_a_halved_lung_goes_to_its_larger_half_and_is_reported(self, cut: int, kept: int, word: str) -> None:
        labels, hu = chest()
        labels[:, :, :46] = 0
        labels[2:25, 15:45, 46:cut], labels[2:25, 15:45, cut:70] = LEFT, RIGHT
        result, notes = run(labels, hu, "single_lung")
        assert np.array_equal(result, np.where(labels > 0, kept, 0))
        assert len(notes) == 1
        assert f"one {word} lung" in notes[0]

    @pytest.mark.parametrize(("spine_i", "kept"), [(4, LEFT), (70, RIGHT)])
    def test_halves_of_about_the_same_size_ask_the_spine(self, spine_i: int, kept: int) -> None:
        labels, hu = chest()
        labels[:, :, :46] = 0
        cut = 57 if kept == RIGHT else 59  # the larger half says the other side
        labels[2:25, 15:45, 46:cut], labels[2:25, 15:45, cut:70] = LEFT, RIGHT
        hu[:, 40:52, spine_i : spine_i + 9] = 400
        hu[:, 2:4, 46:70] = 400  # a rib is longer, but thin
        result, _ = run(labels, hu, "single_lung")
        assert np.array_equal(result, np.where(labels > 0, kept, 0))

    def test_two_lungs_are_left_alone_even_where_they_meet(self) -> None:
        labels, hu = chest()
        labels[labels == TRACHEA] = 0
        labels[5:20, 15:17, 34:40], labels[5:20, 15:17, 40:46] = RIGHT, LEFT  # the anterior junction
        result, notes = run(labels, hu, "single_lung")
        assert np.array_equal(result, labels)
        assert notes == ()

    def test_a_sliver_beside_a_trachea_is_of_the_lung_it_touches(self) -> None:
        labels, hu = chest()
        labels[labels == RIGHT] = 0
        labels[2:25, 15:45, 46:48] = RIGHT
        result, notes = run(labels, hu, "single_lung")
        assert np.array_equal(result == LEFT, np.isin(labels, (LEFT, RIGHT)))
        assert np.array_equal(result == TRACHEA, labels == TRACHEA)
        assert len(notes) == 1

    @pytest.mark.parametrize("other_lung", [False, True])
    def test_with_a_trachea_or_a_second_lung_a_halved_lung_stays(self, other_lung: bool) -> None:
        labels, hu = chest()
        labels[labels == TRACHEA if other_lung else labels == RIGHT] = 0
        labels[2:25, 15:45, 46:56] = RIGHT
        result, notes = run(labels, hu, "single_lung")
        assert np.array_equal(result, labels)
        assert notes == ()


class TestSideCheck:
    def test_swapped_lungs_are_swapped_back_and_reported(self) -> None:
        truth, hu = chest()
        swapped = np.array([0, RIGHT, LEFT, TRACHEA], np.uint8)[truth]
        result, notes = run(swapped, hu, "side_check")
        assert np.array_equal(result, truth)
        assert len(notes) == 1
        assert "swapped" in notes[0]

    def test_a_part_on_the_wrong_side_is_relabelled_and_reported(self) -> None:
        truth, hu = chest()
        labels = truth.copy()
        labels[2:12, 15:45, 10:22] = LEFT
        result, notes = run(labels, hu, "side_check")
        assert np.array_equal(result, truth)
        assert "29 ml" in notes[0]

    def test_a_part_near_the_mid_line_keeps_its_label(self) -> None:
        labels, hu = chest()
        labels[26:29, 5:12, 34:40] = LEFT
        result, notes = run(labels, hu, "side_check")
        assert np.array_equal(result, labels)
        assert notes == ()

    def test_a_single_lung_is_believed(self) -> None:
        labels, hu = chest()
        labels[:, :, 40:] = 0  # the right lung alone…
        labels[3:6, 20:24, 4:8] = LEFT  # …and a crumb of "left" further right
        result, notes = run(labels, hu, "side_check")
        assert np.array_equal(result, labels)
        assert notes == ()

    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 2**32 - 1))
    def test_after_it_left_lies_left(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        truth, hu = chest()
        labels = truth.copy()
        lungs = np.isin(labels, (LEFT, RIGHT))
        blocks = np.kron(rng.integers(1, 3, (3, 3, 8)), np.ones((10, 20, 10), np.uint8)).astype(np.uint8)
        labels[lungs] = blocks[lungs]
        result, _ = run(labels, hu, "side_check")
        assert np.array_equal(result > 0, labels > 0)
        sizes = [(labels == v).sum() for v in (LEFT, RIGHT)]
        if min(sizes) > 0.2 * max(sizes):
            left, right = (np.argwhere(result == v)[:, 2].mean() for v in (LEFT, RIGHT))
            assert left > right - 10  # voxels; the margin is 20 mm
