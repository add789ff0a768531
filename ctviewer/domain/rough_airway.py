"""A rough windpipe by thresholding, for scans that have not been segmented yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.domain.geometry import VolumeGeometry

AIR_HU = -700
_AREA_MM2 = (50.0, 900.0)
_MIDLINE_MM = 45.0
_STEP_MM = 12.0
_SHORTEST_MM = 25.0
_LUNG_MM2 = 1500.0


def rough_airway(hu: AnyArray, geometry: VolumeGeometry) -> BoolArray:
    """Trachea followed from the top to just below its division; all False where none is found.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``, canonical order.

    Notes
    -----
    Per slice, small round air fields near the middle of the body are candidates; the longest downward chain of
    overlapping candidates is the windpipe. Below it the two main bronchi are taken while they stay small.
    """
    airway = np.zeros(hu.shape, dtype=bool)
    _, dj, di = geometry.spacing_mm
    step = max(1, round(3.0 / geometry.spacing_mm[0]))
    chain: list[tuple[int, BoolArray]] = []
    best: list[tuple[int, BoolArray]] = []
    for k in range(hu.shape[0] - 1, -1, -step):
        previous = chain[-1][1] if chain else None
        section = _next_section(hu[k], previous, dj, di)
        if section is None:
            best = max(best, chain, key=len)
            chain = []
            section = _next_section(hu[k], None, dj, di)
        if section is not None:
            chain.append((k, section))
    best = max(best, chain, key=len)
    if len(best) * step * geometry.spacing_mm[0] < _SHORTEST_MM:
        return airway
    # Bowel gas and the gullet make chains too, but only the windpipe ends between two lungs.
    if not any(_between_lungs(hu[k], section, dj * di) for k, section in best[-4:]):
        return airway
    for k, section in best:
        airway[max(0, k - step + 1) : k + 1] = section
    return airway


def _between_lungs(section_hu: AnyArray, section: BoolArray, pixel_mm2: float) -> bool:
    fields, count = ndimage.label(section_hu < -500)
    areas = np.bincount(fields.ravel(), minlength=count + 1) * pixel_mm2
    border = np.unique(np.concatenate((fields[0], fields[-1], fields[:, 0], fields[:, -1])))
    lungs = np.isin(fields, [f for f in range(1, count + 1) if areas[f] > _LUNG_MM2 and f not in border])
    rows, columns = np.nonzero(section)
    beside = lungs[rows.min() : rows.max() + 1]
    return bool(beside[:, : columns.min()].any() and beside[:, columns.max() + 1 :].any())


def _next_section(section_hu: AnyArray, previous: BoolArray | None, dj: float, di: float) -> BoolArray | None:
    fields, count = ndimage.label(section_hu < AIR_HU)
    if count == 0:
        return None
    indices = np.arange(1, count + 1)
    areas = ndimage.sum(fields > 0, fields, indices) * dj * di
    small = indices[(areas >= _AREA_MM2[0]) & (areas <= _AREA_MM2[1])]
    if len(small) == 0:
        return None
    if previous is None:
        chosen = _roundest_central(fields, small, section_hu, dj, di)
    else:
        reach = ndimage.distance_transform_edt(~previous, sampling=(dj, di)) <= _STEP_MM / 2
        chosen = [int(f) for f in small if (reach & (fields == f)).any()]
    return np.asarray(np.isin(fields, chosen)) if chosen else None


def _roundest_central(
    fields: NDArray[np.int32], small: NDArray[np.int64], section_hu: AnyArray, dj: float, di: float
) -> list[int]:
    body = np.flatnonzero((section_hu > -300).any(axis=0))
    middle = float(body.mean()) if len(body) else fields.shape[1] / 2
    best: list[tuple[float, int]] = []
    for field in small:
        rows, columns = np.nonzero(fields == field)
        if abs(float(columns.mean()) - middle) * di > _MIDLINE_MM:
            continue
        height, width = (np.ptp(rows) + 1) * dj, (np.ptp(columns) + 1) * di
        filled = len(rows) * dj * di / (height * width)
        elongation = max(height, width) / min(height, width)
        if filled > 0.55 and elongation < 2.0:
            best.append((elongation - filled, int(field)))
    return [min(best)[1]] if best else []
