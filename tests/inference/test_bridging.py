"""The steps that join the parts of a trachea with missing slices and follow it into the neck."""

import numpy as np
import pytest

from ctviewer.domain.manifest_parts import PostprocessStep
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.inference.postprocess import apply_steps

SPACING = (2.5, 1.0, 1.0)


def _neck(slices: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """A tube of air that drifts sideways by a pixel every four slices, in soft tissue; exact labels."""
    k, j, i = np.ogrid[:slices, :64, :64]
    tube = (j - 32) ** 2 + (i - 24 - k // 4) ** 2 <= 81
    hu = np.where(tube, -980, 40).astype(np.int16)
    return hu, tube.astype(np.uint8) * 3


def _bridged(labels: np.ndarray, hu: np.ndarray, **params: float) -> np.ndarray:
    result = labels.copy()
    apply_steps(result, hu, SPACING, CHEST_SEGMENTS, [PostprocessStep("bridge_trachea", params)])
    return result


def test_a_gap_is_filled_with_the_air_that_leads_through_it() -> None:
    hu, labels = _neck()
    gap = labels.copy()
    gap[15:22] = 0
    assert np.array_equal(_bridged(gap, hu), labels)


def test_a_piece_that_was_called_lung_is_taken_back() -> None:
    hu, labels = _neck()
    gap = labels.copy()
    gap[15:22][gap[15:22] == 3] = 2
    assert np.array_equal(_bridged(gap, hu), labels)


def test_lung_tissue_is_not_taken() -> None:
    hu, labels = _neck()
    hu[15:22][labels[15:22] == 3] = -800
    gap = labels.copy()
    gap[15:22][gap[15:22] == 3] = 2
    assert np.array_equal(_bridged(gap, hu), gap)


@pytest.mark.parametrize("reason", ["no air", "too wide", "too long", "no other part"])
def test_a_gap_stays_where_nothing_leads_across(reason: str) -> None:
    hu, labels = _neck()
    gap = labels.copy()
    gap[15:22] = 0
    if reason == "no air":
        hu[18] = 40
    elif reason == "too wide":
        hu[17:20] = -980
    elif reason == "no other part":
        gap[22:] = 0
    maximum_mm = 10.0 if reason == "too long" else 30.0
    assert np.array_equal(_bridged(gap, hu, maximum_mm=maximum_mm), gap)


def _extended(labels: np.ndarray, hu: np.ndarray, **params: float) -> np.ndarray:
    result = labels.copy()
    apply_steps(result, hu, SPACING, CHEST_SEGMENTS, [PostprocessStep("extend_trachea", params)])
    return result


def test_the_upper_end_follows_the_air_to_the_end_of_the_scan() -> None:
    hu, labels = _neck()
    short = labels.copy()
    short[28:] = 0
    short[26:28, :, :32] = 0  # the last slices are half a tube
    assert np.array_equal(_extended(short, hu), labels)


@pytest.mark.parametrize("end", ["narrow", "wide", "closed", "far"])
def test_the_upper_end_stops_where_it_is_no_tube_any_more(end: str) -> None:
    hu, labels = _neck()
    short = labels.copy()
    short[28:] = 0
    if end == "narrow":
        hu[33:][labels[33:] == 3] = 40
        hu[33:, 31:33, 30:34] = -980
    elif end == "wide":
        hu[33:, 10:50, 10:60] = -980
    elif end == "closed":
        hu[33] = 40
    expected = labels.copy()
    expected[33:] = 0
    assert np.array_equal(_extended(short, hu, maximum_mm=13.0 if end == "far" else 40.0), expected)


@pytest.mark.parametrize("step", ["bridge_trachea", "extend_trachea"])
def test_without_trachea_nothing_happens(step: str) -> None:
    hu, labels = _neck()
    empty = np.zeros_like(labels)
    apply_steps(empty, hu, SPACING, CHEST_SEGMENTS, [PostprocessStep(step)])
    assert not empty.any()
