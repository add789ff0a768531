"""Saved revisions: append-only, named by their content, with their status as a list of changes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from ctviewer.domain.errors import StoreError
from ctviewer.domain.revision import ALLOWED_STATUS_CHANGES, RevisionInfo, RevisionStatus
from ctviewer.store.database import RESTORE_HINT
from ctviewer.store.journal import Author, add_event

_SELECT = """
    SELECT r.id, d.series_key, d.patient_key,
        s.status,
        r.author, r.created_at, r.labels_sha256, d.slices, d.rows, d.columns, r.reviewed_slices, r.model_id,
        r.model_version, r.source_path, d.series_label, r.image_sha256, r.name, r.changed_voxels, r.document_id,
        r.gesture_id
    FROM revision r JOIN document d ON d.id = r.document_id
    LEFT JOIN (SELECT revision_id, status, max(number) FROM revision_status NOT INDEXED GROUP BY revision_id) s
        ON s.revision_id = r.id
"""


@dataclass(frozen=True, slots=True)
class NewRevision:
    """Columns of a revision about to be written; its id is the SHA-256 of them (first 32 hex digits)."""

    document_id: int
    gesture_id: int
    name: str
    author: str
    created_at: str
    labels_sha256: str
    image_sha256: str
    reviewed_slices: str
    model_id: str
    model_version: str
    changed_voxels: int
    source_path: str

    @property
    def id(self) -> str:
        """Identifier made from the content."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()[:32]


def insert_revision(connection: sqlite3.Connection, revision: NewRevision, status: RevisionStatus, by: Author) -> str:
    """Write a revision and its first status; returns its id. Accepting supersedes the accepted one before it."""
    connection.execute(
        "INSERT INTO revision(id, document_id, gesture_id, name, author, created_at, labels_sha256, image_sha256,"
        " reviewed_slices, model_id, model_version, changed_voxels, source_path) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (revision.id, *astuple(revision)),
    )
    _add_status(connection, revision.id, RevisionStatus.DRAFT, by)
    if status is not RevisionStatus.DRAFT:
        change_status(connection, revision.id, status, by)
    return revision.id


def change_status(connection: sqlite3.Connection, revision_id: str, status: RevisionStatus, by: Author) -> None:
    """Move a revision to another status.

    Raises
    ------
    StoreError
        If there is no such revision, or the step is not allowed.
    """
    current = get_revision(connection, revision_id)
    if (current.status, status) not in ALLOWED_STATUS_CHANGES:
        raise StoreError(f"A revision that is {current.status} cannot become {status}.", "Save a new revision.")
    if status is RevisionStatus.ACCEPTED:
        for other in select_revisions(connection, current.series_key, RevisionStatus.ACCEPTED):
            _add_status(connection, other.revision_id, RevisionStatus.SUPERSEDED, by)
    _add_status(connection, revision_id, status, by)
    add_event(connection, None, by, "status", f"{revision_id} {status}")


def get_revision(connection: sqlite3.Connection, revision_id: str) -> RevisionInfo:
    """One revision; raises `StoreError` if there is none with this id."""
    row = connection.execute(f"{_SELECT} WHERE r.id = ?", (revision_id,)).fetchone()
    if row is None:
        raise StoreError(f"There is no revision {revision_id[:12]}… in the annotations.")
    return _info(row)


def select_revisions(
    connection: sqlite3.Connection, series_key: str | None = None, status: RevisionStatus | None = None
) -> list[RevisionInfo]:
    """Revisions of a series (default all) with a status (default any), oldest first."""
    where = "" if series_key is None else " WHERE d.series_key = ?"
    values = () if series_key is None else (series_key,)
    rows: Iterable[tuple[object, ...]] = connection.execute(f"{_SELECT}{where} ORDER BY r.number", values)
    return [info for info in map(_info, rows) if status is None or info.status is status]


def revision_ids(connection: sqlite3.Connection) -> list[str]:
    """Ids of all revisions, oldest first."""
    return [str(row[0]) for row in connection.execute("SELECT id FROM revision ORDER BY number")]


def _add_status(connection: sqlite3.Connection, revision_id: str, status: RevisionStatus, by: Author) -> None:
    connection.execute(
        "INSERT INTO revision_status(revision_id, status, author, at) VALUES (?,?,?,?)",
        (revision_id, status.value, by.name, by.at),
    )


def _is_intact(revision: NewRevision, revision_id: str) -> bool:
    try:
        return revision.id == revision_id
    except TypeError:  # text that became bytes
        return False


def _info(row: tuple[Any, ...]) -> RevisionInfo:
    """The value of a row; raises `StoreError` if it is not what was written."""
    (revision_id, series, patient, status, author, at, sha, slices, rows, columns, reviewed, *rest) = row
    model_id, model_version, source_path, series_label, image_sha256, name, changed_voxels, document_id, gesture = rest
    written = NewRevision(
        document_id, gesture, name, author, at, sha, image_sha256, reviewed, model_id, model_version, changed_voxels,
        source_path,
    )  # fmt: skip
    if not _is_intact(written, revision_id) or status not in list(RevisionStatus):
        raise StoreError(f"The record of revision {revision_id[:12]}… is damaged; it was not used.", RESTORE_HINT)
    return RevisionInfo(
        revision_id=revision_id,
        series_key=series,
        patient_key=patient,
        status=RevisionStatus(status),
        author=author,
        created_at=at,
        labels_sha256=sha,
        shape=(slices, rows, columns),
        reviewed_slices=tuple(json.loads(reviewed)),
        model_id=model_id,
        model_version=model_version,
        source_path=source_path,
        series_label=series_label,
        image_sha256=image_sha256,
        name=name,
        changed_voxels=changed_voxels,
    )
