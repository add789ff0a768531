"""A few worker threads that take work from one queue."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class WorkerLane:
    """At most ``max_threads`` daemon threads, started when first needed.

    Daemon threads, because a decoder that hangs in C code must not keep the program from closing; `close` waits for the
    others.

    Parameters
    ----------
    name
        Prefix of the thread names.
    max_threads
        How many pieces of work run at the same time.
    """

    def __init__(self, name: str, max_threads: int) -> None:
        self._name = name
        self._max_threads = max_threads
        self._work: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._is_closed = False

    def put(self, work: Callable[[], None]) -> None:
        """Queue a piece of work, which must not raise.

        Raises
        ------
        RuntimeError
            If the lane is closed, or no thread can be started.
        """
        with self._changed:
            if self._is_closed:
                raise RuntimeError(f"The lane “{self._name}” is closed.")
            self._work.append(work)
            if self._idle < len(self._work) and len(self._threads) < self._max_threads:
                thread = threading.Thread(
                    target=self._run, name=f"ctviewer-{self._name}-{len(self._threads)}", daemon=True
                )
                try:
                    thread.start()
                except RuntimeError:
                    if not self._threads:
                        self._work.remove(work)
                        raise
                else:
                    self._threads.append(thread)
            self._changed.notify()

    def close(self, deadline_s: float) -> bool:
        """Take no more work, let the threads finish what is queued, and wait.

        Parameters
        ----------
        deadline_s
            ``time.monotonic()`` value until which to wait.

        Returns
        -------
        bool
            True if all threads ended in time.
        """
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._work and not self._is_closed:
                    self._changed.wait()
                self._idle -= 1
                if not self._work:
                    return
                work = self._work.popleft()
            work()
            del work  # its closure may hold a whole volume
