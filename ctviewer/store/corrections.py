"""Which slices of a saved mask a person changed, by the journal."""

from __future__ import annotations

import sqlite3

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.store.journal import live_rows
from ctviewer.store.reconstruction import reconstruct


def corrected_slices(connection: sqlite3.Connection, revision_id: str, labels: LabelArray) -> tuple[int, ...]:
    """Axial indices where a revision differs from the last prediction before it; without one, where it has labels.

    Parameters
    ----------
    labels
        The revision's mask, shape ``(k, j, i)``.

    Returns
    -------
    tuple of int
        Empty where the journal no longer has the gestures that the revision rests on.
    """
    row = connection.execute("SELECT document_id, gesture_id FROM revision WHERE id = ?", (revision_id,)).fetchone()
    if row is None:
        return ()
    document_id, gesture_id = int(row[0]), int(row[1])
    rows = live_rows(connection, document_id)
    places = {live.id: place for place, live in enumerate(rows)}
    if gesture_id and gesture_id not in places:
        return ()
    in_effect = rows[: places[gesture_id] + 1] if gesture_id else []
    predictions = [place for place, live in enumerate(in_effect) if live.model_id]
    before = np.zeros_like(labels)
    if predictions:
        shape = (labels.shape[0], labels.shape[1], labels.shape[2])
        before = reconstruct(connection, document_id, shape, predictions[-1] + 1, with_commits=False).labels
    return tuple(int(k) for k in np.flatnonzero((before != labels).any(axis=(1, 2))))
