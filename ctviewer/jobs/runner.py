"""Runs jobs on worker threads and reports on the GUI thread."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from ctviewer.domain.errors import OperationCancelled
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback
from ctviewer.jobs.job import JobFunction, JobHandle, JobState, Lane
from ctviewer.jobs.lane import WorkerLane

logger = logging.getLogger(__name__)

LANE_THREADS: dict[Lane, int] = {
    Lane.IO: 2,
    Lane.CPU: max(1, (os.cpu_count() or 2) - 1),
    # Two models on one accelerator run out of memory, not faster.
    Lane.GPU: 1,
    Lane.STORE: 1,
}


class _Ticket:
    """What worker and GUI thread share about one job.

    A thread that drops the last reference to a QObject destroys it, and Qt crashes when that is not the QObject's own
    thread. Therefore it does not know the `JobHandle`, and what may hold QObjects (the function with all it captured,
    the result, the traceback of an error) lies in here until the GUI thread calls `clear`; the frames of the worker
    hold nothing but the ticket.
    """

    def __init__(self, function: JobFunction, token: CancelToken) -> None:
        self.token = token
        self.state = JobState.QUEUED
        self.value: object = None
        """Result or error."""
        self.lock = threading.Lock()
        # Under the lock:
        self.is_claimed = False
        self.waiting_progress: Progress | None = None
        self._function: JobFunction | None = function

    def claim(self) -> bool:
        """Be the one who starts or ends a queued job; True once."""
        with self.lock:
            was_claimed, self.is_claimed = self.is_claimed, True
        return not was_claimed

    def run(self, report: ProgressCallback) -> None:
        """Call the function and keep what becomes of it."""
        function = self._function
        if function is None:  # the program is closing and did not wait
            return
        try:
            self.value = function(report, self.token)
            self.state = JobState.SUCCEEDED
        except OperationCancelled:
            self.state = JobState.CANCELLED
        # The one place that may catch everything: decoders written in Rust raise BaseException (PanicException).
        except BaseException as error:  # noqa: BLE001
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Keep an error as the outcome."""
        self.value, self.state = error, JobState.FAILED

    def clear(self) -> None:
        """Let go of everything; on the GUI thread."""
        self._function, self.value = None, None


class JobRunner(QObject):
    """Starts jobs in lanes and delivers what becomes of them on its own (the GUI) thread.

    Parameters
    ----------
    parent
        Qt parent.
    """

    job_submitted = Signal(object)
    """A `JobHandle` was queued."""

    job_ended = Signal(object)
    """A `JobHandle` emitted its final signals."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[Lane, WorkerLane] = {}
        self._handles: dict[_Ticket, JobHandle] = {}
        self._is_shut_down = False
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    @property
    def active(self) -> tuple[JobHandle, ...]:
        """Jobs that are queued or running, oldest first."""
        return tuple(self._handles.values())

    def submit(
        self, function: JobFunction, lane: Lane | str = Lane.CPU, document_id: str | None = None, title: str = ""
    ) -> JobHandle:
        """Queue a job.

        Parameters
        ----------
        function
            Called as ``function(progress, cancel)`` on a worker thread.
        lane
            Which threads run it.
        document_id
            Document the result is for; see `retire_document`.
        title
            Shown beside the progress bar; empty keeps the job out of sight.

        Returns
        -------
        JobHandle
            Connect to its signals before returning to the event loop; none is emitted earlier.
        """
        handle = JobHandle(title, Lane(lane), document_id)
        ticket = _Ticket(function, handle.token)
        handle.on_cancel(lambda: self._cancel_queued(ticket))
        self._handles[ticket] = handle
        try:
            if self._is_shut_down:
                raise RuntimeError("The program is closing.")
            self._lane(handle.lane).put(lambda: self._work(ticket))
        except RuntimeError as error:
            ticket.fail(error)
            self._post(lambda: self._finish(ticket))
        self.job_submitted.emit(handle)
        return handle

    def retire_document(self, document_id: str) -> None:
        """Cancel all jobs of a document that is being closed; none of their results will be delivered."""
        for handle in self.active:
            if handle.document_id == document_id:
                handle.cancel()

    def shutdown(self, timeout_s: float = 5.0) -> bool:
        """Cancel everything and wait; the store lane finishes what it has queued, so that no stroke is lost.

        Returns
        -------
        bool
            True if every thread ended in time.
        """
        self._is_shut_down = True
        for handle in self.active:
            if handle.lane is not Lane.STORE:
                handle.cancel()
        deadline = time.monotonic() + timeout_s
        all_ended = [lane.close(deadline) for lane in self._lanes.values()].count(False) == 0
        if not all_ended:
            logger.warning("A background job did not stop within %.1f s", timeout_s)
        # The event loop may not run again: deliver what the workers posted, then end what never answered.
        QCoreApplication.sendPostedEvents(self)
        for ticket in list(self._handles):
            ticket.token.cancel()
            self._finish(ticket)
        return all_ended

    def _lane(self, lane: Lane) -> WorkerLane:
        if lane not in self._lanes:
            self._lanes[lane] = WorkerLane(lane.value, LANE_THREADS[lane])
        return self._lanes[lane]

    # -- on a worker thread --------------------------------------------------------------------------------------------

    def _work(self, ticket: _Ticket) -> None:
        if not ticket.claim():  # cancelled while queued; the GUI thread has already ended it
            return
        self._post(lambda: self._start(ticket))
        ticket.run(lambda progress: self._progress(ticket, progress))
        self._post(lambda: self._finish(ticket))

    def _progress(self, ticket: _Ticket, progress: Progress) -> None:
        # Only the newest report waits for the GUI thread, so a chatty job cannot flood the event queue.
        with ticket.lock:
            was_waiting = ticket.waiting_progress is not None
            ticket.waiting_progress = progress
        if not was_waiting:
            self._post(lambda: self._deliver_progress(ticket))

    def _post(self, call: Callable[[], None]) -> None:
        try:
            self._posted.emit(call)
        except RuntimeError:
            logger.debug("A job ended after its runner was deleted")

    # -- on the GUI thread ---------------------------------------------------------------------------------------------

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        call()

    def _start(self, ticket: _Ticket) -> None:
        handle = self._handles.get(ticket)
        if handle is not None:
            handle.advance(JobState.RUNNING)

    def _deliver_progress(self, ticket: _Ticket) -> None:
        with ticket.lock:
            progress, ticket.waiting_progress = ticket.waiting_progress, None
        handle = self._handles.get(ticket)
        if handle is not None and progress is not None and not ticket.token.is_cancelled:
            handle.report(progress)

    def _finish(self, ticket: _Ticket) -> None:
        handle = self._handles.pop(ticket, None)
        if handle is None:
            return
        state = JobState.CANCELLED if self._is_void(ticket) else ticket.state
        if state is JobState.FAILED:
            logger.info("Job in lane %s failed: %s", handle.lane, type(ticket.value).__name__)
        handle.on_cancel(None)
        handle.advance(state, ticket.value)
        ticket.clear()
        self.job_ended.emit(handle)
        handle.deleteLater()  # frees what listeners captured, also where they captured the handle itself

    def _is_void(self, ticket: _Ticket) -> bool:
        """Whether a job counts as cancelled whatever it returned."""
        return ticket.token.is_cancelled and ticket.state is not JobState.FAILED

    def _cancel_queued(self, ticket: _Ticket) -> None:
        if ticket.claim():
            self._post(lambda: self._finish(ticket))
