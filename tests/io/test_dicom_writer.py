"""Synthetic CT files: valid objects with the right voxels at the right places."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
import SimpleITK

from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
from tests.support.synthetic import TINY, phantom

HEADER = SeriesHeader(uid_seed="test")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    p = phantom(TINY)
    return write_ct_series(tmp_path_factory.mktemp("ct"), p.hu, p.geometry, HEADER)


def test_simpleitk_reads_the_same_voxels_at_the_same_places(series: tuple[Path, ...]) -> None:
    image = SimpleITK.ReadImage([str(p) for p in series])
    p = phantom(TINY)
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), np.clip(p.hu, -1024, 3071))
    for index in ((0, 0, 0), (3, 10, 40), (19, 47, 0)):
        there = image.TransformIndexToPhysicalPoint(tuple(int(n) for n in index[::-1]))
        assert np.allclose(there, p.geometry.index_to_lps(np.array([index], float))[0], atol=1e-4)


def test_highdicom_accepts_the_geometry(series: tuple[Path, ...]) -> None:
    volume = hd.get_volume_from_series([pydicom.dcmread(p) for p in series], dtype=np.int16)
    corners = VolumeGeometry(volume.spatial_shape, volume.affine).corners_lps()
    ours = phantom(TINY).geometry.corners_lps()
    assert {tuple(c.round(3) + 0.0) for c in corners} == {tuple(c.round(3) + 0.0) for c in ours}


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
def test_files_are_valid_ct_objects(series: tuple[Path, ...]) -> None:
    for path in (series[0], series[-1]):
        done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        assert "Error" not in done.stdout + done.stderr


def test_files_say_that_they_are_synthetic(series: tuple[Path, ...]) -> None:
    for path in series:
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        assert str(ds.PatientName).startswith("SYNTHETIC")
        assert ds.PatientID.startswith("SYNTHETIC")
        assert ds.SeriesDescription.startswith("SYNTHETIC")
        assert ds.ImageComments.startswith("SYNTHETIC")
        assert (ds.ContentQualification, ds.BurnedInAnnotation) == ("RESEARCH", "NO")


def test_uids_are_unique_within_and_repeatable_between_runs(series: tuple[Path, ...], tmp_path: Path) -> None:
    p = phantom(TINY)
    again = write_ct_series(tmp_path, p.hu, p.geometry, HEADER)
    uids = [pydicom.dcmread(f, stop_before_pixels=True).SOPInstanceUID for f in series]
    assert len(set(uids)) == len(series) == TINY.shape[0]
    assert uids == [pydicom.dcmread(f, stop_before_pixels=True).SOPInstanceUID for f in again]
    assert [a.read_bytes() for a in again] == [f.read_bytes() for f in series]


def test_oblique_grids_are_written_where_they_lie(tmp_path: Path) -> None:
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.array([[0, 0, 1.5], [0, 2.5, 0], [-4, 0, 0]])  # feet first
    affine[:3, 3] = (-12.25, 30, 7)
    geometry = VolumeGeometry((3, 4, 5), affine)
    hu = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    files = write_ct_series(tmp_path, hu, geometry, HEADER)
    image = SimpleITK.ReadImage([str(f) for f in reversed(files)])  # ITK wants ascending position along the normal
    for index in ((0, 0, 0), (2, 3, 4), (1, 0, 3)):
        point = geometry.index_to_lps(np.array([index], float))[0]
        assert image.GetPixel(image.TransformPhysicalPointToIndex([float(v) for v in point])) == hu[index]


def test_shape_must_fit_the_geometry(tmp_path: Path) -> None:
    p = phantom(TINY)
    with pytest.raises(GeometryMismatchError):
        write_ct_series(tmp_path, p.hu[1:], p.geometry, HEADER)
    assert not list(tmp_path.iterdir())
