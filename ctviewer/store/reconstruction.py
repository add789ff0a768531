"""Putting a document together again: nearest intact snapshot, then the gestures between it and the position."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass, field

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.history import DEFAULT_BUDGET_BYTES, MINIMUM_COMMITS, Commit
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.errors import StoreError
from ctviewer.store.blobs import get_blob
from ctviewer.store.journal import FIRST_CHECKSUM, has_checksums, read_edit, read_live_rows, snapshot_sum

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Reconstructed:
    """Result of `reconstruct`: labels at ``position``, the undo list around it and how far the replay had to go."""

    labels: LabelArray
    position: int
    commits: list[Commit] = field(default_factory=list)
    offset: int = 0
    replayed: int = 0
    problems: list[str] = field(default_factory=list)


class _Document:
    """Reads and remembers the edits of one document; a damaged one is remembered as None."""

    def __init__(self, connection: sqlite3.Connection, document_id: int, shape: tuple[int, int, int]) -> None:
        self.connection = connection
        self.id = document_id
        self.shape = shape
        self.rows, gap = read_live_rows(connection, document_id)
        self.problems: list[str] = [gap] if gap else []
        self._edits: dict[int, MaskEdit | None] = {}

    def edit(self, place: int) -> MaskEdit | None:
        """Edit number ``place`` of the undo list; None if it is damaged (a sentence is added to ``problems``)."""
        if place not in self._edits:
            try:
                self._edits[place] = read_edit(self.connection, self.id, self.rows[place])
            except ValueError as error:
                self._edits[place] = None
                self.problems.append(f"Part of the history cannot be used: {error}.")
        return self._edits[place]

    def snapshots(self) -> list[tuple[int, str]]:
        """``(position, sha256)`` of the snapshots that belong to the undo list."""
        known = {row.id: (place + 1, row.checksum) for place, row in enumerate(self.rows)} | {0: (0, FIRST_CHECKSUM)}
        checksum = "checksum" if has_checksums(self.connection) else "''"
        found = self.connection.execute(
            f"SELECT gesture_id, labels_sha256, {checksum} FROM snapshot WHERE document_id = ?", (self.id,)
        ).fetchall()
        return [
            (known[gesture][0], sha256)
            for gesture, sha256, written in found
            if gesture in known and isinstance(sha256, str) and written in ("", snapshot_sum(known[gesture][1], sha256))
        ]


def reconstruct(
    connection: sqlite3.Connection,
    document_id: int,
    shape: tuple[int, int, int],
    position: int,
    *,
    with_commits: bool = True,
) -> Reconstructed:
    """The labels after the first ``position`` live gestures, and the undo list.

    If a gesture in between is damaged, the nearest earlier state that can be reached is returned, with a sentence in
    ``problems``; snapshots beyond the damage are used where they exist.
    """
    document = _Document(connection, document_id, shape)
    position = min(position, len(document.rows))
    best: Reconstructed | None = None
    candidates = sorted(document.snapshots(), key=lambda item: abs(item[0] - position))
    for start, sha256 in [*candidates, (0, "")]:
        labels = _start_labels(document, sha256)
        if labels is None:
            continue
        reached = _replay(document, labels, start, position)
        if reached <= position and (best is None or reached > best.position):
            best = Reconstructed(labels, reached, replayed=abs(reached - start))
        if reached == position:
            break
    if best is None:  # the last candidate is the empty mask, which always reaches at least position 0
        raise StoreError("The mask cannot be put together again.", "Restore a backup.")
    if with_commits:
        _collect_commits(document, best)
    if best.position < position:
        document.problems.append(
            f"The mask is shown as it was after {best.position} of {position} changes; restore a backup for the rest."
        )
    best.problems = document.problems
    return best


def _start_labels(document: _Document, sha256: str) -> LabelArray | None:
    if not sha256:
        return np.zeros(document.shape, np.uint8)
    try:
        return get_blob(document.connection, sha256, document.shape)
    except StoreError as error:
        logger.warning("snapshot skipped: %s", error.message)
        return None


def _replay(document: _Document, labels: LabelArray, start: int, position: int) -> int:
    """Apply edits to ``labels`` in place from ``start`` towards ``position``; returns how far it came."""
    while start != position:
        forward = start < position
        edit = document.edit(start if forward else start - 1)
        if edit is None:
            break
        try:
            (edit if forward else edit.inverse()).apply_to(labels)
        except ValueError as error:
            document.problems.append(f"Part of the history does not fit the mask: {error}")
            break
        start += 1 if forward else -1
    return start


def _collect_commits(document: _Document, restored: Reconstructed) -> None:
    """Fill the undo list outwards from the position, as far as rows are intact and the memory budget lasts."""
    before: list[Commit] = []
    held = 0
    for place in range(restored.position - 1, -1, -1):
        held += document.rows[place].nbytes
        if len(before) >= MINIMUM_COMMITS and held > DEFAULT_BUDGET_BYTES:
            break
        edit = document.edit(place)
        if edit is None:
            break
        before.append(Commit(document.rows[place].name, edit, document.rows[place].tool))
    after: list[Commit] = []
    for place in range(restored.position, len(document.rows)):
        edit = document.edit(place)
        if edit is None:
            break
        after.append(Commit(document.rows[place].name, edit, document.rows[place].tool))
    restored.offset = restored.position - len(before)
    restored.commits = [*reversed(before), *after]
