"""The step that gives aerated tissue beside a lung, which the network left out, to that lung."""

import numpy as np
import pytest

from ctviewer.domain.manifest_parts import PostprocessStep
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.inference.postprocess import apply_steps

SPACING = (3.0, 2.0, 2.0)
SHAPE = (12, 48, 64)


def _close_up() -> tuple[np.ndarray, np.ndarray]:
    """Both lungs reach the sides of the picture; the patient's left one is at the high columns. Exact labels."""
    hu = np.full(SHAPE, 40, np.int16)
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 8:40, :26] = 2
    labels[:, 8:40, 40:] = 1
    hu[labels > 0] = -850
    return hu, labels


def _completed(labels: np.ndarray, hu: np.ndarray) -> np.ndarray:
    result = labels.copy()
    assert apply_steps(result, hu, SPACING, CHEST_SEGMENTS, [PostprocessStep("left_out_lung")]) == ()
    return result


@pytest.mark.parametrize("columns", [slice(0, 12), slice(52, 64)])
def test_what_the_edge_of_the_picture_cut_off_becomes_its_own_lung(columns: slice) -> None:
    hu, labels = _close_up()
    missed = labels.copy()
    missed[3:9, :, columns] = 0
    result = _completed(missed, hu)
    assert set(np.unique(result[result != labels])) <= {0}
    assert np.count_nonzero(result != labels) <= 0.02 * np.count_nonzero(missed != labels)  # corners only


@pytest.mark.parametrize("gas_hu", [-800, -1000])
def test_gas_behind_a_wall_and_air_in_an_airway_stay_unlabelled(gas_hu: int) -> None:
    hu, labels = _close_up()
    hu[2:10, 10:30, 29:37] = gas_hu  # three pixels of wall on both sides
    airway = labels.copy()
    hu[4:8, 20:28, 44:52] = -1000
    airway[4:8, 20:28, 44:52] = 0
    assert np.array_equal(_completed(airway, hu), airway)


def test_thin_rims_stay_unlabelled() -> None:
    hu, labels = _close_up()
    hu[:, 8:40, 26:28] = -700  # half full pixels at the border
    assert np.array_equal(_completed(labels, hu), labels)


def test_labels_are_never_changed_and_no_lung_is_no_error() -> None:
    hu, labels = _close_up()
    labels[:, :, :12] = 3
    assert np.array_equal(_completed(labels, hu), labels)
    nothing = np.zeros(SHAPE, np.uint8)
    assert not _completed(nothing, hu).any()
