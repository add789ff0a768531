"""What a person measured on a slice: points in patient space, and the lengths and angles between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import Points
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane

PointLPS = tuple[float, float, float]


class MeasurementKind(StrEnum):
    """What is measured."""

    LENGTH = "length"
    ANGLE = "angle"
    BIDIRECTIONAL = "bidirectional"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    PROBE = "probe"
    RATIO = "ratio"


POINT_COUNTS: dict[MeasurementKind, int] = {
    MeasurementKind.LENGTH: 2,
    MeasurementKind.ANGLE: 3,
    MeasurementKind.BIDIRECTIONAL: 4,
    MeasurementKind.ELLIPSE: 2,
    MeasurementKind.POLYGON: 3,
    MeasurementKind.PROBE: 1,
    MeasurementKind.RATIO: 4,
}
"""Points of a finished measurement; a polygon may have more."""


class MeasurementRole(StrEnum):
    """What a measurement is evidence of; empty for one that is only itself."""

    NONE = ""
    TRUNK_TO_AORTA = "trunk to aorta"
    RIGHT_PULMONARY_ARTERY = "right pulmonary artery"
    LEFT_PULMONARY_ARTERY = "left pulmonary artery"
    VENTRICLES = "right to left ventricle"


@dataclass(frozen=True, slots=True)
class Measurement:
    """Points of one measurement; its values follow from them and the scan.

    Parameters
    ----------
    measurement_id
        Stable identifier, hex.
    kind
        What is measured.
    plane
        Plane of the view it was drawn in; all points lie on one slice of it.
    points_lps
        LPS millimetres. Length: ends. Angle: end, vertex, end. Bidirectional: ends of the long axis, ends of the
        perpendicular one. Ellipse: opposite corners of its box, whose sides follow the axes of the slice. Polygon:
        corners. Ratio: ends of the first caliper, ends of the second.
    number
        Counts the measurements of a kind in a scan, for a default name; from 1.
    name
        Given by the user; may be empty.
    role
        See `MeasurementRole`.
    author, created_at
        Who and when (ISO 8601, UTC).

    Raises
    ------
    ValueError
        If the number of points does not fit the kind, or a coordinate is not finite.
    """

    measurement_id: str
    kind: MeasurementKind
    plane: Plane
    points_lps: tuple[PointLPS, ...]
    number: int = 1
    name: str = ""
    role: MeasurementRole = MeasurementRole.NONE
    author: str = ""
    created_at: str = ""

    def __post_init__(self) -> None:
        count, wanted = len(self.points_lps), POINT_COUNTS[self.kind]
        if count < wanted or (count > wanted and self.kind is not MeasurementKind.POLYGON):
            raise ValueError(f"A measurement of kind {self.kind.value} has {wanted} points, not {count}.")
        if any(len(point) != 3 or not all(map(math.isfinite, point)) for point in self.points_lps):
            raise ValueError(f"A point of a {self.kind.value} is no finite place: {self.points_lps}.")

    @property
    def points(self) -> Points:
        """The points as an array, shape ``(N, 3)``."""
        return np.array(self.points_lps, dtype=np.float64)


def point_lps(row: Points) -> PointLPS:
    """A place as three plain floats."""
    x, y, z = np.asarray(row, dtype=np.float64).ravel()
    return (float(x), float(y), float(z))


def slice_position(measurement: Measurement, geometry: VolumeGeometry) -> float:
    """Fractional index of the slice a measurement lies on, along the normal axis of its plane."""
    middle = measurement.points.mean(axis=0)
    return float(geometry.lps_to_index(middle)[0, measurement.plane.normal_axis])


def distance_mm(first: PointLPS, second: PointLPS) -> float:
    """Distance of two places in the patient."""
    return math.dist(first, second)


def angle_deg(first: PointLPS, vertex: PointLPS, second: PointLPS) -> float:
    """Angle at ``vertex`` between the legs to the two other places, 0 to 180 degrees; 0 if a leg has no length."""
    a, b = np.subtract(first, vertex), np.subtract(second, vertex)
    # atan2 stays exact near 0 and 180 degrees, where the arc cosine of a dot product does not.
    return math.degrees(math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b)))


def calipers_mm(measurement: Measurement) -> tuple[float, ...]:
    """Lengths of the straight lines of a length, bidirectional or ratio measurement, in the order drawn."""
    points = measurement.points_lps
    return tuple(distance_mm(points[n], points[n + 1]) for n in range(0, len(points) - 1, 2))


def ellipse_corners(points_lps: Points, plane: Plane, geometry: VolumeGeometry) -> Points:
    """Four corners of an ellipse's box, going round, LPS millimetres.

    Parameters
    ----------
    points_lps
        Two opposite corners, shape ``(2, 3)``.
    """
    (first, second) = geometry.lps_to_index(points_lps)
    corners = np.array([first, first, second, second])
    corners[1, plane.column_axis] = second[plane.column_axis]
    corners[3, plane.column_axis] = first[plane.column_axis]
    return geometry.index_to_lps(corners)


def ellipse_axes_mm(measurement: Measurement, geometry: VolumeGeometry) -> tuple[float, float]:
    """Full axes of an ellipse along columns and rows of its slice, millimetres."""
    corners = ellipse_corners(measurement.points, measurement.plane, geometry)
    return (math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2]))


def ellipse_outline(points_lps: Points, plane: Plane, geometry: VolumeGeometry, steps: int = 72) -> Points:
    """Places on an ellipse, shape ``(steps, 3)``, LPS millimetres."""
    corners = ellipse_corners(points_lps, plane, geometry)
    middle = corners.mean(axis=0)
    across, down = (corners[1] - corners[0]) / 2, (corners[3] - corners[0]) / 2
    turns = np.linspace(0, 2 * np.pi, steps, endpoint=False)[:, None]
    return np.asarray(middle + np.cos(turns) * across + np.sin(turns) * down)
