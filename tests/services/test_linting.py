import numpy as np
import pytest

from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.services.linting import Finding, FindingKind, lint
from tests.support.volumes import volume

SHAPE = (12, 40, 48)


def good_mask() -> np.ndarray:
    """Right lung at low i (patient right), left lung at high i, trachea between up to the top."""
    labels = np.zeros(SHAPE, np.uint8)
    labels[2:10, 8:32, 4:18] = 2
    labels[2:10, 8:32, 30:44] = 1
    labels[6:12, 18:22, 22:26] = 3
    return labels


def air_volume(**changes):  # type: ignore[no-untyped-def]
    vol = volume(SHAPE, **changes)
    hu = np.full(SHAPE, -900, np.int16)
    object.__setattr__(vol, "hu", hu)
    return vol


def find(labels: np.ndarray, **changes: object) -> tuple[Finding, ...]:
    return lint(labels, air_volume(**changes), CHEST_SEGMENTS)


def test_a_good_mask_has_no_findings() -> None:
    assert find(good_mask()) == ()


def test_swapped_sides_are_found() -> None:
    labels = good_mask()
    swapped = np.array([0, 2, 1, 3], np.uint8)[labels]
    assert [f.kind for f in find(swapped)] == [FindingKind.SIDES_SWAPPED]


def test_sides_follow_the_patient_not_the_array() -> None:
    vol = air_volume()
    flipped = np.array(vol.geometry.affine)
    flipped[:, 2] *= -1  # i runs to the patient's right
    object.__setattr__(vol, "geometry", type(vol.geometry)(SHAPE, flipped))
    assert [f.kind for f in lint(good_mask(), vol, CHEST_SEGMENTS)] == [FindingKind.SIDES_SWAPPED]


@pytest.mark.parametrize("segment", CHEST_SEGMENTS, ids=lambda s: s.key)
def test_an_empty_structure_is_found(segment) -> None:  # type: ignore[no-untyped-def]
    labels = good_mask()
    labels[labels == segment.label] = 0
    assert [(f.kind, f.segment_key) for f in find(labels)] == [(FindingKind.EMPTY, segment.key)]


@pytest.mark.parametrize(
    ("box", "word", "slice_index"),
    [
        (np.s_[4, 0:8, 10:12], "front", 4),
        (np.s_[5, 32:40, 10:12], "back", 5),
        (np.s_[7, 20:22, 0:4], "right", 7),
        (np.s_[0:2, 20:22, 10:12], "lowest", 0),
        (np.s_[10:12, 20:22, 10:12], "highest", 11),
    ],
)
def test_touching_the_border_is_found_where_it_is(box, word: str, slice_index: int) -> None:  # type: ignore[no-untyped-def]
    labels = good_mask()
    labels[box] = 2
    (finding,) = find(labels)
    assert (finding.kind, finding.segment_key) == (FindingKind.BORDER, "right_lung")
    assert word in finding.message
    assert finding.slice_index == slice_index


def test_a_stray_part_is_found_in_its_slice_and_a_speck_is_not() -> None:
    labels = good_mask()
    labels[1, 2:5, 10:13] = 1
    (finding,) = find(labels)
    assert (finding.kind, finding.segment_key, finding.slice_index) == (FindingKind.ISLANDS, "left_lung", 1)
    assert "1 separate part (0.09 ml)" in finding.message
    labels = good_mask()
    labels[1, 2, 10] = 1  # 10 mm³
    assert find(labels) == ()


def test_a_trachea_full_of_tissue_is_found() -> None:
    vol = air_volume()
    hu = np.array(vol.hu)
    labels = good_mask()
    hu[labels == 3] = -300
    object.__setattr__(vol, "hu", hu)
    assert [f.kind for f in lint(labels, vol, CHEST_SEGMENTS)] == [FindingKind.NOT_AIR]
    grey = air_volume(is_hu=False)
    object.__setattr__(grey, "hu", hu)
    assert lint(labels, grey, CHEST_SEGMENTS) == ()


def test_an_empty_mask_says_so_for_each_structure() -> None:
    assert [f.kind for f in find(np.zeros(SHAPE, np.uint8))] == [FindingKind.EMPTY] * 3
