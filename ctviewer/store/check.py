"""Whether a store holds what was written into it: every row against its checksum."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ctviewer.domain.errors import StoreError
from ctviewer.store.blobs import get_blob
from ctviewer.store.database import reading
from ctviewer.store.journal import FIRST_CHECKSUM, all_rows, position_problem
from ctviewer.store.reconstruction import reconstruct
from ctviewer.store.revisions import get_revision, revision_ids

_LONGEST_AXIS = 2**16


def check_store(path: Path) -> list[str]:
    """Read everything and compare it with its checksums.

    Returns
    -------
    list of str
        One sentence per problem; empty if the store is sound.
    """
    with reading(path) as connection:
        problems = file_problems(connection)
        if problems:
            return problems
        documents = connection.execute(
            "SELECT id, series_label, slices, rows, columns, position FROM document ORDER BY id"
        ).fetchall()
        for document_id, label, *shape, position in documents:
            found = _document_problems(connection, document_id, (shape[0], shape[1], shape[2]), position)
            problems.extend(f"{label or 'series'}: {text}" for text in found)
        for revision_id in revision_ids(connection):
            try:
                info = get_revision(connection, revision_id)
                get_blob(connection, info.labels_sha256, info.shape)
            except StoreError as error:
                problems.append(error.message)
        return problems


def file_problems(connection: sqlite3.Connection) -> list[str]:
    """What SQLite itself finds wrong with the file and its references; one sentence per problem."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
    problems = [] if found == ["ok"] else [f"The database file is damaged: {text}." for text in found]
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    return problems + [f"A row of {row[0]} refers to a missing row of {row[2]}." for row in dangling]


def _document_problems(
    connection: sqlite3.Connection, document_id: int, shape: tuple[int, int, int], position: int
) -> list[str]:
    problems = list(filter(None, [position_problem(connection, document_id)]))
    if not all(0 < n <= _LONGEST_AXIS for n in shape):
        return [*problems, f"its shape {shape} is impossible."]
    former = FIRST_CHECKSUM
    rows = all_rows(connection, document_id)
    for row in rows:
        delta = connection.execute("SELECT delta FROM gesture WHERE id = ?", (row.id,)).fetchone()[0]
        if row.digest(former, delta) != row.checksum:
            problems.append(f"change {row.id} (“{row.name}”, {row.created_at}) does not match its checksum.")
        former = row.checksum
    places = [row.place for row in rows if row.live]
    if sorted(places) != list(range(len(places))) or position > len(places):
        problems.append("the undo list has a gap.")
    problems.extend(reconstruct(connection, document_id, shape, position).problems)
    return problems
