"""How the segments of a document are defined: kept as events, the newest counts, none is ever overwritten."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable
from typing import Any

from ctviewer.domain.segment import CodedConcept, Segment
from ctviewer.store.journal import Author, add_event

logger = logging.getLogger(__name__)

KIND = "segments"


def put_segments(
    connection: sqlite3.Connection,
    document_id: int,
    segments: Iterable[Segment],
    retired: Iterable[Segment],
    by: Author,
) -> None:
    """Write the definitions; ``retired`` are deleted segments that undo may bring back."""
    detail = {"segments": [_to_json(s) for s in segments], "retired": [_to_json(s) for s in retired]}
    add_event(connection, document_id, by, KIND, json.dumps(detail, ensure_ascii=False))


def get_segments(connection: sqlite3.Connection, document_id: int) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """The newest definitions and the retired ones; both empty if there are none or they cannot be read."""
    row = connection.execute(
        "SELECT detail FROM event WHERE document_id = ? AND kind = ? ORDER BY id DESC LIMIT 1", (document_id, KIND)
    ).fetchone()
    if row is None:
        return (), ()
    try:
        detail = json.loads(row[0])
        return tuple(map(_from_json, detail["segments"])), tuple(map(_from_json, detail["retired"]))
    except (ValueError, KeyError, TypeError) as error:  # the mask itself is worth more than the names
        logger.warning("document %d: its segment names cannot be read: %s", document_id, error)
        return (), ()


def _to_json(segment: Segment) -> dict[str, Any]:
    return {
        "label": segment.label,
        "key": segment.key,
        "name": segment.name,
        "color": list(segment.color),
        "code": segment.code and segment.code.to_list(),
        "laterality": segment.laterality and segment.laterality.to_list(),
    }


def _from_json(row: dict[str, Any]) -> Segment:
    red, green, blue = (int(v) for v in row["color"])
    return Segment(
        int(row["label"]),
        str(row["key"]),
        str(row["name"]),
        (red, green, blue),
        _code_from_json(row["code"]),
        _code_from_json(row["laterality"]),
    )


def _code_from_json(code: list[str] | None) -> CodedConcept | None:
    return None if code is None else CodedConcept(*(str(part) for part in code))
