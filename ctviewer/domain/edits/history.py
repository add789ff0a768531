"""Undo and redo over gestures, across slices, within a byte budget."""

from __future__ import annotations

from dataclasses import dataclass

from ctviewer.domain.edits.mask_edit import MaskEdit, coalesce
from ctviewer.domain.labelmap import LabelMap

DEFAULT_BUDGET_BYTES = 256 * 2**20
MINIMUM_COMMITS = 100
MODEL_TOOL = "model"
"""Name of the tool in commits and in the journal for what a model drew."""

IMPORT_TOOL = "import"
"""The same for what came from a file."""


@dataclass(frozen=True, eq=False, slots=True)
class Commit:
    """One gesture: a readable name, the change it made, and the machine name of the tool that made it."""

    name: str
    edit: MaskEdit
    tool: str = ""


class EditHistory:
    """Applies edits to a label map and remembers how to take them back.

    Order is always compute, apply, record: an edit whose application fails leaves the history as it was. Keeps at
    least ``minimum_commits`` gestures; beyond that the oldest are dropped while the byte budget is exceeded.

    Parameters
    ----------
    labelmap
        The map that is edited; nothing else may edit it.
    budget_bytes, minimum_commits
        Memory policy.
    """

    def __init__(
        self,
        labelmap: LabelMap,
        budget_bytes: int = DEFAULT_BUDGET_BYTES,
        minimum_commits: int = MINIMUM_COMMITS,
    ) -> None:
        self._labelmap = labelmap
        self._budget_bytes = budget_bytes
        self._minimum_commits = minimum_commits
        self._commits: list[Commit] = []
        self._position = 0
        self._dropped = 0
        self._nbytes = 0
        self._staged: list[MaskEdit] = []

    def apply(self, edit: MaskEdit) -> None:
        """Apply an edit as part of the gesture under way."""
        self._labelmap.apply(edit)
        self._staged.append(edit)

    def commit(self, name: str, tool: str = "") -> Commit | None:
        """End the gesture; None (and nothing recorded) if it changed no voxel."""
        edit = coalesce(self._staged)
        self._staged = []
        if edit is None:
            return None
        commit = Commit(name, edit, tool)
        self._nbytes += edit.nbytes - sum(c.edit.nbytes for c in self._commits[self._position :])
        del self._commits[self._position :]
        self._commits.append(commit)
        self._position = len(self._commits)
        self._prune()
        return commit

    def abort(self) -> None:
        """Take back the gesture under way."""
        while self._staged:
            self._labelmap.apply(self._staged[-1].inverse())
            self._staged.pop()

    def restore(self, commits: list[Commit], position: int) -> None:
        """Take over commits already contained in the label map (after a restart)."""
        self._commits = list(commits)
        self._position = position
        self._nbytes = sum(c.edit.nbytes for c in commits)
        self._dropped = 0
        self._staged = []
        self._prune()

    def undo(self) -> Commit | None:
        """Take back the last gesture; None if there is none."""
        if not self.can_undo:
            return None
        commit = self._commits[self._position - 1]
        self._labelmap.apply(commit.edit.inverse())
        self._position -= 1
        return commit

    def redo(self) -> Commit | None:
        """Apply the next undone gesture again; None if there is none."""
        if not self.can_redo:
            return None
        commit = self._commits[self._position]
        self._labelmap.apply(commit.edit)
        self._position += 1
        return commit

    @property
    def position(self) -> int:
        """Gestures in effect, counted from the first ever restored or committed (dropped ones included).

        This is the position the journal keeps, so it must not move when old gestures are dropped from memory.
        """
        return self._dropped + self._position

    @property
    def can_undo(self) -> bool:
        """Whether `undo` would do something."""
        return self._position > 0 and not self._staged

    @property
    def can_redo(self) -> bool:
        """Whether `redo` would do something."""
        return self._position < len(self._commits) and not self._staged

    @property
    def undo_name(self) -> str:
        """Name of the gesture `undo` would take back; empty if none."""
        return self._commits[self._position - 1].name if self.can_undo else ""

    @property
    def redo_name(self) -> str:
        """Name of the gesture `redo` would apply; empty if none."""
        return self._commits[self._position].name if self.can_redo else ""

    @property
    def current(self) -> Commit | None:
        """The last gesture in force; None if there is none (in memory)."""
        return self._commits[self._position - 1] if self._position else None

    @property
    def in_effect(self) -> tuple[Commit, ...]:
        """Gestures in force and in memory, oldest first."""
        return tuple(self._commits[: self._position])

    @property
    def is_staging(self) -> bool:
        """Whether a gesture is under way."""
        return bool(self._staged)

    @property
    def nbytes(self) -> int:
        """Memory held by all commits."""
        return self._nbytes

    def __len__(self) -> int:
        return len(self._commits)

    def _prune(self) -> None:
        while self._position > 0 and len(self._commits) > self._minimum_commits and self._nbytes > self._budget_bytes:
            self._nbytes -= self._commits.pop(0).edit.nbytes
            self._position -= 1
            self._dropped += 1
