"""Tables of the study list: patients, studies, series, watched folders.

An index, not a record: everything in it can be found again by opening the folders, so it is kept apart from the
annotations, and a damaged file is set aside instead of stopping the program.
"""

from __future__ import annotations

APPLICATION_ID = 0x43545653
"""``CTVS``."""

VERSION = 1

TABLES: tuple[str, ...] = (
    """
    CREATE TABLE patient(
        key TEXT PRIMARY KEY,
        patient_id TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE study(
        key TEXT PRIMARY KEY,
        patient_key TEXT NOT NULL REFERENCES patient(key),
        uid TEXT NOT NULL, date TEXT NOT NULL, description TEXT NOT NULL, accession_number TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE series(
        key TEXT PRIMARY KEY,            -- the annotation store knows the series by the same key
        study_key TEXT NOT NULL REFERENCES study(key),
        label TEXT NOT NULL, modality TEXT NOT NULL, slices INTEGER NOT NULL,
        source_path TEXT NOT NULL,
        exclusion TEXT NOT NULL,         -- why the models do not use it
        added_at TEXT NOT NULL,
        opened_at TEXT NOT NULL DEFAULT '',
        place TEXT NOT NULL DEFAULT ''   -- where the reader left off, JSON
    ) STRICT
    """,
    "CREATE INDEX series_study ON series(study_key)",
    "CREATE INDEX study_patient ON study(patient_key)",
    "CREATE TABLE watched_folder(path TEXT PRIMARY KEY, added_at TEXT NOT NULL) STRICT",
    """
    CREATE TABLE watched_content(        -- what was seen in a watched folder, so that only news are read
        path TEXT PRIMARY KEY,
        folder TEXT NOT NULL REFERENCES watched_folder(path) ON DELETE CASCADE,
        signature TEXT NOT NULL
    ) STRICT
    """,
)
