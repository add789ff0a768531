"""How long a retraining will take and how much memory it will need, before it is started."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctviewer.domain.model_version import ModelVersion

EVENTS_FILE = "events.jsonl"
_SECONDS_PER_STEP = 0.6
"""Of a first run: V2(16) at 128 px, batch 8, on two processor cores (0.28 s undisturbed, doubled to be safe)."""
_REFERENCE = (2_067_752, 128)
"""Parameters and picture size that figure belongs to."""
_SECONDS_PER_SLICE = 0.05
_PROGRAM_MB = 900
"""Resident memory of the trainer with its libraries, without studies and weights."""
_COPIES = 6
"""Weights, their average, gradients, two moments of the optimiser, and one to write."""
_ACTIVATIONS_MB = 350
"""Of a batch of 8 slices at the reference size."""
_RECENT_RUNS = 20


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """What a retraining will cost.

    Parameters
    ----------
    seconds
        Time of training and measuring.
    memory_mb
        Resident memory the trainer needs at least.
    is_measured
        Whether the time rests on an earlier run on this computer.
    """

    seconds: float
    memory_mb: float
    is_measured: bool


def estimate_run(
    base: ModelVersion,
    training_slices: Sequence[int],
    holdout_slices: Sequence[int],
    steps: int,
    iterations: int,
    runs_dir: Path,
) -> RunEstimate:
    """Cost of a run.

    Parameters
    ----------
    training_slices, holdout_slices
        Number of slices of every case.
    steps
        Weight updates altogether.
    """
    size_px = base.manifest.input.size_px
    parameters = base.weights_path.stat().st_size / 4
    pixels = (size_px / _REFERENCE[1]) ** 2
    share = max(0.05, parameters / _REFERENCE[0]) * pixels
    measured = _measured_seconds_per_step(base, runs_dir)
    per_step = _SECONDS_PER_STEP * share if measured is None else measured
    held_out = sum(holdout_slices)
    # Once before, once per iteration at the network's resolution, and twice at the end on the whole scans.
    watching = held_out * _SECONDS_PER_SLICE * share * (iterations + 1) + 3 * held_out * _SECONDS_PER_SLICE
    slice_mb = size_px * size_px * 3 / 2**20
    studies_mb = 2 * max(training_slices, default=0) * slice_mb
    memory_mb = _PROGRAM_MB + _COPIES * parameters * 4 / 2**20 + _ACTIVATIONS_MB * pixels + studies_mb
    preparing = 0.02 * (sum(training_slices) + held_out)
    return RunEstimate(steps * per_step + watching + preparing, memory_mb, measured is not None)


def _measured_seconds_per_step(base: ModelVersion, runs_dir: Path) -> float | None:
    """Seconds per step of the latest run of the same kind of network on this computer."""
    folders = sorted((f for f in runs_dir.glob("*") if f.is_dir()), key=os.path.getmtime, reverse=True)
    for folder in folders[:_RECENT_RUNS]:
        try:
            request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
            if request["architecture"] != base.manifest.architecture or request["arguments"] != dict(
                base.manifest.arguments
            ):
                continue
            told = [e["seconds_per_step"] for e in _events(folder) if e.get("stage") == "training"]
        except (OSError, ValueError, KeyError):
            continue  # an older or damaged run says nothing
        if told:
            return float(told[-1])
    return None


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for line in (folder / EVENTS_FILE).read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if isinstance(event, dict):
            yield event
