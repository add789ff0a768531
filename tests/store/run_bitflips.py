"""``python -m tests.store.run_bitflips [RUNS] [SEED] [FLIPS]``: damaged stores by hand, 2000 unless told otherwise."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.store.bitflips import flip_runs

if __name__ == "__main__":
    runs, seed, flips = (
        int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 2000), (2, 1), (3, 1))
    )
    with tempfile.TemporaryDirectory() as scratch:
        report = flip_runs(Path(scratch), runs, seed, flips)
    print(
        f"{report.runs} stores with {flips} flipped bits: {report.refused} refused with a sentence, "
        f"{report.told} opened and told, {report.found_by_check} right and found by check, "
        f"{report.harmless} right (unused bytes), "
        f"{len(report.silently_wrong)} silently wrong"
    )
    print(*report.silently_wrong, sep="\n")
