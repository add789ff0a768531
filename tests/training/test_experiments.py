"""Experiments: the files that come with the program, the statistics, and a whole tiny experiment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import TrainingCase
from tests.training.ellipsoids import write_case
from training.experiments.commands import RESULTS
from training.experiments.plan import names, read_plan
from training.experiments.report import title_lines
from training.experiments.statistics import compare, estimate, fate, holm

ROOT = Path(__file__).parents[2]
CASES = [TrainingCase("a", "p", "a.npz", "a.npz")]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("scale", ["small", "full"])
def test_every_arm_of_every_experiment_is_a_valid_request(name: str, scale: str) -> None:
    plan = read_plan(name, scale)
    requests = {arm: plan.request(arm, 1, "run", CASES, []) for arm in plan.arms}
    assert len({json.dumps(request.to_json() | {"model_id": ""}) for request in requests.values()}) == len(requests)
    assert len(plan.seeds) > 1
    assert plan.folds > 1


def test_the_source_rows_are_all_there() -> None:
    assert {read_plan(name).row for name in names()} >= {"S0.25", "S0.26", "S0.27", "S0.28", "S0.29"}


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.md")), ids=lambda path: path.stem)
def test_a_kept_table_is_that_of_the_experiment_as_it_stands(path: Path) -> None:
    plan = read_plan(path.stem)
    assert path.read_text(encoding="utf-8").startswith("\n".join(title_lines(plan)) + "\n")
    rows = path.with_suffix(".csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == list(plan.arms)


def test_what_is_not_there_is_a_sentence() -> None:
    with pytest.raises(TrainingError, match="no experiment"):
        read_plan("alchemy")
    with pytest.raises(TrainingError, match="lacks gigantic"):
        read_plan("losses", "gigantic")


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(60):
        patients = rng.normal(0.8, 0.05, (12, 1))
        value = estimate(patients + rng.normal(0, 0.01, (12, 2)))
        inside += value.low <= 0.8 <= value.high
    assert inside >= 48  # 95 % nominal; a dozen patients make the bootstrap a little narrow


def test_a_real_difference_is_found_and_noise_is_not() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(0.8, 0.05, (14, 2))
    arms = {"base": base, "better": base + 0.03 + rng.normal(0, 0.005, base.shape)}
    arms |= {f"same-{n}": base + rng.normal(0, 0.02, base.shape) for n in range(3)}
    found = compare(arms, "base")
    assert found["better"].p_value < 0.01
    assert found["better"].difference.low > 0
    assert all(found[f"same-{n}"].p_value > 0.05 for n in range(3))


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


def test_collapse_is_told_from_never_having_learned() -> None:
    assert fate(np.array([0.1, 0.8, 0.9, 0.0])) == "collapsed"
    assert fate(np.array([0.0, 0.01, 0.0])) == "never learned"
    assert fate(np.array([0.1, 0.6, 0.5])) == ""


PLAN = """
title = "Tiny"
row = "none"
question = "Does it run?"
reference = "focal"
[base]
architecture = "mini_unet"
arguments = { width = 2 }
batch_size = 4
threads = 1
precision = "float32"
ram_cap_mb = 3000
input = { size_px = 32, hu_low = -1024, hu_high = 400, crop = "body", margin_mm = 5.0 }
[scales.small]
folds = 2
seeds = [1]
top = 1
[scales.small.request]
iterations = 2
slices_per_iteration = 8
[arms.focal]
[arms.dice]
loss = "dice"
"""


def test_run_and_report(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(PLAN)
    (tmp_path / "cases.json").write_text(json.dumps([write_case(tmp_path, name, n) for n, name in enumerate("abcd")]))
    common = [str(tmp_path / "tiny.toml"), "--work", str(tmp_path / "work")]
    run = ["experiments", "run", *common, "--cases", str(tmp_path / "cases.json"), "--threads", "1"]
    report = ["experiments", "report", *common, "--out", str(tmp_path / "results")]
    for arguments in (run, report):
        done = subprocess.run(
            [sys.executable, "-m", "training", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    text = (tmp_path / "results" / "tiny.md").read_text()
    assert "2 of 2 pairs" in text
    assert "4 patients" in text
    assert len((tmp_path / "results" / "tiny.csv").read_text().splitlines()) == 3
    assert (tmp_path / "results" / "tiny.png").read_bytes()[:4] == b"\x89PNG"
