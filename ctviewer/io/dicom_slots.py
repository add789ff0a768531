"""Images of a series by their place along the normal: which share one, how far apart they lie, where one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.errors import GeometryError
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_stack_notes import listed_places

COINCIDENT_MM = 0.01
"""Slices closer than this lie at the same position."""

SPACING_TOLERANCE = 0.02
"""Allowed deviation of a slice from the uniform grid, as a share of the slice distance…"""

SPACING_TOLERANCE_MM = 0.05
"""…and in any case this much: headers round positions."""

MAX_STRETCH = 4
"""An irregular stack may need this many times more uniform slices than it has; beyond, it is no volume."""

Slot = tuple[Instance, ...]
"""Images at one place; empty where a slice is missing."""


@dataclass(frozen=True, eq=False)
class Spacing:
    """Slots on a grid, or what they have to be interpolated to.

    Parameters
    ----------
    step_mm
        Slice distance.
    slots
        In order along the normal, with an empty one for every missing slice.
    positions_mm
        Distance of each slot along the normal from the first.
    resample_to_mm
        Uniform positions to interpolate to; None if the slots are uniform already.
    notes
        Sentences for the user.
    """

    step_mm: float
    slots: list[Slot]
    positions_mm: FloatArray
    resample_to_mm: FloatArray | None = None
    notes: tuple[str, ...] = ()


def stack_axes(instance: Instance) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Unit LPS vectors ``(normal, along a row, down a column)`` of an image; exactly perpendicular."""
    cosines = np.asarray(instance.orientation, dtype=np.float64)
    row = cosines[:3] / np.linalg.norm(cosines[:3])
    column = cosines[3:] - row * float(row @ cosines[3:])
    column /= np.linalg.norm(column)
    return np.cross(row, column), row, column


def group_by_position(instances: Sequence[Instance], normal: FloatArray) -> tuple[list[Slot], FloatArray]:
    """Images sorted along the normal, those at one position together; with distances from the first."""
    along = np.array([i.position for i in instances], dtype=np.float64) @ normal
    order = sorted(
        range(len(instances)), key=lambda n: (along[n], instances[n].instance_number, str(instances[n].path))
    )
    slots: list[list[Instance]] = []
    distances: list[float] = []
    for n in order:
        if distances and along[n] - distances[-1] < COINCIDENT_MM:
            slots[-1].append(instances[n])
        else:
            slots.append([instances[n]])
            distances.append(float(along[n]))
    return [tuple(slot) for slot in slots], np.asarray(distances) - distances[0]


def is_uniform(distances: FloatArray) -> bool:
    """Whether sorted positions lie on a uniform grid, none missing."""
    if len(distances) < 3:
        return True
    fit = np.linspace(distances[0], distances[-1], len(distances))
    return bool(np.abs(distances - fit).max() <= _tolerance(float(fit[1] - fit[0])))


def regularised(slots: list[Slot], distances: FloatArray) -> Spacing:
    """Slice distance of slots, with empty slots for missing slices, or with the positions to interpolate to.

    Raises
    ------
    GeometryError
        If they lie too unevenly to form one volume.
    """
    if len(slots) == 1:
        step = min(max(slots[0][0].slice_thickness or 1.0, 0.01), 1000.0)
        return Spacing(step, slots, distances, notes=("A single slice: no volumes can be measured.",))
    if is_uniform(distances):
        return Spacing(float(distances[-1]) / (len(distances) - 1), slots, distances)
    steps = np.diff(distances)
    step = float(np.median(steps))
    counts = np.rint(steps / step)
    places = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    total = int(places[-1]) + 1
    if (counts >= 1).all() and total <= 2 * len(slots):
        step = float(distances[-1]) / (total - 1)
        if np.abs(distances - places * step).max() <= _tolerance(step):
            return _with_missing(slots, places, step)
    if distances[-1] / step > MAX_STRETCH * len(slots):
        raise GeometryError(
            f"The slices lie too unevenly to form one volume (distances {steps.min():.2f} to {steps.max():.2f} mm).",
            "Open the parts one at a time.",
        )
    target = np.arange(int(distances[-1] / step + 1e-6) + 1, dtype=np.float64) * step
    note = f"Slice distances vary ({steps.min():.2f} to {steps.max():.2f} mm): interpolated to {step:.2f} mm."
    return Spacing(step, slots, distances, target, (note,))


def _with_missing(slots: list[Slot], places: np.ndarray, step: float) -> Spacing:
    total = int(places[-1]) + 1
    filled: list[Slot] = [()] * total
    for place, slot in zip(places, slots, strict=True):
        filled[int(place)] = slot
    missing = [n for n in range(total) if not filled[n]]
    spots = listed_places(np.asarray(slots[0][0].position), stack_axes(slots[0][0])[0], [step * n for n in missing])
    plural = "slice is" if len(missing) == 1 else "slices are"
    note = f"{len(missing)} {plural} missing at {spots}: left empty, not closed."
    return Spacing(step, filled, np.arange(total, dtype=np.float64) * step, notes=(note,))


def _tolerance(step: float) -> float:
    return max(SPACING_TOLERANCE * step, SPACING_TOLERANCE_MM)
