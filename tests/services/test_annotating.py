from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.annotation import RevisionStatus
from ctviewer.domain.errors import GeometryMismatchError, StoreReadOnlyError
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.services.annotating import (
    PERCENTILES,
    accept_case,
    accepted_cases,
    image_sha256,
    structure_statistics,
    structure_volumes_ml,
)
from ctviewer.store.annotation_store import AnnotationStore
from tests.support.volumes import MODEL, prediction, volume


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnnotationStore]:
    with AnnotationStore(tmp_path / "a.sqlite3", author="Ada", daily_backup=False) as store:
        yield store


def random_case(seed: int = 0, with_padding: bool = True):  # type: ignore[no-untyped-def]
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
    vol, labels = random_case(1, with_padding)
    for statistics in structure_statistics(labels, vol, CHEST_SEGMENTS):
        mask = labels == statistics.segment.label
        assert statistics.voxels == mask.sum()
        if vol.padding is not None:
            mask &= ~vol.padding
        assert statistics.hu_mean == pytest.approx(vol.hu[mask].astype(float).mean())
        assert statistics.hu_sd == pytest.approx(vol.hu[mask].astype(float).std())
        assert statistics.hu_percentiles == pytest.approx(tuple(np.percentile(vol.hu[mask], PERCENTILES)))
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


def test_accepting_supersedes_the_accepted_case_before(store: AnnotationStore) -> None:
    vol = volume()
    store.open_document(vol.series.series_key, vol.series.patient_key, vol.hu.shape, "Chest", "/scans/1")
    labels = prediction(vol).labels
    first = accept_case(store, vol, labels, "first", MODEL)
    second = accept_case(store, vol, np.roll(labels, 1), "second")
    assert [(r.name, r.status) for r in store.revisions()] == [
        ("first", RevisionStatus.SUPERSEDED),
        ("second", RevisionStatus.ACCEPTED),
    ]
    assert accepted_cases(store) == [second]
    assert (first.model_id, first.model_version) == ("test-model", "1")
    assert first.image_sha256 == image_sha256(vol)
    np.testing.assert_array_equal(store.load_labels(second.revision_id), np.roll(labels, 1))


def test_one_accepted_case_per_series(store: AnnotationStore) -> None:
    for uid in ("1.1", "1.2"):
        vol = volume(uid=uid)
        store.open_document(vol.series.series_key, vol.series.patient_key, vol.hu.shape)
        accept_case(store, vol, prediction(vol).labels)
    assert len(accepted_cases(store)) == 2


def test_a_read_only_store_refuses_with_the_owner(store: AnnotationStore) -> None:
    vol = volume()
    store.open_document(vol.series.series_key, vol.series.patient_key, vol.hu.shape)
    with AnnotationStore(store.path, author="Bob") as second:
        second.open_document(vol.series.series_key, vol.series.patient_key, vol.hu.shape)
        with pytest.raises(StoreReadOnlyError, match="Ada"):
            accept_case(second, vol, prediction(vol).labels)
