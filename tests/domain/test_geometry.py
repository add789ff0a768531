"""Places in the patient, against SimpleITK and highdicom."""

import highdicom
import numpy as np
import pytest
import SimpleITK

from ctviewer.domain.errors import GeometryError
from ctviewer.domain.geometry import ORTHOGONALITY_TOLERANCE, SAME_GRID_TOLERANCE_MM, VolumeGeometry
from tests.domain.grids import random_geometry

SEEDS = range(25)


def as_simpleitk(geometry: VolumeGeometry) -> SimpleITK.Image:
    """The same grid for SimpleITK, whose index order is reversed."""
    image = SimpleITK.Image([int(n) for n in geometry.shape[::-1]], SimpleITK.sitkUInt8)
    image.SetSpacing(geometry.spacing_mm[::-1])
    image.SetOrigin(geometry.affine[:3, 3].tolist())
    image.SetDirection(geometry.directions[:, ::-1].ravel().tolist())
    return image


def points_in(geometry: VolumeGeometry, seed: int) -> np.ndarray:
    return np.random.default_rng(seed + 1000).uniform(-5, 45, (50, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_index_to_lps_agrees_with_simpleitk(seed):
    geometry = random_geometry(seed)
    image = as_simpleitk(geometry)
    points = points_in(geometry, seed)
    expected = [image.TransformContinuousIndexToPhysicalPoint(p[::-1].tolist()) for p in points]
    np.testing.assert_allclose(geometry.index_to_lps(points), expected, atol=1e-6)
    back = [image.TransformPhysicalPointToContinuousIndex(p) for p in expected]
    np.testing.assert_allclose(geometry.lps_to_index(np.array(expected)), np.array(back)[:, ::-1], atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_index_to_lps_agrees_with_highdicom(seed):
    geometry = random_geometry(seed)
    other = highdicom.VolumeGeometry(geometry.affine, geometry.shape, "PATIENT")
    points = points_in(geometry, seed)
    expected = other.map_indices_to_reference(points)
    np.testing.assert_allclose(geometry.index_to_lps(points), expected, atol=1e-6)
    np.testing.assert_allclose(geometry.lps_to_index(expected), other.map_reference_to_indices(expected), atol=1e-6)
    np.testing.assert_allclose(geometry.spacing_mm, other.spacing)
    assert geometry.voxel_volume_ml * 1000 == pytest.approx(other.voxel_volume)


@pytest.mark.parametrize("seed", SEEDS)
def test_round_trip_and_single_points(seed):
    geometry = random_geometry(seed)
    points = points_in(geometry, seed)
    np.testing.assert_allclose(geometry.lps_to_index(geometry.index_to_lps(points)), points, atol=1e-8)
    assert geometry.index_to_lps(points[0]).shape == (1, 3)
    np.testing.assert_allclose(np.linalg.norm(geometry.directions, axis=0), 1)
    np.testing.assert_allclose(geometry.directions * geometry.spacing_mm, geometry.affine[:3, :3])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_crop_keeps_every_voxel_in_its_place(seed):
    geometry = random_geometry(seed, shape=(9, 10, 11))
    box = (slice(2, 7), slice(0, 4), slice(5, 11))
    crop = geometry.crop(box)
    assert crop.shape == (5, 4, 6)
    inside = np.random.default_rng(seed).uniform(0, 4, (20, 3))
    np.testing.assert_allclose(
        crop.index_to_lps(inside), geometry.index_to_lps(inside + np.array([2, 0, 5])), atol=1e-9
    )
    assert crop.frame_of_reference_uid == geometry.frame_of_reference_uid


def test_corners_are_the_centres_of_the_corner_voxels():
    geometry = random_geometry(3, shape=(4, 5, 6))
    image = as_simpleitk(geometry)
    expected = {
        tuple(np.round(image.TransformIndexToPhysicalPoint((i, j, k)), 6))
        for i in (0, 5)
        for j in (0, 4)
        for k in (0, 3)
    }
    assert {tuple(np.round(c, 6)) for c in geometry.corners_lps()} == expected


def changed(geometry: VolumeGeometry, **fields) -> VolumeGeometry:
    values = {
        "shape": geometry.shape,
        "affine": geometry.affine,
        "frame_of_reference_uid": geometry.frame_of_reference_uid,
    }
    return VolumeGeometry(**{**values, **fields})


def shifted(geometry: VolumeGeometry, mm: float) -> np.ndarray:
    affine = np.array(geometry.affine)
    affine[0, 3] += mm
    return affine


def test_a_grid_is_the_same_as_its_copy_and_within_the_tolerance():
    geometry = random_geometry(1, shape=(8, 9, 10))
    assert geometry.same_grid(changed(geometry))
    assert geometry.same_grid(changed(geometry, affine=shifted(geometry, SAME_GRID_TOLERANCE_MM * 0.9)))
    assert geometry.same_grid(changed(geometry, frame_of_reference_uid=None))


def unequal_pairs():
    geometry = random_geometry(1, mirrored=False, shape=(8, 9, 10))
    spacing = np.array(geometry.affine)
    spacing[:3, 1] *= 1.01
    turned = np.array(geometry.affine)
    turned[:3, :3] = np.roll(turned[:3, :3], 1, axis=0)
    flipped = np.array(geometry.affine)
    flipped[:3, 2] *= -1
    swapped = np.array(geometry.affine)
    swapped[:3, [1, 2]] = swapped[:3, [2, 1]]
    yield "shape", geometry, changed(geometry, shape=(8, 9, 11))
    yield "permuted shape", geometry, changed(geometry, shape=(9, 8, 10))
    yield "frame of reference", geometry, changed(geometry, frame_of_reference_uid="1.2.840.2")
    yield "position", geometry, changed(geometry, affine=shifted(geometry, SAME_GRID_TOLERANCE_MM * 1.5))
    yield "spacing", geometry, changed(geometry, affine=spacing)
    yield "direction", geometry, changed(geometry, affine=turned)
    yield "mirrored axis", geometry, changed(geometry, affine=flipped)
    cube = changed(geometry, shape=(8, 8, 8))
    yield "axis order", cube, changed(cube, affine=swapped)


@pytest.mark.parametrize(("name", "one", "other"), list(unequal_pairs()), ids=lambda v: v if isinstance(v, str) else "")
def test_one_unequal_field_makes_another_grid(name, one, other):
    assert not one.same_grid(other)
    assert not other.same_grid(one)


def broken_affines():
    good = np.diag([2.0, 1.0, 1.0, 1.0])
    nan, zero, row, tilt, small = (good.copy() for _ in range(5))
    nan[0, 3] = np.nan
    zero[:3, 1] = 0
    row[3, 0] = 1
    tilt[1, 0] = 2 * np.tan(np.radians(5))
    small[0, 0] = 1e-9
    yield from (("nan", nan), ("zero spacing", zero), ("last row", row), ("tilt", tilt), ("tiny spacing", small))
    yield "not square", good[:3]


@pytest.mark.parametrize(("name", "affine"), list(broken_affines()), ids=lambda v: v if isinstance(v, str) else "")
def test_impossible_grids_are_refused_in_a_sentence(name, affine):
    with pytest.raises(GeometryError) as caught:
        VolumeGeometry((2, 2, 2), affine)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, -1, 1), (1, 1), (1, 1, 1, 1)])
def test_impossible_shapes_are_refused(shape):
    with pytest.raises(GeometryError, match="three positive dimensions"):
        VolumeGeometry(shape, np.eye(4))


def test_rounding_of_direction_cosines_is_tolerated():
    affine = np.eye(4)
    affine[1, 0] = ORTHOGONALITY_TOLERANCE * 0.9
    assert VolumeGeometry((2, 2, 2), affine).shape == (2, 2, 2)


def test_a_geometry_is_a_value():
    affine = np.eye(4)
    geometry = VolumeGeometry((1, 2, 3), affine)
    affine[0, 3] = 99
    assert geometry.affine[0, 3] == 0
    with pytest.raises(ValueError, match="read-only"):
        geometry.affine[0, 0] = 2
