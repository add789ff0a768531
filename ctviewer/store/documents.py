"""Documents (the mask of one series) and sessions (one run of the program) as rows."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.store import outlooks
from ctviewer.store.document_state import DocumentState, GestureInfo
from ctviewer.store.journal import Author, add_event, all_rows, live_rows, position_of, position_problem
from ctviewer.store.lock import LockOwner
from ctviewer.store.reconstruction import reconstruct
from ctviewer.store.segment_tables import get_segments

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document is about; see `ctviewer.domain.study.SeriesRef`."""

    series_key: str
    patient_key: str
    shape: tuple[int, int, int]
    series_label: str
    source_path: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Columns of a document that opening needs."""

    id: int
    shape: tuple[int, int, int]
    position: int
    recovery_note: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What a revision rests on.

    Parameters
    ----------
    gesture_id
        Last gesture in effect; 0 if none.
    fits_journal
        Whether the journal yields exactly the labels that are saved.
    model_id, model_version
        Last prediction in effect; empty if drawn by hand.
    changed_voxels
        Voxels that differ from that prediction, or were drawn by hand.
    """

    gesture_id: int
    fits_journal: bool
    model_id: str
    model_version: str
    changed_voxels: int


def has_crashed_session(connection: sqlite3.Connection) -> bool:
    """Whether a session never ended: the program was killed, or the power failed."""
    return connection.execute("SELECT EXISTS (SELECT 1 FROM session WHERE closed_at IS NULL)").fetchone()[0] == 1


def begin_session(connection: sqlite3.Connection, owner: LockOwner) -> int:
    """Start a session; sessions that never ended crashed, and their documents get a recovery note."""
    crashed = [row[0] for row in connection.execute("SELECT id FROM session WHERE closed_at IS NULL")]
    for session_id in crashed:
        _note_recovery(connection, session_id)
        connection.execute(
            "UPDATE session SET closed_at = ?, ended = 'crashed' WHERE id = ?", (owner.since, session_id)
        )
    cursor = connection.execute(
        "INSERT INTO session(author, host, pid, opened_at) VALUES (?,?,?,?)",
        (owner.name, owner.host, owner.pid, owner.since),
    )
    session_id = int(cursor.lastrowid or 0)
    if crashed:
        by = Author(session_id, owner.name, owner.since)
        add_event(connection, None, by, "recovered", json.dumps({"sessions": crashed}))
    return session_id


def end_session(connection: sqlite3.Connection, session_id: int, at: str) -> None:
    """Mark a session as ended by the user."""
    connection.execute("UPDATE session SET closed_at = ?, ended = 'clean' WHERE id = ?", (at, session_id))


def ensure(connection: sqlite3.Connection, identity: Identity, by: Author) -> None:
    """Create the document if it is new; else note where the scan lies now."""
    slices, rows, columns = (int(n) for n in identity.shape)
    known = _id_of(connection, identity.series_key)
    if known is None:
        connection.execute(
            "INSERT INTO document(series_key, patient_key, slices, rows, columns, series_label, source_path,"
            " created_at) VALUES (?,?,?,?,?,?,?,?)",
            (identity.series_key, identity.patient_key, slices, rows, columns, identity.series_label,
             identity.source_path, by.at),
        )  # fmt: skip
        return
    connection.execute(
        "UPDATE document SET source_path = coalesce(nullif(?, ''), source_path),"
        " series_label = coalesce(nullif(?, ''), series_label)"
        " WHERE id = ? AND slices = ? AND rows = ? AND columns = ?",
        (identity.source_path, identity.series_label, known, slices, rows, columns),
    )


def find(connection: sqlite3.Connection, series_key: str) -> DocumentRecord | None:
    """The document of a series; None if there is none."""
    row = connection.execute(
        "SELECT id, slices, rows, columns, position, recovery_note FROM document WHERE id = ?",
        (_id_of(connection, series_key),),
    ).fetchone()
    return None if row is None else DocumentRecord(row[0], (row[1], row[2], row[3]), row[4], row[5])


def _id_of(connection: sqlite3.Connection, series_key: str) -> int | None:
    """Row of a series; one that a damaged index hides is found in the table, lest an empty mask begins in its place."""
    query = "SELECT id FROM document WHERE series_key = ?"
    row = connection.execute(query, (series_key,)).fetchone()
    if row is None:
        row = connection.execute(query.replace("document", "document NOT INDEXED"), (series_key,)).fetchone()
    return None if row is None else int(row[0])


def load(connection: sqlite3.Connection, record: DocumentRecord) -> tuple[DocumentState, int]:
    """Restore a document; also returns how many gestures had to be replayed."""
    restored = reconstruct(connection, record.id, record.shape, record.position)
    was_drawn = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM gesture WHERE document_id = ?1)"
        " OR EXISTS (SELECT 1 FROM snapshot WHERE document_id = ?1)",
        (record.id,),
    ).fetchone()[0]
    segments, retired = get_segments(connection, record.id)
    state = DocumentState(
        labels=restored.labels if was_drawn else None,
        commits=restored.commits,
        position=restored.position - restored.offset,
        offset=restored.offset,
        reviewed=frozenset(reviewed_slices(connection, record.id)),
        recovery_note=record.recovery_note,
        problems=tuple(filter(None, (position_problem(connection, record.id), *restored.problems))),
        slice_doubt=newest_doubt(connection, record.id, record.shape[0]),
        segments=segments,
        retired_segments=retired,
        model=_last_model(connection, record.id, restored.position),
    )
    return state, restored.replayed


def _last_model(connection: sqlite3.Connection, document_id: int, position: int) -> ModelIdentity | None:
    """The model of the last gesture in effect that a model made."""
    row = connection.execute(
        "SELECT model_id, model_version, model_sha256 FROM gesture"
        " WHERE document_id = ? AND live = 1 AND place < ? AND model_id <> '' ORDER BY place DESC LIMIT 1",
        (document_id, position),
    ).fetchone()
    return None if row is None else ModelIdentity(*row)


def clear_recovery_note(connection: sqlite3.Connection, document_id: int) -> None:
    """Forget the recovery note after it was shown."""
    connection.execute("UPDATE document SET recovery_note = '' WHERE id = ?", (document_id,))


def mark_reviewed(
    connection: sqlite3.Connection, document_id: int, slices: Iterable[int], by: Author, *, reviewed: bool
) -> None:
    """Set or clear review marks of axial slices."""
    rows = [(document_id, k) for k in slices]
    if reviewed:
        connection.executemany(
            "INSERT OR IGNORE INTO reviewed(document_id, slice_index, author, at) VALUES (?,?,?,?)",
            [(*row, by.name, by.at) for row in rows],
        )
    else:
        connection.executemany("DELETE FROM reviewed WHERE document_id = ? AND slice_index = ?", rows)
    detail = json.dumps({"slices": [k for _, k in rows], "reviewed": reviewed})
    add_event(connection, document_id, by, "reviewed", detail)
    outlooks.follow_review(connection, document_id)


def reviewed_slices(connection: sqlite3.Connection, document_id: int) -> list[int]:
    """Axial indices with a review mark, ascending."""
    rows = connection.execute(
        "SELECT slice_index FROM reviewed WHERE document_id = ? ORDER BY slice_index", (document_id,)
    )
    return [int(row[0]) for row in rows]


def keep_doubt(connection: sqlite3.Connection, document_id: int, doubt: Sequence[float], by: Author) -> None:
    """Keep how unsure the last prediction is on each axial slice (cm²; see `Prediction.slice_doubt`)."""
    add_event(connection, document_id, by, "doubt", json.dumps([round(float(value), 3) for value in doubt]))


def newest_doubt(connection: sqlite3.Connection, document_id: int, slices: int) -> tuple[float, ...]:
    """What `keep_doubt` kept last; empty if nothing, or nothing usable."""
    row = connection.execute(
        "SELECT detail FROM event WHERE document_id = ? AND kind = 'doubt' ORDER BY id DESC LIMIT 1", (document_id,)
    ).fetchone()
    try:
        doubt = tuple(float(value) for value in json.loads(row[0])) if row is not None else ()
    except (ValueError, TypeError):
        return ()
    return doubt if len(doubt) == slices else ()


def source_path(connection: sqlite3.Connection, document_id: int) -> str:
    """Where the scan lay when it was opened last."""
    return str(connection.execute("SELECT source_path FROM document WHERE id = ?", (document_id,)).fetchone()[0])


def basis(connection: sqlite3.Connection, document_id: int, shape: tuple[int, int, int], labels: LabelArray) -> Basis:
    """What labels that are about to be saved rest on, by the journal."""
    position = position_of(connection, document_id)
    rows = live_rows(connection, document_id)
    in_effect = rows[:position]
    # Without any gesture the saved mask is the beginning of the document (an imported mask).
    fits = not rows or np.array_equal(
        reconstruct(connection, document_id, shape, position, with_commits=False).labels, labels
    )
    if not fits:
        logger.warning("document %d: the saved mask is not the one in the journal", document_id)
    predictions = [place for place, row in enumerate(in_effect) if row.model_id]
    if predictions:
        model = in_effect[predictions[-1]]
        predicted = reconstruct(connection, document_id, shape, predictions[-1] + 1, with_commits=False).labels
        changed = int(np.count_nonzero(predicted != labels))
        return Basis(in_effect[-1].id, fits, model.model_id, model.model_version, changed)
    return Basis(in_effect[-1].id if in_effect else 0, fits, "", "", int(np.count_nonzero(labels)))


def list_gestures(connection: sqlite3.Connection, series_key: str) -> list[GestureInfo]:
    """The journal of a series in the order of time; empty if it is unknown."""
    record = find(connection, series_key)
    if record is None:
        return []
    return [
        GestureInfo(
            number=row.id,
            name=row.name,
            tool=row.tool,
            author=row.author,
            created_at=row.created_at,
            n_changed=row.n_changed,
            is_live=bool(row.live),
            model_id=row.model_id,
            model_version=row.model_version,
        )
        for row in all_rows(connection, record.id)
    ]


def _note_recovery(connection: sqlite3.Connection, session_id: int) -> None:
    rows = connection.execute(
        "SELECT g.document_id, count(*), max(g.created_at) FROM gesture g WHERE g.session_id = ? AND g.live = 1"
        " AND g.id > coalesce((SELECT max(r.gesture_id) FROM revision r WHERE r.document_id = g.document_id), 0)"
        " GROUP BY g.document_id",
        (session_id,),
    ).fetchall()
    for document_id, count, last in rows:
        changes = "1 change" if count == 1 else f"{count} changes"
        note = (
            f"The program ended unexpectedly; {changes} made since the last save were recovered, "
            f"the last from {last[:19].replace('T', ' ')} UTC."
        )
        connection.execute("UPDATE document SET recovery_note = ? WHERE id = ?", (note, document_id))
