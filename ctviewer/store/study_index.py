"""The study list on disk: what was seen where, when it was opened, and where the reader left off."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ctviewer.config.atomic import write_error
from ctviewer.domain.errors import StoreError
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.study_row import StudyRow
from ctviewer.store.access import utc_now
from ctviewer.store.database import create_file, is_damage, store_error, transaction, translated_errors
from ctviewer.store.study_index_schema import APPLICATION_ID, TABLES, VERSION

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 5.0


class KnownStudies:
    """Patients, studies and series in one SQLite file (WAL); usable from any thread and from two programs at once.

    Parameters
    ----------
    path
        The file; created with mode 0600 if missing. A damaged or foreign file is renamed, and a new one begun.

    Raises
    ------
    StoreError
        If the file cannot be created or opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        """Sentence about a damaged file that was set aside; mostly empty."""
        if not path.exists():
            create_file(path)
        try:
            self._create_tables()
        except (sqlite3.Error, StoreError) as error:
            if isinstance(error, sqlite3.Error) and not is_damage(error):  # a full disk, another program that writes
                raise store_error(path, error) from error
            logger.warning("the study list is set aside: %s", error)
            aside = self._set_aside()
            create_file(path)
            self._create_tables()
            self.problem = f"The study list was damaged and begins anew; the old file is kept as {aside.name}."

    def add(self, series: Iterable[tuple[SeriesRef, Path]]) -> list[str]:
        """Take in series with the folder or file to open them from; returns the keys of those that are new."""
        now = utc_now()
        added = []
        with self._writing() as connection:
            for item, source in series:
                is_known = connection.execute("SELECT 1 FROM series WHERE key = ?", (item.series_key,)).fetchone()
                _put(connection, item, source, now)
                if is_known is None:
                    added.append(item.series_key)
        return added

    def rows(self) -> list[StudyRow]:
        """Every series with study and patient, the latest added first; without what the annotation store knows."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT s.key, p.key, p.patient_id, p.name, p.birth_date, p.sex, t.uid, t.date, t.description,"
                " t.accession_number, s.label, s.modality, s.slices, s.source_path, s.exclusion, s.added_at,"
                " s.opened_at FROM series s JOIN study t ON t.key = s.study_key JOIN patient p ON p.key ="
                " t.patient_key ORDER BY s.added_at DESC, s.rowid"
            ).fetchall()
        return [StudyRow(*row) for row in found]

    def mark_opened(self, series_key: str) -> None:
        """Note that a series was opened now."""
        with self._writing() as connection:
            connection.execute("UPDATE series SET opened_at = ? WHERE key = ?", (utc_now(), series_key))

    def place(self, series_key: str) -> str:
        """Where the reader left off, as it was given to `set_place`; empty if nowhere."""
        with self._reading() as connection:
            row = connection.execute("SELECT place FROM series WHERE key = ?", (series_key,)).fetchone()
        return str(row[0]) if row else ""

    def set_place(self, series_key: str, place: str) -> None:
        """Note where the reader left off."""
        with self._writing() as connection:
            connection.execute("UPDATE series SET place = ? WHERE key = ?", (place, series_key))

    def remove(self, series_key: str) -> None:
        """Take a series off the list; its annotations stay in the annotation store."""
        with self._writing() as connection:
            connection.execute("DELETE FROM series WHERE key = ?", (series_key,))
            connection.execute("DELETE FROM study WHERE key NOT IN (SELECT study_key FROM series)")
            connection.execute("DELETE FROM patient WHERE key NOT IN (SELECT patient_key FROM study)")

    # -- watched folders -----------------------------------------------------------------------------------------------

    def watched_folders(self) -> list[Path]:
        """Folders in which new studies are looked for, in the order they were added."""
        with self._reading() as connection:
            return [Path(row[0]) for row in connection.execute("SELECT path FROM watched_folder ORDER BY added_at")]

    def watch(self, folder: Path) -> None:
        """Look for new studies in a folder from now on."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO watched_folder VALUES (?, ?)", (str(folder), utc_now()))

    def unwatch(self, folder: Path) -> None:
        """Stop looking there; what was found stays on the list."""
        with self._writing() as connection:
            connection.execute("DELETE FROM watched_folder WHERE path = ?", (str(folder),))

    def seen(self, folder: Path) -> dict[str, str]:
        """Signature of everything that was read in a watched folder, by path."""
        with self._reading() as connection:
            rows = connection.execute("SELECT path, signature FROM watched_content WHERE folder = ?", (str(folder),))
            return {str(path): str(signature) for path, signature in rows}

    def set_seen(self, folder: Path, signatures: Mapping[str, str]) -> None:
        """Remember what was read in a watched folder; forgotten if the folder is no longer watched."""
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM watched_folder WHERE path = ?", (str(folder),)).fetchone() is None:
                return
            connection.executemany(
                "INSERT OR REPLACE INTO watched_content(path, folder, signature) VALUES (?, ?, ?)",
                [(path, str(folder), signature) for path, signature in signatures.items()],
            )

    # -- inside --------------------------------------------------------------------------------------------------------

    def _create_tables(self) -> None:
        with contextlib.closing(self._connect()) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            identity = int(connection.execute("PRAGMA application_id").fetchone()[0])
            if (version, identity) == (VERSION, APPLICATION_ID):
                return
            if version or identity or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                raise StoreError(f"{self.path.name} is not a study list of this version of the program.")
            connection.execute("PRAGMA journal_mode = WAL")
            with transaction(connection):
                for statement in TABLES:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")

    def _set_aside(self) -> Path:
        aside = self.path.with_name(f"{self.path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        try:
            self.path.rename(aside)
            for suffix in ("-wal", "-shm"):
                side = self.path.with_name(self.path.name + suffix)
                if side.exists():
                    side.rename(aside.with_name(aside.name + suffix))
        except OSError as error:
            raise write_error(self.path, error) from error
        return aside

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = NORMAL")  # an index: the last second may be lost with the power
        return connection

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with translated_errors(self.path), contextlib.closing(self._connect()) as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with (
            translated_errors(self.path),
            contextlib.closing(self._connect()) as connection,
            transaction(connection) as opened,
        ):
            yield opened


def _put(connection: sqlite3.Connection, series: SeriesRef, source: Path, now: str) -> None:
    patient, patient_key = series.patient, series.patient_key
    study_key = hashlib.sha256(f"study|{series.study_uid or series.series_key}".encode()).hexdigest()[:32]
    connection.execute(
        "INSERT INTO patient(key, patient_id, name, birth_date, sex) VALUES (?,?,?,?,?) ON CONFLICT(key) DO UPDATE SET"
        " patient_id = excluded.patient_id, name = excluded.name, birth_date = excluded.birth_date, sex = excluded.sex",
        (patient_key, patient.patient_id, patient.name, patient.birth_date, patient.sex),
    )
    connection.execute(
        "INSERT INTO study(key, patient_key, uid, date, description, accession_number) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT(key) DO UPDATE SET patient_key = excluded.patient_key, date = excluded.date,"
        " description = excluded.description, accession_number = excluded.accession_number",
        (study_key, patient_key, series.study_uid, series.study_date, series.study_description,
         series.accession_number),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO series(key, study_key, label, modality, slices, source_path, exclusion, added_at)"
        " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT(key) DO UPDATE SET study_key = excluded.study_key,"
        " label = excluded.label, modality = excluded.modality, slices = excluded.slices,"
        " source_path = excluded.source_path, exclusion = excluded.exclusion",
        (series.series_key, study_key, series.label, series.modality or series.format.value.upper(), series.shape[0],
         str(source), series.ai_exclusion, now),
    )  # fmt: skip
