"""Volume and Hounsfield units of each structure of a mask, for the panel, the report and the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.hu_histogram import HU_VALUES, HUHistogram, hu_cells
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.progress import CancelToken
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume

PERCENTILES = (5, 50, 95)
LOW_ATTENUATION_HU = -950
"""Below it lung counts as emphysema in quantitative CT (Gevenois et al., Am J Respir Crit Care Med 1996;154:187)."""

_SLICES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class StructureStatistics:
    """Measurements of one structure.

    Parameters
    ----------
    segment
        Which structure.
    voxels
        Number of voxels.
    volume_ml
        Volume of all of them.
    hu_mean, hu_sd
        Over its voxels without scanner padding; None where there are none, or the image is not in Hounsfield units.
    hu_percentiles
        At `PERCENTILES`, over the same voxels; see `HUHistogram.percentiles`.
    low_attenuation
        Share of these voxels below `LOW_ATTENUATION_HU`, 0 to 1.
    """

    segment: Segment
    voxels: int
    volume_ml: float
    hu_mean: float | None
    hu_sd: float | None
    hu_percentiles: tuple[int, ...] | None = None
    low_attenuation: float | None = None


def structure_volumes_ml(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> dict[str, float]:
    """Volume in millilitres of each structure, by segment key; 0 for one that is absent."""
    check_mask_shape(labels, volume.geometry)
    counts = np.zeros(256, np.int64)
    for part in labels:  # slice by slice: bincount needs eight bytes per voxel
        counts += np.bincount(part.ravel(), minlength=256)
    return {s.key: float(counts[s.label]) * volume.geometry.voxel_volume_ml for s in segments}


def structure_statistics(
    labels: LabelArray, volume: Volume, segments: Sequence[Segment], cancel: CancelToken | None = None
) -> tuple[StructureStatistics, ...]:
    """Volume and HU statistics of each structure, in the order of ``segments``.

    Everything comes from one histogram of whole HU per structure, so nothing is estimated from a sample.

    Raises
    ------
    OperationCancelled
        If cancelled.
    """
    check_mask_shape(labels, volume.geometry)
    place_of_label = np.full(256, len(segments), np.int64)
    for place, segment in enumerate(segments):
        place_of_label[segment.label] = place
    counts = np.zeros(256, np.int64)
    histogram = np.zeros((len(segments) + 1, HU_VALUES), np.int64)
    for k in range(0, labels.shape[0], _SLICES_AT_ONCE):
        if cancel is not None:
            cancel.raise_if_cancelled()
        part = slice(k, k + _SLICES_AT_ONCE)
        counts += np.bincount(labels[part].ravel(), minlength=256)
        inside, hu = _measured(labels[part], volume.hu[part], None if volume.padding is None else volume.padding[part])
        cells = place_of_label[inside] * HU_VALUES + hu_cells(hu)
        histogram += np.bincount(cells, minlength=histogram.size).reshape(histogram.shape)
    voxel_ml = volume.geometry.voxel_volume_ml
    return tuple(
        _statistics(segment, int(counts[segment.label]), voxel_ml, HUHistogram(histogram[place]), is_hu=volume.is_hu)
        for place, segment in enumerate(segments)
    )


def _statistics(
    segment: Segment, voxels: int, voxel_ml: float, histogram: HUHistogram, *, is_hu: bool
) -> StructureStatistics:
    if not histogram.voxels or not is_hu:
        return StructureStatistics(segment, voxels, voxels * voxel_ml, None, None)
    return StructureStatistics(
        segment, voxels, voxels * voxel_ml, histogram.mean, histogram.deviation, histogram.percentiles(PERCENTILES),
        histogram.share_below(LOW_ATTENUATION_HU),
    )  # fmt: skip


def _measured(labels: LabelArray, hu: HUArray, padding: BoolArray | None) -> tuple[LabelArray, HUArray]:
    """Labels and HU of labelled voxels outside the padding, both 1-D."""
    inside = labels > 0
    if padding is not None:
        inside &= ~padding
    return labels[inside], hu[inside]
