"""One piece of work done elsewhere, and the object through which the window hears about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback

JobFunction = Callable[[ProgressCallback, CancelToken], Any]
"""What runs on the worker: ``fn(progress, cancel) -> result``; knows no Qt and captures only immutable values."""


class Lane(StrEnum):
    """Where a job runs; each lane has its own threads, so that a long one never holds up another kind."""

    IO = "io"
    CPU = "cpu"
    GPU = "gpu"
    STORE = "store"
    """One thread, so that the journal is written in the order the strokes were made."""


class JobState(StrEnum):
    """Life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return not TRANSITIONS[self]


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    # A queued job can fail: the runner may be shut down, or its thread may not start.
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}


class JobHandle(QObject):
    """The GUI thread's end of a job.

    After any number of `progressed`, exactly one of `succeeded`, `failed` and `cancelled` is emitted, then `ended`; all
    on the thread that submitted the job. A cancelled job never emits `succeeded`, also if its function ran to the end
    before it noticed.

    Parameters
    ----------
    title
        What the user reads beside the progress bar; empty for a job that is not shown.
    lane
        Where it runs.
    document_id
        The document the job was started for; its result is dropped when that document is closed.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, title: str = "", lane: Lane = Lane.CPU, document_id: str | None = None) -> None:
        super().__init__()
        self.title = title
        self.lane = lane
        self.document_id = document_id
        self.token = CancelToken()
        self.last_progress = Progress(0, 0)
        self._state = JobState.QUEUED
        self._cancel_hook: Callable[[], None] | None = None
        self._started_at = time.monotonic()

    @property
    def state(self) -> JobState:
        """Where the job stands, as the GUI thread knows it."""
        return self._state

    @property
    def is_over(self) -> bool:
        """Whether a final signal was emitted."""
        return self._state.is_final

    @property
    def eta_s(self) -> float | None:
        """Estimated seconds left from the share done so far; None while it cannot be told."""
        fraction = self.last_progress.fraction
        elapsed = time.monotonic() - self._started_at
        if not 0.02 <= fraction < 1 or elapsed < 0.5 or self._state is not JobState.RUNNING:
            return None
        return elapsed * (1 - fraction) / fraction

    def cancel(self) -> None:
        """Ask the job to stop; a queued one ends at once without ever starting."""
        if self.is_over or self.token.is_cancelled:
            return
        self.token.cancel()
        if self._cancel_hook is not None:
            self._cancel_hook()

    def on_cancel(self, hook: Callable[[], None] | None) -> None:
        """Set what the runner does when a stop is asked for (used by the runner)."""
        self._cancel_hook = hook

    def report(self, progress: Progress) -> None:
        """Tell the listeners about progress (called by the runner, on the GUI thread)."""
        if self.is_over:
            return
        self.last_progress = progress
        self.progressed.emit(progress)

    def advance(self, state: JobState, value: object = None) -> None:
        """Move to another state and emit what belongs to it (called by the runner, on the GUI thread).

        Raises
        ------
        ValueError
            If the move is not in `TRANSITIONS`.
        """
        if state not in TRANSITIONS[self._state]:
            raise ValueError(f"A job that is {self._state} cannot become {state}.")
        self._state = state
        if state is JobState.RUNNING:
            self._started_at = time.monotonic()
            return
        # A listener that raises must not keep the others, or `ended`, from being heard; PySide reports it by itself.
        match state:
            case JobState.SUCCEEDED:
                self.succeeded.emit(value)
            case JobState.FAILED:
                self.failed.emit(value)
            case JobState.CANCELLED:
                self.cancelled.emit()
        self.ended.emit()
