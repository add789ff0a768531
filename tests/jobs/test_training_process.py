"""The child process wrapper, against real child processes."""

import os
import signal
import sys

import pytest

from ctviewer.jobs.training_process import TrainingOutcome, TrainingProcess, verdict

pytestmark = pytest.mark.gui


def child(tmp_path, script):
    return TrainingProcess(tmp_path / "request.json", tmp_path, command=[sys.executable, "-c", script])


def run(qtbot, process):
    events = []
    process.event_received.connect(events.append)
    with qtbot.waitSignal(process.ended, timeout=20_000) as blocker:
        process.start()
    return events, blocker.args[0]


def test_events_arrive_in_order_and_foreign_output_is_ignored(qtbot, tmp_path):
    script = """
import sys, json
print("a library says hello")
for n in range(3):
    print(json.dumps({"event": "iteration", "iteration": n}))
sys.stdout.write('{"event": "finished"}\\n')
"""
    events, end = run(qtbot, child(tmp_path, script))
    assert [e["event"] for e in events] == ["iteration", "iteration", "iteration", "finished"]
    assert end.outcome is TrainingOutcome.SUCCEEDED


def test_the_childs_own_sentence_is_passed_on(qtbot, tmp_path):
    script = """
import sys, json
print(json.dumps({"event": "failed", "message": "The loss is not a number.", "hint": "Lower the rate."}))
sys.exit(3)
"""
    _, end = run(qtbot, child(tmp_path, script))
    assert (end.outcome, end.message, end.hint) == (
        TrainingOutcome.FAILED,
        "The loss is not a number.",
        "Lower the rate.",
    )


def test_killed_from_outside_becomes_a_sentence(qtbot, tmp_path):
    process = child(tmp_path, 'import time; print(\'{"event": "started"}\', flush=True); time.sleep(60)')
    ends = []
    process.ended.connect(ends.append)
    with qtbot.waitSignal(process.event_received, timeout=20_000):
        process.start()
    with qtbot.waitSignal(process.ended, timeout=20_000):
        os.kill(process.pid, signal.SIGKILL)
    assert len(ends) == 1
    assert ends[0].outcome is TrainingOutcome.FAILED
    assert "memory" in ends[0].message


def test_cancel_asks_with_a_file_before_it_forces(qtbot, tmp_path):
    script = f"""
import pathlib, time, sys
print('{{"event": "started"}}', flush=True)
while not pathlib.Path({str(tmp_path / "cancel")!r}).exists():
    time.sleep(0.01)
sys.exit(4)
"""
    process = child(tmp_path, script)
    with qtbot.waitSignal(process.event_received, timeout=20_000):
        process.start()
    with qtbot.waitSignal(process.ended, timeout=20_000) as blocker:
        process.cancel()
    assert blocker.args[0].outcome is TrainingOutcome.CANCELLED


def test_shutdown_ends_a_child_that_does_not_listen(qtbot, tmp_path):
    script = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"event": "started"}', flush=True)
time.sleep(60)
"""
    process = child(tmp_path, script)
    with qtbot.waitSignal(process.event_received, timeout=20_000):
        process.start()
    process.shutdown(timeout_s=0.3)
    assert not process.is_running


def test_a_program_that_does_not_exist(qtbot, tmp_path):
    process = TrainingProcess(tmp_path / "r", tmp_path, command=["/nonexistent/program"])
    _, end = run(qtbot, process)
    assert end.outcome is TrainingOutcome.FAILED
    assert "could not be started" in end.message


@pytest.mark.parametrize(
    ("exit_code", "crashed", "asked", "outcome"),
    [
        (0, False, False, TrainingOutcome.SUCCEEDED),
        (0, False, True, TrainingOutcome.SUCCEEDED),
        (4, False, False, TrainingOutcome.CANCELLED),
        (15, True, True, TrainingOutcome.CANCELLED),
        (9, True, False, TrainingOutcome.FAILED),
        (2, False, False, TrainingOutcome.FAILED),
        (1, False, False, TrainingOutcome.FAILED),
    ],
)
def test_every_ending_has_a_verdict_and_failures_have_a_sentence(exit_code, crashed, asked, outcome):
    end = verdict(exit_code, crashed=crashed, cancel_asked=asked, failure=None)
    assert end.outcome is outcome
    assert end.message or outcome is TrainingOutcome.SUCCEEDED
