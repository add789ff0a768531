"""Trunk and aorta on a phantom of known diameters, and what is refused."""

import numpy as np
import pytest

from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.great_vessels import propose_vessels
from tests.support.vessel_phantom import AORTA_AT, AORTA_MM, LEVEL_MM, RIGHT_MM, TRUNK_MM, vessel_volume


def proposed(volume, level=None):
    return propose_vessels(volume.hu, volume.geometry, level)


@pytest.mark.parametrize("level", [None, 15])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"spacing_mm": (5.0, 1.0, 1.8)},
        {"spacing_mm": (2.0, 1.7, 1.1), "noise_hu": 25.0},
        {"blood_hu": (450, 250)},
        {"blood_hu": (220, 420)},
        {"turn_deg": 8.0},
    ],
)
def test_known_diameters(options, level):
    volume = vessel_volume(**options)
    spacing = volume.geometry.spacing_mm
    found = proposed(volume, None if level is None else round(LEVEL_MM / spacing[0]))
    assert abs(found.slice_index * spacing[0] - LEVEL_MM) <= 7.0
    voxel = max(spacing[1:])  # the phantom's voxels are in or out, so its width is right to a voxel
    assert found.aorta.length_mm == pytest.approx(AORTA_MM, abs=0.8)
    assert found.trunk.length_mm == pytest.approx(TRUNK_MM, abs=voxel)
    assert found.right_artery.length_mm == pytest.approx(RIGHT_MM, abs=voxel)


def test_the_calipers_lie_where_the_vessels_are():
    volume = vessel_volume()
    found = proposed(volume)
    dj, di = volume.geometry.spacing_mm[1:]

    def middle_mm(caliper):
        rows, columns = np.transpose([caliper.start, caliper.end])
        return rows.mean() * dj - 90 + dj / 2, columns.mean() * di - 90 + di / 2

    assert middle_mm(found.aorta) == pytest.approx(AORTA_AT, abs=2.0)
    assert middle_mm(found.trunk)[1] > AORTA_AT[1] + AORTA_MM / 2  # to the patient's left
    assert middle_mm(found.right_artery)[0] > AORTA_AT[0] + AORTA_MM / 2  # behind
    ends = np.array([found.trunk.start, found.trunk.end]) * (dj, di)
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(found.trunk.length_mm)


def test_blood_that_is_not_enhanced_is_refused():
    with pytest.raises(NotApplicableError, match="No enhanced ascending aorta"):
        proposed(vessel_volume(blood_hu=(45, 45)))


def test_a_scan_that_ends_above_the_bifurcation_is_refused():
    volume = vessel_volume()
    first = round((LEVEL_MM + 10) / volume.geometry.spacing_mm[0])
    cut = volume.geometry.crop((slice(first, volume.hu.shape[0]), slice(0, volume.hu.shape[1]),
                                slice(0, volume.hu.shape[2])))  # fmt: skip
    with pytest.raises(NotApplicableError, match="No slice shows"):
        propose_vessels(volume.hu[first:], cut)


def test_a_mirrored_scan_is_refused_and_not_measured_on_the_wrong_side():
    volume = vessel_volume()
    with pytest.raises(NotApplicableError):
        propose_vessels(volume.hu[:, :, ::-1], volume.geometry)


def test_a_heart_scan_cut_off_inside_the_lungs():
    volume = vessel_volume()
    rows, columns = volume.hu.shape[1:]
    dj, di = volume.geometry.spacing_mm[1:]
    box = (slice(0, len(volume.hu)), slice(round(36 / dj), rows - round(50 / dj)), slice(round(20 / di),
           columns - round(20 / di)))  # fmt: skip
    found = propose_vessels(volume.hu[box], volume.geometry.crop(box))
    assert found.aorta.length_mm == pytest.approx(AORTA_MM, abs=0.8)
    assert found.trunk.length_mm == pytest.approx(TRUNK_MM, abs=1.5)


def test_a_heart_scan_of_which_one_lung_runs_out_of_the_back():
    volume = vessel_volume()
    rows, columns = volume.hu.shape[1:]
    dj, di = volume.geometry.spacing_mm[1:]
    box = (slice(0, len(volume.hu)), slice(round(36 / dj), rows - round(50 / dj)), slice(round(20 / di),
           columns - round(20 / di)))  # fmt: skip
    hu = volume.hu[box].copy()
    hu[:, :2, : hu.shape[2] // 2] = hu[:, -2:, : hu.shape[2] // 2] = 40  # round the right lung the chest wall is seen
    found = propose_vessels(hu, volume.geometry.crop(box))
    assert found.aorta.length_mm == pytest.approx(AORTA_MM, abs=0.8)


def test_an_empty_scan_is_refused():
    volume = vessel_volume()
    with pytest.raises(NotApplicableError):
        propose_vessels(np.full(volume.hu.shape, -1000, np.int16), volume.geometry)
