"""Sliding slabs are what a direct maximum, minimum or mean gives, in every plane and order of asking."""

import numpy as np
import pytest

from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.slab import Slab, SlabKind, SlidingSlab, slab_range

DIRECT = {SlabKind.MAXIMUM: np.max, SlabKind.MINIMUM: np.min, SlabKind.MEAN: np.mean}
HU = np.random.default_rng(3).integers(-1024, 3000, (13, 11, 9)).astype(np.int16)


@pytest.mark.parametrize("count", [2, 3, 5, 13, 40])
@pytest.mark.parametrize("kind", list(DIRECT))
@pytest.mark.parametrize("plane", list(Plane))
def test_equals_the_direct_computation(plane, kind, count):
    axis = plane.normal_axis
    total = HU.shape[axis]
    sliding = SlidingSlab(HU, plane, kind, count)
    order = [*range(total), *reversed(range(total)), *np.random.default_rng(4).permutation(total)]
    for index in order:
        part = slab_range(int(index), count, total)
        chosen = [slice(None)] * 3
        chosen[axis] = part
        direct = DIRECT[kind](HU[tuple(chosen)].astype(float), axis=axis, keepdims=True)
        expected = extract_slice(np.rint(direct), plane, 0)
        np.testing.assert_array_equal(sliding.at(int(index)), expected)


def test_thickness_is_in_millimetres_whatever_the_spacing():
    slab = Slab(SlabKind.MAXIMUM, 10.0)
    assert [slab.count(spacing) for spacing in (0.7, 1.0, 2.5, 5.0, 30.0)] == [14, 10, 4, 2, 1]
    assert Slab(SlabKind.OFF, 10.0).count(0.7) == 1


def test_range_is_centred_and_cut_off_at_the_ends():
    assert slab_range(5, 3, 10) == slice(4, 7)
    assert slab_range(5, 4, 10) == slice(4, 8)
    assert slab_range(0, 5, 10) == slice(0, 3)
    assert slab_range(9, 5, 10) == slice(7, 10)
