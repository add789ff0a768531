"""Kills a training run again and again and compares the result: ``python -m tests.training.run_kill9 [KILLS]``.

Every kill -9 comes at a random moment; the run is resumed until it ends. Its weights must be bit for bit
those of a run that was never interrupted.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.training.ellipsoids import write_request

ROOT = Path(__file__).parents[2]
ITERATIONS = 40


def train(folder: Path, *, kill_after_s: float | None) -> bool:
    """Start or continue the run; returns whether it ended by itself."""
    run = folder / "run"
    request = run / "request.json" if (run / "request.json").exists() else folder / "request.json"
    command = [sys.executable, "-m", "training", "segment", "--request", str(request), "--out", str(run)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"})
    try:
        return process.wait(kill_after_s) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def weights(folder: Path) -> bytes:
    return (folder / "run" / "model" / "weights.safetensors").read_bytes()


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        whole, cut = Path(name) / "whole", Path(name) / "cut"
        for folder in (whole, cut):
            folder.mkdir()
            write_request(folder, iterations=ITERATIONS, slices_per_iteration=16)
        began = time.monotonic()
        if not train(whole, kill_after_s=None):
            raise SystemExit("The undisturbed run failed.")
        usual_s = time.monotonic() - began
        kills = 0
        while kills < wanted:
            if train(cut, kill_after_s=rng.uniform(0.3, 0.7) * usual_s):
                break
            kills += 1
        while not train(cut, kill_after_s=None):
            pass
        same = weights(whole) == weights(cut)
        print(f"{kills} kills, weights {'bit-identical' if same else 'DIFFERENT'}")
        raise SystemExit(0 if same else 1)


if __name__ == "__main__":
    main()
