"""``python -m tests.store.run_kill9 [RUNS] [SEED]``: the kill test by hand, 500 runs unless told otherwise."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.store.kill9 import kill_runs

if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as scratch:
        report = kill_runs(Path(scratch), runs, seed)
    print(
        f"{report.runs} runs, {report.acknowledged} operations acknowledged, {len(report.lost)} lost, "
        f"{len(report.corrupt)} stores corrupt, {report.recovered} recoveries told, "
        f"reopening took {statistics.median(report.reopen_s):.2f} s in the median, {max(report.reopen_s):.2f} s at most"
    )
    print(*report.lost, *report.corrupt, sep="\n")
