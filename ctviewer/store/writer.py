"""The one thread that writes: jobs in order, each a transaction, durable before it counts as done.

A job that cannot be written (disk full, disk gone) stays first in line with everything behind it, and is tried again
with the next job or `wait`: nothing is dropped, nothing overtakes.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from ctviewer.domain.errors import CTViewerError, StoreError
from ctviewer.store.database import store_error, transaction

logger = logging.getLogger(__name__)

Job = Callable[[sqlite3.Connection], Any]
T = TypeVar("T")

IDLE_S = 0.5
LOG_LIMIT_BYTES = 64 * 2**20
"""Size of the write-ahead log from which it is folded into the database even without an idle moment."""


class Writer:
    """Runs write jobs on its own thread and connection.

    Parameters
    ----------
    path
        Database file, for error sentences and the size of the log.
    connection
        Writer connection; closed by `close`.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._queue: deque[tuple[Job, Future[Any] | None]] = deque()
        self._condition = threading.Condition()
        self._failure: StoreError | None = None
        self._attempt = True
        self._is_closing = False
        self._needs_checkpoint = False
        self._thread = threading.Thread(target=self._run, name="annotation-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job; returns at once. It is durable when `wait` returns."""
        self._put(job, None)

    def call(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job after all queued ones and return its result; it is durable then.

        Raises
        ------
        StoreError
            If it, or a job before it, could not be written. This job is dropped then, those before it stay queued.
        """
        future: Future[T] = Future()
        self._put(job, future)
        while True:
            try:
                return future.result(timeout=1.0)
            except TimeoutError:
                self._check_alive()

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until everything queued so far is durable.

        Raises
        ------
        StoreError
            If something could not be written; it stays queued and the next call tries again.
        """
        with self._condition:
            self._retry()
            finished = self._condition.wait_for(self._is_settled, timeout_s)
            if self._failure is not None and self._queue:
                raise self._failure
            if not finished or self._queue:
                raise StoreError(
                    f"{len(self._queue)} changes are not saved yet: the disk does not answer.",
                    "Leave the program open and check the disk.",
                )

    def close(self) -> None:
        """Write what is queued, fold the log into the database and stop.

        Raises
        ------
        StoreError
            If something could not be written; the connection is closed all the same.
        """
        failure: StoreError | None = None
        try:
            self.wait()
        except StoreError as error:
            failure = error
        with self._condition:
            self._is_closing = True
            self._condition.notify_all()
        self._thread.join()
        if failure is not None:
            raise failure

    def _put(self, job: Job, future: Future[Any] | None) -> None:
        with self._condition:
            if self._is_closing:
                raise StoreError("The annotations are closed already.")
            self._queue.append((job, future))
            self._retry()

    def _retry(self) -> None:
        self._failure = None
        self._attempt = True
        self._condition.notify_all()

    def _is_settled(self) -> bool:
        return not self._queue or self._failure is not None or not self._thread.is_alive()

    def _check_alive(self) -> None:
        if not self._thread.is_alive():
            raise StoreError("The annotations cannot be written any more.", "Start the program again.")

    def _run(self) -> None:
        while True:
            with self._condition:
                has_work = self._condition.wait_for(self._has_work, IDLE_S)
                item = self._queue[0] if self._queue and self._attempt else None
            if item is not None:
                self._do(*item)
            elif has_work:  # closing, and nothing left that can be written
                break
            else:
                self._checkpoint("PASSIVE")
        self._checkpoint("TRUNCATE")
        self._connection.close()

    def _has_work(self) -> bool:
        return (bool(self._queue) and self._attempt) or self._is_closing

    def _do(self, job: Job, future: Future[Any] | None) -> None:
        result: Any = None
        failure: CTViewerError | None = None
        try:
            with transaction(self._connection) as connection:
                result = job(connection)
        except sqlite3.Error as error:
            failure = store_error(self.path, error)
            failure.__cause__ = error
        except CTViewerError as error:
            failure = error
        except (ValueError, TypeError, KeyError, MemoryError, OSError) as error:
            failure = StoreError(f"A change could not be saved: {error}.", "Leave the program open and report this.")
            failure.__cause__ = error
        with self._condition:
            if failure is None or future is not None:
                self._queue.popleft()
            if failure is None:
                self._needs_checkpoint = True
            else:
                logger.warning("not written: %s", failure.message)
                if future is None:
                    self._hold(failure)
            self._condition.notify_all()
        if future is not None:
            future.set_exception(failure) if failure is not None else future.set_result(result)
        if failure is None and self._log_bytes() > LOG_LIMIT_BYTES:
            self._checkpoint("PASSIVE")

    def _hold(self, failure: CTViewerError) -> None:
        """Called with the lock held: keep the failed job in line, and fail the callers that wait behind it."""
        self._failure = failure if isinstance(failure, StoreError) else StoreError(failure.message, failure.hint)
        self._attempt = False
        waiting = [item for item in self._queue if item[1] is not None]
        self._queue = deque(item for item in self._queue if item[1] is None)
        for _, future in waiting:
            if future is not None:
                future.set_exception(self._failure)

    def _checkpoint(self, mode: str) -> None:
        if not self._needs_checkpoint:
            return
        self._needs_checkpoint = False
        try:
            self._connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        except sqlite3.Error as error:
            logger.warning("the log of %s was not folded in: %s", self.path.name, error)

    def _log_bytes(self) -> int:
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except OSError:
            return 0
