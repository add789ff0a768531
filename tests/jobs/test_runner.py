"""Whatever a job does, the window hears exactly one verdict, on its own thread."""

import gc
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QObject

from ctviewer.domain.errors import CTViewerError, OperationCancelled
from ctviewer.domain.progress import Progress
from ctviewer.jobs.job import JobState, Lane
from ctviewer.jobs.runner import JobRunner
from tests.jobs.listening import heard

pytestmark = pytest.mark.gui


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    assert runner.shutdown(5)
    runner.deleteLater()


def wait_over(qtbot, *handles):
    qtbot.waitUntil(lambda: all(h.is_over for h in handles), timeout=5000)


def wait_for_cancel(progress, cancel):
    while True:
        cancel.raise_if_cancelled()
        time.sleep(0.002)


@pytest.mark.parametrize("lane", list(Lane))
def test_result_arrives_on_the_gui_thread(qtbot, runner, lane):
    seen = []
    handle = runner.submit(lambda progress, cancel: threading.current_thread().name, lane)
    handle.succeeded.connect(lambda value: seen.append((value, threading.current_thread())))
    log = heard(handle)
    wait_over(qtbot, handle)
    assert [entry[0] for entry in log] == ["succeeded", "ended"]
    worker_name, receiving_thread = seen[0]
    assert worker_name.startswith(f"ctviewer-{lane}")
    assert receiving_thread is threading.main_thread()


class Panic(BaseException):
    """Like the exception a Rust extension raises: not an Exception."""


@pytest.mark.parametrize(
    "error",
    [RuntimeError("CUDA out of memory"), CTViewerError("No.", "Do."), MemoryError(), KeyError("x"), Panic("rust"),
     SystemExit(3), KeyboardInterrupt()],
    ids=lambda e: type(e).__name__,
)  # fmt: skip
def test_any_exception_is_a_failure_with_the_error(qtbot, runner, error):
    def work(progress, cancel):
        raise error

    handle = runner.submit(work)
    log = heard(handle)
    wait_over(qtbot, handle)
    assert log == [("failed", error), ("ended",)]


def test_running_job_stops_as_cancelled(qtbot, runner):
    handle = runner.submit(wait_for_cancel)
    log = heard(handle)
    qtbot.waitUntil(lambda: handle.state is JobState.RUNNING)
    handle.cancel()
    handle.cancel()
    wait_over(qtbot, handle)
    assert log == [("cancelled",), ("ended",)]


def test_job_that_raises_the_cancel_by_itself_is_cancelled(qtbot, runner):
    def work(progress, cancel):
        raise OperationCancelled

    handle = runner.submit(work)
    log = heard(handle)
    wait_over(qtbot, handle)
    assert log == [("cancelled",), ("ended",)]


def test_cancel_while_queued_ends_at_once_and_never_starts(qtbot, runner):
    ran = []
    blocker = runner.submit(wait_for_cancel, Lane.GPU)
    queued = runner.submit(lambda progress, cancel: ran.append(1), Lane.GPU)
    log = heard(queued)
    qtbot.waitUntil(lambda: blocker.state is JobState.RUNNING)
    queued.cancel()
    assert log == []  # never inside the caller's call
    wait_over(qtbot, queued)
    assert log == [("cancelled",), ("ended",)]
    assert not blocker.is_over
    blocker.cancel()
    after = runner.submit(lambda progress, cancel: "next", Lane.GPU)
    wait_over(qtbot, blocker, after)
    assert ran == []
    assert after.state is JobState.SUCCEEDED


def test_result_after_a_cancel_is_dropped(qtbot, runner):
    release = threading.Event()
    handle = runner.submit(lambda progress, cancel: release.wait(5))
    log = heard(handle)
    qtbot.waitUntil(lambda: handle.state is JobState.RUNNING)
    handle.cancel()
    release.set()
    wait_over(qtbot, handle)
    assert log == [("cancelled",), ("ended",)]


def test_gpu_lane_runs_one_at_a_time_in_order(qtbot, runner):
    running, most, order = [], [], []

    def work(number):
        def run(progress, cancel):
            running.append(number)
            most.append(len(running))
            order.append(number)
            time.sleep(0.01)
            running.remove(number)

        return run

    handles = [runner.submit(work(n), Lane.GPU) for n in range(6)]
    wait_over(qtbot, *handles)
    assert max(most) == 1
    assert order == list(range(6))


def test_io_lane_runs_two_at_a_time(qtbot, runner):
    both = threading.Barrier(2, timeout=5)
    handles = [runner.submit(lambda progress, cancel: both.wait(), Lane.IO) for _ in range(2)]
    wait_over(qtbot, *handles)
    assert {h.state for h in handles} == {JobState.SUCCEEDED}


def test_a_lane_survives_failures(qtbot, runner):
    def fail(progress, cancel):
        raise RuntimeError

    handles = [runner.submit(fail, Lane.GPU) for _ in range(20)]
    last = runner.submit(lambda progress, cancel: 7, Lane.GPU)
    wait_over(qtbot, *handles, last)
    assert last.state is JobState.SUCCEEDED
    assert runner.active == ()


def test_progress_is_coalesced_to_the_newest_and_never_follows_the_verdict(qtbot, runner):
    def work(progress, cancel):
        for done in range(10_000):
            progress(Progress(done + 1, 10_000))

    handle = runner.submit(work)
    reports, log = [], heard(handle)
    handle.progressed.connect(lambda p: reports.append((p.done, len(log))))
    wait_over(qtbot, handle)
    assert [n for _, n in reports] == [0] * len(reports)
    assert [d for d, _ in reports] == sorted(d for d, _ in reports)
    assert reports[-1][0] == 10_000
    assert len(reports) < 10_000


def test_retired_document_gets_no_results(qtbot, runner):
    release = threading.Event()
    stale = runner.submit(lambda progress, cancel: release.wait(5), Lane.CPU, document_id="old")
    other = runner.submit(lambda progress, cancel: "kept", Lane.IO, document_id="new")
    log = heard(stale)
    runner.retire_document("old")
    release.set()
    wait_over(qtbot, stale, other)
    assert log == [("cancelled",), ("ended",)]
    assert other.state is JobState.SUCCEEDED


def test_result_already_on_its_way_is_dropped_when_its_document_closes(qtbot, runner):
    done = threading.Event()

    def work(progress, cancel):
        done.set()
        return "stale"

    handle = runner.submit(work, document_id="old")
    log = heard(handle)
    assert done.wait(5)
    time.sleep(0.05)  # the worker posts its result; the GUI thread has not looked yet
    runner.retire_document("old")
    wait_over(qtbot, handle)
    assert log == [("cancelled",), ("ended",)]


def test_shutdown_cancels_waits_and_ends_every_handle(qtbot):
    runner = JobRunner()
    running = [runner.submit(wait_for_cancel, lane) for lane in (Lane.IO, Lane.CPU, Lane.GPU)]
    queued = [runner.submit(wait_for_cancel, Lane.GPU) for _ in range(5)]
    logs = [heard(h) for h in running + queued]
    qtbot.waitUntil(lambda: all(h.state is JobState.RUNNING for h in running))
    assert runner.shutdown(5)
    assert all(log == [("cancelled",), ("ended",)] for log in logs)
    assert not [t for t in threading.enumerate() if t.name.startswith("ctviewer-")]


def test_shutdown_lets_the_journal_finish(qtbot):
    runner = JobRunner()
    written = []
    handles = [
        runner.submit(lambda progress, cancel, n=n: (time.sleep(0.01), written.append(n)), Lane.STORE)
        for n in range(10)
    ]
    assert runner.shutdown(5)
    assert written == list(range(10))
    assert {h.state for h in handles} == {JobState.SUCCEEDED}


def test_shutdown_does_not_wait_for_ever(qtbot):
    release = threading.Event()
    runner = JobRunner()
    handle = runner.submit(lambda progress, cancel: release.wait(20))
    log = heard(handle)
    qtbot.waitUntil(lambda: handle.state is JobState.RUNNING)
    started = time.monotonic()
    assert not runner.shutdown(0.2)
    assert time.monotonic() - started < 2
    assert log == [("cancelled",), ("ended",)]
    release.set()


def test_submitting_after_shutdown_fails_as_a_job(qtbot):
    runner = JobRunner()
    runner.shutdown(1)
    handle = runner.submit(lambda progress, cancel: 1)
    log = heard(handle)
    wait_over(qtbot, handle)
    assert [entry[0] for entry in log] == ["failed", "ended"]


def test_listeners_of_the_runner_hear_of_every_job_once(qtbot, runner):
    submitted, ended = [], []
    runner.job_submitted.connect(submitted.append)
    runner.job_ended.connect(ended.append)
    handles = [runner.submit(lambda progress, cancel: None) for _ in range(5)]
    wait_over(qtbot, *handles)
    assert submitted == handles
    assert set(ended) == set(handles)
    assert len(ended) == 5


def test_a_finished_job_holds_no_memory(qtbot, runner):
    class Big:
        pass

    big = Big()
    alive = weakref.ref(big)

    def work(progress, cancel, big=big):
        return big

    handle = runner.submit(work)
    del big, work
    wait_over(qtbot, handle)
    del handle
    qtbot.wait(20)
    gc.collect()
    assert alive() is None


def test_what_a_job_captured_dies_on_the_gui_thread(qtbot, runner):
    deaths = []

    class Captured(QObject):
        def __init__(self):
            super().__init__()
            weakref.finalize(self, lambda: deaths.append(threading.current_thread()))

    def submit(captured, outcome):
        def work(progress, cancel):
            if outcome is not None:
                raise outcome("it went wrong")
            return captured

        return runner.submit(work, Lane.STORE)

    for outcome in (None, ValueError, OperationCancelled) * 20:
        wait_over(qtbot, submit(Captured(), outcome))
    qtbot.waitUntil(lambda: len(deaths) == 60)
    assert set(deaths) == {threading.main_thread()}
