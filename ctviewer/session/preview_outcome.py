"""From a previewed prediction to what it makes of the mask (runs in a job)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.authorship import human_voxels
from ctviewer.domain.edits.history import Commit


class Scope(StrEnum):
    """Where a prediction is accepted."""

    EVERYWHERE = "everywhere"
    UNREVIEWED = "unreviewed"
    """Only on axial slices nobody reviewed yet."""
    BOX = "box"


@dataclass(frozen=True, slots=True)
class PreviewChoice:
    """How much of a prediction is accepted.

    Parameters
    ----------
    scope, box
        Where; the box counts for `Scope.BOX` only (none: nowhere).
    rejected
        Labels of the prediction that are not accepted: their voxels stay as they are in the mask.
    replaces_human
        Whether voxels a person drew may change. They stay unless the user says otherwise.
    """

    scope: Scope = Scope.EVERYWHERE
    box: BBox | None = None
    rejected: frozenset[int] = field(default_factory=frozenset)
    replaces_human: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class PreviewOutcome:
    """What accepting would do.

    Parameters
    ----------
    labels
        The mask after it, ``(k, j, i)``.
    n_changed
        Voxels that would change.
    n_human
        Voxels a person drew that the prediction sees otherwise, inside the chosen scope and structures.
    """

    labels: LabelArray
    n_changed: int
    n_human: int


def preview_outcome(
    current: LabelArray,
    predicted: LabelArray,
    locked: frozenset[int],
    choice: PreviewChoice,
    gestures: Iterable[Commit],
    reviewed: frozenset[int],
) -> PreviewOutcome:
    """What the mask becomes if a prediction is accepted as chosen.

    Parameters
    ----------
    current, predicted
        Shape ``(k, j, i)``.
    locked
        Labels that keep every voxel they have and get no new one.
    gestures
        Gestures the mask consists of, oldest first.
    reviewed
        Axial slices a person looked at.
    """
    differs = (current != predicted) & _allowed(current, predicted, locked | choice.rejected)
    differs &= _in_scope(current.shape, choice, reviewed)
    by_hand = differs & human_voxels(current, gestures)
    n_human = int(np.count_nonzero(by_hand))
    if not choice.replaces_human:
        differs &= ~by_hand
    labels = np.where(differs, predicted, current)
    return PreviewOutcome(labels, int(np.count_nonzero(differs)), n_human)


def _allowed(current: LabelArray, predicted: LabelArray, held: frozenset[int]) -> BoolArray:
    if not held:
        return np.ones(current.shape, bool)
    return ~(np.isin(current, list(held)) | np.isin(predicted, list(held)))


def _in_scope(shape: tuple[int, ...], choice: PreviewChoice, reviewed: frozenset[int]) -> BoolArray:
    """Broadcasts to the shape."""
    if choice.scope is Scope.UNREVIEWED:
        fresh = np.ones((shape[0], 1, 1), bool)
        fresh[[k for k in reviewed if 0 <= k < shape[0]]] = False
        return fresh
    if choice.scope is Scope.BOX:
        inside = np.zeros(shape, bool)
        if choice.box is not None:
            inside[choice.box] = True
        return inside
    return np.ones((1, 1, 1), bool)
