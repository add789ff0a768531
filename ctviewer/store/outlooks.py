"""What a look at each case is worth, kept so that a list of ten thousand need not work it out.

The rows follow from predictions, review marks and checks; a store without them is complete all the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from ctviewer.domain.outlook import Outlook
from ctviewer.store.schema import WITH_OUTLOOKS


def keep_prediction(
    connection: sqlite3.Connection, document_id: int, doubt_ml: Sequence[float], changed_ml: Mapping[int, float]
) -> None:
    """Note the close calls of a prediction by axial slice, and what it changed in an earlier mask."""
    doubt = json.dumps({k: round(ml, 3) for k, ml in enumerate(doubt_ml) if ml > 0})
    changed = json.dumps({k: round(ml, 3) for k, ml in changed_ml.items() if ml > 0})
    connection.execute(
        "INSERT INTO outlook(document_id, doubt_by_slice, changed_by_slice) VALUES (?1, ?2, ?3)"
        " ON CONFLICT(document_id) DO UPDATE SET doubt_by_slice = ?2, changed_by_slice = ?3",
        (document_id, doubt, changed),
    )
    follow_review(connection, document_id)


def keep_findings(connection: sqlite3.Connection, document_id: int, count: int) -> None:
    """Note how many findings the check of the mask has."""
    connection.execute(
        "INSERT INTO outlook(document_id, findings) VALUES (?1, ?2)"
        " ON CONFLICT(document_id) DO UPDATE SET findings = ?2",
        (document_id, count),
    )


def follow_review(connection: sqlite3.Connection, document_id: int) -> None:
    """Count only what lies on slices nobody looked at; to be called when review marks have changed."""
    row = connection.execute(
        "SELECT doubt_by_slice, changed_by_slice FROM outlook WHERE document_id = ?", (document_id,)
    ).fetchone()
    if row is None:
        return
    marks = connection.execute("SELECT slice_index FROM reviewed WHERE document_id = ?", (document_id,))
    seen = {str(k) for (k,) in marks}
    try:
        left = [sum(ml for k, ml in json.loads(by_slice).items() if k not in seen) for by_slice in row]
    except (ValueError, AttributeError, TypeError):  # damaged; review marks matter more
        connection.execute("DELETE FROM outlook WHERE document_id = ?", (document_id,))
        return
    connection.execute("UPDATE outlook SET doubt_ml = ?, changed_ml = ? WHERE document_id = ?", (*left, document_id))


def list_outlooks(connection: sqlite3.Connection) -> dict[str, Outlook]:
    """By series key; series of which nothing is known are left out."""
    if int(connection.execute("PRAGMA user_version").fetchone()[0]) < WITH_OUTLOOKS:
        return {}
    rows = connection.execute(
        "SELECT d.series_key, o.doubt_ml, o.changed_ml, o.findings FROM outlook o"
        " JOIN document d ON d.id = o.document_id"
    )
    return {str(key): Outlook(doubt, changed, findings) for key, doubt, changed, findings in rows}
