"""Tables of the annotation store, as a list of migrations.

``PRAGMA user_version`` counts the migrations applied. A migration that was released is never edited; a change is a
new one at the end.

Rules the tables keep by themselves: gestures, revisions, status changes and events are append-only (triggers); label
blobs are content-addressed and never replaced.
"""

from __future__ import annotations

APPLICATION_ID = 0x43545641
"""``CTVA``: tells our database from any other SQLite file."""

_FIRST = (
    """
    CREATE TABLE session(            -- one run of the program with the right to write
        id INTEGER PRIMARY KEY,
        author TEXT NOT NULL,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        ended TEXT CHECK (ended IN ('clean', 'crashed'))
    ) STRICT
    """,
    """
    CREATE TABLE document(           -- the mask of one series
        id INTEGER PRIMARY KEY,
        series_key TEXT NOT NULL UNIQUE,
        patient_key TEXT NOT NULL,
        slices INTEGER NOT NULL, rows INTEGER NOT NULL, columns INTEGER NOT NULL,
        series_label TEXT NOT NULL,
        source_path TEXT NOT NULL,
        created_at TEXT NOT NULL,
        position INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0),  -- gestures in effect
        recovery_note TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE gesture(            -- one committed stroke, operation or prediction
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER NOT NULL REFERENCES document(id),
        session_id INTEGER NOT NULL REFERENCES session(id),
        place INTEGER NOT NULL CHECK (place >= 0),      -- index in the undo list it was added to
        live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),  -- 0: undone and painted over since
        name TEXT NOT NULL,
        tool TEXT NOT NULL,
        author TEXT NOT NULL,
        created_at TEXT NOT NULL,
        model_id TEXT NOT NULL, model_version TEXT NOT NULL, model_sha256 TEXT NOT NULL,
        n_changed INTEGER NOT NULL,
        nbytes INTEGER NOT NULL,                        -- memory of the unpacked edit
        delta BLOB NOT NULL,
        checksum BLOB NOT NULL                          -- SHA-256 over the former checksum and this row
    ) STRICT
    """,
    "CREATE UNIQUE INDEX gesture_live ON gesture(document_id, place) WHERE live = 1",
    "CREATE INDEX gesture_session ON gesture(session_id)",
    """
    CREATE TABLE blob(               -- label arrays by their content
        sha256 TEXT PRIMARY KEY,     -- of the raw bytes, C order
        raw_bytes INTEGER NOT NULL,
        data BLOB NOT NULL           -- zlib
    ) STRICT
    """,
    """
    CREATE TABLE snapshot(           -- the mask after a gesture, to reopen fast; may be deleted at any time
        document_id INTEGER NOT NULL REFERENCES document(id),
        gesture_id INTEGER NOT NULL, -- 0: before the first gesture
        labels_sha256 TEXT NOT NULL REFERENCES blob(sha256),
        PRIMARY KEY (document_id, gesture_id)
    ) STRICT
    """,
    """
    CREATE TABLE reviewed(
        document_id INTEGER NOT NULL REFERENCES document(id),
        slice_index INTEGER NOT NULL,
        author TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (document_id, slice_index)
    ) STRICT
    """,
    """
    CREATE TABLE revision(
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        document_id INTEGER NOT NULL REFERENCES document(id),
        gesture_id INTEGER NOT NULL, -- last gesture in effect; 0: none
        name TEXT NOT NULL,
        author TEXT NOT NULL,
        created_at TEXT NOT NULL,
        labels_sha256 TEXT NOT NULL REFERENCES blob(sha256),
        image_sha256 TEXT NOT NULL,
        reviewed_slices TEXT NOT NULL,   -- JSON list
        model_id TEXT NOT NULL, model_version TEXT NOT NULL,
        changed_voxels INTEGER NOT NULL,
        source_path TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX revision_document ON revision(document_id)",
    """
    CREATE TABLE revision_status(    -- the newest row of a revision is its status
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        revision_id TEXT NOT NULL REFERENCES revision(id),
        status TEXT NOT NULL CHECK (status IN ('draft', 'accepted', 'superseded', 'rejected')),
        author TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX revision_status_revision ON revision_status(revision_id)",
    """
    CREATE TABLE event(              -- what else happened: undo, redo, review marks, recovery
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER REFERENCES document(id),
        session_id INTEGER NOT NULL REFERENCES session(id),
        author TEXT NOT NULL,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT
    """,
    *(
        f"""
        CREATE TRIGGER {table}_{action.lower()} BEFORE {action} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
        """
        for table in ("revision", "revision_status", "event")
        for action in ("UPDATE", "DELETE")
    ),
    """
    CREATE TRIGGER gesture_delete BEFORE DELETE ON gesture
    BEGIN SELECT RAISE(ABORT, 'gesture is append-only'); END
    """,
    """
    CREATE TRIGGER gesture_update BEFORE UPDATE OF
        id, document_id, session_id, place, name, tool, author, created_at, model_id, model_version, model_sha256,
        n_changed, nbytes, delta, checksum ON gesture
    BEGIN SELECT RAISE(ABORT, 'gesture is append-only'); END
    """,
    """
    CREATE TRIGGER blob_update BEFORE UPDATE ON blob
    BEGIN SELECT RAISE(ABORT, 'label arrays are never replaced'); END
    """,
)

_MEASUREMENTS = (
    """
    CREATE TABLE measurement(        -- lengths, angles and regions a person drew; a removed one stays as a row
        id TEXT PRIMARY KEY,
        document_id INTEGER NOT NULL REFERENCES document(id),
        kind TEXT NOT NULL,
        plane TEXT NOT NULL,
        points_lps TEXT NOT NULL,    -- JSON, millimetres
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        author TEXT NOT NULL,
        created_at TEXT NOT NULL,
        changed_by TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
    ) STRICT
    """,
    "CREATE INDEX measurement_document ON measurement(document_id)",
)

_CHECKSUMS = (  # empty in rows that an older program wrote
    "ALTER TABLE document ADD COLUMN position_sum TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE snapshot ADD COLUMN checksum TEXT NOT NULL DEFAULT ''",
)

_OUTLOOKS = (
    """
    CREATE TABLE outlook(            -- what a look at a case is worth; may be deleted at any time
        document_id INTEGER PRIMARY KEY REFERENCES document(id),
        doubt_by_slice TEXT NOT NULL DEFAULT '{}',    -- JSON, ml of close calls by axial slice
        changed_by_slice TEXT NOT NULL DEFAULT '{}',  -- JSON, ml of an earlier mask that a prediction changed
        doubt_ml REAL NOT NULL DEFAULT 0,             -- of both, what lies on slices nobody looked at
        changed_ml REAL NOT NULL DEFAULT 0,
        findings INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _MEASUREMENTS, _CHECKSUMS, _OUTLOOKS)
WITH_CHECKSUMS = 3
"""Format from which positions and snapshots have checksums; an older store that may only be read stays without."""
WITH_OUTLOOKS = 4
"""Format from which the table ``outlook`` exists."""
