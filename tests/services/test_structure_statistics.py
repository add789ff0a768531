"""Volumes and HU figures of structures, against numpy on the same voxels."""

import numpy as np
import pytest

from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.services.structure_statistics import PERCENTILES, structure_statistics, structure_volumes_ml
from tests.support.volumes import volume


def random_case(seed: int = 0, *, with_padding: bool = True):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    padding = rng.random((12, 40, 48)) < 0.1 if with_padding else None
    vol = volume(padding=padding)
    hu = rng.integers(-1024, 3000, vol.hu.shape).astype(np.int16)
    object.__setattr__(vol, "hu", hu)
    return vol, rng.integers(0, 6, vol.hu.shape).astype(np.uint8)


def test_volumes_are_voxels_times_voxel_volume() -> None:
    vol, labels = random_case()
    volumes = structure_volumes_ml(labels, vol, CHEST_SEGMENTS)
    assert list(volumes) == ["left_lung", "right_lung", "trachea"]
    for segment in CHEST_SEGMENTS:
        assert volumes[segment.key] == pytest.approx((labels == segment.label).sum() * 5.0 * 1.0 * 2.0 / 1000)


@pytest.mark.parametrize("with_padding", [False, True])
def test_statistics_agree_with_numpy_and_skip_padding(with_padding: bool) -> None:
    vol, labels = random_case(1, with_padding=with_padding)
    for statistics in structure_statistics(labels, vol, CHEST_SEGMENTS):
        mask = labels == statistics.segment.label
        assert statistics.voxels == mask.sum()
        if vol.padding is not None:
            mask &= ~vol.padding
        assert statistics.hu_mean == pytest.approx(vol.hu[mask].astype(float).mean())
        assert statistics.hu_sd == pytest.approx(vol.hu[mask].astype(float).std())
        expected = np.percentile(vol.hu[mask], PERCENTILES, method="inverted_cdf")
        assert statistics.hu_percentiles == tuple(expected)
        assert statistics.low_attenuation == pytest.approx((vol.hu[mask] < -950).mean())


def test_there_is_no_hu_without_voxels_or_without_hounsfield_units() -> None:
    vol, labels = random_case()
    assert all(s.hu_mean is s.hu_sd is None for s in structure_statistics(labels * 0, vol, CHEST_SEGMENTS))
    grey = volume(is_hu=False)
    found = structure_statistics(labels, grey, CHEST_SEGMENTS)
    assert all(s.hu_mean is None and s.volume_ml > 0 for s in found)


def test_a_foreign_shape_is_refused() -> None:
    vol, labels = random_case()
    with pytest.raises(GeometryMismatchError, match="shape"):
        structure_volumes_ml(labels[1:], vol, CHEST_SEGMENTS)
