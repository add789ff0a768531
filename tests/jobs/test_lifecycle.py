"""The table of job states, tried exhaustively."""

import itertools

import pytest

from ctviewer.domain.progress import Progress
from ctviewer.jobs.job import TRANSITIONS, JobHandle, JobState
from tests.jobs.listening import heard

pytestmark = pytest.mark.gui


def bring_to(handle, state):
    if state is not JobState.QUEUED:
        handle.advance(JobState.RUNNING)
    if state.is_final:
        handle.advance(state, "value")


@pytest.mark.parametrize(("start", "target"), list(itertools.product(JobState, JobState)))
def test_every_move_is_either_in_the_table_or_refused(qapp, start, target):
    handle = JobHandle()
    bring_to(handle, start)
    if target in TRANSITIONS[start]:
        handle.advance(target, "value")
        assert handle.state is target
    else:
        with pytest.raises(ValueError, match=f"is {start} cannot become {target}"):
            handle.advance(target, "value")
        assert handle.state is start


@pytest.mark.parametrize("final", [s for s in JobState if s.is_final])
def test_one_verdict_then_ended(qapp, final):
    handle = JobHandle()
    log = heard(handle)
    bring_to(handle, final)
    assert [entry[0] for entry in log] == [final.value, "ended"]
    assert handle.is_over


def test_no_progress_after_the_end(qapp):
    handle = JobHandle()
    reports = []
    handle.progressed.connect(reports.append)
    bring_to(handle, JobState.RUNNING)
    handle.report(Progress(1, 4))
    handle.advance(JobState.CANCELLED)
    handle.report(Progress(2, 4))
    assert reports == [Progress(1, 4)]


def test_eta_is_unknown_before_there_is_evidence(qapp):
    handle = JobHandle()
    assert handle.eta_s is None
    handle.advance(JobState.RUNNING)
    handle.report(Progress(1, 2))
    assert handle.eta_s is None  # half a second has not passed
    handle._started_at -= 10
    assert handle.eta_s == pytest.approx(10, abs=0.5)


def test_cancelling_a_job_that_is_over_does_nothing(qapp):
    handle = JobHandle()
    bring_to(handle, JobState.SUCCEEDED)
    handle.cancel()
    assert not handle.token.is_cancelled
    assert handle.state is JobState.SUCCEEDED
