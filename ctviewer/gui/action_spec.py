"""What one row of the table of actions says."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum


class Need(StrEnum):
    """What must be true for an action to be possible."""

    NOTHING = "nothing"
    DOCUMENT = "document"
    NO_PREVIEW = "no preview"
    """A document without a preview waiting."""
    MASK = "mask"
    PREVIEW = "preview"
    """Something is shown that is not part of the mask yet."""
    PREDICTION = "prediction"
    """It is a model's."""
    UNDO = "undo"
    REDO = "redo"
    IDLE_MODEL = "idle model"
    """A document that is not being segmented."""
    MEASUREMENTS = "measurements"
    SELECTED_MEASUREMENT = "selected measurement"
    WRITABLE = "writable"
    """Changes of the mask are kept; asked for by all actions in `WRITES`."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row of the table.

    Parameters
    ----------
    id
        Name of the method of `ctviewer.gui.commands.commands.Commands` that does it.
    menu
        Menu it appears in; empty for keys only.
    text
        English words in the menu.
    keys
        Key sequences; the first is shown in the menu.
    icon
        Material Design name; empty for none.
    need
        When it is possible.
    checkable
        Whether it shows an on/off state.
    on_toolbar
        Whether it has a button in the tool bar.
    separated
        Whether a line is drawn above it.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    need: Need = Need.DOCUMENT
    _: KW_ONLY
    checkable: bool = False
    on_toolbar: bool = False
    separated: bool = False
