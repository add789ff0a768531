"""What is out of the ordinary about a stack of images, as sentences and as marks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.study import Mark
from ctviewer.io import dicom_tags as tags
from ctviewer.io.dicom_instance import Instance

GAP_FACTOR = 2.5
"""In an irregular stack, a step longer than this many median steps is a gap, not something to interpolate."""

SHIFT_TOLERANCE_MM = 0.05
"""Sideways drift over the whole stack that is put down to rounding."""

TILT_SHOWN_DEG = 0.5
"""A gantry tilt below this is no tilt."""


def listed_places(start: FloatArray, normal: FloatArray, distances_mm: Sequence[float]) -> str:
    """Positions along a normal in words, by the patient axis closest to it: ``"z = -12.5, -10.0 mm"``."""
    axis = int(np.argmax(np.abs(normal)))
    spots = [f"{float(start[axis] + normal[axis] * distance):.1f}" for distance in distances_mm]
    listed = ", ".join(spots[:8]) + (f" and {len(spots) - 8} more" if len(spots) > 8 else "")
    return f"{'xyz'[axis]} = {listed} mm"


def gap_note(instance: Instance, step: float, slices: int) -> list[str]:
    """A note where thin slices lie far apart: volumes are then estimates. The thickness is used for nothing else."""
    thickness = instance.slice_thickness or 0.0
    if slices > 1 and thickness > 0 and step > 1.5 * thickness and step - thickness > 0.5:
        return [f"Slices of {thickness:g} mm lie {step:.3g} mm apart: what is between them was not scanned."]
    return []


def tilt_tag_note(
    instance: Instance, axes: tuple[FloatArray, FloatArray, FloatArray], shifts_mm: FloatArray | None
) -> list[str]:
    """A note where the header names a gantry tilt that orientation and positions do not show."""
    try:
        tilt = float(instance.raw.get(tags.GANTRY_TILT, b"").strip(b" \0") or 0)
    except ValueError:
        return []
    upright = shifts_mm is None and float(np.abs(axes[0]).max()) > np.cos(np.radians(TILT_SHOWN_DEG))
    if not np.isfinite(tilt) or abs(tilt) < TILT_SHOWN_DEG or not upright:
        return []
    return [
        f"The header names a gantry tilt of {abs(tilt):.1f}°, but orientation and positions of the slices show none: "
        "they were used as they are."
    ]


def shift_note(shifts_mm: FloatArray, distances: FloatArray) -> str:
    """What moved the slices sideways: a tilted gantry, or something else."""
    total = shifts_mm[-1] - shifts_mm[0]
    if _is_tilt(shifts_mm, distances):
        angle = float(np.degrees(np.arctan2(np.linalg.norm(total), distances[-1])))
        return f"Gantry tilt of {angle:.1f}° corrected by shifting the slices."
    return f"Slices displaced sideways by up to {np.abs(shifts_mm).max():.1f} mm were shifted into line."


def stack_marks(
    slots: Sequence[tuple[Instance, ...]],
    target: FloatArray | None,
    shifts_mm: FloatArray | None,
    distances: FloatArray,
) -> frozenset[Mark]:
    """The marks that go with the notes of a stack."""
    found = {
        Mark.GAPS: not all(slots) or (target is not None and _has_long_step(distances)),
        Mark.UNEVEN: target is not None,
        Mark.REPEATS: any(len(slot) > 1 for slot in slots),
        Mark.TILT: shifts_mm is not None and _is_tilt(shifts_mm, distances),
        Mark.MOVED: shifts_mm is not None and not _is_tilt(shifts_mm, distances),
    }
    return frozenset(mark for mark, holds in found.items() if holds)


def _is_tilt(shifts_mm: FloatArray, distances: FloatArray) -> bool:
    """Whether the slices move sideways evenly, as with a tilted gantry."""
    total = shifts_mm[-1] - shifts_mm[0]
    line = shifts_mm[0] + np.outer(distances / max(float(distances[-1]), 1e-9), total)
    return bool(np.abs(shifts_mm - line).max() <= max(SHIFT_TOLERANCE_MM, 0.02 * float(np.abs(total).max())))


def _has_long_step(distances: FloatArray) -> bool:
    steps = np.diff(distances)
    return bool(steps.max() > GAP_FACTOR * np.median(steps))
