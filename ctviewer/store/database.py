"""The SQLite file of the annotation store: opening, durability settings, migrations, errors as sentences.

WAL with ``synchronous=FULL``: a transaction is on the disk when it returns. Checkpoints are done by the writer when it
is idle, so that a gesture does not wait for one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ctviewer.config.atomic import SPACE_RESERVE_BYTES, flush_folder, write_error
from ctviewer.domain.errors import DamagedStoreError, NotEnoughSpaceError, StoreError, StoreReadOnlyError
from ctviewer.store.schema import APPLICATION_ID, MIGRATIONS

BUSY_TIMEOUT_S = 5.0
_PRIMARY_CODE = 0xFF
RESTORE_HINT = "Restore a backup with “ctviewer store restore”."


def create_file(path: Path) -> None:
    """Create an empty database file with mode 0600; SQLite gives its side files the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(descriptor)
        path.chmod(0o600)
        flush_folder(path.parent)
    except OSError as error:
        raise write_error(path, error) from error


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection for the writer thread: durable, migrated to the newest schema.

    Raises
    ------
    StoreError
        If the file is no annotation store, is damaged, or was made by a newer program.
    """
    with translated_errors(path):
        connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
        try:
            _check_identity(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: a plain fsync does not reach the disk there
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection; works beside a writer, and on a read-only folder.

    Raises
    ------
    StoreError
        If the file is missing, no annotation store, or damaged.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    has_log = path.with_name(path.name + "-wal").exists()
    if not has_log and not os.access(path.parent, os.W_OK):
        uri += "&immutable=1"  # nobody can write here, and SQLite could not create its side files
    with translated_errors(path):
        connection = _connect(uri)
        try:
            if _check_identity(connection, path) == 0:
                raise StoreError(f"{path.name} is only being created.", "Try again in a moment.")
        except BaseException:
            connection.close()
            raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A write transaction: committed to the disk at the end, rolled back on any error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors (disk full, I/O error).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into `StoreError` sentences about the store at ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    except UnicodeDecodeError as error:  # the damage is in a name, which SQLite's own sentence quotes
        raise DamagedStoreError(f"{path.name} is damaged (a name in it cannot be read).", RESTORE_HINT) from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an SQLite error says that the file itself is damaged, or no database."""
    return _primary_code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


@contextlib.contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """`translated_errors` for what only reads: a value that cannot be understood is damage as well."""
    try:
        with translated_errors(path):
            yield
    except (TypeError, ValueError, OverflowError, AttributeError) as error:  # of another type than was written
        raise DamagedStoreError(f"{path.name} is damaged (a value in it cannot be read).", RESTORE_HINT) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection for as long as needed, with `reading_errors`."""
    connection = connect_reader(path)
    try:
        with reading_errors(path):
            yield connection
    finally:
        connection.close()


def store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """The sentence for an SQLite error."""
    code = _primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        free = _free_mb(path)
        return NotEnoughSpaceError(path, free + SPACE_RESERVE_BYTES / 2**20, free)  # SQLite does not say how much
    if is_damage(error):
        return DamagedStoreError(f"{path.name} is damaged ({error}).", RESTORE_HINT)
    if code == sqlite3.SQLITE_READONLY:
        return StoreReadOnlyError(f"{path.name} cannot be written ({error}).", "Check the rights on its folder.")
    if code == sqlite3.SQLITE_BUSY:
        return StoreReadOnlyError(f"{path.name} is being written by another program.", "Try again in a moment.")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(f"{path.name} cannot be opened in {path.parent}.", "Check that it exists and may be read.")
    return StoreError(f"{path.name} could not be written or read ({error}).", "Check the disk; saved work is kept.")


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _check_identity(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of a store; raises `StoreError` if the file is something else."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    identity = int(connection.execute("PRAGMA application_id").fetchone()[0])
    is_empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if identity != APPLICATION_ID and not (is_empty and version == 0 and identity == 0):
        raise StoreError(f"{path.name} is not an annotation store.", "Choose another data folder.")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path.name} was written by a newer version of the program (format {version}).",
            "Update the program; nothing was changed.",
        )
    return version


def _migrate(connection: sqlite3.Connection) -> None:
    done = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for number, statements in enumerate(MIGRATIONS[done:], start=done + 1):
        with transaction(connection):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")


def _free_mb(path: Path) -> float:
    try:
        status = os.statvfs(path.parent)
    except (OSError, AttributeError):
        return 0.0
    return status.f_bavail * status.f_frsize / 2**20
