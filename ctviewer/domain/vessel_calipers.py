"""Diameters of enhanced vessels on one slice: discs that fit inside, and rays to where the blood ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import AnyArray, BoolArray, FloatArray

TISSUE_HU = 50.0
"""Wall and fat around a vessel; the edge lies halfway between them and the blood."""

RAYS = 72
_RAY_STEP_MM = 0.25
_LONGEST_RAY = 1.7
"""Of the disc's radius; a vessel that goes on further in a direction has no edge there."""


@dataclass(frozen=True, slots=True)
class Disc:
    """Largest disc that fits into a vessel; millimetres along rows and columns of the slice from its first voxel."""

    row_mm: float
    column_mm: float
    radius_mm: float


@dataclass(frozen=True, slots=True)
class Caliper:
    """Two ends of a diameter, ``(row, column)`` in fractional voxels of the slice, and its length."""

    start: tuple[float, float]
    end: tuple[float, float]
    length_mm: float


@dataclass(frozen=True, eq=False)
class Section:
    """Part of an axial slice.

    Parameters
    ----------
    values
        Shape ``(rows, columns)``, HU.
    blood
        Same shape, enhanced blood.
    spacing_mm
        Distance of rows and of columns.
    corner
        Row and column of its first voxel in the slice.
    """

    values: AnyArray
    blood: BoolArray
    spacing_mm: tuple[float, float]
    corner: tuple[int, int]
    _grid: tuple[FloatArray, FloatArray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = (np.arange(self.values.shape[0], dtype=np.float64) + self.corner[0]) * self.spacing_mm[0]
        columns = (np.arange(self.values.shape[1], dtype=np.float64) + self.corner[1]) * self.spacing_mm[1]
        object.__setattr__(self, "_grid", (rows[:, None], columns[None, :]))

    def depth_mm(self, mask: BoolArray) -> FloatArray:
        """Distance of each voxel of a mask to its rim, millimetres (half a voxel counts as inside)."""
        inside = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=self.spacing_mm)[1:-1, 1:-1]
        return np.asarray(np.maximum(inside - min(self.spacing_mm) / 2, 0.0))

    def disc_at(self, row: int, column: int, radius_mm: float) -> Disc:
        """Disc around a voxel of this part."""
        rows, columns = self._grid
        return Disc(float(rows[row, 0]), float(columns[0, column]), float(radius_mm))

    def disc_mask(self, disc: Disc, scale: float = 1.0) -> BoolArray:
        """Voxels inside a disc, enlarged by a factor."""
        rows, columns = self._grid
        return np.asarray(np.hypot(rows - disc.row_mm, columns - disc.column_mm) <= disc.radius_mm * scale)

    def zone(self, disc: Disc, across: tuple[float, float], down: tuple[float, float]) -> BoolArray:
        """Box around a disc in multiples of its radius: ``across`` to the patient's left, ``down`` to the back."""
        rows, columns = self._grid
        x, y = (columns - disc.column_mm) / disc.radius_mm, (rows - disc.row_mm) / disc.radius_mm
        return np.asarray((x >= across[0]) & (x <= across[1]) & (y >= down[0]) & (y <= down[1]))

    def blood_hu(self, disc: Disc) -> float:
        """Median of the blood in the inner part of a disc."""
        inside = self.values[self.disc_mask(disc, 0.6)]
        return float(np.median(inside)) if inside.size else 0.0

    def rim_hu(self, disc: Disc) -> float:
        """Mean of the outer part of a disc: of bone it is much higher than the middle, of blood the same."""
        ring = self.disc_mask(disc) & ~self.disc_mask(disc, 0.75)
        return float(self.values[ring].mean()) if ring.any() else 0.0

    def edges_mm(self, disc: Disc, avoid: Disc | None = None) -> FloatArray:
        """Distance from the middle of a disc to the edge of its vessel in `RAYS` directions; NaN where none is found.

        The edge lies where the values fall halfway from the blood to the tissue. Where another vessel touches, it
        lies at the dip between the two, at the latest on the rim of the disc ``avoid``.
        """
        threshold = (self.blood_hu(disc) + TISSUE_HU) / 2
        distances = np.arange(0.0, _LONGEST_RAY * disc.radius_mm + _RAY_STEP_MM, _RAY_STEP_MM)
        return np.array([self._edge(disc, turn, distances, threshold, avoid) for turn in _turns()])

    def roundness(self, disc: Disc) -> float:
        """Share of the directions in which the vessel ends near the rim of the disc."""
        edges = self.edges_mm(disc)
        return float(np.mean((edges >= 0.8 * disc.radius_mm) & (edges <= 1.35 * disc.radius_mm)))

    def caliper(self, disc: Disc, edges: FloatArray, number: int) -> Caliper:
        """Diameter through the middle of a disc along one direction and its opposite."""
        turn = _turns()[number]
        opposite = (number + RAYS // 2) % RAYS
        ends = []
        for reach in (float(edges[number]), -float(edges[opposite])):
            row_mm, column_mm = disc.row_mm + reach * np.sin(turn), disc.column_mm + reach * np.cos(turn)
            ends.append((float(row_mm / self.spacing_mm[0]), float(column_mm / self.spacing_mm[1])))
        return Caliper(ends[0], ends[1], float(edges[number] + edges[opposite]))

    def _edge(self, disc: Disc, turn: float, distances: FloatArray, threshold: float, avoid: Disc | None) -> float:
        rows_mm, columns_mm = disc.row_mm + distances * np.sin(turn), disc.column_mm + distances * np.cos(turn)
        profile = self._along(rows_mm, columns_mm)
        beyond = np.flatnonzero(profile < threshold)
        limit = len(distances)
        if avoid is not None:
            entered = np.flatnonzero(np.hypot(rows_mm - avoid.row_mm, columns_mm - avoid.column_mm) < avoid.radius_mm)
            limit = int(entered[0]) if len(entered) else limit
        if len(beyond) and 0 < beyond[0] <= limit:
            n = int(beyond[0])
            high, low = float(profile[n - 1]), float(profile[n])
            return float(distances[n - 1] + _RAY_STEP_MM * (high - threshold) / max(high - low, 1e-6))
        if limit == len(distances):
            return float("nan")
        # Two enhanced vessels side by side: the wall between them shows as a dip.
        start = int(0.6 * limit)
        between = profile[start : limit + 1]
        return float(distances[start + int(np.argmin(between))]) if np.isfinite(between).all() else float("nan")

    # What lies outside the part is unknown and no edge.
    def _along(self, rows_mm: FloatArray, columns_mm: FloatArray) -> FloatArray:
        places = (rows_mm / self.spacing_mm[0] - self.corner[0], columns_mm / self.spacing_mm[1] - self.corner[1])
        return np.asarray(ndimage.map_coordinates(self.values, places, order=1, mode="constant", cval=np.nan))


def disc_in(mask: BoolArray, zone: BoolArray, section: Section, radius_mm: tuple[float, float]) -> Disc | None:
    """Largest disc inside a mask whose middle lies in a zone; None if its radius is out of range."""
    depth = np.where(zone, section.depth_mm(mask), 0.0)
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    radius = float(depth[row, column])
    if not radius_mm[0] <= radius <= radius_mm[1]:
        return None
    return section.disc_at(int(row), int(column), radius)


def narrowest_caliper(section: Section, disc: Disc, avoid: Disc | None) -> Caliper | None:
    """Diameter across a vessel, where it is narrowest; None where too few edges are found."""
    edges = section.edges_mm(disc, avoid)
    both = edges + np.roll(edges, -RAYS // 2)
    if np.isfinite(both[: RAYS // 2]).sum() < 4:
        return None
    return section.caliper(disc, edges, int(np.nanargmin(both[: RAYS // 2])))


def median_caliper(section: Section, disc: Disc, avoid: Disc | None) -> Caliper | None:
    """Diameter of a round vessel in the direction where it has its median; None where too few edges are found."""
    edges = section.edges_mm(disc, avoid)
    both = (edges + np.roll(edges, -RAYS // 2))[: RAYS // 2]
    if np.isfinite(both).sum() < RAYS // 4:
        return None
    return section.caliper(disc, edges, int(np.nanargmin(np.abs(both - np.nanmedian(both)))))


def _turns() -> FloatArray:
    return np.linspace(0, 2 * np.pi, RAYS, endpoint=False)
