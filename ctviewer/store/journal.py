"""Gestures as rows: adding them, undo and redo as a position, and reading them back checked.

Each row carries a SHA-256 over the checksum of the row before it and its own content, so a changed, missing or inserted
row is found.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass

from ctviewer.domain.edits.history import Commit
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.store.schema import WITH_CHECKSUMS

FIRST_CHECKSUM = b"\0" * 32

_COLUMNS = (
    "id, place, live, name, tool, author, created_at, model_id, model_version, model_sha256, n_changed, nbytes,"
    " checksum"
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: session row, person, and the moment (ISO 8601, UTC)."""

    session_id: int
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class GestureRow:
    """A gesture without its delta."""

    id: int
    place: int
    live: int
    name: str
    tool: str
    author: str
    created_at: str
    model_id: str
    model_version: str
    model_sha256: str
    n_changed: int
    nbytes: int
    checksum: bytes

    def digest(self, former: bytes, delta: bytes) -> bytes:
        """Checksum this row should have after a row with checksum ``former``."""
        return _digest(former, self._content(), delta)

    def _content(self) -> tuple[object, ...]:
        return (
            self.name, self.tool, self.author, self.created_at, self.model_id, self.model_version, self.model_sha256,
            self.n_changed,
        )  # fmt: skip


def append_gesture(
    connection: sqlite3.Connection,
    document_id: int,
    commit: Commit,
    tool: str,
    model: ModelIdentity | None,
    author: Author,
) -> int:
    """Add a gesture at the current position; what was undone before becomes unreachable but stays. Returns its id."""
    position = position_of(connection, document_id)
    connection.execute(
        "UPDATE gesture SET live = 0 WHERE document_id = ? AND live = 1 AND place >= ?", (document_id, position)
    )
    delta = commit.edit.to_bytes()
    identity = (model.model_id, model.version, model.weights_sha256) if model else ("", "", "")
    content = (commit.name, tool, author.name, author.at, *identity, commit.edit.n_changed)
    checksum = _digest(_last_checksum(connection, document_id), content, delta)
    cursor = connection.execute(
        "INSERT INTO gesture(document_id, session_id, place, name, tool, author, created_at, model_id, model_version,"
        " model_sha256, n_changed, nbytes, delta, checksum) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (document_id, author.session_id, position, *content, commit.edit.nbytes, delta, checksum),
    )
    _set_position(connection, document_id, position + 1)
    return int(cursor.lastrowid or 0)


def move_position(connection: sqlite3.Connection, document_id: int, position: int, author: Author) -> None:
    """Record an undo or redo: ``position`` live gestures are in effect now."""
    _set_position(connection, document_id, position)
    add_event(connection, document_id, author, "position", str(position))


def add_event(connection: sqlite3.Connection, document_id: int | None, author: Author, kind: str, detail: str) -> None:
    """Add a line to the record of what else happened."""
    connection.execute(
        "INSERT INTO event(document_id, session_id, author, at, kind, detail) VALUES (?,?,?,?,?,?)",
        (document_id, author.session_id, author.name, author.at, kind, detail),
    )


def live_rows(connection: sqlite3.Connection, document_id: int) -> list[GestureRow]:
    """Gestures that can be undone or redone, in order: number ``n`` of the list has ``place`` ``n``."""
    return read_live_rows(connection, document_id)[0]


def read_live_rows(connection: sqlite3.Connection, document_id: int) -> tuple[list[GestureRow], str]:
    """`live_rows`, and a sentence if some of them are missing; those up to the first gap are returned then."""
    position = position_of(connection, document_id)
    rows: list[GestureRow] = []
    for source in ("gesture", "gesture NOT INDEXED"):  # rows that a damaged index hides are still in the table
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM {source} WHERE document_id = ? AND live = 1 ORDER BY place", (document_id,)
        )
        rows = [GestureRow(*row) for row in found]
        intact = next((n for n, row in enumerate(rows) if row.place != n), len(rows))
        if intact == len(rows) >= position:
            return rows, ""
    return rows[:intact], f"The undo list has a gap: change {intact + 1} is missing."


def position_of(connection: sqlite3.Connection, document_id: int) -> int:
    """How many live gestures are in effect."""
    return int(connection.execute("SELECT position FROM document WHERE id = ?", (document_id,)).fetchone()[0])


def position_problem(connection: sqlite3.Connection, document_id: int) -> str:
    """A sentence if the position is not the one that was written; empty if it is."""
    if not has_checksums(connection):
        return ""
    position, written = connection.execute(
        "SELECT position, position_sum FROM document WHERE id = ?", (document_id,)
    ).fetchone()
    if written in ("", _position_sum(document_id, position)):
        return ""
    return "How many changes are in effect was damaged: compare the mask with the pictures, undo or redo as needed."


def has_checksums(connection: sqlite3.Connection) -> bool:
    """Whether the store has the columns of `ctviewer.store.schema.WITH_CHECKSUMS`."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0]) >= WITH_CHECKSUMS


def _set_position(connection: sqlite3.Connection, document_id: int, position: int) -> None:
    connection.execute(
        "UPDATE document SET position = ?, position_sum = ? WHERE id = ?",
        (position, _position_sum(document_id, position), document_id),
    )


def _position_sum(document_id: int, position: int) -> str:
    return hashlib.sha256(f"position|{document_id}|{position}".encode()).hexdigest()[:16]


def all_rows(connection: sqlite3.Connection, document_id: int) -> list[GestureRow]:
    """Every gesture ever committed, in the order of time."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM gesture WHERE document_id = ? ORDER BY id", (document_id,))
    return [GestureRow(*row) for row in rows]


def read_edit(connection: sqlite3.Connection, document_id: int, row: GestureRow) -> MaskEdit:
    """The change of a gesture, checked against its checksum.

    Raises
    ------
    ValueError
        If the row is damaged.
    """
    found = connection.execute("SELECT delta FROM gesture WHERE id = ?", (row.id,)).fetchone()
    former = connection.execute(
        "SELECT checksum FROM gesture WHERE document_id = ? AND id < ? ORDER BY id DESC LIMIT 1", (document_id, row.id)
    ).fetchone()
    if found is None or row.digest(former[0] if former else FIRST_CHECKSUM, found[0]) != row.checksum:
        raise ValueError(f"gesture {row.id} (“{row.name}”, {row.created_at}) is damaged")
    return MaskEdit.from_bytes(found[0])


def checksum_of(connection: sqlite3.Connection, gesture_id: int) -> bytes:
    """Checksum of a gesture; number 0 stands before the first."""
    row = connection.execute("SELECT checksum FROM gesture WHERE id = ?", (gesture_id,)).fetchone()
    return _as_bytes(row[0]) if row else FIRST_CHECKSUM


def snapshot_sum(gesture_checksum: bytes, labels_sha256: str) -> str:
    """What ties the mask of a snapshot to the gesture it was made after."""
    return hashlib.sha256(gesture_checksum + labels_sha256.encode()).hexdigest()[:32]


def _last_checksum(connection: sqlite3.Connection, document_id: int) -> bytes:
    row = connection.execute(
        "SELECT checksum FROM gesture WHERE document_id = ? ORDER BY id DESC LIMIT 1", (document_id,)
    ).fetchone()
    return _as_bytes(row[0]) if row else FIRST_CHECKSUM


def _as_bytes(value: object) -> bytes:
    """A BLOB as it was written; damage can make text or a number of it, which then matches no checksum."""
    return value if isinstance(value, bytes) else b""


def _digest(former: bytes, content: tuple[object, ...], delta: bytes) -> bytes:
    digest = hashlib.sha256(_as_bytes(former))
    for value in content:
        text = str(value).encode()
        digest.update(len(text).to_bytes(4, "little") + text)
    digest.update(_as_bytes(delta))
    return digest.digest()
