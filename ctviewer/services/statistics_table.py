"""The statistics table that is exported: one row per structure with its volume, place and Hounsfield units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctviewer.domain.arrays import AnyArray, LabelArray
from ctviewer.domain.hu_histogram import HU_VALUES, HUHistogram, hu_cells
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.csv_text import Value

PERCENTILES = (5, 25, 50, 75, 95)


def statistics_rows(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> list[dict[str, Value]]:
    """One row per structure that has a voxel.

    HU columns are over voxels the scanner delivered (no padding), and empty where the values are no HU.
    Percentiles are those of `HUHistogram.percentiles`.

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
                **_hu_columns(histogram if volume.is_hu else None),
                "center_left_mm": round(float(center[0]), 3),
                "center_posterior_mm": round(float(center[1]), 3),
                "center_superior_mm": round(float(center[2]), 3),
            }
        )
    return rows


def _collect(labels: LabelArray, volume: Volume, label: int) -> tuple[int, AnyArray, HUHistogram]:
    """Number of voxels, sum of their indices, and histogram of the HU of those outside the padding."""
    voxels, place = 0, np.zeros(3)
    counts = np.zeros(HU_VALUES, np.int64)
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
        counts += np.bincount(hu_cells(volume.hu[k][mask]), minlength=HU_VALUES)
    return voxels, place, HUHistogram(counts)


def _hu_columns(histogram: HUHistogram | None) -> dict[str, Value]:
    names = ["hu_mean", "hu_sd", "hu_min", *(f"hu_p{p:02}" for p in PERCENTILES), "hu_max"]
    if histogram is None or not histogram.voxels:
        return dict.fromkeys(names)
    low, high = histogram.extremes
    mean, deviation = round(histogram.mean, 3), round(histogram.deviation, 3)
    return dict(zip(names, (mean, deviation, low, *histogram.percentiles(PERCENTILES), high), strict=True))
