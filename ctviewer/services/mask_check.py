"""Obvious mistakes in a chest mask, found before it is accepted. Findings are hints: a person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BBox, BoolArray, FloatArray, LabelArray
from ctviewer.domain.edits.region import bounding_box
from ctviewer.domain.segment import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Segment
from ctviewer.domain.volume import Volume
from ctviewer.services.structure_statistics import structure_statistics

TRACHEA_WARMEST_MEAN_HU = -600.0
"""A trachea mask with a mean above this holds more wall or lung than air, even at 8 mm slices."""

STRAY_PART_MM3 = 20.0
"""Parts below this are not worth a finding: single voxels at thick slices are about 3 mm³ to 5 mm³."""

JUMP_SHARE, JUMP_MM2 = 0.3, 100.0
"""How much the area of a slice must differ from both neighbours, as a share of their mean and at least."""

JUMPS_SHOWN = 5
"""Findings of this kind per structure; a mask drawn on every second slice would fill the list."""

LEAK_TIMES_MEDIAN, LEAK_MM2, LEAK_ML = 2.5, 600.0, 150.0
"""A slice of the trachea this much above its median and this large holds more than trachea and carina; so does this
volume. Tracheas of adults measure 100 mm² to 400 mm² and, with the main bronchi, 30 ml to 80 ml."""


TOUCHES = {
    1: (
        "{} touches the front of the scan: it may be cut off or leak.",
        "{} touches the back of the scan: it may be cut off or leak.",
    ),
    2: (
        "{} touches the right border of the scan: it may be cut off or leak.",
        "{} touches the left border of the scan: it may be cut off or leak.",
    ),
    0: (
        "{} touches the lowest slice of the scan: it may be cut off or leak.",
        "{} touches the highest slice of the scan: it may be cut off or leak.",
    ),
}
"""By axis, for its first and its last voxels; whole sentences, because other languages inflect the side."""


class FindingKind(StrEnum):
    """What was found."""

    EMPTY = "empty"
    SIDES_SWAPPED = "sides_swapped"
    BORDER = "border"
    ISLANDS = "islands"
    NOT_AIR = "not_air"
    HOLES = "holes"
    AREA_JUMP = "area_jump"
    LEAK = "leak"


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


def check_mask(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> tuple[Finding, ...]:
    """Check a mask before it is accepted; takes seconds for a large scan.

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
        voxel_mm3 = volume.geometry.voxel_volume_ml * 1000
        findings += _islands(segment, box, mask, voxel_mm3)
        findings += _holes(segment, box, mask, labels[box] == 0, voxel_mm3)
        areas_mm2 = np.count_nonzero(mask, axis=(1, 2)) * (voxel_mm3 / volume.geometry.spacing_mm[0])
        findings += _jumps(segment, box[0].start, areas_mm2)
        if segment.key == TRACHEA.key:
            findings += _leak(segment, box[0].start, areas_mm2, volume.geometry.spacing_mm[0])
    findings += _sides(labels, volume, segments)
    findings += _air(labels, volume, segments)
    return tuple(findings)


def _border(segment: Segment, box: BBox, mask: BoolArray, shape: tuple[int, ...]) -> Iterator[Finding]:
    """Touching a side of the field of view, or a lung touching the first or last slice.

    The trachea leaves every chest scan at the top, so its ends are no finding.
    """
    for axis, sentences in TOUCHES.items():
        if axis == 0 and segment.key == TRACHEA.key:
            continue
        for end, sentence in enumerate(sentences):
            touches = box[axis].start == 0 if end == 0 else box[axis].stop == shape[axis]
            if not touches:
                continue
            face = mask.take(0 if end == 0 else -1, axis=axis)
            where = box[0].start + (
                int(np.argmax(face.sum(axis=1))) if axis else (0 if end == 0 else mask.shape[0] - 1)
            )
            yield Finding(FindingKind.BORDER, sentence.format(segment.name), segment.key, where)


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


def _holes(segment: Segment, box: BBox, mask: BoolArray, background: BoolArray, voxel_mm3: float) -> Iterator[Finding]:
    """Unlabelled cavities closed on all sides; vessels that leave the lung are none."""
    parts, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    if count < 2:
        return
    inner = parts[1:-1, 1:-1, 1:-1]
    sizes = np.bincount(inner[background & (inner != parts[0, 0, 0])], minlength=count + 1)
    cavities = np.flatnonzero(sizes * voxel_mm3 >= STRAY_PART_MM3)
    if cavities.size == 0:
        return
    largest = int(cavities[np.argmax(sizes[cavities])])
    where = int(np.argmax(np.count_nonzero(inner == largest, axis=(1, 2))))
    volume_ml = float(sizes[cavities].sum()) * voxel_mm3 / 1000
    message = f"{segment.name} has {cavities.size} hole{'s' if cavities.size > 1 else ''} ({volume_ml:.2f} ml)."
    yield Finding(FindingKind.HOLES, message, segment.key, box[0].start + where)


def _jumps(segment: Segment, first: int, areas_mm2: FloatArray) -> Iterator[Finding]:
    """Slices that are larger, or smaller, than both neighbours by more than anatomy does."""
    below, here, above = areas_mm2[:-2], areas_mm2[1:-1], areas_mm2[2:]
    apart = np.minimum(np.abs(here - below), np.abs(here - above))
    same_way = (here - below) * (here - above) > 0
    jumps = np.flatnonzero(same_way & (apart > JUMP_MM2) & (apart > JUMP_SHARE * (below + above) / 2))
    for n in jumps[np.argsort(-apart[jumps], kind="stable")][:JUMPS_SHOWN]:
        message = (
            f"{segment.name} covers {here[n] / 100:.1f} cm² on one slice, "
            f"{below[n] / 100:.1f} cm² and {above[n] / 100:.1f} cm² on its neighbours."
        )
        yield Finding(FindingKind.AREA_JUMP, message, segment.key, first + int(n) + 1)


def _leak(segment: Segment, first: int, areas_mm2: FloatArray, slice_mm: float) -> Iterator[Finding]:
    """More than a windpipe: the label ran into the lung."""
    largest = int(np.argmax(areas_mm2))
    median = float(np.median(areas_mm2[areas_mm2 > 0]))
    volume_ml = float(areas_mm2.sum()) * slice_mm / 1000
    area = float(areas_mm2[largest])
    if area > max(LEAK_MM2, LEAK_TIMES_MEDIAN * median):
        message = f"{segment.name} covers {area / 100:.1f} cm² on one slice: it leaks into the lung."
    elif volume_ml > LEAK_ML:
        message = f"{segment.name} holds {volume_ml:.0f} ml, more than a windpipe: it leaks into the lung."
    else:
        return
    yield Finding(FindingKind.LEAK, message, segment.key, first + largest)


def _sides(labels: LabelArray, volume: Volume, segments: Sequence[Segment]) -> Iterator[Finding]:
    by_key = {s.key: s.label for s in segments}
    if LEFT_LUNG.key not in by_key or RIGHT_LUNG.key not in by_key:
        return
    left = _center_x_mm(labels, volume, by_key[LEFT_LUNG.key])
    right = _center_x_mm(labels, volume, by_key[RIGHT_LUNG.key])
    if left is not None and right is not None and left <= right:
        message = "The left lung lies to the right of the right lung: the sides are swapped."
        largest = int(np.argmax([np.count_nonzero(part == by_key[LEFT_LUNG.key]) for part in labels]))
        yield Finding(FindingKind.SIDES_SWAPPED, message, LEFT_LUNG.key, largest)


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
        yield Finding(FindingKind.NOT_AIR, message, tracheas[0].key, _warmest_slice(labels, volume, tracheas[0].label))


def _warmest_slice(labels: LabelArray, volume: Volume, label: int) -> int:
    """Slice with the most voxels of a label that are no air."""
    return int(
        np.argmax([np.count_nonzero(part[mask == label] > TRACHEA_WARMEST_MEAN_HU)
                   for mask, part in zip(labels, volume.hu, strict=True)])
    )  # fmt: skip
