"""Snapshots: the mask after some gesture, kept so that reopening replays few gestures."""

from __future__ import annotations

import sqlite3

from ctviewer.store.blobs import compress, drop_unused_blobs, labels_sha256, put_blob
from ctviewer.store.database import connect_reader
from ctviewer.store.journal import checksum_of, live_rows, position_of, snapshot_sum
from ctviewer.store.reconstruction import reconstruct
from ctviewer.store.writer import Writer

SNAPSHOT_EVERY = 100
"""Gestures after which a snapshot is made; a prediction gets one at once, because its delta is large."""

KEPT_PER_DOCUMENT = 6


def put_snapshot(connection: sqlite3.Connection, document_id: int, gesture_id: int, sha256: str) -> None:
    """Record that a stored label array is the mask after a gesture; forget the oldest snapshots."""
    connection.execute(
        "INSERT OR REPLACE INTO snapshot(document_id, gesture_id, labels_sha256, checksum) VALUES (?,?,?,?)",
        (document_id, gesture_id, sha256, snapshot_sum(checksum_of(connection, gesture_id), sha256)),
    )
    # Number 0 is the mask before the first gesture: nothing else says what that was.
    connection.execute(
        "DELETE FROM snapshot WHERE document_id = ?1 AND gesture_id > 0 AND gesture_id NOT IN"
        " (SELECT gesture_id FROM snapshot WHERE document_id = ?1 ORDER BY gesture_id DESC LIMIT ?2)",
        (document_id, KEPT_PER_DOCUMENT),
    )
    drop_unused_blobs(connection)


def make_snapshot(writer: Writer, document_id: int, shape: tuple[int, int, int]) -> None:
    """Read the document as it is on disk, and store its mask. Runs beside the writer; only the insert is a write.

    Raises
    ------
    StoreError
        If it cannot be read or written; nothing depends on it.
    """
    connection = connect_reader(writer.path)
    try:
        connection.execute("BEGIN")  # one consistent moment for all reads
        position = position_of(connection, document_id)
        rows = live_rows(connection, document_id)
        if not 0 < position <= len(rows):
            return
        gesture_id = rows[position - 1].id
        restored = reconstruct(connection, document_id, shape, position, with_commits=False)
    finally:
        connection.close()
    if restored.replayed == 0 or restored.position != position:
        return
    sha256 = labels_sha256(restored.labels)
    data = compress(restored.labels)

    def insert(target: sqlite3.Connection) -> None:
        put_blob(target, sha256, restored.labels, data)
        put_snapshot(target, document_id, gesture_id, sha256)

    writer.call(insert)
