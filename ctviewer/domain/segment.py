"""Structures that a label map can hold: value, name, colour and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodedConcept:
    """A code from a terminology (SNOMED CT by default)."""

    value: str
    meaning: str
    scheme: str = "SCT"

    def to_list(self) -> list[str]:
        """The fields in their order; ``CodedConcept(*…)`` reads them."""
        return [self.value, self.meaning, self.scheme]


@dataclass(frozen=True, slots=True)
class Segment:
    """One structure.

    Parameters
    ----------
    label
        Value in the label map, 1 to 255.
    key
        Stable machine name (``"left_lung"``).
    name
        Human name, English.
    color
        RGB, 0 to 255.
    code, laterality
        SNOMED CT codes of structure and side.
    """

    label: int
    key: str
    name: str
    color: tuple[int, int, int]
    code: CodedConcept | None = None
    laterality: CodedConcept | None = None


LUNG = CodedConcept("39607008", "Lung")
TRACHEA_CODE = CodedConcept("44567001", "Trachea")
LEFT = CodedConcept("7771000", "Left")
RIGHT = CodedConcept("24028007", "Right")

# Okabe-Ito colours: distinguishable with the common colour-vision deficiencies.
LEFT_LUNG = Segment(1, "left_lung", "Left lung", (86, 180, 233), LUNG, LEFT)
RIGHT_LUNG = Segment(2, "right_lung", "Right lung", (230, 159, 0), LUNG, RIGHT)
TRACHEA = Segment(3, "trachea", "Trachea", (0, 158, 115), TRACHEA_CODE)

CHEST_SEGMENTS: tuple[Segment, ...] = (LEFT_LUNG, RIGHT_LUNG, TRACHEA)
"""The label table of the bundled segmentation model and of ``segmentation.nii.gz``."""

PALETTE: tuple[tuple[int, int, int], ...] = (
    *(segment.color for segment in CHEST_SEGMENTS),
    (204, 121, 167), (240, 228, 66), (213, 94, 0), (0, 114, 178),
    (136, 204, 238), (221, 204, 119), (136, 34, 85), (153, 153, 51), (170, 68, 153), (102, 170, 85),
)  # fmt: skip
"""Okabe-Ito, then colours of Paul Tol's muted scheme: distinguishable with the common colour-vision deficiencies."""


def free_color(used: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """The first colour of the palette that is not in use; the palette again when all are."""
    return next((color for color in PALETTE if color not in used), PALETTE[len(used) % len(PALETTE)])
