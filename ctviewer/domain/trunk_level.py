"""The axial level of the pulmonary trunk in a chest CT, found from the airway below it.

The carina is the landmark: the trunk divides about one to two and a half centimetres below it, and the carina is
visible with or without contrast medium. On the development scans the slice 17 mm below the carina shows the trunk with
the right pulmonary artery; on contrast scans the slice in reach with most enhanced vessel between the lungs is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import AnyArray, BoolArray, LabelArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.rough_airway import rough_airway
from ctviewer.domain.segment import LEFT_LUNG, RIGHT_LUNG, TRACHEA

BELOW_CARINA_MM = 17.0
"""Usual distance of the level from the carina."""

SEARCH_MM = 8.0
"""How far the level may move from there towards the slice with most enhanced vessel."""

ENHANCED_HU = (140, 900)
"""Blood with contrast medium; cortical bone and metal lie above, muscle and unenhanced blood below."""

_SMALLEST_AIRWAY_MM2 = 25.0
_BRONCHI_APART_MM = 12.0


class LevelSource(StrEnum):
    """What the level was derived from."""

    CARINA = "carina"
    VESSELS = "carina and enhanced vessels"


@dataclass(frozen=True, slots=True)
class TrunkLevel:
    """A level and where it comes from.

    Parameters
    ----------
    slice_index
        Axial index ``k``.
    carina_index
        Axial index of the carina.
    source
        See `LevelSource`.
    """

    slice_index: int
    carina_index: int
    source: LevelSource


def find_trunk_level(hu: AnyArray, geometry: VolumeGeometry, labels: LabelArray | None = None) -> TrunkLevel:
    """Level of the pulmonary trunk.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``, canonical order (``k`` towards the head).
    geometry
        Of ``hu``.
    labels
        Lungs and trachea on the same grid; without them the airway is looked for by thresholds.

    Raises
    ------
    NotApplicableError
        If no airway is found or the scan does not reach the level.
    """
    airway = np.asarray(labels == TRACHEA.label) if labels is not None else rough_airway(hu, geometry)
    carina = carina_index(airway, geometry)
    step_mm = geometry.spacing_mm[0]
    usual = carina - BELOW_CARINA_MM / step_mm
    if usual < -0.5:
        raise NotApplicableError(
            f"The scan ends {carina * step_mm:.0f} mm below the carina, above the level of the pulmonary trunk.",
            "Choose a slice through the pulmonary trunk by hand, or a scan of the whole chest.",
        )
    reach = max(1, round(SEARCH_MM / step_mm))
    candidates = range(max(0, round(usual) - reach), min(hu.shape[0] - 1, round(usual) + reach) + 1)
    middle = min(max(round(usual), candidates[0]), candidates[-1])
    areas = {k: enhanced_vessel_mm2(hu[k], lungs_on(hu, k, labels), geometry) for k in candidates}
    if areas[middle] < MINIMUM_VESSEL_MM2:
        return TrunkLevel(middle, carina, LevelSource.CARINA)
    # The heart below has more blood than the trunk, so the distance to the usual level counts against a slice.
    weights = {k: np.exp(-0.5 * ((k - usual) * step_mm / SEARCH_MM) ** 2) for k in candidates}
    return TrunkLevel(max(candidates, key=lambda k: areas[k] * weights[k]), carina, LevelSource.VESSELS)


MINIMUM_VESSEL_MM2 = 600.0
"""Enhanced vessel between the lungs below which a slice counts as without contrast medium.

A normal trunk or ascending aorta alone has about 600 mm² (28 mm across).
"""


def carina_index(airway: BoolArray, geometry: VolumeGeometry) -> int:
    """Highest slice in which the airway is two tubes; the lowest airway slice where it never divides.

    Parameters
    ----------
    airway
        Shape ``(k, j, i)``; trachea, with or without main bronchi.

    Raises
    ------
    NotApplicableError
        If it is empty, or runs undivided out of the lower end of the scan.
    """
    present = np.flatnonzero(airway.any(axis=(1, 2)))
    if len(present) == 0:
        raise NotApplicableError(
            "No windpipe was found in the scan, so the level of the pulmonary trunk is unknown.",
            "Choose a slice through the pulmonary trunk by hand.",
        )
    divided = [int(k) for k in present if _is_divided(airway[k], geometry)]
    # A single slice can look divided by noise or by a bulge of the oesophagus; below a true carina most slices do.
    for k in sorted(divided, reverse=True):
        below = [d for d in divided if k - max(2, round(8 / geometry.spacing_mm[0])) <= d < k]
        if below or k == present[0]:
            return k
    lowest = int(present[0])
    if lowest == 0:
        raise NotApplicableError(
            "The scan ends above the division of the windpipe and does not show the pulmonary trunk.",
            "Use a scan of the whole chest.",
        )
    return lowest


def _is_divided(section: BoolArray, geometry: VolumeGeometry) -> bool:
    _, dj, di = geometry.spacing_mm
    parts, count = ndimage.label(section)
    if count < 2:
        return False
    indices = np.arange(1, count + 1)
    areas = ndimage.sum(section, parts, indices) * dj * di
    first, second = np.argsort(-areas, kind="stable")[:2]
    if areas[second] < max(_SMALLEST_AIRWAY_MM2, dj * di) or areas[second] < 0.15 * areas[first]:
        return False
    (j0, i0), (j1, i1) = ndimage.center_of_mass(section, parts, [int(first) + 1, int(second) + 1])
    return bool(np.hypot((j0 - j1) * dj, (i0 - i1) * di) >= _BRONCHI_APART_MM)


def enhanced_vessel_mm2(section_hu: AnyArray, lungs: BoolArray, geometry: VolumeGeometry) -> float:
    """Area of enhanced blood between the lungs and in front of the spine on one axial slice, mm².

    Parameters
    ----------
    section_hu
        Shape ``(j, i)``.
    lungs
        Same shape, aerated lung.
    """
    _, dj, di = geometry.spacing_mm
    rows, columns = np.nonzero(lungs)
    if len(rows) == 0:
        return 0.0
    between = np.zeros(lungs.shape, dtype=bool)
    top, bottom = int(rows.min()), int(rows.max()) + 1
    left, right = int(columns.min()), int(columns.max()) + 1
    # The spine fills the back third of the chest between the lungs, the sternum the frontmost tenth.
    depth, width = bottom - top, right - left
    between[top + depth // 10 : top + int(depth * 0.62), left + int(width * 0.2) : right - int(width * 0.2)] = True
    smooth = ndimage.gaussian_filter(section_hu.astype(np.float32), (1.5 / dj, 1.5 / di))
    blood = between & (smooth >= ENHANCED_HU[0]) & (smooth <= ENHANCED_HU[1]) & ~lungs
    opened = ndimage.binary_opening(blood, iterations=max(1, round(2.0 / dj)))
    return float(opened.sum() * dj * di)


def lungs_on(hu: AnyArray, k: int, labels: LabelArray | None) -> BoolArray:
    """Aerated lung on slice ``k``: from the segmentation where it has some there, else by threshold."""
    if labels is not None:
        marked = np.isin(labels[k], (LEFT_LUNG.label, RIGHT_LUNG.label))
        if marked.any():
            return np.asarray(marked)
    return lungs_by_threshold(hu[k])


def lungs_by_threshold(section_hu: AnyArray) -> BoolArray:
    """Aerated lung on one slice without a segmentation: the large air fields inside the patient."""
    inside = _filled_body(section_hu)
    fields, count = ndimage.label((section_hu < -500) & inside)
    if count == 0:
        return np.zeros(section_hu.shape, dtype=bool)
    areas = np.bincount(fields.ravel(), minlength=count + 1)
    areas[0] = 0
    # Air in bowel, gullet and skin folds is small beside a lung.
    return np.asarray(np.isin(fields, np.flatnonzero(areas > 0.2 * max(int(areas.max()), 1))))


def _filled_body(section_hu: AnyArray) -> BoolArray:
    """The patient's outline with what it encloses; a couch, whose hollow looks like lung, is left out.

    A lung that lies on the edge of the field of view is enclosed by the edge.
    """
    solid = ndimage.binary_opening(section_hu > -300, iterations=2)
    parts, count = ndimage.label(solid)
    if count == 0:
        return np.zeros(section_hu.shape, dtype=bool)
    body = parts == 1 + int(np.argmax(np.bincount(parts.ravel(), minlength=count + 1)[1:]))
    rows = np.flatnonzero(body.any(axis=1))
    outside, count = ndimage.label(~body)
    corners = {int(outside[r, c]) for r in (0, -1) for c in (0, -1)} - {0}
    enclosed = ~np.isin(outside, sorted(corners))
    enclosed[: rows[0]] = enclosed[rows[-1] + 1 :] = False
    return np.asarray(enclosed)
