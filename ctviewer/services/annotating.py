"""Measuring a mask, looking for obvious mistakes in it, and accepting it as a training case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.annotation import RevisionInfo, RevisionStatus
from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.progress import CancelToken
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume
from ctviewer.store.annotation_store import AnnotationStore

PERCENTILES = (5, 50, 95)
LOW_ATTENUATION_HU = -950
"""Below it lung counts as emphysema in quantitative CT (Gevenois et al., Am J Respir Crit Care Med 1996;154:187)."""

_LOWEST_HU, _HU_VALUES = -32768, 65536
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
        At `PERCENTILES`, over the same voxels.
    low_attenuation
        Share of these voxels below `LOW_ATTENUATION_HU`, 0 to 1.
    """

    segment: Segment
    voxels: int
    volume_ml: float
    hu_mean: float | None
    hu_sd: float | None
    hu_percentiles: tuple[float, float, float] | None = None
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

    Everything comes from one histogram of whole HU per structure, so percentiles are exact (linear interpolation
    between ranks, as numpy does).

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
    histogram = np.zeros((len(segments) + 1, _HU_VALUES), np.int64)
    for k in range(0, labels.shape[0], _SLICES_AT_ONCE):
        if cancel is not None:
            cancel.raise_if_cancelled()
        part = slice(k, k + _SLICES_AT_ONCE)
        counts += np.bincount(labels[part].ravel(), minlength=256)
        inside, hu = _measured(labels[part], volume.hu[part], None if volume.padding is None else volume.padding[part])
        cells = place_of_label[inside] * _HU_VALUES + (hu.astype(np.int64) - _LOWEST_HU)
        histogram += np.bincount(cells, minlength=histogram.size).reshape(histogram.shape)
    voxel_ml = volume.geometry.voxel_volume_ml
    return tuple(
        _statistics(segment, int(counts[segment.label]), voxel_ml, histogram[place], volume.is_hu)
        for place, segment in enumerate(segments)
    )


def _statistics(
    segment: Segment, voxels: int, voxel_ml: float, histogram: NDArray[np.int64], is_hu: bool
) -> StructureStatistics:
    number = int(histogram.sum())
    if not number or not is_hu:
        return StructureStatistics(segment, voxels, voxels * voxel_ml, None, None)
    hu = np.arange(_HU_VALUES, dtype=np.float64) + _LOWEST_HU
    mean = float(histogram @ hu) / number
    variance = float(histogram @ (hu - mean) ** 2) / number
    below = int(histogram[: LOW_ATTENUATION_HU - _LOWEST_HU].sum())
    return StructureStatistics(
        segment, voxels, voxels * voxel_ml, mean, float(np.sqrt(variance)), _percentiles(histogram), below / number
    )


def _percentiles(histogram: NDArray[np.int64]) -> tuple[float, float, float]:
    reached = np.cumsum(histogram)
    ranks = (reached[-1] - 1) * np.array(PERCENTILES) / 100
    whole = np.floor(ranks)
    lower = np.searchsorted(reached, whole, side="right") + _LOWEST_HU
    upper = np.searchsorted(reached, np.ceil(ranks), side="right") + _LOWEST_HU
    values = lower + (ranks - whole) * (upper - lower)
    return (float(values[0]), float(values[1]), float(values[2]))


def accept_case(
    store: AnnotationStore, volume: Volume, labels: LabelArray, name: str = "", model: ModelIdentity | None = None
) -> RevisionInfo:
    """Save a mask as an accepted revision: a training case. The accepted revision before it becomes superseded.

    The document must be open in the store. What `ctviewer.services.linting.lint` finds is the caller's to show first.

    Raises
    ------
    StoreError
        If the store is read-only or cannot be written.
    """
    check_mask_shape(labels, volume.geometry)
    return store.save_revision(
        volume.series.series_key,
        labels,
        status=RevisionStatus.ACCEPTED,
        name=name,
        image_sha256=image_sha256(volume),
        model=model,
    )


def accepted_cases(store: AnnotationStore) -> list[RevisionInfo]:
    """Accepted revisions, at most one per series: what a retraining may learn from."""
    return store.revisions(status=RevisionStatus.ACCEPTED)


def image_sha256(volume: Volume) -> str:
    """SHA-256 of the HU voxels, C order: ties a revision to the image it was drawn on."""
    return hashlib.sha256(np.ascontiguousarray(volume.hu).data).hexdigest()


def _measured(labels: LabelArray, hu: HUArray, padding: BoolArray | None) -> tuple[LabelArray, HUArray]:
    """Labels and HU of labelled voxels outside the padding, both 1-D."""
    inside = labels > 0
    if padding is not None:
        inside &= ~padding
    return labels[inside], hu[inside]
