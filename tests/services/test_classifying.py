"""From a volume to class probabilities, on the synthetic thorax and on real scans where they are."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.errors import ModelError, NotApplicableError, OperationCancelled
from ctviewer.domain.ph_picture import FED_SIZE_PX, PICTURE_SHORT_SIDE_PX, fed_picture, render_ph_image
from ctviewer.domain.progress import CancelToken
from ctviewer.domain.study import Mark, SeriesRef, SourceFormat
from ctviewer.domain.trunk_level import find_trunk_level
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.services.classifying import classify_volume
from ctviewer.store.model_registry import ModelRegistry
from tests.support.ph_version import NAMES, tiny_ph_version
from tests.support.real_data import real_data
from tests.support.synthetic import phantom


def as_volume(hu, geometry, **changes) -> Volume:
    series = SeriesRef((Path("/nowhere/chest.dcm"),), SourceFormat.DICOM, hu.shape, series_description="Chest")
    return Volume(hu, geometry, series, SourceGrid(geometry), **changes)


@pytest.fixture(scope="module")
def chest():
    made = phantom()
    return as_volume(made.hu, made.geometry), made.labels


def trunk_slice(volume, labels):
    return find_trunk_level(volume.hu, volume.geometry, labels).slice_index


@pytest.fixture
def registry(tmp_path):
    tiny_ph_version(tmp_path / "bundled" / "ph-classifier" / "0.0.1")
    return ModelRegistry(tmp_path / "bundled", tmp_path / "user")


def test_classification_of_the_phantom(chest, registry):
    volume, labels = chest
    seen = []
    result = classify_volume(volume, registry, labels, device="cpu", progress=seen.append)
    assert result.class_names == NAMES
    assert sum(result.probabilities) == pytest.approx(1)
    assert result.slice_index == trunk_slice(volume, labels)
    assert np.array_equal(result.fed_image, fed_picture(volume, result.slice_index))
    assert result.model.model_id == "ph-classifier"
    assert set(result.seconds) == {"find slice", "draw", "classify"}
    assert seen[-1].fraction == 1
    number = volume.hu.shape[0] - result.slice_index
    assert any(f"Slice {number} was chosen" in note and "carina" in note for note in result.notes)


def test_a_slice_chosen_by_hand_is_used_and_judged(chest, registry):
    volume, labels = chest
    found = trunk_slice(volume, labels)
    near = classify_volume(volume, registry, labels, slice_index=found + 1, device="cpu")
    assert near.slice_index == found + 1
    assert not any("expected level" in note for note in near.notes)
    far = classify_volume(volume, registry, labels, slice_index=found - 4, device="cpu")
    assert any("24 mm from the expected level" in note for note in far.notes)
    with pytest.raises(NotApplicableError, match="no axial slice"):
        classify_volume(volume, registry, labels, slice_index=volume.hu.shape[0], device="cpu")


def test_picture_is_drawn_like_the_training_pictures(chest):
    volume, labels = chest
    k = trunk_slice(volume, labels)
    picture = render_ph_image(volume, k)
    assert picture.dtype == np.uint8
    assert min(picture.shape) == PICTURE_SHORT_SIDE_PX
    _, dj, di = volume.geometry.spacing_mm
    body = volume.hu[k] > -300
    rows, columns = np.nonzero(body)
    expected = (np.ptp(columns) * di) / (np.ptp(rows) * dj)
    assert picture.shape[1] / picture.shape[0] == pytest.approx(expected, rel=0.15), (
        "square pixels, cropped to the body"
    )
    fed = fed_picture(volume, k)
    assert fed.shape == (FED_SIZE_PX, FED_SIZE_PX)
    # Anterior up, left on the right: the descending aorta of the phantom lies behind, on the patient's left.
    bright = fed[FED_SIZE_PX // 2 :] == 255
    assert bright[:, FED_SIZE_PX // 2 :].sum() > bright[:, : FED_SIZE_PX // 2].sum()


def refused(volume, registry, labels, **more) -> str:
    with pytest.raises(NotApplicableError) as error:
        classify_volume(volume, registry, labels, device="cpu", **more)
    assert re.search(r"[.]$", error.value.message)
    return error.value.message


def test_scans_unlike_the_training_pictures_are_refused_with_the_reason(chest, registry):
    volume, labels = chest
    geometry = volume.geometry
    assert "not Hounsfield units" in refused(dataclasses.replace(volume, is_hu=False), registry, labels)
    unplaced = dataclasses.replace(volume, marks=(Mark.NO_POSITIONS,))
    assert "left and right are unknown" in refused(unplaced, registry, labels)
    plain = as_volume(np.minimum(volume.hu, 70).astype(np.int16), geometry)
    assert "without contrast medium" in refused(plain, registry, labels)
    few = (slice(20, 28), slice(0, volume.hu.shape[1]), slice(0, volume.hu.shape[2]))
    assert "8 slices are too few" in refused(as_volume(volume.hu[few], geometry.crop(few)), registry, labels[few])
    k = trunk_slice(volume, labels)
    narrow = (slice(0, 50), slice(0, volume.hu.shape[1]), slice(34, 62))
    cut = as_volume(volume.hu[narrow], geometry.crop(narrow))
    assert "cut off by the field of view" in refused(cut, registry, labels[narrow], slice_index=k)
    belly = np.zeros_like(labels)
    assert "windpipe" in refused(volume, registry, belly)


def test_thick_slices_are_refused(chest, registry):
    volume, labels = chest
    every = slice(None, None, 2)
    affine = np.array(volume.geometry.affine)
    affine[:3, 0] *= 2
    geometry = type(volume.geometry)(volume.hu[every].shape, affine)
    assert "12.0 mm apart" in refused(as_volume(volume.hu[every], geometry), registry, labels[every])


def test_cancel_and_missing_model(chest, registry, tmp_path):
    volume, labels = chest
    token = CancelToken()
    token.cancel()
    with pytest.raises(OperationCancelled):
        classify_volume(volume, registry, labels, device="cpu", cancel=token)
    with pytest.raises(ModelError):
        classify_volume(volume, ModelRegistry(tmp_path / "none", tmp_path / "none2"), labels, device="cpu")


REAL = {
    "ct/lidc_0003.nii.gz": None,
    "ct/lungfcp_0001_upper.nii.gz": "ends above",
    "ct/acrin_flt_001_bases.nii.gz": "windpipe",
    "ct/acrin_flt_001_mid.nii.gz": "without contrast medium",
    "ct/tcga_de_a4ma.nii.gz": "without contrast medium",
    "ct/lung_dx_a0002_8mm.nii.gz": "without contrast medium",
}


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.parametrize(("path", "reason"), REAL.items())
def test_real_scans_are_classified_or_refused_for_the_right_reason(path, reason, registry):
    from ctviewer.services.study_loading import load, open_path

    _, series = open_path(real_data(path))
    volume = load(series)
    if reason is None:
        result = classify_volume(volume, registry, device="cpu")
        assert 70 <= result.slice_index <= 80, "looked at: the trunk with the right pulmonary artery"
    else:
        assert reason in refused(volume, registry, None)
