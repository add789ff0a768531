"""kill -9 of a real painting process at random moments: nothing acknowledged is lost, nothing is corrupt.

``CTVIEWER_KILL_RUNS`` sets the number of runs (50 in the suite); ``python -m tests.store.run_kill9 500`` runs more.
"""

import os

import numpy as np
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
    # A single wait for a busy machine says nothing about the store.
    assert np.percentile(report.reopen_s, 90) < 2.0
    assert report.recovered > 0  # the user was told what was recovered
