"""Kills a training run again and again and compares the result: ``python -m tests.training.run_kill9 [KILLS] [SEED]``.

Every kill -9 comes at a random moment: while the process starts, or within the iterations that follow, checkpoints
included. ``resume`` goes on until the run ends. Weights, checkpoint and figures must be bit for bit those of a run that
was never interrupted.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from tests.training.ellipsoids import write_request

ROOT = Path(__file__).parents[2]
ITERATIONS_PER_KILL = 3
MOST_ITERATIONS = 3
"""A killed process was let finish fewer iterations than this, so the run outlasts its kills."""


@dataclass
class Report:
    """What happened to the killed run."""

    kills: int = 0
    while_starting: int = 0
    iterations: int = 0
    killed_at: list[int] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def kill_runs(folder: Path, wanted: int, seed: int) -> Report:
    """Train once undisturbed and once with so many kills, and compare."""
    chance = random.Random(seed)
    whole, cut = folder / "whole", folder / "cut"
    report = Report(iterations=max(2, ITERATIONS_PER_KILL * wanted))
    for place in (whole, cut):
        place.mkdir()
        write_request(place, iterations=report.iterations, slices_per_iteration=16)
    began = time.monotonic()
    with _start(whole) as process:
        _wait_for(process, 0)
        start_s = time.monotonic() - began
        _see_to_the_end(process)
    iteration_s = _median_seconds(whole)
    while report.kills < wanted:
        _kill_once(cut, chance, start_s, iteration_s, report)
    with _start(cut) as process:
        _see_to_the_end(process)
    report.different = _different(whole, cut)
    return report


def _kill_once(folder: Path, chance: random.Random, start_s: float, iteration_s: float, report: Report) -> None:
    """Start or resume, let a random number of iterations pass, kill a random moment later."""
    wait_for = chance.randrange(-1, MOST_ITERATIONS)
    with _start(folder) as process:
        assert process.stdout is not None
        if wait_for < 0:
            time.sleep(chance.uniform(0, start_s))
        elif _wait_for(process, wait_for):
            time.sleep(chance.uniform(0, 1.2 * iteration_s))
        if process.poll() is not None:
            raise RuntimeError(f"The run ended by itself with exit code {process.returncode}.")
        process.kill()
    report.kills += 1
    report.while_starting += wait_for < 0
    report.killed_at.append(len(_rows(folder)))


def _wait_for(process: subprocess.Popen[str], iterations: int) -> bool:
    """Read events until the run has started and so many iterations are done; False if it ended before."""
    assert process.stdout is not None
    started = False
    for line in process.stdout:
        started = started or '"started"' in line
        iterations -= '"event": "iteration"' in line
        if started and iterations <= 0:
            return True
    return False


def _start(folder: Path) -> subprocess.Popen[str]:
    run = folder / "run"
    begin = ["segment", "--request", str(folder / "request.json"), "--out", str(run)]
    what = ["resume", str(run)] if (run / "request.json").exists() else begin
    command = [sys.executable, "-m", "training", *what]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)


def _see_to_the_end(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = process.stdout.read()
    if process.wait() != 0:
        raise RuntimeError(f"The run failed: {said.splitlines()[-1:]}")


def _rows(folder: Path) -> list[dict[str, str]]:
    path = folder / "run" / "metrics.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def _median_seconds(folder: Path) -> float:
    with (folder / "run" / "metrics.csv").open(encoding="utf-8") as file:
        seconds = sorted(float(row["seconds"]) for row in csv.DictReader(file))
    return seconds[len(seconds) // 2]


def _different(whole: Path, cut: Path) -> list[str]:
    """Names of what is not the same in both runs."""
    weights, checkpoint = "model/weights.safetensors", "checkpoints/last.pt"
    same = {
        weights: (whole / "run" / weights).read_bytes() == (cut / "run" / weights).read_bytes(),
        checkpoint: _same_state(*(torch.load(p / "run" / checkpoint, weights_only=True) for p in (whole, cut))),
        "metrics.csv": _rows(whole) == _rows(cut),
    }
    return [name for name, is_same in same.items() if not is_same]


def _same_state(one: object, other: object) -> bool:
    """Whether two states are equal to the last bit."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        if not isinstance(other, dict) or one.keys() != other.keys():
            return False
        return all(_same_state(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return isinstance(other, list | tuple) and len(one) == len(other) and all(map(_same_state, one, other))
    return one == other


def main() -> None:
    """Print what came out; exit code 1 if anything differs."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        report = kill_runs(Path(name), wanted, seed)
    print(
        f"{report.kills} kills in a run of {report.iterations} iterations, {report.while_starting} of them while "
        f"starting, after {report.killed_at} iterations; {time.monotonic() - began:.0f} s"
    )
    print("different: " + ", ".join(report.different) if report.different else "bit-identical to the undisturbed run")
    raise SystemExit(1 if report.different else 0)


if __name__ == "__main__":
    main()
