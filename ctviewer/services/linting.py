"""Obvious mistakes in a chest mask, found before it is accepted. Findings are hints: a person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.region import bounding_box
from ctviewer.domain.segment import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Segment
from ctviewer.domain.volume import Volume
from ctviewer.services.annotating import structure_statistics

TRACHEA_WARMEST_MEAN_HU = -600.0
"""A trachea mask with a mean above this holds more wall or lung than air, even at 8 mm slices."""

STRAY_PART_MM3 = 20.0
"""Parts below this are not worth a finding: single voxels at thick slices are about 3 mm³ to 5 mm³."""


class FindingKind(StrEnum):
    """What was found."""

    EMPTY = "empty"
    SIDES_SWAPPED = "sides_swapped"
    BORDER = "border"
    ISLANDS = "islands"
    NOT_AIR = "not_air"


@dataclass(frozen=True, slots=True)
class Finding:
    """One hint.

    Parameters
    ----------
    kind
        What was found.
    message
        Sentence for the user.
    segment_key
        Structure it concerns.
    slice_index
        Axial index ``k`` to jump to; None if there is no particular one.
    """

    kind: FindingKind
    message: str
    segment_key: str
    slice_index: int | None = None


def lint(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> tuple[Finding, ...]:
    """Check a mask before it is accepted; takes about a second for a large scan.

    Parameters
    ----------
    labels
        Shape ``(k, j, i)`` of the volume, canonical order.
    """
    findings: list[Finding] = []
    boxes = ndimage.find_objects(labels)
    for segment in segments:
        box = boxes[segment.label - 1] if segment.label <= len(boxes) else None
        if box is None:
            findings.append(Finding(FindingKind.EMPTY, f"{segment.name} is empty.", segment.key))
            continue
        mask = labels[box] == segment.label
        findings += _border(segment, box, mask, labels.shape)
        findings += _islands(segment, box, mask, volume.geometry.voxel_volume_ml * 1000)
    findings += _sides(labels, volume, segments)
    findings += _air(labels, volume, segments)
    return tuple(findings)


def _border(segment: Segment, box: BBox, mask: BoolArray, shape: tuple[int, ...]) -> Iterator[Finding]:
    """Touching a side of the field of view, or a lung touching the first or last slice.

    The trachea leaves every chest scan at the top, so its ends are no finding.
    """
    sides = {1: ("front", "back"), 2: ("right", "left")}
    if segment.key != TRACHEA.key:
        sides[0] = ("lowest slice", "highest slice")
    for axis, names in sides.items():
        for end, name in enumerate(names):
            touches = box[axis].start == 0 if end == 0 else box[axis].stop == shape[axis]
            if not touches:
                continue
            face = mask.take(0 if end == 0 else -1, axis=axis)
            where = box[0].start + (
                int(np.argmax(face.sum(axis=1))) if axis else (0 if end == 0 else mask.shape[0] - 1)
            )
            message = f"{segment.name} touches the {name} of the scan: it may be cut off or leak."
            yield Finding(FindingKind.BORDER, message, segment.key, where)


def _islands(segment: Segment, box: BBox, mask: BoolArray, voxel_mm3: float) -> Iterator[Finding]:
    parts, count = ndimage.label(mask, np.ones((3, 3, 3), bool))
    if count < 2:
        return
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    stray = np.flatnonzero(sizes * voxel_mm3 >= STRAY_PART_MM3)
    stray = stray[stray != sizes.argmax()]
    if stray.size == 0:
        return
    largest = int(stray[np.argmax(sizes[stray])])
    inner = bounding_box(parts == largest)
    middle = box[0].start + ((inner[0].start + inner[0].stop - 1) // 2 if inner else 0)
    volume_ml = float(sizes[stray].sum()) * voxel_mm3 / 1000
    message = f"{segment.name} has {stray.size} separate part{'s' if stray.size > 1 else ''} ({volume_ml:.2f} ml)."
    yield Finding(FindingKind.ISLANDS, message, segment.key, middle)


def _sides(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> Iterator[Finding]:
    by_key = {s.key: s.label for s in segments}
    if LEFT_LUNG.key not in by_key or RIGHT_LUNG.key not in by_key:
        return
    left = _center_x_mm(labels, volume, by_key[LEFT_LUNG.key])
    right = _center_x_mm(labels, volume, by_key[RIGHT_LUNG.key])
    if left is not None and right is not None and left <= right:
        message = "The left lung lies to the right of the right lung: the sides are swapped."
        yield Finding(FindingKind.SIDES_SWAPPED, message, LEFT_LUNG.key)


def _center_x_mm(labels: LabelArray, volume: Volume, label: int) -> float | None:
    """Patient x (towards the left) of a label's centre of mass; None if it is absent."""
    sums, count = np.zeros(3), 0
    for k in range(labels.shape[0]):
        mask = labels[k] == label
        per_row, per_column = mask.sum(axis=1), mask.sum(axis=0)
        here = int(per_row.sum())
        sums += (k * here, float(per_row @ np.arange(mask.shape[0])), float(per_column @ np.arange(mask.shape[1])))
        count += here
    return float(volume.geometry.index_to_lps(sums / count)[0, 0]) if count else None


def _air(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> Iterator[Finding]:
    tracheas = [s for s in segments if s.key == TRACHEA.key]
    if not volume.is_hu or not tracheas:
        return
    mean = structure_statistics(labels, volume, tracheas)[0].hu_mean
    if mean is not None and mean > TRACHEA_WARMEST_MEAN_HU:
        message = f"{tracheas[0].name} has a mean of {mean:.0f} HU: it holds more than air."
        yield Finding(FindingKind.NOT_AIR, message, tracheas[0].key)
