"""The level of the pulmonary trunk on the phantom, and the scans where it is refused."""

import numpy as np
import pytest

from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.rough_airway import rough_airway
from ctviewer.domain.trunk_level import (
    LevelSource,
    carina_index,
    enhanced_vessel_mm2,
    find_trunk_level,
    lungs_by_threshold,
)
from ctviewer.io.phantom_anatomy import PULMONARY_TRUNK
from tests.support.synthetic import phantom
from tests.support.volumes import geometry

TRUNK_Z = (float(PULMONARY_TRUNK.nodes[:, 2].min()), float(PULMONARY_TRUNK.nodes[:, 2].max()))


@pytest.fixture(scope="module")
def chest():
    return phantom()


@pytest.mark.parametrize("with_labels", [True, False])
def test_level_cuts_the_trunk_of_the_phantom(chest, with_labels):
    level = find_trunk_level(chest.hu, chest.geometry, chest.labels if with_labels else None)
    z = float(chest.geometry.index_to_lps(np.array([[level.slice_index, 0.0, 0.0]]))[0, 2])
    assert TRUNK_Z[0] <= z <= TRUNK_Z[1]
    assert level.source is LevelSource.VESSELS
    assert level.carina_index > level.slice_index


def test_without_contrast_the_usual_distance_is_taken(chest):
    hu = np.minimum(chest.hu, 60)
    level = find_trunk_level(hu, chest.geometry, chest.labels)
    below_mm = (level.carina_index - level.slice_index) * chest.geometry.spacing_mm[0]
    assert level.source is LevelSource.CARINA
    assert abs(below_mm - 17) <= chest.geometry.spacing_mm[0] / 2


def test_scan_that_ends_above_the_level_is_refused(chest):
    carina = find_trunk_level(chest.hu, chest.geometry, chest.labels).carina_index
    box = (slice(carina + 2, chest.hu.shape[0]), slice(0, chest.hu.shape[1]), slice(0, chest.hu.shape[2]))
    with pytest.raises(NotApplicableError, match="ends above"):
        find_trunk_level(chest.hu[box], chest.geometry.crop(box), chest.labels[box])


def test_scan_without_an_airway_is_refused(chest):
    with pytest.raises(NotApplicableError, match="windpipe"):
        find_trunk_level(chest.hu, chest.geometry, np.where(chest.labels == 3, 0, chest.labels).astype(np.uint8))
    assert not rough_airway(np.full((20, 60, 60), 40, np.int16), geometry((20, 60, 60), (3.0, 2.0, 2.0))).any()


def test_carina_is_the_highest_division_and_ignores_a_single_odd_slice():
    grid = geometry((20, 60, 60), (3.0, 1.0, 1.0))
    airway = np.zeros((20, 60, 60), bool)
    airway[10:, 20:34, 24:36] = True
    airway[4:10, 20:30, 10:20] = True
    airway[4:10, 20:30, 40:50] = True
    assert carina_index(airway, grid) == 9
    airway[17, 20:30, 45:55] = True
    assert carina_index(airway, grid) == 9


def test_undivided_airway_ends_at_its_lowest_slice():
    grid = geometry((20, 60, 60), (3.0, 1.0, 1.0))
    airway = np.zeros((20, 60, 60), bool)
    airway[8:, 20:34, 24:36] = True
    assert carina_index(airway, grid) == 8
    airway[:, 20:34, 24:36] = True
    with pytest.raises(NotApplicableError, match="ends above the division"):
        carina_index(airway, grid)


def test_vessel_area_needs_contrast_and_lungs(chest):
    level = find_trunk_level(chest.hu, chest.geometry, chest.labels)
    section, lungs = chest.hu[level.slice_index], np.isin(chest.labels[level.slice_index], (1, 2))
    enhanced = enhanced_vessel_mm2(section, lungs, chest.geometry)
    assert enhanced > 1500
    assert enhanced_vessel_mm2(np.minimum(section, 80), lungs, chest.geometry) == 0
    assert enhanced_vessel_mm2(section, np.zeros_like(lungs), chest.geometry) == 0


def test_the_hollow_of_a_couch_is_no_lung():
    section = np.full((120, 120), -1000, np.int16)
    rows, columns = np.mgrid[:120, :120]
    section[((rows - 50) / 35) ** 2 + ((columns - 60) / 50) ** 2 < 1] = 40
    lungs = ((rows - 50) / 20) ** 2 + ((columns - 40) / 12) ** 2 < 1
    lungs |= ((rows - 50) / 20) ** 2 + ((columns - 80) / 12) ** 2 < 1
    section[lungs] = -850
    section[95:115, 5:115] = 100  # a shell …
    section[97:113, 7:113] = -1000  # … with air in it, larger than a lung
    assert np.array_equal(lungs_by_threshold(section), lungs)
