"""Small volumes with a known geometry, for tests of everything above the file formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.prediction import ModelIdentity, Prediction
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.study import PatientInfo, SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume

MODEL = ModelIdentity("test-model", "1", "0" * 64, "Test model")


def geometry(shape=(12, 40, 48), spacing_mm=(5.0, 1.0, 2.0), origin_lps=(-48.0, -20.0, 100.0)) -> VolumeGeometry:
    """Canonical axes: k to the head, j to the back, i to the patient's left."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([(0, 0, spacing_mm[0]), (0, spacing_mm[1], 0), (spacing_mm[2], 0, 0)], float).T
    affine[:3, 3] = origin_lps
    return VolumeGeometry(shape, affine)


def volume(shape=(12, 40, 48), spacing_mm=(5.0, 1.0, 2.0), name="TEST^PATIENT", uid="1.2.3", **changes) -> Volume:
    """A block of soft tissue (40 HU) with an air-filled block (-900 HU) on the patient's right half."""
    grid = geometry(shape, spacing_mm)
    hu = np.full(shape, 40, np.int16)
    hu[:, :, 4 : shape[2] // 2] = -900
    series = SeriesRef(
        (Path("/nowhere/slice.dcm"),), SourceFormat.DICOM, shape, spacing_mm, series_uid=uid, modality="CT",
        series_description="Chest", study_date="20240102", patient=PatientInfo("P-1", name, "19600102", "F"),
    )  # fmt: skip
    return Volume(hu, grid, series, SourceGrid(grid), **changes)


def prediction(vol: Volume, box=(slice(2, 9), slice(5, 30), slice(4, 20)), label=2) -> Prediction:
    """A prediction that holds one label in a box."""
    labels = np.zeros(vol.hu.shape, np.uint8)
    labels[box] = label
    return Prediction(labels, vol.geometry, CHEST_SEGMENTS, MODEL, seconds={"network": 2.0})


def oblique_volume(degrees=30.0) -> Volume:
    """Turned about the patient's long axis: rows run from right-anterior to left-posterior."""
    plain = volume(uid="1.2.55", spacing_mm=(4.0, 1.0, 1.0))
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    affine = np.array(plain.geometry.affine)
    affine[:3, :3] = turn @ affine[:3, :3]
    grid = VolumeGeometry(plain.geometry.shape, affine)
    return replace(plain, geometry=grid, source=SourceGrid(grid))
