"""The step that drops what lies where no lung or trachea can be."""

import numpy as np
import pytest

from ctviewer.domain.manifest_parts import PostprocessStep
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.inference.postprocess import apply_steps

SPACING = (5.0, 4.0, 4.0)
SHAPE = (40, 96, 96)


def _scan() -> tuple[np.ndarray, np.ndarray]:
    """An elliptic body with lungs in slices 15 to 35 and a trachea in slices 25 to 39; exact labels."""
    k, j, i = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    hu = np.full(SHAPE, -1000, np.int16)
    hu[np.broadcast_to(((j - 48) / 26) ** 2 + ((i - 48) / 38) ** 2 <= 1, SHAPE)] = 40
    labels = np.zeros(SHAPE, np.uint8)
    for value, centre in ((1, 66), (2, 30)):
        labels[((k - 25) / 10.5) ** 2 + ((j - 48) / 16) ** 2 + ((i - centre) / 12) ** 2 <= 1] = value
    labels[np.broadcast_to((abs(j - 46) <= 2) & (abs(i - 48) <= 2), SHAPE) & (k >= 25)] = 3
    hu[(labels == 1) | (labels == 2)] = -850
    hu[labels == 3] = -980
    return hu, labels


def _cleaned(labels: np.ndarray, hu: np.ndarray) -> np.ndarray:
    result = labels.copy()
    apply_steps(result, hu, SPACING, CHEST_SEGMENTS, [PostprocessStep("chest_only")])
    return result


def test_a_plausible_chest_stays() -> None:
    hu, labels = _scan()
    assert np.array_equal(_cleaned(labels, hu), labels)


def test_air_outside_the_body_goes() -> None:
    hu, labels = _scan()
    wrong = labels.copy()
    wrong[20:24, 4:14, 4:14] = 1
    assert np.array_equal(_cleaned(wrong, hu), labels)


def test_gas_below_the_lungs_goes() -> None:
    hu, labels = _scan()
    hu[4:10, 40:50, 60:72] = -990
    wrong = labels.copy()
    wrong[4:10, 40:50, 60:72] = 1
    assert np.array_equal(_cleaned(wrong, hu), labels)


def test_a_trachea_that_ends_low_in_the_chest_goes() -> None:
    hu, labels = _scan()
    labels[labels == 3] = 0
    wrong = labels.copy()
    wrong[14:20, 44:49, 46:51] = 3
    assert np.array_equal(_cleaned(wrong, hu), labels)


def test_a_crumb_of_lung_above_the_apex_does_not_cost_the_trachea() -> None:
    hu, labels = _scan()
    labels[34:][labels[34:] == 3] = 0
    labels[39, 46:48, 40:42] = 2
    assert np.array_equal(_cleaned(labels, hu), labels)


def test_gas_far_below_goes_although_the_trachea_itself_is_there() -> None:
    hu, labels = _scan()
    wrong = labels.copy()
    wrong[2:8, 44:49, 60:65] = 3
    assert np.array_equal(_cleaned(wrong, hu), labels)


@pytest.mark.parametrize("value", [1, 2])
def test_a_scan_cut_off_by_the_field_of_view_keeps_its_lung(value: int) -> None:
    hu, labels = _scan()
    part = (slice(None), slice(30, 66), slice(56, 80) if value == 1 else slice(18, 40))
    assert np.array_equal(_cleaned(labels[part], hu[part]), labels[part])


def test_a_second_part_beside_the_first_stays() -> None:
    """A lung split by fluid or consolidation has parts beside or above each other's middle."""
    hu, labels = _scan()
    labels[:, 47:49][labels[:, 47:49] == 1] = 0
    assert np.array_equal(_cleaned(labels, hu), labels)


def test_nothing_labelled_stays_nothing() -> None:
    hu, labels = _scan()
    assert not _cleaned(np.zeros_like(labels), hu).any()
