"""Measuring a mask, looking for obvious mistakes in it, and accepting it as a training case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.annotation import RevisionInfo, RevisionStatus
from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume
from ctviewer.store.annotation_store import AnnotationStore


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
    """

    segment: Segment
    voxels: int
    volume_ml: float
    hu_mean: float | None
    hu_sd: float | None


def structure_volumes_ml(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> dict[str, float]:
    """Volume in millilitres of each structure, by segment key; 0 for one that is absent."""
    _check_shape(labels, volume)
    counts = np.zeros(256, np.int64)
    for part in labels:  # slice by slice: bincount needs eight bytes per voxel
        counts += np.bincount(part.ravel(), minlength=256)
    return {s.key: float(counts[s.label]) * volume.geometry.voxel_volume_ml for s in segments}


def structure_statistics(
    labels: LabelArray, volume: Volume, segments: Sequence[Segment]
) -> tuple[StructureStatistics, ...]:
    """Volume and HU statistics of each structure, in the order of ``segments``."""
    _check_shape(labels, volume)
    counts, valid, sums, squares = np.zeros((4, 256))
    for k in range(labels.shape[0]):
        counts += np.bincount(labels[k].ravel(), minlength=256)
        inside, hu = _measured(labels[k], volume.hu[k], None if volume.padding is None else volume.padding[k])
        valid += np.bincount(inside, minlength=256)
        sums += np.bincount(inside, hu, minlength=256)
        squares += np.bincount(inside, hu * hu, minlength=256)
    result = []
    for segment in segments:
        n, number = segment.label, valid[segment.label]
        mean = float(sums[n] / number) if number and volume.is_hu else None
        variance = float(squares[n] / number) - mean * mean if mean is not None else 0.0
        result.append(
            StructureStatistics(
                segment=segment,
                voxels=int(counts[n]),
                volume_ml=float(counts[n]) * volume.geometry.voxel_volume_ml,
                hu_mean=mean,
                hu_sd=None if mean is None else float(np.sqrt(max(0.0, variance))),
            )
        )
    return tuple(result)


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
    _check_shape(labels, volume)
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


def _measured(labels: LabelArray, hu: HUArray, padding: BoolArray | None) -> tuple[LabelArray, np.ndarray]:
    """Labels and HU (float64) of labelled voxels outside the padding, both 1-D."""
    inside = labels > 0
    if padding is not None:
        inside &= ~padding
    return labels[inside], hu[inside].astype(np.float64)


def _check_shape(labels: LabelArray, volume: Volume) -> None:
    if labels.shape != volume.geometry.shape:
        raise GeometryMismatchError(f"The mask has shape {labels.shape}, the scan {volume.geometry.shape}.")
