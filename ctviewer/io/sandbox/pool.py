"""The decoding processes of this program: how many there are, and who of them does what."""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

from ctviewer.domain.progress import CancelToken
from ctviewer.io.sandbox.decoder_process import DecoderProcess, OnItem, Request

POLL_S = 0.05
MAX_WORKERS = 4


class DecodePool:
    """A few decoding processes, started when first needed and kept; safe to use from several threads."""

    def __init__(self, size: int | None = None) -> None:
        self._free = threading.Condition()
        self._idle: list[DecoderProcess] = []
        self._limit = size or min(MAX_WORKERS, _processors())
        self._out = 0

    @property
    def size(self) -> int:
        """Most processes that run at once."""
        return self._limit

    def run(
        self,
        requests: Iterable[Request],
        on_item: OnItem,
        cancel: CancelToken | None = None,
        on_tick: Callable[[], None] | None = None,
    ) -> None:
        """Work through requests on as many processes as are free (at least one).

        Parameters
        ----------
        on_item
            Called in this thread for every item with its result or a `Failure`. If it raises, the rest is dropped.
        cancel
            When raised, the processes at work are ended and `OperationCancelled` is raised.
        on_tick
            Called in this thread some 20 times a second while waiting.
        """
        waiting = deque((request, 0) for request in requests)
        with self._lease(len(waiting)) as workers:
            busy: list[DecoderProcess] = []
            while waiting or busy:
                while waiting and len(busy) < len(workers):
                    worker = next(w for w in workers if w not in busy)
                    if not worker.is_alive:
                        workers[workers.index(worker)] = worker = DecoderProcess()
                    worker.send(*waiting.popleft())
                    busy.append(worker)
                ready = wait([w.connection for w in busy if not w.connection.closed], POLL_S)
                for worker in list(busy):
                    if worker.connection.closed:
                        worker.fail(on_item, "its decoder could not be started")
                        busy.remove(worker)
                    elif worker.connection in ready and worker.receive(on_item):
                        busy.remove(worker)
                    elif worker.is_late:
                        worker.fail(on_item, "decoding it took too long")
                        busy.remove(worker)
                    if worker.left_over is not None:
                        waiting.appendleft(worker.left_over)
                        worker.left_over = None
                if cancel is not None:
                    cancel.raise_if_cancelled()
                if on_tick is not None:
                    on_tick()

    def run_one(self, request: Request, cancel: CancelToken | None = None) -> Any:
        """Result of a request with one item, or its `Failure`."""
        results: list[Any] = []
        self.run([request], lambda _, __, result: results.append(result), cancel)
        return results[0]

    def warm_up(self) -> None:
        """Start one process now, so that the first compressed file does not wait for it."""
        with self._lease(1):
            pass

    def shutdown(self) -> None:
        """End all idle processes; the pool can be used again."""
        with self._free:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    @contextmanager
    def _lease(self, wanted: int) -> Iterator[list[DecoderProcess]]:
        """Processes for one caller; those left in the middle of something are ended."""
        with self._free:
            while self._out >= self._limit:
                self._free.wait()
            count = max(1, min(wanted, self._limit - self._out))
            self._out += count
            workers = [self._idle.pop() for _ in range(min(count, len(self._idle)))]
        try:
            workers += [DecoderProcess() for _ in range(count - len(workers))]
            yield workers
        finally:
            for worker in workers:
                worker.settle()
            with self._free:
                self._idle += [w for w in workers if w.is_alive]
                self._out -= count
                self._free.notify_all()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


_shared: list[DecodePool] = []
_shared_lock = threading.Lock()


def decode_pool() -> DecodePool:
    """The pool of this program."""
    with _shared_lock:
        if not _shared:
            _shared.append(DecodePool())
            atexit.register(_shared[0].shutdown)
        return _shared[0]
