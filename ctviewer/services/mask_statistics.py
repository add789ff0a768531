"""What a spreadsheet wants to know about each structure: volume, place, Hounsfield units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctviewer.domain.arrays import AnyArray, LabelArray
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.csv_text import Value

PERCENTILES = (5, 25, 50, 75, 95)
_LOWEST = -32768


def statistics_rows(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> list[dict[str, Value]]:
    """One row per structure that has a voxel.

    HU columns are over voxels the scanner delivered (no padding), and empty where the values are no HU. A percentile is
    the smallest HU that at least this share of the voxels does not exceed.

    Parameters
    ----------
    labels
        Shape of the volume, canonical order.
    """
    check_mask_shape(labels, volume.geometry)
    rows = []
    for segment in segments:
        voxels, place, histogram = _collect(labels, volume, segment.label)
        if not voxels:
            continue
        center = volume.geometry.index_to_lps(place / voxels)[0]
        rows.append(
            {
                "structure": segment.name,
                "label": segment.label,
                "code": segment.code.value if segment.code is not None else "",
                "side": segment.laterality.meaning if segment.laterality is not None else "",
                "voxels": voxels,
                "volume_ml": round(voxels * volume.geometry.voxel_volume_ml, 4),
                **_hu_columns(histogram if volume.is_hu else np.zeros_like(histogram)),
                "center_left_mm": round(float(center[0]), 3),
                "center_posterior_mm": round(float(center[1]), 3),
                "center_superior_mm": round(float(center[2]), 3),
            }
        )
    return rows


def _collect(labels: LabelArray, volume: Volume, label: int) -> tuple[int, AnyArray, AnyArray]:
    """Number of voxels, sum of their indices, and histogram of their HU from -32768 on."""
    voxels, place = 0, np.zeros(3)
    histogram = np.zeros(65536, np.int64)
    for k in range(labels.shape[0]):
        mask = labels[k] == label
        here = int(np.count_nonzero(mask))
        if not here:
            continue
        voxels += here
        rows, columns = mask.sum(axis=1), mask.sum(axis=0)
        place += (k * here, float(rows @ np.arange(rows.size)), float(columns @ np.arange(columns.size)))
        if volume.padding is not None:
            mask &= ~volume.padding[k]
        histogram += np.bincount(volume.hu[k][mask].astype(np.int64) - _LOWEST, minlength=65536)
    return voxels, place, histogram


def _hu_columns(histogram: AnyArray) -> dict[str, Value]:
    names = ["hu_mean", "hu_sd", "hu_min", *(f"hu_p{p:02}" for p in PERCENTILES), "hu_max"]
    count = int(histogram.sum())
    if not count:
        return dict.fromkeys(names)
    hu = np.arange(65536) + _LOWEST
    mean = float(histogram @ hu) / count
    deviation = float(np.sqrt(histogram @ (hu - mean) ** 2 / count))
    rank = np.cumsum(histogram)
    percentiles = [int(hu[np.searchsorted(rank, np.ceil(p / 100 * count))]) for p in PERCENTILES]
    present = hu[histogram > 0]
    values = [round(mean, 3), round(deviation, 3), int(present[0]), *percentiles, int(present[-1])]
    return dict(zip(names, values, strict=True))
