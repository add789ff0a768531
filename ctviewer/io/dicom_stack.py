"""From a set of DICOM images to one upright stack: order, spacing, gaps, tilt. Positions only; no pixels.

Nothing is guessed silently: every departure from a plain uniform stack ends as a note or as an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.errors import GeometryError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import Mark
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_slots import Slot, group_by_position, regularised, stack_axes
from ctviewer.io.dicom_stack_checks import (
    check_not_all_in_one_place,
    check_same_matrix,
    check_same_orientation,
    pixel_spacing,
)
from ctviewer.io.dicom_stack_notes import (
    SHIFT_TOLERANCE_MM,
    gap_note,
    listed_places,
    shift_note,
    stack_marks,
    tilt_tag_note,
)
from ctviewer.io.limits import place_problem

NO_POSITION_NOTE = "The images carry no positions: shown as a stack of pictures, without measurements or analysis."
BAD_ORIENTATION_NOTE = (
    "The images do not say which way they lie (their ImageOrientationPatient is not two perpendicular unit vectors): "
    "shown as a stack of pictures, without measurements or analysis."
)


@dataclass(frozen=True, eq=False)
class StackPlan:
    """How the images of one series become an array.

    Parameters
    ----------
    slots
        For each array slice, the images at that position (more than one: duplicates to be compared); empty where a
        slice is missing.
    geometry
        Grid of the array in source order: slices along the normal, rows, columns. For a tilted stack, the grid after
        the shift.
    positions_mm
        Distance of each slot along the normal from the first slice, shape ``(slots,)``.
    shifts_px
        Sideways displacement of each slot against ``geometry`` in pixels ``(rows, columns)``, shape ``(slots, 2)``;
        None if there is none.
    resample_to_mm
        Uniform positions along the normal to interpolate to; None if the slots are uniform already.
    has_positions
        False for a stack of pictures without a place in the patient.
    notes
        Sentences for the user.
    marks
        The same in a word each.
    """

    slots: tuple[Slot, ...]
    geometry: VolumeGeometry
    positions_mm: FloatArray
    shifts_px: FloatArray | None = None
    resample_to_mm: FloatArray | None = None
    has_positions: bool = True
    notes: tuple[str, ...] = ()
    marks: frozenset[Mark] = frozenset()

    @property
    def stack_shape(self) -> tuple[int, int, int]:
        """Shape of the array the images are decoded into, before any resampling."""
        first = next(slot[0] for slot in self.slots if slot)
        return (len(self.slots), first.rows, first.columns)

    def places(self, slots: Sequence[int]) -> str:
        """Positions of slots in words, by the axis the stack runs along most: ``"z = -12.5, -10.0 mm"``."""
        if not self.has_positions:
            return "picture " + ", ".join(str(n + 1) for n in slots[:8])
        first = next(n for n, slot in enumerate(self.slots) if slot)
        start = np.asarray(self.slots[first][0].position) - self.positions_mm[first] * self.geometry.directions[:, 0]
        return listed_places(start, self.geometry.directions[:, 0], [float(self.positions_mm[n]) for n in slots])


def plan_stack(instances: Sequence[Instance]) -> StackPlan:
    """Arrange the images of one series.

    Raises
    ------
    GeometryError
        If the images do not belong on one grid (sizes, pixel spacings or orientations differ).
    """
    check_same_matrix(instances)
    if any(i.position is None or i.orientation is None for i in instances):
        return _plan_without_positions(instances)
    axes = stack_axes(instances[0])
    check_same_orientation(instances)
    pixel_mm = pixel_spacing(instances)
    places = group_by_position(instances, axes[0])
    check_not_all_in_one_place(instances, places[0])
    spacing = regularised(*places)
    slots, distances, target = spacing.slots, spacing.positions_mm, spacing.resample_to_mm
    notes = [*spacing.notes, *gap_note(instances[0], spacing.step_mm, len(slots))]
    shifts_mm = _shifts_mm(slots, axes)
    notes += tilt_tag_note(instances[0], axes, shifts_mm)
    shape = (len(slots) if target is None else len(target), instances[0].rows, instances[0].columns)
    first = next(slot[0] for slot in slots if slot)
    affine = np.eye(4)
    affine[:3, 0] = axes[0] * spacing.step_mm
    affine[:3, 1] = axes[2] * pixel_mm[0]
    affine[:3, 2] = axes[1] * pixel_mm[1]
    affine[:3, 3] = np.asarray(first.position)
    shifts = None
    if shifts_mm is not None:
        shifts, shape, start = _canvas(shifts_mm, pixel_mm, shape)
        affine[:3, 3] += start[0] * affine[:3, 1] + start[1] * affine[:3, 2]
        notes.append(shift_note(shifts_mm, distances))
    geometry = VolumeGeometry(shape, affine, instances[0].frame_of_reference or None)
    problem = place_problem(geometry)
    if problem:
        raise GeometryError(
            f"The geometry cannot be right: {problem}.", "Its pixel size or positions are wrong; export it again."
        )
    marks = stack_marks(slots, target, shifts_mm, distances)
    return StackPlan(
        tuple(slots), geometry, distances, shifts, target, has_positions=True, notes=tuple(notes), marks=marks
    )


def _shifts_mm(slots: Sequence[Slot], axes: tuple[FloatArray, FloatArray, FloatArray]) -> FloatArray | None:
    """In-plane displacement ``(down, along)`` of each slot against the first; None below the tolerance."""
    known = [n for n, slot in enumerate(slots) if slot]
    positions = np.array([slots[n][0].position for n in known], dtype=np.float64)
    offsets = positions - positions[0]
    moved = np.stack([offsets @ axes[2], offsets @ axes[1]], axis=1)
    if np.abs(moved).max() <= SHIFT_TOLERANCE_MM:
        return None
    every = np.arange(len(slots))
    return np.stack([np.interp(every, known, moved[:, a]) for a in range(2)], axis=1)


def _canvas(
    shifts_mm: FloatArray, pixel_mm: tuple[float, float], shape: tuple[int, int, int]
) -> tuple[FloatArray, tuple[int, int, int], tuple[int, int]]:
    """Shifts in pixels on a canvas that holds every shifted slice whole; its shape; its start against slice 0."""
    shifts = shifts_mm / np.asarray(pixel_mm)
    low = np.floor(shifts.min(axis=0) + 1e-6).astype(int)
    high = np.ceil(shifts.max(axis=0) - 1e-6).astype(int)
    if (high - low > np.asarray(shape[1:])).any():
        raise GeometryError(
            f"The slices are shifted sideways by up to {np.abs(shifts_mm).max():.0f} mm, more than the image is wide.",
            "Their positions cannot be right; export the series again.",
        )
    new_shape = (shape[0], shape[1] + int(high[0] - low[0]), shape[2] + int(high[1] - low[1]))
    return shifts - low, new_shape, (int(low[0]), int(low[1]))


def _plan_without_positions(instances: Sequence[Instance]) -> StackPlan:
    ordered = sorted(instances, key=lambda i: (i.instance_number, str(i.path), i.frame))
    spacing = ordered[0].pixel_spacing or (1.0, 1.0)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[0, 0, spacing[1]], [0, spacing[0], 0], [1, 0, 0]], dtype=np.float64)
    geometry = VolumeGeometry((len(ordered), ordered[0].rows, ordered[0].columns), affine)
    distances = np.arange(len(ordered), dtype=np.float64)
    slots = tuple((instance,) for instance in ordered)
    placed = all(instance.position is not None for instance in instances)
    notes = (BAD_ORIENTATION_NOTE if placed else NO_POSITION_NOTE,)
    marks = frozenset({Mark.NO_POSITIONS})
    return StackPlan(slots, geometry, distances, has_positions=False, notes=notes, marks=marks)
