"""How a measurement changes when one of its handles, or the whole of it, is dragged. Pure functions in millimetres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ctviewer.domain.arrays import FloatArray, Points
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import (
    Measurement,
    MeasurementKind,
    PointLPS,
    ellipse_corners,
    ellipse_outline,
    point_lps,
)
from ctviewer.domain.planes import Plane

SHORT_AXIS_SHARE = 0.6
"""First guess of the short axis, as a share of the long one."""


def outlines(kind: MeasurementKind, points: Points, plane: Plane, geometry: VolumeGeometry) -> list[Points]:
    """Lines to draw for the points so far, each of shape ``(N, 3)``, LPS millimetres; closed ones end where they began.

    Works on unfinished measurements too.
    """
    count = len(points)
    if kind is MeasurementKind.PROBE or count < 2:
        return []
    if kind is MeasurementKind.ELLIPSE:
        ring = ellipse_outline(points[:2], plane, geometry)
        return [np.vstack([ring, ring[:1]])]
    if kind is MeasurementKind.POLYGON:
        return [np.vstack([points, points[:1]]) if count > 2 else points]
    if kind is MeasurementKind.ANGLE:
        return [points]
    return [points[n : n + 2] for n in range(0, count - 1, 2)]


def handles(measurement: Measurement, geometry: VolumeGeometry) -> Points:
    """Places that can be dragged, shape ``(N, 3)``, LPS millimetres; `with_handle_at` takes their number."""
    if measurement.kind is MeasurementKind.ELLIPSE:
        return ellipse_corners(measurement.points, measurement.plane, geometry)
    return measurement.points


def with_handle_at(measurement: Measurement, number: int, place: PointLPS, geometry: VolumeGeometry) -> Measurement:
    """The measurement after one handle was put somewhere else on its slice.

    The axes of a bidirectional measurement stay perpendicular, the corner opposite a dragged one of an ellipse stays.
    """
    if measurement.kind is MeasurementKind.ELLIPSE:
        opposite = handles(measurement, geometry)[(number + 2) % 4]
        return replace(measurement, points_lps=(place, point_lps(opposite)))
    points = list(measurement.points_lps)
    if measurement.kind is MeasurementKind.BIDIRECTIONAL:
        return replace(measurement, points_lps=_bidirectional(points, number, place, measurement.plane, geometry))
    points[number] = place
    return replace(measurement, points_lps=tuple(points))


def moved(measurement: Measurement, offset_mm: FloatArray) -> Measurement:
    """The whole measurement displaced, LPS millimetres."""
    return replace(measurement, points_lps=tuple(point_lps(row) for row in measurement.points + offset_mm))


def with_short_axis(first: PointLPS, second: PointLPS, plane: Plane, geometry: VolumeGeometry) -> tuple[PointLPS, ...]:
    """Points of a bidirectional measurement whose long axis was just drawn: the short one crosses its middle."""
    start, end = np.asarray(first), np.asarray(second)
    across = _across(end - start, plane, geometry)
    half = across * SHORT_AXIS_SHARE * np.linalg.norm(end - start) / 2
    middle = (start + end) / 2
    return (first, second, point_lps(middle - half), point_lps(middle + half))


def distance_to_mm(measurement: Measurement, place: PointLPS, geometry: VolumeGeometry) -> float:
    """Distance from a place on the slice to the nearest line (or point) of a measurement."""
    at = np.asarray(place)
    lines = outlines(measurement.kind, measurement.points, measurement.plane, geometry)
    if not lines:
        return float(np.linalg.norm(measurement.points - at, axis=1).min())
    return min(_to_line(at, line) for line in lines)


def nearest_handle(measurement: Measurement, place: PointLPS, geometry: VolumeGeometry, reach_mm: float) -> int | None:
    """Number of the handle under a place; None if none is within reach."""
    distances = np.linalg.norm(handles(measurement, geometry) - np.asarray(place), axis=1)
    nearest = int(distances.argmin())
    return nearest if distances[nearest] <= reach_mm else None


def _bidirectional(
    points: list[PointLPS], number: int, place: PointLPS, plane: Plane, geometry: VolumeGeometry
) -> tuple[PointLPS, ...]:
    start, end = np.asarray(points[0]), np.asarray(points[1])
    along = _unit(end - start)
    across = _across(end - start, plane, geometry)
    share = float((np.asarray(points[2]) - start) @ along) / max(float(np.linalg.norm(end - start)), 1e-9)
    sides = [float((np.asarray(p) - start) @ across) for p in points[2:]]
    if number < 2:  # the long axis turned or grew: the short one keeps its length and its share of the way
        ends = [start, end]
        ends[number] = np.asarray(place)
        start, end = ends
    else:
        length = max(float(np.linalg.norm(end - start)), 1e-9)
        share = min(max(float((np.asarray(place) - start) @ along) / length, 0.0), 1.0)
        sides[number - 2] = float((np.asarray(place) - start) @ across)
    foot = start + share * (end - start)
    across = _across(end - start, plane, geometry)
    return (point_lps(start), point_lps(end), *(point_lps(foot + side * across) for side in sides))


def _across(along: FloatArray, plane: Plane, geometry: VolumeGeometry) -> FloatArray:
    """Unit vector in the plane, perpendicular to a direction; any of the plane's where the direction is zero."""
    normal = geometry.directions[:, plane.normal_axis]
    across = np.cross(normal, along)
    if not np.linalg.norm(across) > 1e-9:
        across = np.asarray(geometry.directions[:, plane.column_axis])
    return _unit(across)


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def _to_line(place: FloatArray, line: Points) -> float:
    starts, legs = line[:-1], np.diff(line, axis=0)
    squares = np.maximum((legs**2).sum(axis=1), 1e-12)
    shares = np.clip(((place - starts) * legs).sum(axis=1) / squares, 0.0, 1.0)
    return float(np.linalg.norm(starts + shares[:, None] * legs - place, axis=1).min())
