"""A change that is shown before it is made: what it would do, and what can still be adjusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit


class Setting(StrEnum):
    """What a control of a proposal is about; the window has the words."""

    SIZE = "size"
    SIGMA = "sigma"
    MARGIN = "margin"
    TOLERANCE = "tolerance"
    LIMIT = "limit"
    OPERATION = "operation"
    OPERAND = "operand"
    TARGET = "target"
    OTHER_SIDE = "other side"


@dataclass(frozen=True, slots=True)
class Control:
    """One value that can be changed while the proposal waits.

    Parameters
    ----------
    setting
        What it is about.
    value
        Present value: a number, a switch, or one of the choices.
    change
        Called with the new value; a new proposal follows.
    minimum, maximum, step
        Range of a number.
    unit
        Of a number (``"mm"``).
    choices
        Value and name of each choice; empty for numbers and switches.
    """

    setting: Setting
    value: Any
    change: Callable[[Any], object]
    minimum: float = 0.0
    maximum: float = 100.0
    step: float = 0.5
    unit: str = ""
    choices: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an edit is computed.

    Parameters
    ----------
    title
        Name in the undo menu.
    tool
        Machine name for the journal.
    compute
        Called on a worker with a copy of the label array; returns the edit, or None if nothing would change.
    is_previewed
        Wait for the user's yes; False applies the edit at once.
    controls
        What can be adjusted while it waits.
    on_dropped
        Called when it did not become part of the mask.
    """

    title: str
    tool: str
    compute: Callable[[LabelArray], MaskEdit | None]
    is_previewed: bool = True
    controls: tuple[Control, ...] = ()
    on_dropped: Callable[[], object] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Proposal:
    """An edit that is on the screen but not part of the mask yet.

    Parameters
    ----------
    recipe
        Where it comes from.
    n_added, n_removed, n_relabelled
        Voxels: background before, background after, neither.
    """

    recipe: Recipe
    n_added: int = 0
    n_removed: int = 0
    n_relabelled: int = 0
    controls: tuple[Control, ...] = field(default=())

    @classmethod
    def of(cls, recipe: Recipe, edit: MaskEdit | None) -> Proposal:
        """What an edit would do; None: nothing, with these settings."""
        if edit is None:
            return cls(recipe, controls=recipe.controls)
        added, removed = int(np.count_nonzero(edit.before == 0)), int(np.count_nonzero(edit.after == 0))
        return cls(recipe, added, removed, edit.n_changed - added - removed, recipe.controls)
