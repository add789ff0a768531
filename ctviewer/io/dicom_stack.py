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
from ctviewer.io.dicom_stack_notes import (
    SHIFT_TOLERANCE_MM,
    gap_note,
    listed_places,
    shift_note,
    stack_marks,
    tilt_tag_note,
)
from ctviewer.io.limits import place_problem

COINCIDENT_MM = 0.01
"""Slices closer than this lie at the same position."""

SPACING_TOLERANCE = 0.02
"""Allowed deviation of a slice from the uniform grid, as a share of the slice distance…"""

SPACING_TOLERANCE_MM = 0.05
"""…and in any case this much: headers round positions."""

MOST_REPEATS = 8
"""More different images at one and the same place are no duplicates: their positions are wrong."""

MAX_STRETCH = 4
"""An irregular stack may need this many times more uniform slices than it has; beyond, it is no volume."""

ORIENTATION_TOLERANCE = 5e-4
"""Largest difference of a direction cosine between images of one stack (0.03 degrees): headers round them."""

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

    slots: tuple[tuple[Instance, ...], ...]
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
    _check_same_matrix(instances)
    if any(i.position is None or i.orientation is None for i in instances):
        return _plan_without_positions(instances)
    axes = stack_axes(instances[0])
    _check_same_orientation(instances)
    pixel_spacing = _pixel_spacing(instances)
    slots, distances = group_by_position(instances, axes[0])
    _check_not_all_in_one_place(instances, slots)
    notes: list[str] = []
    step, slots, distances, spacing_notes, target = _regularise(slots, distances)
    notes += spacing_notes
    notes += gap_note(instances[0], step, len(slots))
    shifts_mm = _shifts_mm(slots, axes)
    notes += tilt_tag_note(instances[0], axes, shifts_mm)
    shape = (len(slots) if target is None else len(target), instances[0].rows, instances[0].columns)
    first = next(slot[0] for slot in slots if slot)
    affine = np.eye(4)
    affine[:3, 0] = axes[0] * step
    affine[:3, 1] = axes[2] * pixel_spacing[0]
    affine[:3, 2] = axes[1] * pixel_spacing[1]
    affine[:3, 3] = np.asarray(first.position)
    shifts = None
    if shifts_mm is not None:
        shifts, shape, start = _canvas(shifts_mm, pixel_spacing, shape)
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


def stack_axes(instance: Instance) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Unit LPS vectors ``(normal, along a row, down a column)`` of an image; exactly perpendicular."""
    cosines = np.asarray(instance.orientation, dtype=np.float64)
    row = cosines[:3] / np.linalg.norm(cosines[:3])
    column = cosines[3:] - row * float(row @ cosines[3:])
    column /= np.linalg.norm(column)
    return np.cross(row, column), row, column


def group_by_position(
    instances: Sequence[Instance], normal: FloatArray
) -> tuple[list[tuple[Instance, ...]], FloatArray]:
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


def _tolerance(step: float) -> float:
    return max(SPACING_TOLERANCE * step, SPACING_TOLERANCE_MM)


def _regularise(
    slots: list[tuple[Instance, ...]], distances: FloatArray
) -> tuple[float, list[tuple[Instance, ...]], FloatArray, list[str], FloatArray | None]:
    """Slice distance; slots with empty ones inserted for missing slices; notes; uniform targets if irregular."""
    if len(slots) == 1:
        thickness = slots[0][0].slice_thickness or 1.0
        return (
            min(max(thickness, 0.01), 1000.0),
            slots,
            distances,
            ["A single slice: no volumes can be measured."],
            None,
        )
    if is_uniform(distances):
        return float(distances[-1]) / (len(distances) - 1), slots, distances, [], None
    step = float(np.median(np.diff(distances)))
    counts = np.rint(np.diff(distances) / step)
    places = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    total = int(places[-1]) + 1
    if (counts >= 1).all() and total <= 2 * len(slots):
        step = float(distances[-1]) / (total - 1)
        if np.abs(distances - places * step).max() <= _tolerance(step):
            return _with_missing(slots, places, step)
    if distances[-1] / step > MAX_STRETCH * len(slots):
        raise GeometryError(
            f"The slices lie too unevenly to form one volume (distances {np.diff(distances).min():.2f} to "
            f"{np.diff(distances).max():.2f} mm).",
            "Open the parts one at a time.",
        )
    target = np.arange(int(distances[-1] / step + 1e-6) + 1, dtype=np.float64) * step
    note = (
        f"Slice distances vary ({np.diff(distances).min():.2f} to {np.diff(distances).max():.2f} mm): "
        f"interpolated to {step:.2f} mm."
    )
    return step, slots, distances, [note], target


def _with_missing(
    slots: list[tuple[Instance, ...]], places: np.ndarray, step: float
) -> tuple[float, list[tuple[Instance, ...]], FloatArray, list[str], None]:
    total = int(places[-1]) + 1
    filled: list[tuple[Instance, ...]] = [()] * total
    for place, slot in zip(places, slots, strict=True):
        filled[int(place)] = slot
    missing = [n for n in range(total) if not filled[n]]
    spots = listed_places(np.asarray(slots[0][0].position), stack_axes(slots[0][0])[0], [step * n for n in missing])
    plural = "slice is" if len(missing) == 1 else "slices are"
    note = f"{len(missing)} {plural} missing at {spots}: left empty, not closed."
    return step, filled, np.arange(total, dtype=np.float64) * step, [note], None


def _check_same_matrix(instances: Sequence[Instance]) -> None:
    sizes = sorted({(i.columns, i.rows) for i in instances})
    if len(sizes) > 1:
        listed = ", ".join(f"{c}×{r}" for c, r in sizes)
        raise GeometryError(f"The images have different sizes ({listed}).", "Open one size at a time.")


def _check_not_all_in_one_place(instances: Sequence[Instance], slots: Sequence[tuple[Instance, ...]]) -> None:
    if len(slots) == 1 and len(instances) > MOST_REPEATS:
        where = ", ".join(f"{value:.1f}" for value in instances[0].position or ())
        raise GeometryError(
            f"All {len(instances)} images of the series claim the same position ({where} mm).",
            "Their order cannot be known; export the series again with positions.",
        )


def _check_same_orientation(instances: Sequence[Instance]) -> None:
    cosines = np.array([i.orientation for i in instances], dtype=np.float64)
    worst = float(np.abs(cosines - cosines[0]).max())
    if worst > ORIENTATION_TOLERANCE:
        raise GeometryError(
            "The images of the series are turned against each other.", "Open one orientation at a time."
        )


def _pixel_spacing(instances: Sequence[Instance]) -> tuple[float, float]:
    spacings = {i.pixel_spacing for i in instances}
    known = sorted(s for s in spacings if s)
    if not known:
        raise GeometryError("The images do not say how large a pixel is (PixelSpacing).", "Export the series again.")
    low, high = np.min(known, axis=0), np.max(known, axis=0)
    if None in spacings or (high - low > 1e-4 * high).any():
        listed = ", ".join(f"{s[0]:g}×{s[1]:g}" for s in known[:3])
        raise GeometryError(
            f"The pixel size changes within the series ({listed} mm).",
            "The images do not form one volume; export one reconstruction at a time.",
        )
    return known[0]


def _shifts_mm(
    slots: Sequence[tuple[Instance, ...]], axes: tuple[FloatArray, FloatArray, FloatArray]
) -> FloatArray | None:
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
    shifts_mm: FloatArray, pixel_spacing: tuple[float, float], shape: tuple[int, int, int]
) -> tuple[FloatArray, tuple[int, int, int], tuple[int, int]]:
    """Shifts in pixels on a canvas that holds every shifted slice whole; its shape; its start against slice 0."""
    shifts = shifts_mm / np.asarray(pixel_spacing)
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
