"""Label arrays by their content: stored once per content, compressed, hash checked on every read."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import StoreError

_LEVEL = 1
"""Label maps are long runs; higher levels cost seconds and save little."""


def labels_sha256(labels: LabelArray) -> str:
    """SHA-256 of the raw label bytes, C order."""
    return hashlib.sha256(np.ascontiguousarray(labels).data).hexdigest()


def compress(labels: LabelArray) -> bytes:
    """The stored form of a label array."""
    return zlib.compress(np.ascontiguousarray(labels).data, _LEVEL)


def put_blob(connection: sqlite3.Connection, sha256: str, labels: LabelArray, data: bytes) -> None:
    """Store a label array under its hash; nothing happens if it is there already."""
    connection.execute(
        "INSERT OR IGNORE INTO blob(sha256, raw_bytes, data) VALUES (?,?,?)", (sha256, int(labels.size), data)
    )


def get_blob(connection: sqlite3.Connection, sha256: str, shape: tuple[int, int, int]) -> LabelArray:
    """Read a label array.

    Returns
    -------
    LabelArray
        Shape ``shape``, writeable.

    Raises
    ------
    StoreError
        If it is missing or not what was stored.
    """
    row = connection.execute("SELECT data FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
    size = int(np.prod(shape))
    if row is None:
        raise StoreError(f"The mask {sha256[:12]}… is missing from the annotations.", "Restore a backup.")
    try:
        inflater = zlib.decompressobj()
        raw = inflater.decompress(row[0], size + 1)
    except zlib.error:
        raw = b""
    if len(raw) != size or hashlib.sha256(raw).hexdigest() != sha256:
        raise StoreError(f"The stored mask {sha256[:12]}… is damaged; it was not used.", "Restore a backup.")
    return np.frombuffer(bytearray(raw), np.uint8).reshape(shape)


def drop_unused_blobs(connection: sqlite3.Connection) -> None:
    """Delete label arrays that neither a revision nor a snapshot refers to."""
    connection.execute(
        "DELETE FROM blob WHERE sha256 NOT IN (SELECT labels_sha256 FROM revision)"
        " AND sha256 NOT IN (SELECT labels_sha256 FROM snapshot)"
    )
