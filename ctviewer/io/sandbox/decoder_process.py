"""One decoding process seen from the viewer: what it is asked, how long it may take, what its end means."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ctviewer.io.sandbox.shared_array import SharedArray

WORKER_MODULE = "ctviewer.io.sandbox.worker"
SETTLE_S = 0.1
"""How long a request nobody waits for any more may still run before its process is ended."""
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


class DecoderProcess:
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
        """Take one message; True when the process is at nothing any more.

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
        """Whether the item it is at took longer than it may."""
        return self.request is not None and time.monotonic() > self._deadline

    @property
    def is_alive(self) -> bool:
        """Whether it runs and can be talked to."""
        return self._process.poll() is None and not self.connection.closed

    def settle(self) -> None:
        """Let a request nobody waits for any more end by itself if that takes no time; else end the process."""
        end = time.monotonic() + SETTLE_S
        while self.request is not None and self.is_alive and self.connection.poll(max(0.0, end - time.monotonic())):
            self.receive(lambda *_: None)
        if self.request is not None:
            self.kill()

    def kill(self) -> None:
        """End the process and wait for its end."""
        self._process.kill()
        self._process.wait()
        self.connection.close()


def _start(child: Connection) -> subprocess.Popen[bytes]:
    """Start a process that serves the other end of a pipe. No multiprocessing: that would import the main module."""
    handle = child.fileno()
    command = [sys.executable, "-B", "-m", WORKER_MODULE, str(handle)]
    package_root = str(Path(__file__).resolve().parents[3])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH")))),
        "OPENBLAS_NUM_THREADS": "1",  # thread stacks would count against the memory limit
        "OMP_NUM_THREADS": "1",
    }
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)  # noqa: FBT003  takes no keywords
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
