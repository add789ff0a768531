"""What the store says about a document, and what it remembers of an open one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.history import Commit
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import Segment


@dataclass(frozen=True, eq=False)
class DocumentState:
    """The mask of a series as it was left, with its undo list.

    Parameters
    ----------
    labels
        Mask with the first ``position`` commits in effect, shape ``(k, j, i)``; None if nothing was ever drawn.
    commits
        Undo and redo list, oldest first. Very old gestures may be left out (see ``offset``).
    position
        How many of ``commits`` are in effect; the rest can be redone.
    offset
        Gestures in effect before ``commits[0]``; they cannot be undone any more but are kept in the journal.
    reviewed
        Axial indices a person marked as reviewed.
    recovery_note
        Sentence that says what was recovered after the program ended unexpectedly with changes that no revision holds;
        empty if nothing.
    problems
        Sentences about damage that was found; mostly none.
    slice_doubt
        How unsure the last prediction was on each axial slice, cm²; empty if not known.
    segments, retired_segments
        Definitions of the segments, and of deleted ones; empty if they were never changed.
    model
        Model version whose prediction was accepted last, without its name; None if all was drawn by hand.
    """

    labels: LabelArray | None
    commits: list[Commit] = field(default_factory=list)
    position: int = 0
    offset: int = 0
    reviewed: frozenset[int] = frozenset()
    recovery_note: str = ""
    problems: tuple[str, ...] = ()
    slice_doubt: tuple[float, ...] = ()
    segments: tuple[Segment, ...] = ()
    retired_segments: tuple[Segment, ...] = ()
    model: ModelIdentity | None = None


@dataclass(slots=True)
class OpenDocument:
    """What the store remembers of a document between calls; positions are counted from the very first gesture."""

    id: int
    shape: tuple[int, int, int]
    offset: int
    position: int
    count: int
    since_snapshot: int


@dataclass(frozen=True, slots=True)
class GestureInfo:
    """One row of the journal: who did what, when, with which tool or model.

    ``is_live`` is False for gestures that were undone and then replaced by others.
    """

    number: int
    name: str
    tool: str
    author: str
    created_at: str
    n_changed: int
    is_live: bool
    model_id: str = ""
    model_version: str = ""
