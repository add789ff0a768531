"""Shapes of the synthetic thorax: approximate signed distances in millimetres, negative inside.

Every function takes coordinates ``x`` (to the left), ``y`` (to posterior) and ``z`` (to the head) in phantom
millimetres, as scalars or arrays that broadcast together, so the same formula is evaluated on a voxel grid and at
single points (vessel growth, exact labels).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

from ctviewer.domain.arrays import FloatArray

Coordinate = FloatArray | float
"""A coordinate in millimetres: scalar or array."""

FAR_MM = 1e3
"""Distance returned where a shape is certainly not near."""

REACH_MM = 14.0
"""How far from a tube's wall its distance must be right (the widest rounding between organs, and a margin)."""


class Profile:
    """A smooth, shape-preserving function of one coordinate through given knots, constant outside them."""

    def __init__(self, *knots: tuple[float, float]) -> None:
        at, values = zip(*sorted(knots), strict=True)
        self._low, self._high = at[0], at[-1]
        self._curve = PchipInterpolator(at, values)

    def __call__(self, at: Coordinate) -> FloatArray:
        """Value at ``at``, same shape."""
        return np.asarray(self._curve(np.clip(at, self._low, self._high)), dtype=np.float64)


class Tube:
    """A curved tube through centre points with varying radius.

    Parameters
    ----------
    points
        ``(x, y, z, radius)`` in millimetres along the centre line, at least two.
    samples
        Straight pieces the smooth curve is cut into.
    flatten
        Factor on the y extent (0.85 makes an oval lumen).
    """

    def __init__(self, points: Sequence[tuple[float, float, float, float]], samples: int = 24, flatten: float = 1.0):
        knots = np.asarray(points, dtype=np.float64)
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(knots[:, :3], axis=0), axis=1))])
        fine = np.linspace(0.0, along[-1], samples + 1)
        self.nodes = np.stack([PchipInterpolator(along, knots[:, c])(fine) for c in range(4)], axis=1)
        self._flatten = flatten

    def distance(self, x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
        """Signed distance; on a slice (row vector ``x``, column vector ``y``, scalar ``z``) only near the tube.

        Farther than `REACH_MM` from the wall a slice holds some larger value up to `FAR_MM`.
        """
        is_slice = np.ndim(z) == 0 and np.ndim(x) == 2 and np.ndim(y) == 2
        result = np.full(np.broadcast(x, y, z).shape, FAR_MM)
        for start, end in zip(self.nodes[:-1], self.nodes[1:], strict=True):
            if not is_slice:
                np.minimum(result, self._piece(start, end, x, y, z), out=result)
                continue
            low, high = np.minimum(start, end), np.maximum(start, end)
            reach = high[3] + REACH_MM
            if not low[2] - reach <= float(z) <= high[2] + reach:
                continue
            cols = slice(*np.searchsorted(np.ravel(x), (low[0] - reach, high[0] + reach)))
            rows = slice(*np.searchsorted(np.ravel(y), (low[1] - reach, high[1] + reach)))
            part = result[rows, cols]
            if part.size:
                piece = self._piece(start, end, np.asarray(x)[:, cols], np.asarray(y)[rows], z)
                np.minimum(part, piece, out=part)
        return result

    def bounds_xy(self, z: float, margin_mm: float) -> tuple[float, float, float, float] | None:
        """``(x0, x1, y0, y1)`` that contains the tube near height ``z``, or None where it does not pass."""
        near = np.abs(self.nodes[:, 2] - z) <= self.nodes[:, 3] + margin_mm + self._longest_step()
        if not near.any():
            return None
        part = self.nodes[near]
        reach = part[:, 3].max() + margin_mm + self._longest_step()
        return (
            float(part[:, 0].min() - reach),
            float(part[:, 0].max() + reach),
            float(part[:, 1].min() - reach),
            float(part[:, 1].max() + reach),
        )

    def _longest_step(self) -> float:
        return float(np.linalg.norm(np.diff(self.nodes[:, :3], axis=0), axis=1).max())

    def _piece(self, start: FloatArray, end: FloatArray, x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
        axis = end[:3] - start[:3]
        dx, dy, dz = x - start[0], (y - start[1]), z - start[2]
        length2 = float(axis @ axis)
        t = np.clip((dx * axis[0] + dy * axis[1] + dz * axis[2]) / length2, 0.0, 1.0)
        ex, ey, ez = dx - t * axis[0], (dy - t * axis[1]) / self._flatten, dz - t * axis[2]
        return np.asarray(np.sqrt(ex * ex + ey * ey + ez * ez) - (start[3] + t * (end[3] - start[3])))


def superellipse(
    x: Coordinate, y: Coordinate, half_x: Coordinate, half_y: Coordinate, exponent: float = 2.0
) -> FloatArray:
    """Radial signed distance to a superellipse centred at the origin of ``x, y``."""
    level = (np.abs(x / half_x) ** exponent + np.abs(y / half_y) ** exponent) ** (1.0 / exponent)
    return np.asarray(np.hypot(x, y) * (1.0 - 1.0 / np.maximum(level, 1e-3)) - np.where(level < 1e-3, FAR_MM, 0.0))


def ellipsoid(
    x: Coordinate,
    y: Coordinate,
    z: Coordinate,
    center: tuple[float, float, float],
    half: tuple[float, float, float],
    axes: FloatArray | None = None,
) -> FloatArray:
    """Approximate signed distance to an ellipsoid; ``axes`` holds its unit axes as rows, default upright.

    A slice (scalar ``z``) that passes it by more than `REACH_MM` gets `FAR_MM` everywhere.
    """
    if np.ndim(z) == 0 and abs(float(z) - center[2]) > max(half) + REACH_MM:
        return np.full(np.broadcast(x, y).shape, FAR_MM)
    d = (x - center[0], y - center[1], z - center[2])
    rows = np.eye(3) if axes is None else axes
    u = [(d[0] * r[0] + d[1] * r[1] + d[2] * r[2]) for r in rows]
    k0 = np.sqrt(sum((u[n] / half[n]) ** 2 for n in range(3)))
    k1 = np.sqrt(sum((u[n] / half[n] ** 2) ** 2 for n in range(3)))
    return np.asarray(k0 * (k0 - 1.0) / np.maximum(k1, 1e-6) - np.where(k0 < 1e-6, min(half), 0.0))


def orthonormal(first: tuple[float, float, float], second: tuple[float, float, float]) -> FloatArray:
    """Three unit axes as rows: ``first``, the part of ``second`` perpendicular to it, and their cross product."""
    a = np.asarray(first) / np.linalg.norm(first)
    b = np.asarray(second) - (np.asarray(second) @ a) * a
    b = b / np.linalg.norm(b)
    return np.stack([a, b, np.cross(a, b)])


def smooth_union(a: FloatArray, b: FloatArray, blend_mm: float) -> FloatArray:
    """Union of two distances whose seam is rounded over ``blend_mm`` (polynomial smooth minimum)."""
    h = np.clip(0.5 + 0.5 * (b - a) / blend_mm, 0.0, 1.0)
    return np.asarray(b * (1.0 - h) + a * h - blend_mm * h * (1.0 - h))


def coverage(distance_mm: FloatArray, edge_mm: float) -> FloatArray:
    """Share of a voxel of width ``edge_mm`` that lies inside, from the distance of its centre."""
    return np.asarray(np.clip(0.5 - distance_mm / edge_mm, 0.0, 1.0))
