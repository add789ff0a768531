"""Measurements of a series as rows: written when a handle is let go, read when the series is opened."""

from __future__ import annotations

import json
import logging
import sqlite3

from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole
from ctviewer.domain.planes import Plane
from ctviewer.store import documents
from ctviewer.store.access import StoreAccess
from ctviewer.store.journal import Author

logger = logging.getLogger(__name__)


class MeasurementTable:
    """The measurements in an annotation store.

    Parameters
    ----------
    access
        The opened store file.
    """

    def __init__(self, access: StoreAccess) -> None:
        self._access = access

    def put(self, series_key: str, measurement: Measurement) -> None:
        """Write a new measurement, or a known one as it is now.

        Returns at once; it is on disk when `AnnotationStore.wait_durable` returns.

        Raises
        ------
        StoreReadOnlyError
            If another program writes to the store.
        """
        by = self._access.by()
        self._access.writer.submit(lambda c: _put(c, series_key, measurement, by))

    def remove(self, series_key: str, measurement_id: str) -> None:
        """Take a measurement off the list; like `put`. Writing it again brings it back."""
        by = self._access.by()
        self._access.writer.submit(lambda c: _remove(c, series_key, measurement_id, by))

    def of_series(self, series_key: str) -> tuple[Measurement, ...]:
        """Measurements of a series in the order they were made; empty if it is unknown.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        return self._access.read(lambda c: _select(c, series_key))


def _put(connection: sqlite3.Connection, series_key: str, measurement: Measurement, by: Author) -> None:
    record = documents.find(connection, series_key)
    if record is None:  # an error here would hold up every write behind this one
        logger.warning("measurement of the unknown series %s was not kept", series_key[:12])
        return
    connection.execute(
        "INSERT INTO measurement(id, document_id, kind, plane, points_lps, number, name, role, author, created_at,"
        " changed_by, changed_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET"
        " points_lps = excluded.points_lps, name = excluded.name, role = excluded.role, author = excluded.author,"
        " changed_by = excluded.changed_by, changed_at = excluded.changed_at, removed = 0",
        (
            measurement.measurement_id,
            record.id,
            measurement.kind.value,
            measurement.plane.value,
            json.dumps(measurement.points_lps),
            measurement.number,
            measurement.name,
            measurement.role.value,
            measurement.author or by.name,
            measurement.created_at or by.at,
            by.name,
            by.at,
        ),
    )


def _remove(connection: sqlite3.Connection, series_key: str, measurement_id: str, by: Author) -> None:
    connection.execute(
        "UPDATE measurement SET removed = 1, changed_by = ?, changed_at = ? WHERE id = ?"
        " AND document_id = (SELECT id FROM document WHERE series_key = ?)",
        (by.name, by.at, measurement_id, series_key),
    )


def _select(connection: sqlite3.Connection, series_key: str) -> tuple[Measurement, ...]:
    record = documents.find(connection, series_key)
    if record is None or not _has_table(connection):
        return ()
    rows = connection.execute(
        "SELECT id, kind, plane, points_lps, number, name, role, author, created_at FROM measurement"
        " WHERE document_id = ? AND removed = 0 ORDER BY created_at, rowid",
        (record.id,),
    )
    found = (_from_row(row) for row in rows)
    return tuple(measurement for measurement in found if measurement is not None)


def _has_table(connection: sqlite3.Connection) -> bool:
    """A store held by an older program is read as it is; only a writer may migrate it."""
    return connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'measurement'").fetchone()[0] == 1


def _from_row(row: tuple[str, str, str, str, int, str, str, str, str]) -> Measurement | None:
    try:
        points = tuple((float(x), float(y), float(z)) for x, y, z in json.loads(row[3]))
        return Measurement(
            row[0], MeasurementKind(row[1]), Plane(row[2]), points, row[4], row[5], MeasurementRole(row[6]), row[7],
            row[8],
        )  # fmt: skip
    except (ValueError, TypeError) as error:  # damaged, or of a kind this program does not know
        logger.warning("measurement %s was left out: %s", row[0], error)
        return None
