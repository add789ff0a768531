"""Backing up and restoring a store; all but `restore_store` only read it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from ctviewer.config.atomic import (
    atomic_write,
    flush_file,
    flush_folder,
    remove_leftovers,
    write_error,
)
from ctviewer.domain.errors import StoreError, StoreReadOnlyError
from ctviewer.store.check import check_store, file_problems
from ctviewer.store.database import reading
from ctviewer.store.lock import LockOwner, OwnerLock

DAILY_BACKUPS_KEPT = 7
_DAILY_NAME = "annotations-{}.sqlite3"
_TABLES = ("document", "gesture", "revision", "revision_status")


def backup_store(path: Path, target: Path) -> None:
    """Write a verified copy of the store to ``target``; editing may go on meanwhile.

    Raises
    ------
    StoreError
        If the copy cannot be written or does not hold what the store holds.
    """
    with reading(path) as connection:
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
    with reading(path) as connection:
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
        with reading(backup) as connection:
            _copy(connection, backup, path, lambda: _keep_aside(path, aside) if aside is not None else None)
        return aside
    finally:
        lock.release()


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
        with reading(temporary) as written:
            found = _counts(written)
            if file_problems(written) or any(found[t] < expected[t] for t in _TABLES):
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
