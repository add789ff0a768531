"""A structure found in a mask file of any program, before it is known which segment it becomes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between
from ctviewer.domain.edits.region import Region
from ctviewer.domain.segment import LEFT, RIGHT, CodedConcept, Segment

Color = tuple[int, int, int]

_SIDES = {"l": LEFT, "lt": LEFT, "left": LEFT, "li": LEFT, "r": RIGHT, "rt": RIGHT, "right": RIGHT, "re": RIGHT}
_PLURALS = {"lungs": "lung"}

NEW_COLORS: tuple[Color, ...] = (
    (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167), (148, 103, 189), (140, 86, 75), (127, 127, 127),
)  # fmt: skip
"""For structures that come without a colour; the first four complete the Okabe-Ito set."""


@dataclass(frozen=True, eq=False, slots=True)
class FoundStructure:
    """One structure of a mask file, on the grid of the scan in canonical order.

    Parameters
    ----------
    name
        As the file has it.
    region
        Its voxels; None if it has none.
    label
        Its value in the file; 0 where the format has no values.
    color, code, laterality
        What the file says; None where it says nothing.
    """

    name: str
    region: Region | None
    label: int = 0
    color: Color | None = None
    code: CodedConcept | None = None
    laterality: CodedConcept | None = None


def matching_segment(structure: FoundStructure, segments: Sequence[Segment]) -> Segment | None:
    """The segment a structure is, by code and side, else by its name; None if it is none of them."""
    words = _words(structure.name)
    coded = [segment for segment in segments if _same_code(structure, segment)]
    named = [segment for segment in coded or segments if _words(segment.name) == words]
    return next(iter(named or coded), None)


def targets(structures: Sequence[FoundStructure], segments: Sequence[Segment]) -> list[Segment]:
    """For each structure the segment it becomes: a known one, else a new one with a free label.

    No two structures get the same segment.
    """
    known: list[Segment] = list(segments)
    chosen: list[Segment] = []
    for structure in structures:
        found = matching_segment(structure, [s for s in segments if s not in chosen])
        if found is None:
            found = _new_segment(structure, known)
            known.append(found)
        chosen.append(found)
    return chosen


def labels_of(
    structures: Sequence[FoundStructure], segments: Sequence[Segment | None], shape: tuple[int, int, int]
) -> LabelArray:
    """A label map of structures; where they overlap the later one wins.

    Parameters
    ----------
    segments
        What each structure becomes; None leaves it out.
    shape
        Of the scan, ``(k, j, i)``.
    """
    labels = np.zeros(shape, np.uint8)
    for structure, segment in zip(structures, segments, strict=True):
        if structure.region is not None and segment is not None:
            labels[structure.region.bbox][structure.region.mask] = segment.label
    return labels


def import_edit(
    current: LabelArray, structures: Sequence[FoundStructure], targets: Sequence[Segment | None], locked: frozenset[int]
) -> MaskEdit | None:
    """The edit that makes segments equal to structures of a file; None if nothing would change.

    Parameters
    ----------
    current
        Shape ``(k, j, i)``.
    targets
        For each structure the segment that it replaces; None leaves it out. Where structures overlap, the later wins.
    locked
        Labels that keep every voxel they have and get no new one.
    """
    taken = [None if t is None or t.label in locked else t for t in targets]
    imported = labels_of(structures, taken, (current.shape[0], current.shape[1], current.shape[2]))
    replaced = np.zeros(256, np.bool_)
    replaced[[t.label for t in taken if t is not None]] = True
    wanted = np.where(replaced[current] & (imported == 0), 0, current)
    guarded = np.zeros(256, np.bool_)
    guarded[list(locked)] = True
    wanted = np.where((imported > 0) & ~guarded[current], imported, wanted)
    return edit_between(current, np.asarray(wanted, np.uint8))


def _new_segment(structure: FoundStructure, known: Sequence[Segment]) -> Segment:
    taken = {segment.label for segment in known}
    own = structure.label
    label = own if 0 < own < 256 and own not in taken else next((n for n in range(1, 256) if n not in taken), 255)
    key = "_".join(re.findall(r"[a-z0-9]+", structure.name.lower())) or "structure"
    if any(segment.key == key for segment in known):
        key = f"{key}_{label}"
    color = structure.color or NEW_COLORS[label % len(NEW_COLORS)]
    return Segment(label, key, structure.name or f"Label {label}", color, structure.code, structure.laterality)


def _same_code(structure: FoundStructure, segment: Segment) -> bool:
    if structure.code is None or segment.code is None or structure.code.value != segment.code.value:
        return False
    sides = [c.value if c is not None else "" for c in (structure.laterality, segment.laterality)]
    return sides[0] == sides[1]


def _words(name: str) -> frozenset[str]:
    """Words of a name without order, case and spelling of the side: ``"LtLung"``, ``"Lung_L"`` → lung, left."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.findall(r"[^\W_]+", apart.lower())
    return frozenset(_SIDES[w].meaning.lower() if w in _SIDES else _PLURALS.get(w, w) for w in words)
