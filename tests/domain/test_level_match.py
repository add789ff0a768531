"""Two scans without common coordinates are laid side by side by their lungs."""

import dataclasses

import numpy as np
import pytest

from ctviewer.domain.level_match import level_offset_mm
from ctviewer.domain.volume import Volume
from tests.support.long_body import body
from tests.support.volumes import geometry


def lying(lungs: slice, lowest_mm: float) -> Volume:
    made = body(lungs)
    grid = geometry(made.hu.shape, (12.0, 10.0, 10.0), (-200.0, -200.0, lowest_mm))
    return dataclasses.replace(made, geometry=grid)


def test_the_same_lungs_lie_at_the_same_level():
    whole_body, chest = lying(slice(28, 42), 0.0), lying(slice(12, 26), 1000.0)
    expected = 1000.0 - 16 * 12
    assert level_offset_mm(whole_body, chest) == pytest.approx(expected, abs=8)
    assert level_offset_mm(chest, whole_body) == pytest.approx(-expected, abs=8)


def test_without_lungs_there_is_no_level():
    legs = lying(slice(48, 48), 0.0)
    assert level_offset_mm(legs, lying(slice(12, 26), 0.0)) is None
    assert np.count_nonzero(legs.hu == -850) == 0
