"""kill -9 of a real painting process at random moments: nothing acknowledged is lost, nothing is corrupt.

The number of runs is set by ``CTVIEWER_KILL_RUNS`` (50 in the suite); ``python -m tests.store.kill9 500`` runs more.
"""

import os

import pytest

from tests.store.kill9 import kill_runs

RUNS = int(os.environ.get("CTVIEWER_KILL_RUNS", "50"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")
@pytest.mark.slow
def test_no_acknowledged_gesture_is_lost(tmp_path):
    report = kill_runs(tmp_path, RUNS, seed=20240501)
    assert report.lost == []
    assert report.corrupt == []
    assert report.runs == RUNS
    assert report.acknowledged > RUNS  # it did paint
    assert report.slowest_reopen_s < 2.0
    assert report.recovered > 0  # the user was told what was recovered
