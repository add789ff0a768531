"""Access to a store file: who may write, the writer thread, reading, and work in the background."""

from __future__ import annotations

import contextlib
import getpass
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from ctviewer.domain.errors import DamagedStoreError, StoreError, StoreReadOnlyError
from ctviewer.store import documents
from ctviewer.store.backup import backups_of, daily_backup
from ctviewer.store.database import (
    RESTORE_HINT,
    connect_reader,
    connect_writer,
    create_file,
    reading,
    translated_errors,
)
from ctviewer.store.journal import Author
from ctviewer.store.lock import OwnerLock, this_owner
from ctviewer.store.writer import Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")

CHECKED_AFTER_CRASH_BYTES = 512 * 2**20
"""Up to this size the pages are checked when the program ended unexpectedly: half a second at most."""


class StoreAccess:
    """An opened store file: as its only writer, or read-only with the reason.

    Parameters
    ----------
    path
        The file; created with mode 0600 if missing.
    author
        Name for rows and for the lock.
    with_daily_backup
        Whether `backup_if_due` does anything.

    Raises
    ------
    StoreError
        If the file is damaged, foreign or made by a newer program, or cannot be created.
    """

    def __init__(self, path: Path, author: str, *, with_daily_backup: bool) -> None:
        self.path = path
        self.author = author
        self.read_only_reason = ""
        self._writer: Writer | None = None
        self._session_id = 0
        self._with_daily_backup = with_daily_backup
        self._lock = OwnerLock(path.with_name(path.name + ".lock"))
        self._background = ThreadPoolExecutor(1, thread_name_prefix="annotation-background")
        try:
            self._open()
        except BaseException:
            self._background.shutdown()
            self._lock.release()
            raise

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: another program holds the store, its folder is protected, or it is closed."""
        return self._writer is None

    @property
    def writer(self) -> Writer:
        """The writer; raises `StoreReadOnlyError` with the owner's name if another program is the writer."""
        if self._writer is None:
            raise StoreReadOnlyError(self.read_only_reason, "Close the other window to edit here.")
        return self._writer

    def by(self) -> Author:
        """Who writes now."""
        return Author(self._session_id, self.author, utc_now())

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until all writes handed over are durable; see `Writer.wait`."""
        if self._writer is not None:
            self._writer.wait(timeout_s)

    def read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Result of a function that reads, after all writes handed over."""
        self.wait()
        with self.reading() as connection:
            return read(connection)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection that sees one consistent moment."""
        with reading(self.path) as connection:
            connection.execute("BEGIN")
            yield connection

    def in_background(self, task: Callable[[], object]) -> None:
        """Run something nothing depends on; its failure is logged."""

        def run() -> None:
            try:
                task()
            except StoreError as error:
                logger.warning("background work on %s: %s", self.path.name, error)

        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._background.submit(run)

    def backup_if_due(self) -> None:
        """Make today's backup in the background if it is missing."""
        if self._writer is not None and self._with_daily_backup:
            self.in_background(lambda: daily_backup(self.path, backups_of(self.path)))

    def close(self) -> None:
        """Write what is left and give the store free; see `AnnotationStore.close`."""
        self._background.shutdown(cancel_futures=True)
        writer, self._writer = self._writer, None
        self.read_only_reason = self.read_only_reason or "The annotations are closed."
        try:
            if writer is not None:
                with contextlib.suppress(StoreError):  # Writer.close reports it
                    writer.call(lambda c: documents.end_session(c, self._session_id, utc_now()))
                writer.close()
        finally:
            self._lock.release()

    def _open(self) -> None:
        owner = this_owner(self.author)
        if not self.path.exists():
            create_file(self.path)
        if os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
            holder = self._lock.acquire(owner)
            self.read_only_reason = holder.sentence if holder is not None else ""
        else:
            self.read_only_reason = f"The annotations in {self.path.parent} cannot be written by this user."
        if self.read_only_reason:
            connect_reader(self.path).close()
            return
        connection = connect_writer(self.path)
        try:
            self._check_after_crash(connection)
        except BaseException:
            connection.close()
            raise
        self._writer = Writer(self.path, connection)
        self._session_id = self._writer.call(lambda c: documents.begin_session(c, owner))

    def _check_after_crash(self, connection: sqlite3.Connection) -> None:
        with translated_errors(self.path):
            if not documents.has_crashed_session(connection) or self.path.stat().st_size > CHECKED_AFTER_CRASH_BYTES:
                return
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found != "ok":
            raise DamagedStoreError(f"{self.path.name} is damaged ({found}).", RESTORE_HINT)


def login_name() -> str:
    """Name of the logged-in person; ``"unknown"`` where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def utc_now() -> str:
    """ISO 8601, UTC, to the millisecond: how the store writes times."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
