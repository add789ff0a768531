"""Where a NIfTI file says its voxels lie: sform and qform to LPS. Sides are never guessed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.orientation import direction_letters
from ctviewer.io.nifti_fields import NiftiFields
from ctviewer.io.patient_space import ras_to_lps
from ctviewer.io.volume_file import FormatError

_UNIT_MM = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
QUATERNION_TOLERANCE = 1e-3
DIRECTION_TOLERANCE = 0.02
"""Largest difference of direction cosines between sform and qform put down to rounding (about 1 degree)."""

SFORM, QFORM = "sform", "qform"
"""What can be chosen where the two contradict each other."""


@dataclass(slots=True)
class NiftiPlace:
    """Where the voxels lie (file axes to LPS), and what has to be said or asked about it."""

    affine: FloatArray
    notes: tuple[str, ...] = ()
    question: str = ""
    answers: tuple[tuple[str, str], ...] = ()


def nifti_place(fields: NiftiFields, choice: str = "") -> NiftiPlace:
    """From whichever of sform and qform is set; where they contradict each other, a person has to choose.

    Parameters
    ----------
    choice
        `SFORM` or `QFORM` where a person decided between them; empty to ask where they differ.

    Raises
    ------
    FormatError
        If neither is set, or what is set is not possible.
    """
    scale = _UNIT_MM.get(fields.unit & 7, 1.0)
    sform = _sform(fields, scale) if fields.sform_code > 0 else None
    qform = _qform(fields, scale) if fields.qform_code > 0 else None
    if sform is not None and qform is not None:
        return _compare(sform, qform, choice)
    if sform is not None:
        return NiftiPlace(sform, _compare_voxel_size(sform, fields, scale))
    if qform is not None:
        return NiftiPlace(qform)
    raise FormatError(
        "it does not say which side of the patient is left (sform and qform codes are both 0)",
        "Export it again with a program that keeps the orientation.",
    )


def _sform(fields: NiftiFields, scale: float) -> FloatArray:
    affine = np.eye(4)
    affine[:3] = np.array(fields.srows, dtype=np.float64).reshape(3, 4) * scale
    return _finite(ras_to_lps(affine))


def _qform(fields: NiftiFields, scale: float) -> FloatArray:
    """Quaternion to affine as in nifti1.h, method 2."""
    b, c, d = (float(v) for v in fields.quaternion)
    if not b * b + c * c + d * d <= 1.0 + QUATERNION_TOLERANCE:
        raise FormatError(
            f"its qform is no rotation (quaternion {b:.3g}, {c:.3g}, {d:.3g})",
            "Its header is damaged; left and right would be a guess.",
        )
    if not min(fields.pixdim[1:4]) > 0:
        raise FormatError(f"its voxel size {_mm(np.array(fields.pixdim[1:4]))} is not positive")
    a = np.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    if a < 1e-7:  # the quaternion is not normalised: a half turn
        norm = np.sqrt(b * b + c * c + d * d) or 1.0
        a, b, c, d = 0.0, b / norm, c / norm, d / norm
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    steps = np.array(fields.pixdim[1:4], dtype=np.float64) * scale
    if fields.pixdim[0] < 0:
        steps[2] *= -1
    affine = np.eye(4)
    affine[:3, :3] = rotation * steps
    affine[:3, 3] = np.array(fields.q_origin, dtype=np.float64) * scale
    return _finite(ras_to_lps(affine))


def _finite(affine: FloatArray) -> FloatArray:
    if not np.isfinite(affine).all() or np.abs(affine).max() > 1e6:
        raise FormatError("its position in the patient is not a finite number")
    if (np.linalg.norm(affine[:3, :3], axis=0) < 1e-6).any():
        raise FormatError("its voxel size is zero")
    return affine


def _compare(sform: FloatArray, qform: FloatArray, choice: str) -> NiftiPlace:
    """Ask about contradicting directions, refuse two voxel sizes, mention a different origin."""
    lengths = [np.linalg.norm(a[:3, :3], axis=0) for a in (sform, qform)]
    difference = np.abs(sform[:3, :3] / lengths[0] - qform[:3, :3] / lengths[1]).max()
    if difference > DIRECTION_TOLERANCE:
        return _ask_about_sides(sform, qform, choice)
    if np.abs(lengths[0] / lengths[1] - 1).max() > 0.01:
        raise FormatError(
            f"it gives two voxel sizes ({_mm(lengths[0])} by the sform, {_mm(lengths[1])} by the qform)",
            "Export it again.",
        )
    moved = float(np.linalg.norm(sform[:3, 3] - qform[:3, 3]))
    if moved > 0.1:
        return NiftiPlace(
            sform, (f"The file gives two origins {moved:.1f} mm apart (sform, qform); the sform was used.",)
        )
    return NiftiPlace(sform)


def _ask_about_sides(sform: FloatArray, qform: FloatArray, choice: str) -> NiftiPlace:
    said = {SFORM: _sides(sform), QFORM: _sides(qform)}
    if choice in said:
        other = QFORM if choice == SFORM else SFORM
        note = f"Sides chosen by hand: axes to {said[choice]} by the {choice}; the {other} says {said[other]}."
        return NiftiPlace(sform if choice == SFORM else qform, (note,))
    question = (
        f"it says two things about the patient's sides: its axes run to {said[SFORM]} by the sform and to "
        f"{said[QFORM]} by the qform"
    )
    if said[SFORM] == said[QFORM]:
        cosines = [float(np.dot(_unit(sform[:3, axis]), _unit(qform[:3, axis]))) for axis in range(3)]
        question += f", turned by {np.degrees(np.arccos(min(cosines))):.1f}°"
    return NiftiPlace(sform, (), question, tuple((form, f"Use the {form} ({said[form]})") for form in said))


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector))


def _sides(affine: FloatArray) -> str:
    """Side each file axis runs to, in letters."""
    return " ".join(direction_letters(affine[:3, axis]) for axis in range(3))


def _compare_voxel_size(sform: FloatArray, fields: NiftiFields, scale: float) -> tuple[str, ...]:
    """A note where the voxel size beside the sform is another one; some programs leave it at 1 or 0."""
    size = np.array(fields.pixdim[1:4], dtype=np.float64) * scale
    lengths = np.linalg.norm(sform[:3, :3], axis=0)
    if np.isfinite(size).all() and (size > 0).all() and np.abs(lengths / size - 1).max() > 0.01:
        return (f"The file gives two voxel sizes ({_mm(lengths)} by the sform, {_mm(size)}); the sform was used.",)
    return ()


def _mm(lengths: FloatArray) -> str:
    return "×".join(f"{n:.3g}" for n in lengths) + " mm"
