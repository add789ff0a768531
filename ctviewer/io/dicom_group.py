"""DICOM images into series, and series into stacks that are one volume each. Headers only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.io import dicom_tags as tags
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_slots import group_by_position, is_uniform, stack_axes
from ctviewer.io.dicom_stack_checks import ORIENTATION_TOLERANCE

WIDER = 1.3
"""Stacks that lie between each other have slice distances at least this much longer than all slices together."""

MIN_PART_SLICES = 3
"""A split that leaves fewer slices in a part explains nothing."""


@dataclass(frozen=True, slots=True)
class SubSeries:
    """Images of one series that belong on one grid.

    Parameters
    ----------
    instances
        The images, unsorted.
    name
        What sets them apart from the other parts (``"acquisition 2"``); empty if the series is one part.
    identity_complete
        Whether all UIDs are there and every image has its own.
    """

    instances: tuple[Instance, ...]
    name: str = ""
    identity_complete: bool = True


def group_series(instances: Iterable[Instance]) -> list[SubSeries]:
    """All stacks among images of any number of patients, studies and series."""
    by_series: dict[tuple[object, ...], list[Instance]] = defaultdict(list)
    for instance in instances:
        by_series[_series_identity(instance)].append(instance)
    found: list[SubSeries] = []
    owners = Counter(members[0].series_uid for members in by_series.values())
    for members in by_series.values():
        complete = _identity_complete(members)
        owner = _owner(members[0]) if owners[members[0].series_uid] > 1 and members[0].series_uid else ""
        parts = [
            (", ".join(filter(None, (owner, name, extra))), part)
            for name, group in _split_by_kind(members)
            for extra, part in _split_repeats(group)
        ]
        found += [SubSeries(tuple(part), name, complete) for name, part in parts]
    return found


def _series_identity(instance: Instance) -> tuple[object, ...]:
    if instance.series_uid:
        # Files of two people under one UID (a faulty anonymiser) must never become one volume.
        return (_patient(instance), instance.study_uid, instance.series_uid)
    # Without a series UID, files of one folder with one geometry are taken to belong together.
    return ("", instance.path.parent, instance.frame_of_reference, instance.rows, instance.columns)


def _owner(instance: Instance) -> str:
    """Whose series it is, where patients or studies share one series UID: their annotations must be kept apart."""
    patient = " ".join(filter(None, _patient(instance)))
    return f"{patient or 'no patient'}, study …{instance.study_uid[-8:]}"


def _patient(instance: Instance) -> tuple[str, ...]:
    """Identifier and name of the patient, as far as files of one person agree on them."""
    raw = (instance.raw.get(tag, b"").strip(b" \0^=").upper() for tag in (tags.PATIENT_ID, tags.PATIENT_NAME))
    return tuple(value.decode("latin-1") for value in raw)


def _identity_complete(members: Sequence[Instance]) -> bool:
    if not all(m.series_uid and m.study_uid and m.sop_uid and m.uids_from_data_set for m in members):
        return False
    places: dict[tuple[str, int], object] = {}
    # The same image filed twice is harmless; one UID on two different images is not.
    return all(places.setdefault((m.sop_uid, m.frame), m.position) == m.position for m in members)


def _split_by_kind(members: Sequence[Instance]) -> list[tuple[str, list[Instance]]]:
    """Split what can never be one volume: scouts, kinds of object, frames of reference, image sizes, orientations."""
    groups: dict[tuple[object, ...], list[Instance]] = defaultdict(list)
    directions: list[np.ndarray] = []
    for member in members:
        key = (
            member.is_localizer,
            member.sop_class,
            member.frame_of_reference,
            (member.rows, member.columns),
            _orientation_number(member, directions),
        )
        groups[key].append(member)
    if len(groups) == 1:
        return [("", list(members))]
    names = ("scout", "kind", "frame of reference", "size", "orientation")
    varying = [n for n in range(len(names)) if len({key[n] for key in groups}) > 1]
    numbers = {
        n: {value: number for number, value in enumerate(dict.fromkeys(k[n] for k in groups), 1)} for n in varying
    }
    return [
        (", ".join(_part_name(names[n], key[n], numbers[n][key[n]]) for n in varying), group)
        for key, group in groups.items()
    ]


def _part_name(kind: str, value: object, number: int) -> str:
    if kind == "scout":
        return "scout" if value else "slices"
    if kind == "size" and isinstance(value, tuple):
        return f"{value[1]}×{value[0]}"
    return f"{kind} {number}"


def _orientation_number(member: Instance, directions: list[np.ndarray]) -> int:
    """Number of the orientation a member has, within the tolerance of a stack; −1 without one."""
    if member.orientation is None or member.position is None:
        return -1
    cosines = np.asarray(member.orientation)
    for number, known in enumerate(directions):
        if np.abs(known - cosines).max() <= ORIENTATION_TOLERANCE / 2:
            return number
    directions.append(cosines)
    return len(directions) - 1


_CRITERIA: tuple[tuple[str, Callable[[Instance], str]], ...] = (
    ("image type", lambda i: "\\".join(i.image_type)),
    ("acquisition", lambda i: i.acquisition_number),
    ("temporal position", lambda i: i.temporal_position),
    ("acquisition time", lambda i: i.acquisition_time),
    ("content time", lambda i: i.content_time),
    ("tube voltage", lambda i: i.tube_voltage),
    ("kernel", lambda i: i.kernel),
    ("slice thickness", lambda i: str(i.slice_thickness)),
)

_KINDS_OF_STACK = frozenset(
    {"image type", "acquisition", "temporal position", "tube voltage", "kernel", "slice thickness"}
)
"""Criteria that tell stacks apart which lie between each other, although no position repeats."""


def _split_repeats(members: list[Instance]) -> list[tuple[str, list[Instance]]]:
    """Split where positions repeat (phases, reconstructions), or where stacks are mixed that differ in kind."""
    if len(members) < 2 or any(m.position is None or m.orientation is None for m in members):
        return [("", members)]
    normal = stack_axes(members[0])[0]
    slots, distances = group_by_position(members, normal)
    most = max(len(slot) for slot in slots)
    if most == 1:
        for criterion in _CRITERIA:
            parts = _split_by(members, normal, criterion) if criterion[0] in _KINDS_OF_STACK else []
            if parts and _interleave(parts, normal, distances):
                return parts
        uneven = not is_uniform(distances)
        return (uneven and _split_by(members, normal, _CRITERIA[0], needs_uniform=True)) or [("", members)]
    for criterion in _CRITERIA:
        parts = _split_by(members, normal, criterion)
        if parts:
            return parts
    return _split_by_rank(slots, most) or [("", members)]


def _split_by(
    members: Sequence[Instance],
    normal: np.ndarray,
    criterion: tuple[str, Callable[[Instance], str]],
    *,
    needs_uniform: bool = False,
) -> list[tuple[str, list[Instance]]]:
    name, value_of = criterion
    groups: dict[str, list[Instance]] = defaultdict(list)
    for member in members:
        groups[value_of(member)].append(member)
    if len(groups) < 2 or min(map(len, groups.values())) < MIN_PART_SLICES:
        return []
    for group in groups.values():
        slots, distances = group_by_position(group, normal)
        if len(slots) < len(group) or (needs_uniform and not is_uniform(distances)):
            return []
    return [(f"{name} {value or 'unnamed'}", group) for value, group in sorted(groups.items())]


def _interleave(parts: Sequence[tuple[str, Sequence[Instance]]], normal: np.ndarray, together: FloatArray) -> bool:
    """Whether the slices of each stack lie between those of others; ``together`` are the positions of all."""
    along = [np.sort(np.array([i.position for i in part], dtype=np.float64) @ normal) for _, part in parts]
    ends = sorted((float(a[0]), float(a[-1])) for a in along)
    step = WIDER * float(np.median(np.diff(together)))
    wider = all(float(np.median(np.diff(a))) > step for a in along)
    return wider and any(after[0] < before[1] for before, after in pairwise(ends))


def _split_by_rank(slots: Sequence[tuple[Instance, ...]], most: int) -> list[tuple[str, list[Instance]]]:
    """Split complete repeats into phases by the order they were taken, if the phases do not interleave."""
    if len(slots) < MIN_PART_SLICES or any(len(slot) != most for slot in slots):
        return []
    orders: tuple[Callable[[Instance], Any], ...] = (_time_of, _number_of)
    for order in orders:
        ranked = [sorted(slot, key=order) for slot in slots]
        phases = [[slot[rank] for slot in ranked] for rank in range(most)]
        ends = [(min(map(order, phase)), max(map(order, phase))) for phase in phases]
        if all(before[1] < after[0] for before, after in pairwise(ends)):
            return [(f"phase {rank + 1}", phase) for rank, phase in enumerate(phases)]
    return []


def _time_of(instance: Instance) -> str:
    return instance.acquisition_time or instance.content_time


def _number_of(instance: Instance) -> int:
    return instance.instance_number
