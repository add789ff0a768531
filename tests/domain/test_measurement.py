"""Measurements against analytic answers and independent libraries, on anisotropic and oblique grids."""

import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from skimage.draw import ellipse as draw_ellipse
from skimage.draw import polygon2mask

from ctviewer.domain.measurement import (
    Measurement,
    MeasurementKind,
    angle_deg,
    calipers_mm,
    ellipse_outline,
    point_lps,
    slice_position,
)
from ctviewer.domain.measurement_edit import (
    distance_to_mm,
    handles,
    moved,
    nearest_handle,
    with_handle_at,
    with_short_axis,
)
from ctviewer.domain.measurement_values import QuantityName, crosses_itself, measure, quantity, voxels_inside
from ctviewer.domain.planes import Plane
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume
from tests.domain.grids import random_geometry, straight_geometry

SHAPE = (20, 24, 28)


def scan(geometry, hu=None, padding=None, **changes):
    hu = np.zeros(geometry.shape, np.int16) if hu is None else hu
    series = SeriesRef((), SourceFormat.NIFTI, geometry.shape, geometry.spacing_mm)
    return Volume(hu, geometry, series, SourceGrid(geometry), padding, **changes)


def drawn(geometry, kind, plane, *indices):
    """A measurement at array indices ``(k, j, i)``."""
    points = geometry.index_to_lps(np.array(indices, float))
    return Measurement("m", kind, plane, tuple(point_lps(row) for row in points))


def on_slice(plane, index, row, column):
    place = [0.0, 0.0, 0.0]
    place[plane.normal_axis], place[plane.row_axis], place[plane.column_axis] = index, row, column
    return tuple(place)


def noise(geometry, seed=3):
    return np.random.default_rng(seed).integers(-1000, 1000, geometry.shape).astype(np.int16)


GRIDS = [straight_geometry(SHAPE), *(random_geometry(seed, shape=SHAPE) for seed in range(4))]


@pytest.mark.parametrize("geometry", GRIDS)
@pytest.mark.parametrize("plane", list(Plane))
class TestOnAnyGrid:
    def test_length_agrees_with_simpleitk(self, geometry, plane):
        if np.linalg.det(geometry.directions) > 0:  # SimpleITK, whose axes run the other way round, refuses this one
            geometry = random_geometry(11, mirrored=True, shape=SHAPE)
        image = SimpleITK.Image([int(n) for n in geometry.shape[::-1]], SimpleITK.sitkInt16)
        image.SetOrigin(geometry.affine[:3, 3].tolist())
        image.SetSpacing(geometry.spacing_mm[::-1])
        directions = geometry.directions[:, ::-1]
        image.SetDirection(directions.ravel().tolist())
        a, b = on_slice(plane, 7, 3.25, 4.5), on_slice(plane, 7, 15.75, 20.0)
        ends = [np.array(image.TransformContinuousIndexToPhysicalPoint(p[::-1])) for p in (a, b)]
        length = drawn(geometry, MeasurementKind.LENGTH, plane, a, b)
        values = measure(length, scan(geometry))
        assert quantity(values, QuantityName.LENGTH) == pytest.approx(np.linalg.norm(ends[0] - ends[1]), abs=1e-6)
        assert slice_position(length, geometry) == pytest.approx(7)

    def test_right_angle_along_the_axes(self, geometry, plane):
        corner = drawn(geometry, MeasurementKind.ANGLE, plane, on_slice(plane, 2, 9, 4), on_slice(plane, 2, 4, 4),
                       on_slice(plane, 2, 4, 9))  # fmt: skip
        (angle,) = measure(corner, scan(geometry))
        assert (angle.value, angle.unit) == (pytest.approx(90.0, abs=1e-6), "°")

    def test_diagonal_angle_knows_the_spacing(self, geometry, plane):
        row_mm, column_mm = geometry.spacing_mm[plane.row_axis], geometry.spacing_mm[plane.column_axis]
        corner = drawn(geometry, MeasurementKind.ANGLE, plane, on_slice(plane, 2, 4, 9), on_slice(plane, 2, 4, 4),
                       on_slice(plane, 2, 9, 9))  # fmt: skip
        (angle,) = measure(corner, scan(geometry))
        assert angle.value == pytest.approx(math.degrees(math.atan2(row_mm, column_mm)), abs=1e-6)

    def test_ellipse_has_its_analytic_area_and_the_voxels_inside(self, geometry, plane):
        hu = noise(geometry)
        ellipse = drawn(geometry, MeasurementKind.ELLIPSE, plane, on_slice(plane, 5, 3.3, 4.1),
                        on_slice(plane, 5, 16.9, 15.2))  # fmt: skip
        values = measure(ellipse, scan(geometry, hu))
        row_mm, column_mm = geometry.spacing_mm[plane.row_axis], geometry.spacing_mm[plane.column_axis]
        expected = math.pi / 4 * 13.6 * row_mm * 11.1 * column_mm
        assert quantity(values, QuantityName.AREA) == pytest.approx(expected)
        inside = np.zeros((40, 40), bool)
        inside[draw_ellipse(10.1, 9.65, 6.8, 5.55, shape=inside.shape)] = True
        section = np.take(hu, 5, axis=plane.normal_axis)
        inside = inside[: section.shape[0], : section.shape[1]]
        assert_statistics(values, section, inside)

    def test_polygon_has_its_analytic_area_and_the_voxels_inside(self, geometry, plane):
        hu = noise(geometry)
        corners = np.array([(3.2, 3.7), (4.4, 16.3), (9.1, 10.2), (17.6, 15.1), (14.3, 2.6)])
        polygon = drawn(geometry, MeasurementKind.POLYGON, plane, *(on_slice(plane, 5, *c) for c in corners))
        values = measure(polygon, scan(geometry, hu))
        section = np.take(hu, 5, axis=plane.normal_axis)
        assert_statistics(values, section, polygon2mask(section.shape, corners))
        row_mm, column_mm = geometry.spacing_mm[plane.row_axis], geometry.spacing_mm[plane.column_axis]
        r, c = corners.T
        expected = abs(np.sum(r * np.roll(c, -1) - c * np.roll(r, -1))) / 2 * row_mm * column_mm
        assert quantity(values, QuantityName.AREA) == pytest.approx(expected)

    def test_short_axis_stays_perpendicular_whichever_end_is_dragged(self, geometry, plane):
        a, b = geometry.index_to_lps([on_slice(plane, 5, 4, 3), on_slice(plane, 5, 14, 18)])
        points = with_short_axis(point_lps(a), point_lps(b), plane, geometry)
        both = Measurement("m", MeasurementKind.BIDIRECTIONAL, plane, points)
        for handle in range(4):
            place = point_lps(geometry.index_to_lps(on_slice(plane, 5, 6 + handle, 9))[0])
            both = with_handle_at(both, handle, place, geometry)
            p = both.points
            assert (p[1] - p[0]) @ (p[3] - p[2]) == pytest.approx(0, abs=1e-6 * np.linalg.norm(p[1] - p[0]))
            np.testing.assert_allclose(geometry.lps_to_index(p)[:, plane.normal_axis], 5, atol=1e-6)
        values = measure(both, scan(geometry))
        assert [q.value for q in values] == sorted(calipers_mm(both), reverse=True)

    def test_dragging_a_corner_of_an_ellipse_keeps_the_opposite_one(self, geometry, plane):
        ellipse = drawn(geometry, MeasurementKind.ELLIPSE, plane, on_slice(plane, 5, 3, 4), on_slice(plane, 5, 12, 15))
        before = handles(ellipse, geometry)
        for number in range(4):
            place = before[number] + 0.1 * (before[number] - before[(number + 2) % 4])
            after = handles(with_handle_at(ellipse, number, point_lps(place), geometry), geometry)
            assert np.abs(after - place).sum(axis=1).min() < 1e-6
            assert np.abs(after - before[(number + 2) % 4]).sum(axis=1).min() < 1e-6


def assert_statistics(values, section, inside):
    """Compare with SimpleITK's label statistics over the oracle's mask."""
    filter_ = SimpleITK.LabelStatisticsImageFilter()
    filter_.Execute(SimpleITK.GetImageFromArray(section), SimpleITK.GetImageFromArray(inside.astype(np.uint8)))
    assert quantity(values, QuantityName.VOXELS) == inside.sum() == filter_.GetCount(1)
    assert quantity(values, QuantityName.MEAN) == pytest.approx(filter_.GetMean(1))
    assert quantity(values, QuantityName.SD) == pytest.approx(filter_.GetSigma(1))
    assert quantity(values, QuantityName.MINIMUM) == filter_.GetMinimum(1)
    assert quantity(values, QuantityName.MAXIMUM) == filter_.GetMaximum(1)


def test_known_disc_in_a_phantom():
    """A disc of 300 HU, 30 mm across, in water, on pixels of 0.8 × 0.7 mm."""
    geometry = straight_geometry((3, 96, 96))
    j, i = np.mgrid[:96, :96]
    hu = np.where(np.hypot((j - 48) * 0.8, (i - 48) * 0.7) <= 15, 300, 0).astype(np.int16)
    volume = scan(geometry, np.repeat(hu[None], 3, axis=0))
    rim = drawn(geometry, MeasurementKind.ELLIPSE, Plane.AXIAL, (1, 48 - 15 / 0.8, 48 - 15 / 0.7),
                (1, 48 + 15 / 0.8, 48 + 15 / 0.7))  # fmt: skip
    values = measure(rim, volume)
    assert quantity(values, QuantityName.AREA) == pytest.approx(math.pi * 15**2)
    assert (quantity(values, QuantityName.MEAN), quantity(values, QuantityName.SD)) == (300.0, 0.0)
    assert quantity(values, QuantityName.VOXELS) == np.count_nonzero(hu)
    across = drawn(geometry, MeasurementKind.LENGTH, Plane.AXIAL, (1, 48, 48 - 15 / 0.7), (1, 48, 48 + 15 / 0.7))
    assert measure(across, volume)[0].value == pytest.approx(30.0)


def test_ratio_of_two_calipers():
    geometry = straight_geometry()
    both = drawn(geometry, MeasurementKind.RATIO, Plane.AXIAL, (2, 0, 0), (2, 10, 0), (2, 0, 2), (2, 0, 12))
    values = measure(both, scan(geometry))
    assert quantity(values, QuantityName.FIRST) == pytest.approx(8.0)
    assert quantity(values, QuantityName.SECOND) == pytest.approx(7.0)
    assert values[0].name is QuantityName.RATIO
    assert values[0].value == pytest.approx(8 / 7)
    flat = replace(both, points_lps=(*both.points_lps[:3], both.points_lps[2]))
    assert quantity(measure(flat, scan(geometry)), QuantityName.RATIO) is None


def test_angles_from_flat_to_straight():
    for degrees in (0, 1e-5, 30, 90, 179.9999, 180):
        turned = (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), 0.0)
        assert angle_deg((1.0, 0.0, 0.0), (0.0, 0.0, 0.0), turned) == pytest.approx(degrees, abs=1e-9)
    assert angle_deg((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)) == 0.0


def test_padding_does_not_count():
    geometry = straight_geometry()
    hu = np.full(geometry.shape, 50, np.int16)
    hu[:, :, :8] = -2000
    padding = hu == -2000
    box = drawn(geometry, MeasurementKind.POLYGON, Plane.AXIAL, (3, 2, 4), (3, 2, 12), (3, 9, 12), (3, 9, 4))
    values = measure(box, scan(geometry, hu, padding))
    assert (quantity(values, QuantityName.MEAN), quantity(values, QuantityName.MINIMUM)) == (50.0, 50.0)
    only_padding = drawn(geometry, MeasurementKind.ELLIPSE, Plane.AXIAL, (3, 2, 1), (3, 9, 6))
    values = measure(only_padding, scan(geometry, hu, padding))
    assert [q.name for q in values] == [QuantityName.AREA, QuantityName.VOXELS]
    assert values[1].value == 0
    assert measure(drawn(geometry, MeasurementKind.PROBE, Plane.AXIAL, (3, 2, 1)), scan(geometry, hu, padding)) == ()


def test_probe_is_the_nearest_stored_voxel():
    geometry = straight_geometry()
    hu = noise(geometry)
    (value,) = measure(drawn(geometry, MeasurementKind.PROBE, Plane.AXIAL, (3.4, 2.4, 7.6)), scan(geometry, hu))
    assert value.value == hu[3, 2, 8]
    assert value.unit == "HU"
    (value,) = measure(drawn(geometry, MeasurementKind.PROBE, Plane.AXIAL, (3, 2, 7)), scan(geometry, hu, is_hu=False))
    assert value.unit == ""
    assert measure(drawn(geometry, MeasurementKind.PROBE, Plane.AXIAL, (30, 2, 7)), scan(geometry, hu)) == ()


def test_values_that_are_not_hu_give_an_area_only():
    geometry = straight_geometry()
    ellipse = drawn(geometry, MeasurementKind.ELLIPSE, Plane.AXIAL, (3, 2, 1), (3, 9, 6))
    assert [q.name for q in measure(ellipse, scan(geometry, is_hu=False))] == [QuantityName.AREA]


def test_regions_are_cut_off_at_the_rim():
    geometry = straight_geometry()
    ellipse = drawn(geometry, MeasurementKind.ELLIPSE, Plane.AXIAL, (3, -4, -4), (3, 4, 4))
    _, inside = voxels_inside(ellipse, geometry)
    assert quantity(measure(ellipse, scan(geometry)), QuantityName.VOXELS) == inside.sum() == 17


def test_an_outline_that_crosses_itself_has_no_area():
    geometry = straight_geometry()
    bow = drawn(geometry, MeasurementKind.POLYGON, Plane.AXIAL, (3, 2, 2), (3, 9, 9), (3, 9, 2), (3, 2, 9))
    assert crosses_itself(bow, geometry)
    assert measure(bow, scan(geometry)) == ()


def test_grabbing():
    geometry = straight_geometry()
    line = drawn(geometry, MeasurementKind.LENGTH, Plane.AXIAL, (3, 2, 2), (3, 2, 12))
    near_middle = point_lps(geometry.index_to_lps((3, 3, 7))[0])
    assert distance_to_mm(line, near_middle, geometry) == pytest.approx(0.8)
    assert nearest_handle(line, near_middle, geometry, 1.0) is None
    assert nearest_handle(line, line.points_lps[1], geometry, 1.0) == 1
    np.testing.assert_allclose(moved(line, np.array([1.0, 2, 3])).points, line.points + np.array([1.0, 2.0, 3.0]))
    ring = drawn(geometry, MeasurementKind.ELLIPSE, Plane.AXIAL, (3, 2, 2), (3, 12, 12))
    assert distance_to_mm(ring, point_lps(geometry.index_to_lps((3, 7, 7))[0]), geometry) > 3
    for place in ellipse_outline(ring.points, Plane.AXIAL, geometry, 7):
        assert distance_to_mm(ring, point_lps(place), geometry) < 0.05


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (MeasurementKind.LENGTH, ((0.0, 0.0, 0.0),)),
        (MeasurementKind.LENGTH, ((0.0, 0.0, 0.0),) * 3),
        (MeasurementKind.POLYGON, ((0.0, 0.0, 0.0),) * 2),
        (MeasurementKind.PROBE, ((0.0, math.nan, 0.0),)),
    ],
)
def test_points_must_fit_the_kind(kind, points):
    with pytest.raises(ValueError, match="point"):
        Measurement("m", kind, Plane.AXIAL, points)
