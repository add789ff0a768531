"""``python -m training segment --cases``: flags become the request of the run folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ctviewer.domain.training_request import TrainingRequest
from tests.training.ellipsoids import write_case
from training.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Four cases of three patients."""
    entries = [write_case(tmp_path, name, n) for n, name in enumerate("abc")]
    entries.append(write_case(tmp_path, "c2", 7, patient_key="c"))
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(entries))
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been trained."""
    found: list[Any] = []

    def keep(request: Any, run_dir: Path, prepared: Path | None = None) -> int:
        found.extend([request, run_dir])
        return 0

    monkeypatch.setattr("training.execution.execute", keep)
    return found


def test_flags_train_and_leave_the_request(cases: Path, tmp_path: Path) -> None:
    flags = ["--network", "mini_unet", "--width", "2", "--size", "32", "--steps", "5", "--slices", "12"]
    flags += ["--batch-size", "4", "--loss", "dice", "--optimizer", "lion", "--source", "cached", "--memory", "3000"]
    flags += ["--precision", "float32", "--threads", "1", "--set", "augmentation.noise=0.05"]
    command = [
        sys.executable,
        "-m",
        "training",
        "segment",
        "--cases",
        str(cases),
        "--out",
        str(tmp_path / "run"),
        *flags,
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    request = TrainingRequest.read(tmp_path / "run" / "request.json")
    assert (request.run_id, request.architecture, request.arguments) == ("run", "mini_unet", {"width": 2})
    assert (request.loss, request.optimizer, request.sampler.kind) == ("dice", "lion", "cached")
    assert (request.iterations, request.total_steps, request.augmentation.noise) == (2, 6, 0.05)
    assert {case.patient_key for case in request.holdout} == {"c"}
    assert [case.case_id for case in request.cases] == ["a", "b"]
    assert (tmp_path / "run" / "model" / "weights.safetensors").exists()


def test_without_flags_the_defaults_are_those_of_a_request(cases: Path, tmp_path: Path, asked: list[Any]) -> None:
    assert main(["segment", "--cases", str(cases), "--out", str(tmp_path / "run"), "--holdout-share", "0"]) == 0
    request = asked[0]
    assert (request.architecture, request.arguments) == ("attention_unet_plus_plus_v2", {"width": 16})
    assert (request.iterations, request.batch_size, request.holdout) == (10, 8, [])
    assert len(request.cases) == 4
    assert Path(request.cases[0].image).is_absolute()


def test_a_hold_out_of_ones_own_and_networks_without_a_width(cases: Path, tmp_path: Path, asked: list[Any]) -> None:
    (tmp_path / "other.json").write_text(json.dumps([write_case(tmp_path, "z", 9)]))
    flags = ["--holdout", str(tmp_path / "other.json"), "--network", "deeplab_v3_plus_mobilenet_v2"]
    assert main(["segment", "--cases", str(cases), "--out", str(tmp_path / "run"), *flags]) == 0
    assert [case.case_id for case in asked[0].holdout] == ["z"]
    assert asked[0].arguments == {}


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--set", "augmentation.nois=1"], "nois"),
        (["--set", "noise"], "not understood"),
        (["--set", "run_id.x=1"], "no setting run_id.x"),
        (["--holdout-share", "0.9"], "outside 0 to 0.5"),
        (["--network", "medt", "--set", "arguments.depth=3"], "does not take depth"),
        (["--loss", "weighted_cross_entropy"], "class_weights"),
        (["--batch-size", "0"], "batch_size is 0"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    flags: list[str], words: str, cases: Path, tmp_path: Path, asked: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["segment", "--cases", str(cases), "--out", str(tmp_path / "run"), *flags]) == 2
    assert words in capsys.readouterr().err
    assert not asked


def test_a_request_file_and_flags_do_not_mix(
    tmp_path: Path, asked: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "run")]
    assert main(["segment", "--request", "r.json", *out, "--width", "8"]) == 2
    assert "--request" in capsys.readouterr().err
    assert main(["segment", "--request", "r.json", *out]) == 0
    assert asked == [Path("r.json"), tmp_path / "run"]
