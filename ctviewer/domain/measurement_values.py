"""The numbers a measurement stands for: millimetres, degrees, and Hounsfield units inside a region."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import AnyArray, BoolArray, FloatArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import (
    Measurement,
    MeasurementKind,
    angle_deg,
    calipers_mm,
    ellipse_axes_mm,
    slice_position,
)
from ctviewer.domain.planes import Plane
from ctviewer.domain.volume import Volume


class QuantityName(StrEnum):
    """What a number is."""

    LENGTH = "length"
    ANGLE = "angle"
    LONG_AXIS = "long axis"
    SHORT_AXIS = "short axis"
    FIRST = "first caliper"
    SECOND = "second caliper"
    RATIO = "ratio"
    AREA = "area"
    MEAN = "mean"
    SD = "standard deviation"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    VALUE = "value"
    VOXELS = "voxels"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with its unit (``"mm"``, ``"mm²"``, ``"°"``, ``"HU"``, or empty)."""

    name: QuantityName
    value: float
    unit: str = ""


def measure(measurement: Measurement, volume: Volume) -> tuple[Quantity, ...]:
    """The numbers of a measurement, the most important first; empty for an outline that crosses itself.

    Parameters
    ----------
    volume
        The scan it was drawn on. Hounsfield units are left out where its values are not calibrated; they are
        statistics of the stored voxels whose centres lie inside, without those the scanner delivered no data for.
        The standard deviation is that of a sample (n − 1).
    """
    kind, points = measurement.kind, measurement.points_lps
    if kind is MeasurementKind.ANGLE:
        return (Quantity(QuantityName.ANGLE, angle_deg(*points), "°"),)
    if kind is MeasurementKind.PROBE:
        return _probe(measurement, volume)
    if kind in (MeasurementKind.ELLIPSE, MeasurementKind.POLYGON):
        return _region(measurement, volume)
    lines = calipers_mm(measurement)
    if kind is MeasurementKind.LENGTH:
        return (Quantity(QuantityName.LENGTH, lines[0], "mm"),)
    if kind is MeasurementKind.BIDIRECTIONAL:
        return (Quantity(QuantityName.LONG_AXIS, max(lines), "mm"), Quantity(QuantityName.SHORT_AXIS, min(lines), "mm"))
    first, second = Quantity(QuantityName.FIRST, lines[0], "mm"), Quantity(QuantityName.SECOND, lines[1], "mm")
    if lines[1] <= 0:
        return (first, second)
    return (Quantity(QuantityName.RATIO, lines[0] / lines[1]), first, second)


def quantity(quantities: tuple[Quantity, ...], name: QuantityName) -> float | None:
    """A number by its name; None if it is not among them."""
    return next((q.value for q in quantities if q.name is name), None)


def voxels_inside(measurement: Measurement, geometry: VolumeGeometry) -> tuple[tuple[slice | int, ...], BoolArray]:
    """Voxels of the slice whose centres lie inside an ellipse or polygon.

    Returns
    -------
    tuple
        Index of the covered box of the volume (an integer along the normal of the plane), and the voxels inside it,
        shape ``(rows, columns)`` along ``plane.row_axis`` and ``plane.column_axis``.
    """
    plane = measurement.plane
    index = geometry.lps_to_index(measurement.points)
    places = index[:, [plane.row_axis, plane.column_axis]]
    rows = _span(places[:, 0], geometry.shape[plane.row_axis])
    columns = _span(places[:, 1], geometry.shape[plane.column_axis])
    centers_row = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None]
    centers_column = np.arange(columns.start, columns.stop, dtype=np.float64)[None, :]
    # Inside and outside do not change under the affine map to indices, so no voxel has to be mapped to millimetres.
    if measurement.kind is MeasurementKind.ELLIPSE:
        inside = _in_ellipse(centers_row, centers_column, places)
    else:
        inside = _in_polygon(centers_row, centers_column, places)
    where: list[slice | int] = [0, 0, 0]
    where[plane.normal_axis] = _slice_index(measurement, geometry)
    where[plane.row_axis], where[plane.column_axis] = rows, columns
    return tuple(where), inside


def crosses_itself(measurement: Measurement, geometry: VolumeGeometry) -> bool:
    """Whether two sides of a polygon cross, so that it has no area of its own."""
    corners = _in_plane_mm(measurement, geometry)
    count = len(corners)
    sides = [(corners[n], corners[(n + 1) % count]) for n in range(count)]
    return any(
        _cross(*sides[a], *sides[b])
        for a in range(count)
        for b in range(a + 2, count)
        if not (a == 0 and b == count - 1)
    )


def _probe(measurement: Measurement, volume: Volume) -> tuple[Quantity, ...]:
    index = tuple(np.rint(volume.geometry.lps_to_index(measurement.points)[0]).astype(int))
    if any(not 0 <= n < size for n, size in zip(index, volume.hu.shape, strict=True)):
        return ()
    if volume.padding is not None and volume.padding[index]:
        return ()
    return (Quantity(QuantityName.VALUE, float(volume.hu[index]), "HU" if volume.is_hu else ""),)


def _region(measurement: Measurement, volume: Volume) -> tuple[Quantity, ...]:
    geometry = volume.geometry
    if measurement.kind is MeasurementKind.POLYGON and crosses_itself(measurement, geometry):
        return ()
    area = Quantity(QuantityName.AREA, area_mm2(measurement, geometry), "mm²")
    where, inside = voxels_inside(measurement, geometry)
    normal = measurement.plane.normal_axis
    if not 0 <= _slice_index(measurement, geometry) < geometry.shape[normal] or not volume.is_hu:
        return (area,)
    if volume.padding is not None:
        inside = inside & ~volume.padding[where]
    values = volume.hu[where][inside].astype(np.float64)
    voxels = Quantity(QuantityName.VOXELS, float(values.size))
    if values.size == 0:
        return (area, voxels)
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    return (
        Quantity(QuantityName.MEAN, float(values.mean()), "HU"),
        Quantity(QuantityName.SD, spread, "HU"),
        Quantity(QuantityName.MINIMUM, float(values.min()), "HU"),
        Quantity(QuantityName.MAXIMUM, float(values.max()), "HU"),
        area,
        voxels,
    )


def area_mm2(measurement: Measurement, geometry: VolumeGeometry) -> float:
    """Area an ellipse or polygon encloses, from its outline and not from voxels; mm²."""
    if measurement.kind is MeasurementKind.ELLIPSE:
        across, down = ellipse_axes_mm(measurement, geometry)
        return math.pi * across * down / 4
    x, y = _in_plane_mm(measurement, geometry).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _slice_index(measurement: Measurement, geometry: VolumeGeometry) -> int:
    return round(slice_position(measurement, geometry))


def _in_plane_mm(measurement: Measurement, geometry: VolumeGeometry) -> FloatArray:
    """Points in millimetres along columns and rows, shape ``(N, 2)``."""
    plane: Plane = measurement.plane
    axes = geometry.directions[:, [plane.column_axis, plane.row_axis]]
    return np.asarray((measurement.points - measurement.points[0]) @ axes)


def _span(places: FloatArray, length: int) -> slice:
    start, stop = max(0, math.floor(places.min())), min(length, math.ceil(places.max()) + 1)
    return slice(start, max(start, stop))


def _in_ellipse(rows: AnyArray, columns: AnyArray, corners: FloatArray) -> BoolArray:
    middle, half = corners.mean(axis=0), np.abs(corners[1] - corners[0]) / 2
    if not half.all():
        return np.zeros((rows.size, columns.size), bool)
    # A centre on the line itself must not depend on the last bit of the map to indices and back.
    return np.asarray(((rows - middle[0]) / half[0]) ** 2 + ((columns - middle[1]) / half[1]) ** 2 <= 1.0 + 1e-9)


def _in_polygon(rows: AnyArray, columns: AnyArray, corners: FloatArray) -> BoolArray:
    """Even-odd rule: a ray towards larger columns crosses the outline an odd number of times."""
    inside = np.zeros((rows.size, columns.size), bool)
    for (row, column), (next_row, next_column) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if row == next_row:
            continue
        is_between = (row > rows) != (next_row > rows)
        inside ^= is_between & (columns < (next_column - column) * (rows - row) / (next_row - row) + column)
    return inside


def _cross(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> bool:
    """Whether the open segments a–b and c–d cross."""

    def turn(p: FloatArray, q: FloatArray, r: FloatArray) -> float:
        return float((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0
