"""Several processes of one run, connected by gloo, against one process with the same global batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from ctviewer.domain.errors import TrainingError
from tests.training.ellipsoids import write_case, write_request
from training.curves import read_metrics
from training.team import Team

ROOT = Path(__file__).parents[2]
LAUNCHER = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]


def _train(folder: Path, processes: int, **changes: Any) -> list[dict[str, Any]]:
    folder.mkdir()
    request = write_request(
        folder, holdout=[write_case(folder, "c", 3), write_case(folder, "d", 4), write_case(folder, "e", 5)], **changes
    )
    launcher = [*LAUNCHER, str(processes)] if processes > 1 else []
    command = [sys.executable, *launcher, "-m", "training", "segment"]
    done = subprocess.run(
        [*command, "--request", str(request), "--out", str(folder / "run")],
        cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return [json.loads(line) for line in (folder / "run" / "events.jsonl").read_text().splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["focal", "dice"])
def test_two_processes_compute_what_one_does(tmp_path: Path, loss: str) -> None:
    """Same draws, same augmentation, same normalisation, same loss: only the order of summation differs."""
    changes = {"loss": loss, "iterations": 1, "slices_per_iteration": 24, "batch_size": 4, "optimizer": "adamw"}
    _train(tmp_path / "one", 1, **changes)
    events = _train(tmp_path / "two", 2, **changes)
    assert [e["event"] for e in events if e["event"] not in ("progress", "warning")] == [
        "started", "iteration", "finished",
    ]  # fmt: skip
    alone, shared = (read_metrics(tmp_path / name / "run" / "metrics.csv")[0] for name in ("one", "two"))
    assert shared["train_loss"] == pytest.approx(alone["train_loss"], rel=1e-3)
    assert shared["loss"] == pytest.approx(alone["loss"], rel=1e-3)
    assert shared["train_accuracy"] == pytest.approx(alone["train_accuracy"], abs=0.002)
    weights = [load_file(tmp_path / name / "run" / "model" / "weights.safetensors") for name in ("one", "two")]
    # Adam divides by the size of a gradient: where it is all but zero, rounding decides its sign, one step is 1e-3.
    gaps = np.concatenate([np.abs(weights[0][name] - weights[1][name]).ravel() for name in weights[0]])
    assert np.median(gaps) < 1e-5
    assert gaps.max() < 1e-2


def test_parts_of_a_batch_do_not_overlap() -> None:
    rows = [Team(rank, 4).rows(12) for rank in range(4)]
    assert [index for part in rows for index in range(12)[part]] == list(range(12))
    with pytest.raises(TrainingError, match="cannot be shared"):
        Team(0, 3).rows(8)
