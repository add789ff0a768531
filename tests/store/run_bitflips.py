"""``python -m tests.store.run_bitflips [RUNS] [SEED] [FLIPS]``: damaged stores by hand, 2000 unless told otherwise."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from tests.store.bitflips import flip_runs

if __name__ == "__main__":
    logging.disable()
    given = [int(text) for text in sys.argv[1:]]
    runs, seed, flips = given + [2000, 1, 1][len(given) :]
    with tempfile.TemporaryDirectory() as scratch:
        report = flip_runs(Path(scratch), runs, seed, flips)
    print(
        f"{report.runs} stores with {flips} flipped bits: {report.refused} refused with a sentence, "
        f"{report.told} opened and told, {report.found_by_check} right and found by check, "
        f"{report.harmless} right (unused bytes), "
        f"{len(report.silently_wrong)} silently wrong"
    )
    print(*report.silently_wrong, sep="\n")
