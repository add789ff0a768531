"""Patient directions: letters for display, and the one canonical array order used inside the program.

Canonical order means: ``k`` runs towards the head, ``j`` towards the back (posterior), ``i`` towards the patient's
left, each as nearly as a permutation and flips of the array axes allow (no resampling). Drawn with row 0 at the top,
an axial slice then has anterior up and the patient's right on the left of the screen: the radiological convention.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import AnyArray, FloatArray
from ctviewer.domain.geometry import VolumeGeometry

_CANONICAL_AXES = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]).T
"""Columns: LPS direction of canonical k (superior), j (posterior), i (left)."""

_LETTERS = (("R", "L"), ("A", "P"), ("F", "H"))
"""Letters for the negative and positive end of x, y, z in LPS: Right/Left, Anterior/Posterior, Feet/Head."""

SECOND_LETTER_THRESHOLD = 0.1736
"""Direction cosine (10 degrees) from which a second letter is shown, as in DICOM's Patient Orientation."""


@dataclass(frozen=True, slots=True)
class AxisOrder:
    """How a source array was rearranged: ``canonical = flip(transpose(source, axes), flipped axes)``.

    Parameters
    ----------
    axes
        Source axis for each canonical axis.
    flipped
        For each canonical axis, whether it runs against the source axis.
    """

    axes: tuple[int, int, int]
    flipped: tuple[bool, bool, bool]

    def to_canonical(self, source: AnyArray) -> AnyArray:
        """Rearrange a source-ordered array (a view, nothing is copied)."""
        steps = tuple(slice(None, None, -1 if f else 1) for f in self.flipped)
        return source.transpose(self.axes)[steps]

    def to_source(self, canonical: AnyArray) -> AnyArray:
        """Rearrange a canonical array back to its source order (a view)."""
        steps = tuple(slice(None, None, -1 if f else 1) for f in self.flipped)
        return canonical[steps].transpose(tuple(int(a) for a in np.argsort(self.axes)))


def canonical_order(geometry: VolumeGeometry) -> AxisOrder:
    """Permutation and flips that bring a grid closest to the canonical order."""
    cosines = _CANONICAL_AXES.T @ geometry.directions  # rows: canonical axes, columns: source axes
    best = max(_permutations(), key=lambda axes: sum(abs(cosines[c, s]) for c, s in enumerate(axes)))
    flipped = tuple(bool(cosines[c, s] < 0) for c, s in enumerate(best))
    return AxisOrder(best, (flipped[0], flipped[1], flipped[2]))


def reorder_geometry(geometry: VolumeGeometry, order: AxisOrder) -> VolumeGeometry:
    """Geometry of ``order.to_canonical(array)`` for an array on ``geometry``."""
    columns = np.array(geometry.affine[:3, list(order.axes)])
    origin = np.array(geometry.affine[:3, 3])
    shape = tuple(geometry.shape[a] for a in order.axes)
    for axis, flip in enumerate(order.flipped):
        if flip:
            origin = origin + columns[:, axis] * (shape[axis] - 1)
            columns[:, axis] *= -1
    affine = np.eye(4)
    affine[:3, :3] = columns
    affine[:3, 3] = origin
    return VolumeGeometry((shape[0], shape[1], shape[2]), affine, geometry.frame_of_reference_uid)


def direction_letters(vector_lps: FloatArray) -> str:
    """Letters of the patient side a vector points to, strongest first: ``"L"``, ``"HA"``.

    Parameters
    ----------
    vector_lps
        Shape ``(3,)``, any length above zero.
    """
    unit = np.asarray(vector_lps, dtype=np.float64) / np.linalg.norm(vector_lps)
    strongest = np.argsort(-np.abs(unit), kind="stable")
    letters = [
        _LETTERS[axis][int(unit[axis] > 0)]
        for rank, axis in enumerate(strongest)
        if rank == 0 or abs(unit[axis]) >= SECOND_LETTER_THRESHOLD
    ]
    return "".join(letters[:2])


def _permutations() -> list[tuple[int, int, int]]:
    return [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
