"""How far the work on each series has come, read from the journal and the revisions."""

from __future__ import annotations

import sqlite3

from ctviewer.domain.study_row import CaseState, CaseStatus

_SELECT = """
    SELECT d.series_key, d.patient_key, d.series_label, d.source_path, d.slices, d.created_at,
        last.id, last.created_at,
        (SELECT g.model_id || ' ' || g.model_version FROM gesture g
            WHERE g.document_id = d.id AND g.live = 1 AND g.place < d.position AND g.model_id <> ''
            ORDER BY g.place DESC LIMIT 1),
        (SELECT g.author FROM gesture g
            WHERE g.document_id = d.id AND g.live = 1 AND g.place < d.position AND g.model_id = ''
            ORDER BY g.place DESC LIMIT 1),
        r.id, r.gesture_id, r.author, r.created_at, r.model_id || ' ' || r.model_version,
        (SELECT s.status FROM revision_status s WHERE s.revision_id = r.id ORDER BY s.number DESC LIMIT 1)
    FROM document d
    LEFT JOIN gesture last ON last.document_id = d.id AND last.live = 1 AND last.place = d.position - 1
    LEFT JOIN revision r ON r.number = (SELECT max(number) FROM revision WHERE document_id = d.id)
"""


def list_case_states(connection: sqlite3.Connection) -> list[CaseState]:
    """State of every series that has a mask; series that were only looked at are left out."""
    return [state for row in connection.execute(_SELECT) if (state := _state(row)) is not None]


def _state(row: tuple[object, ...]) -> CaseState | None:
    series_key, patient_key, label, source, slices, created_at = row[:6]
    gesture_id, gesture_at, model, hand = row[6:10]
    revision_id, revision_gesture, revision_author, revision_at, revision_model, revision_status = row[10:]
    if gesture_id is None and revision_id is None:
        return None
    is_saved_as_shown = revision_id is not None and revision_gesture == (gesture_id or 0)
    if is_saved_as_shown and revision_status == "accepted":
        status = CaseStatus.ACCEPTED
    elif hand is None and gesture_id is not None:
        status = CaseStatus.PREDICTED
    else:
        status = CaseStatus.IN_CORRECTION
    annotator = revision_author if is_saved_as_shown else hand
    return CaseState(
        series_key=str(series_key),
        patient_key=str(patient_key),
        series_label=str(label),
        source_path=str(source),
        slices=int(str(slices)),
        status=status,
        annotator=str(annotator or ""),
        model=str(model or revision_model or "").strip(),
        accepted_revision=str(revision_id) if status is CaseStatus.ACCEPTED else "",
        changed_at=str(max(str(gesture_at or ""), str(revision_at or "")) or created_at),
    )
