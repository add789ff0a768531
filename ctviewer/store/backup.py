"""Checking, backing up, restoring and exporting a store; all but `restore_store` only read it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from ctviewer.config.atomic import (
    atomic_write,
    atomic_write_bytes,
    flush_file,
    flush_folder,
    remove_leftovers,
    write_error,
)
from ctviewer.domain.errors import StoreError, StoreReadOnlyError
from ctviewer.store.blobs import get_blob
from ctviewer.store.database import connect_reader, reading_errors
from ctviewer.store.journal import FIRST_CHECKSUM, all_rows, position_problem
from ctviewer.store.lock import LockOwner, OwnerLock
from ctviewer.store.reconstruction import reconstruct
from ctviewer.store.revisions import get_revision, revision_ids, select_revisions

DAILY_BACKUPS_KEPT = 7
_DAILY_NAME = "annotations-{}.sqlite3"
_LONGEST_AXIS = 2**16
_TABLES = ("document", "gesture", "revision", "revision_status")


def check_store(path: Path) -> list[str]:
    """Read everything and compare it with its checksums.

    Returns
    -------
    list of str
        One sentence per problem; empty if the store is sound.
    """
    with _reading(path) as connection:
        problems = _structure_problems(connection)
        if problems:
            return problems
        documents = connection.execute(
            "SELECT id, series_label, slices, rows, columns, position FROM document ORDER BY id"
        ).fetchall()
        for document_id, label, *shape, position in documents:
            found = _document_problems(connection, document_id, (shape[0], shape[1], shape[2]), position)
            problems.extend(f"{label or 'series'}: {text}" for text in found)
        for revision_id in revision_ids(connection):
            try:
                info = get_revision(connection, revision_id)
                get_blob(connection, info.labels_sha256, info.shape)
            except StoreError as error:
                problems.append(error.message)
        return problems


def backup_store(path: Path, target: Path) -> None:
    """Write a verified copy of the store to ``target``; editing may go on meanwhile.

    Raises
    ------
    StoreError
        If the copy cannot be written or does not hold what the store holds.
    """
    with _reading(path) as connection:
        _copy(connection, path, target)


def daily_backup(path: Path, folder: Path, today: date | None = None) -> Path | None:
    """Make the backup of today if it is missing, and keep the newest seven.

    Older ones go only when the new one was checked from the first gesture to the last.

    Returns
    -------
    Path or None
        The new backup; None if it existed or the store is still empty.
    """
    made = today or datetime.now(UTC).date()
    target = folder / _DAILY_NAME.format(made.isoformat())
    if target.exists():
        return None
    with _reading(path) as connection:
        if _counts(connection)["document"] == 0:
            return None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise write_error(target, error) from error
    remove_leftovers(folder)
    backup_store(path, target)
    outdated = _outdated(folder, made)
    if outdated and not check_store(target):  # a damaged store must not push out the backups from before the damage
        for old in outdated:
            old.unlink(missing_ok=True)
    return target


def _outdated(folder: Path, made: date) -> list[Path]:
    """Backups that are one too many; dates to come are those of a clock that was wrong, and count as the oldest."""
    today = _DAILY_NAME.format(made.isoformat())
    found = sorted(folder.glob(_DAILY_NAME.format("????-??-??")), key=lambda p: (p.name <= today, p.name))
    return found[:-DAILY_BACKUPS_KEPT]


def backups_of(path: Path) -> Path:
    """Folder of the daily backups of a store."""
    return path.parent / "backups"


def newest_sound_backup(path: Path) -> Path | None:
    """The latest daily backup of a store in which everything matches its checksums; None if there is none."""
    for backup in sorted(backups_of(path).glob(_DAILY_NAME.format("????-??-??")), reverse=True):
        try:
            if not check_store(backup):
                return backup
        except StoreError:  # damaged too
            continue
    return None


def restore_store(path: Path, backup: Path, owner: LockOwner) -> Path | None:
    """Put a backup in the place of the store; the store that was there is kept beside it.

    Returns
    -------
    Path or None
        Where the replaced store lies now; None if there was none.

    Raises
    ------
    StoreReadOnlyError
        If the store is open somewhere.
    StoreError
        If the backup is damaged; the store is untouched then.
    """
    problems = check_store(backup)
    if problems:
        raise StoreError(f"The backup {backup.name} is damaged: {problems[0]}", "Choose another backup.")
    lock = OwnerLock(path.with_name(path.name + ".lock"))
    holder = lock.acquire(owner)
    if holder is not None:
        raise StoreReadOnlyError(holder.sentence, "Close that window first.")
    try:
        aside = _free_name(path) if path.exists() else None
        with _reading(backup) as connection:
            _copy(connection, backup, path, lambda: _keep_aside(path, aside) if aside is not None else None)
        return aside
    finally:
        lock.release()


def export_store(path: Path, folder: Path) -> int:
    """Write all revisions and the whole journal in open formats, for reading without this program.

    ``revisions.json`` (one record per revision), ``labels/<sha256>.npy`` and ``journal.jsonl`` (who did what, when,
    with which tool or model).

    Returns
    -------
    int
        Number of revisions written.
    """
    try:
        (folder / "labels").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder / "labels", error) from error
    with _reading(path) as connection:
        revisions = select_revisions(connection)
        for info in revisions:
            labels = get_blob(connection, info.labels_sha256, info.shape)
            _write_npy(folder / "labels" / f"{info.labels_sha256}.npy", labels)
        records = [{name: getattr(info, name) for name in info.__dataclass_fields__} for info in revisions]
        atomic_write_bytes(folder / "revisions.json", json.dumps(records, indent=2, ensure_ascii=False).encode())
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in _journal_lines(connection)]
        atomic_write_bytes(folder / "journal.jsonl", "".join(lines).encode())
        return len(revisions)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_reader(path)
    try:
        with reading_errors(path):
            yield connection
    finally:
        connection.close()


def _structure_problems(connection: sqlite3.Connection) -> list[str]:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
    problems = [] if found == ["ok"] else [f"The database file is damaged: {text}." for text in found]
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    return problems + [f"A row of {row[0]} refers to a missing row of {row[2]}." for row in dangling]


def _document_problems(
    connection: sqlite3.Connection, document_id: int, shape: tuple[int, int, int], position: int
) -> list[str]:
    problems = list(filter(None, [position_problem(connection, document_id)]))
    if not all(0 < n <= _LONGEST_AXIS for n in shape):
        return [*problems, f"its shape {shape} is impossible."]
    former = FIRST_CHECKSUM
    rows = all_rows(connection, document_id)
    for row in rows:
        delta = connection.execute("SELECT delta FROM gesture WHERE id = ?", (row.id,)).fetchone()[0]
        if row.digest(former, delta) != row.checksum:
            problems.append(f"change {row.id} (“{row.name}”, {row.created_at}) does not match its checksum.")
        former = row.checksum
    places = [row.place for row in rows if row.live]
    if sorted(places) != list(range(len(places))) or position > len(places):
        problems.append("the undo list has a gap.")
    problems.extend(reconstruct(connection, document_id, shape, position).problems)
    return problems


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    return {t: int(connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]) for t in _TABLES}


def _copy(
    source: sqlite3.Connection, source_path: Path, target: Path, before_replacing: Callable[[], None] = lambda: None
) -> None:
    """Write what a store holds, its log included, to ``target``, and compare before anything is replaced."""
    expected = _counts(source)

    def copy(temporary: Path) -> None:
        source.execute("VACUUM INTO ?", (str(temporary),))

    def verify(temporary: Path) -> None:
        with _reading(temporary) as written:
            found = _counts(written)
            if _structure_problems(written) or any(found[t] < expected[t] for t in _TABLES):
                raise StoreError("The copy of the annotations is not complete.", "Check the disk and try again.")
        before_replacing()

    atomic_write(target, copy, verify, needed_bytes=source_path.stat().st_size, mode=0o600)


def _free_name(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return path.with_name(f"{path.stem}.replaced-{stamp}{path.suffix}")


def _keep_aside(path: Path, aside: Path) -> None:
    """Give a store a second name; it stays under the first one until another file takes that, whatever happens."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
        # What is in the log goes into the file, so that the file alone is the whole store. A damaged one keeps its log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    try:
        try:
            os.link(path, aside)
        except OSError:  # not every file system has second names
            shutil.copyfile(path, aside)
            flush_file(aside)
        # SQLite would apply a log that stays behind to the new file.
        for ending in ("-wal", "-shm"):
            side = path.with_name(path.name + ending)
            if side.exists():
                side.replace(aside.with_name(aside.name + ending))
        flush_folder(path.parent)
    except OSError as error:
        raise write_error(path, error) from error


def _write_npy(path: Path, labels: np.ndarray) -> None:
    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.save(file, labels, allow_pickle=False)

    def verify(temporary: Path) -> None:
        if not np.array_equal(np.load(temporary, allow_pickle=False), labels):
            raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")

    atomic_write(path, write, verify, needed_bytes=labels.nbytes)


def _journal_lines(connection: sqlite3.Connection) -> Iterator[dict[str, object]]:
    rows = connection.execute(
        "SELECT d.series_key, g.id AS number, g.name, g.tool, g.author, g.created_at, g.model_id, g.model_version,"
        " g.n_changed, g.live FROM gesture g JOIN document d ON d.id = g.document_id ORDER BY g.id"
    )
    names = [column[0] for column in rows.description]
    for row in rows:
        yield dict(zip(names, row, strict=True))
