"""What the check of a mask finds, and what it leaves alone."""

import numpy as np
import pytest

from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.services.mask_check import Finding, FindingKind, check_mask
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
    return check_mask(labels, air_volume(**changes), CHEST_SEGMENTS)


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
    assert [f.kind for f in check_mask(good_mask(), vol, CHEST_SEGMENTS)] == [FindingKind.SIDES_SWAPPED]


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
    assert [f.kind for f in check_mask(labels, vol, CHEST_SEGMENTS)] == [FindingKind.NOT_AIR]
    grey = air_volume(is_hu=False)
    object.__setattr__(grey, "hu", hu)
    assert check_mask(labels, grey, CHEST_SEGMENTS) == ()


def test_an_empty_mask_says_so_for_each_structure() -> None:
    assert [f.kind for f in find(np.zeros(SHAPE, np.uint8))] == [FindingKind.EMPTY] * 3


def test_a_closed_cavity_is_a_hole_and_a_vessel_or_another_structure_is_none() -> None:
    labels = good_mask()
    labels[5:7, 18:22, 8:12] = 0
    (finding,) = find(labels)
    assert (finding.kind, finding.segment_key, finding.slice_index) == (FindingKind.HOLES, "right_lung", 5)
    assert "1 hole (0.32 ml)" in finding.message
    open_to_the_side = labels.copy()
    open_to_the_side[5, 19, 4:8] = 0
    assert find(open_to_the_side) == ()
    labels[5:7, 18:22, 8:12] = 9
    assert find(labels) == ()


@pytest.mark.parametrize("rows", [np.s_[8:14], np.s_[8:8]])
def test_a_slice_unlike_both_neighbours_is_found(rows: slice) -> None:
    """Smaller than both, or empty between two that are not."""
    labels = good_mask()
    labels[5, :, 30:44] = 0
    labels[5, rows, 30:44] = 1
    (finding,) = [f for f in find(labels) if f.kind is not FindingKind.ISLANDS]
    assert (finding.kind, finding.segment_key, finding.slice_index) == (FindingKind.AREA_JUMP, "left_lung", 5)
    assert "6.7 cm²" in finding.message


def test_a_taper_and_a_step_are_no_jumps() -> None:
    labels = good_mask()
    for k in range(2, 10):
        labels[k, 8 : 8 + 3 * (10 - k), 30:44] = 1
        labels[k, 8 + 3 * (10 - k) : 32, 30:44] = 0
    labels[6:10, 20:32, 4:18] = 0
    assert find(labels) == ()


def test_a_windpipe_that_runs_into_the_lung_is_found() -> None:
    labels = good_mask()
    labels[8, 8:32, 10:26] = 3
    found = {f.kind: f for f in find(labels)}
    assert found[FindingKind.LEAK].slice_index == 8
    assert "7.7 cm²" in found[FindingKind.LEAK].message
    coarse = find(good_mask(), spacing_mm=(20.0, 4.0, 6.0))  # the same windpipe, 46 ml and 3.8 cm²
    assert FindingKind.LEAK not in {f.kind for f in coarse}
    labels = good_mask()
    labels[1:12, 8:32, 19:29] = 3
    leak = next(f for f in find(labels, spacing_mm=(20.0, 4.0, 6.0)) if f.kind is FindingKind.LEAK)
    assert "more than a windpipe" in leak.message


def test_every_finding_but_an_empty_structure_leads_to_a_slice() -> None:
    swapped = np.array([0, 2, 1, 3], np.uint8)[good_mask()]
    swapped[3, 2, 40:44] = 1
    findings = find(swapped)
    assert len(findings) > 1
    assert all(f.slice_index is not None for f in findings)
