"""Sagittal slices out of blocks against the slices themselves."""

import numpy as np
import pytest

from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.sagittal import SagittalReader


@pytest.mark.parametrize("shift", [0, 8, 40])
@pytest.mark.parametrize("kind", [np.int16, np.uint8])
def test_every_slice_in_every_order(kind, shift):
    random = np.random.default_rng(0)
    array = random.integers(0, 200, (5, 4, 150)).astype(kind)
    reader = SagittalReader(shift)
    steps = [*range(150), *range(149, -1, -1), *random.integers(0, 150, 60), *range(0, 150, 3)]
    for index in steps:
        got = reader.read(array, int(index))
        np.testing.assert_array_equal(got, extract_slice(array, Plane.SAGITTAL, int(index)))
        assert got.flags.c_contiguous
        assert got.flags.owndata


def test_what_has_changed_is_read_anew():
    array = np.zeros((3, 4, 70), np.uint8)
    reader = SagittalReader()
    for index in (10, 11, 12):
        reader.read(array, index)
    array[1, 2, 13] = 5
    reader.forget()
    assert reader.read(array, 13)[1, 2] == 5
