"""The viewer's side of the decoding processes: starts and watches them, turns their end into a sentence."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ctviewer.domain.progress import CancelToken
from ctviewer.io.sandbox.shared_array import SharedArray

POLL_S = 0.05
MAX_WORKERS = 4
WORKER_MODULE = "ctviewer.io.sandbox.worker"
SETTLE_S = 0.1
START_S = 60.0
"""Added to the deadline of a process's first request: it has to import its libraries, perhaps from a cold disk."""


@dataclass(slots=True)
class Failure:
    """Why an item could not be decoded; completes “cannot be read: …” unless ``kind`` says otherwise."""

    reason: str
    hint: str = ""
    kind: str = ""


@dataclass(slots=True)
class Request:
    """Items for one process, handled one after the other.

    Parameters
    ----------
    task
        Name in `ctviewer.io.sandbox.tasks.TASKS`.
    items
        Plain values.
    arrays
        Shared arrays the task fills.
    deadline_s
        For each item.
    extra_bytes
        Memory the task needs beyond the arrays.
    """

    task: str
    items: list[dict[str, Any]]
    arrays: dict[str, SharedArray] = field(default_factory=dict)
    deadline_s: float = 30.0
    extra_bytes: int = 0


OnItem = Callable[[Request, int, "Any | Failure"], None]


class _Worker:
    """One decoding process and its pipe."""

    def __init__(self) -> None:
        self.connection, child = Pipe(duplex=True)
        self._process = _start(child)
        child.close()
        self.request: Request | None = None
        self.left_over: tuple[Request, int] | None = None
        self._first_item = self._next_item = 0
        self._deadline = 0.0
        self._started = False

    def send(self, request: Request, first: int = 0) -> None:
        """Hand over the items of a request from ``first`` on."""
        items = request.items[first:]
        message = {
            "task": request.task,
            "items": items,
            "arrays": {name: shared.describe() for name, shared in request.arrays.items()},
            "deadline_s": request.deadline_s * len(items),
            "extra_bytes": request.extra_bytes,
        }
        self.request, self._first_item, self._next_item = request, first, first
        self._deadline = time.monotonic() + request.deadline_s + (0.0 if self._started else START_S)
        try:
            self.connection.send_bytes(json.dumps(message).encode())
            for shared in request.arrays.values():
                shared.send(self.connection, self._process.pid)
        except OSError:
            self.kill()  # receive() reports it

    def receive(self, on_item: OnItem) -> bool:
        """Take one message; True when the worker is at nothing any more.

        After a crash `left_over` tells what was not done.
        """
        request = self.request
        if request is None:
            return True
        try:
            message = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError, ValueError):
            self.fail(on_item, "its decoder crashed on it")
            return True
        self._started = True
        number = self._first_item + int(message["item"])
        self._next_item = number + 1
        self._deadline = time.monotonic() + request.deadline_s
        is_last = bool(message["last"])
        if is_last:  # before the caller hears of it: an error of his must not cost an idle process
            self.request = None
        if message["ok"]:
            on_item(request, number, message["result"])
        else:
            on_item(
                request,
                number,
                Failure(str(message["reason"]), str(message.get("hint", "")), str(message.get("kind", ""))),
            )
        return is_last

    def fail(self, on_item: OnItem, reason: str) -> None:
        """End the process; the item it was at gets the blame, the ones after it are `left_over`."""
        self.kill()
        request, self.request = self.request, None
        if request is None:
            return
        blamed = self._next_item
        if blamed + 1 < len(request.items):
            self.left_over = (request, blamed + 1)
        on_item(request, blamed, Failure(reason, "It is probably damaged; copy it again from its source."))

    @property
    def is_late(self) -> bool:
        return self.request is not None and time.monotonic() > self._deadline

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None and not self.connection.closed

    def settle(self) -> None:
        """Let a request nobody waits for any more end by itself if that takes no time; else end the process."""
        end = time.monotonic() + SETTLE_S
        while self.request is not None and self.is_alive and self.connection.poll(max(0.0, end - time.monotonic())):
            self.receive(lambda *_: None)
        if self.request is not None:
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self.connection.close()


class DecodePool:
    """A few decoding processes, started when first needed and kept; safe to use from several threads."""

    def __init__(self, size: int | None = None) -> None:
        self._free = threading.Condition()
        self._idle: list[_Worker] = []
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
            busy: list[_Worker] = []
            while waiting or busy:
                while waiting and len(busy) < len(workers):
                    worker = next(w for w in workers if w not in busy)
                    if not worker.is_alive:
                        workers[workers.index(worker)] = worker = _Worker()
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
    def _lease(self, wanted: int) -> Iterator[list[_Worker]]:
        """Processes for one caller; those left in the middle of something are ended."""
        with self._free:
            while self._out >= self._limit:
                self._free.wait()
            count = max(1, min(wanted, self._limit - self._out))
            self._out += count
            workers = [self._idle.pop() for _ in range(min(count, len(self._idle)))]
        try:
            workers += [_Worker() for _ in range(count - len(workers))]
            yield workers
        finally:
            for worker in workers:
                worker.settle()
            with self._free:
                self._idle += [w for w in workers if w.is_alive]
                self._out -= count
                self._free.notify_all()


def _start(child: Connection) -> subprocess.Popen[bytes]:
    """Start a process that serves the other end of a pipe. No multiprocessing: that would import the main module."""
    handle = child.fileno()
    if getattr(sys, "frozen", False):
        from ctviewer.io.sandbox.worker import WORKER_FLAG

        command = [sys.executable, WORKER_FLAG, str(handle)]
    else:
        command = [sys.executable, "-B", "-m", WORKER_MODULE, str(handle)]
    package_root = str(Path(__file__).resolve().parents[3])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH")))),
        "OPENBLAS_NUM_THREADS": "1",  # thread stacks would count against the memory limit
        "OMP_NUM_THREADS": "1",
    }
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        return subprocess.Popen(
            command, env=environment, close_fds=False, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    return subprocess.Popen(
        command,
        env=environment,
        pass_fds=(handle,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


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
