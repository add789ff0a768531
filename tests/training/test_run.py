"""Whole runs on synthetic cases, as the viewer starts them: in a child process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ctviewer.domain.model_version import ModelVersion
from tests.training.ellipsoids import chest, write_case, write_request
from training.cases import LabelledScan
from training.split import patient_folds
from training.studies import make_study

ROOT = Path(__file__).parents[2]


def _run(*arguments: object, fault: str = "") -> tuple[int, list[dict[str, Any]]]:
    environment = os.environ | {"CTVIEWER_TRAINING_FAULT": fault, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "training", *map(str, arguments)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def _segment(folder: Path, out: str = "run", fault: str = "", **changes: Any) -> tuple[int, list[dict[str, Any]]]:
    return _run("segment", "--request", write_request(folder, **changes), "--out", folder / out, fault=fault)


def _weights(folder: Path) -> bytes:
    return (folder / "model" / "weights.safetensors").read_bytes()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("trained")
    code, events = _segment(folder, iterations=4, slices_per_iteration=160, arguments={"width": 4}, learning_rate=0.01)
    assert code == 0, events
    return folder, events


def test_a_run_learns_and_leaves_a_complete_version_folder(trained) -> None:
    folder, events = trained
    run = folder / "run"
    assert [e["event"] for e in events if e["event"] not in ("progress", "warning")] == [
        "started", *["iteration"] * 4, "finished",
    ]  # fmt: skip
    assert [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()] == events
    last = [e for e in events if e["event"] == "iteration"][-1]
    assert set(last["val_dice"]) == {"left_lung", "right_lung", "trachea", "mean"}
    assert last["val_dice"]["left_lung"] > 0.7
    assert last["val_dice"]["right_lung"] > 0.7
    version = ModelVersion.from_folder(run / "model")
    version.verify()
    assert version.manifest.metrics["holdout"]["left_lung_dice"] == pytest.approx(last["val_dice"]["left_lung"])
    assert "a candidate" in version.card_path.read_text()
    assert len((run / "metrics.csv").read_text().splitlines()) == 5
    assert 0 < last["peak_rss_mb"] <= 3000


def test_retraining_starts_from_the_base_model_and_names_it(trained, tmp_path: Path) -> None:
    base = trained[0] / "run" / "model"
    code, events = _segment(
        tmp_path, base_model=str(base), arguments={"width": 4}, iterations=1,
        cases=[write_case(tmp_path, "a", 1, revision_id="rev-1", labels_sha256="ab" * 32, reviewed_slices=[2, 3, 4])],
    )  # fmt: skip
    assert code == 0, events
    baseline = next(e for e in events if e["event"] == "baseline")
    before = next(e for e in reversed(trained[1]) if e["event"] == "iteration")
    assert baseline["val_dice"]["mean"] == pytest.approx(before["val_dice"]["mean"], abs=1e-6)
    manifest = ModelVersion.from_folder(tmp_path / "run" / "model").manifest
    assert manifest.parent == ModelVersion.from_folder(base).ref
    assert manifest.annotations[0]["revision_id"] == "rev-1"
    assert manifest.metrics["base_holdout"]["mean_dice"] == pytest.approx(baseline["val_dice"]["mean"])


def test_a_damaged_base_model_is_refused(trained, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for file in (trained[0] / "run" / "model").iterdir():
        content = file.read_bytes()
        (base / file.name).write_bytes(content[:-1] + b"\x01" if file.suffix == ".safetensors" else content)
    code, events = _segment(tmp_path, base_model=str(base), arguments={"width": 4})
    assert code == 3
    assert "damaged" in events[-1]["message"]


def test_resume_after_kill_is_bit_identical(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    assert _segment(tmp_path / "whole", iterations=3)[0] == 0
    code, _ = _segment(tmp_path / "cut", fault="kill@3", iterations=3)
    assert code == -9
    assert not (tmp_path / "cut" / "run" / "model").exists()
    code, events = _run("resume", tmp_path / "cut" / "run")
    assert code == 0, events
    assert next(e for e in events if e["event"] == "started")["iteration"] == 2
    assert _weights(tmp_path / "whole" / "run") == _weights(tmp_path / "cut" / "run")
    assert len((tmp_path / "cut" / "run" / "metrics.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize(("fault", "words"), [("oom", "ran out of memory"), ("nan", "unstable")])
def test_faults_end_in_a_sentence(tmp_path: Path, fault: str, words: str) -> None:
    code, events = _segment(tmp_path, fault=fault)
    assert code == 3
    assert events[-1]["event"] == "failed"
    assert words in events[-1]["message"]
    assert events[-1]["hint"]
    assert not (tmp_path / "run" / "model").exists()


def test_unreadable_case_is_named(tmp_path: Path) -> None:
    path = write_request(tmp_path)
    (tmp_path / "b.npz").write_bytes(b"not an archive")
    code, events = _run("segment", "--request", path, "--out", tmp_path / "run")
    assert code == 3
    assert "“b”" in events[-1]["message"]


def test_bad_requests_are_refused_with_code_2(tmp_path: Path) -> None:
    code, events = _segment(tmp_path, seed="seven")
    assert code == 2
    assert "seed" in events[-1]["message"]


def test_a_device_that_is_not_there_is_told_before_anything_is_prepared(tmp_path: Path) -> None:
    code, events = _segment(tmp_path, device="cuda:99")
    assert code == 3
    assert events[-1]["message"] == "The device “cuda:99” is not available on this machine."
    assert [event["event"] for event in events] == ["failed"]


def test_cancel_file_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "cancel").touch()
    code, events = _segment(tmp_path)
    assert code == 4
    assert events[-1]["event"] == "cancelled"


def test_too_small_memory_limit_is_a_sentence(tmp_path: Path) -> None:
    code, events = _segment(tmp_path, ram_cap_mb=300)
    assert code == 3
    assert "memory" in events[-1]["message"].lower()


def test_only_reviewed_slices_and_trusted_structures_count() -> None:
    from ctviewer.domain.geometry import VolumeGeometry
    from ctviewer.domain.manifest_parts import InputSpec
    from ctviewer.domain.training_parts import TrainingCase

    hu, labels, affine = chest(0)
    scan = LabelledScan(hu, labels, VolumeGeometry(hu.shape, affine))
    spec = InputSpec(48, -1024, 400, margin_mm=5.0)
    case = TrainingCase("a", "p", "", "", reviewed_slices=[2, 5, 99], trusted_labels=[2])
    study = make_study(scan, case, spec)
    assert len(study.inputs) == 2
    assert set(np.unique(study.labels)) == {0, 2, 255}
    whole = make_study(scan, TrainingCase("a", "p", "", "", reviewed_slices=[2, 5]), spec)
    assert (study.labels[whole.labels == 1] == 255).all()
    assert (study.labels[whole.labels == 2] == 2).all()


def test_folds_never_split_a_patient() -> None:
    from ctviewer.domain.training_parts import TrainingCase

    cases = [TrainingCase(f"c{n}", f"p{n // 2}", "", "") for n in range(10)]
    folds = patient_folds(cases, 3)
    assert sorted(case_id for fold in folds for case_id in fold) == sorted(c.case_id for c in cases)
    for fold in folds:
        inside = {c.patient_key for c in cases if c.case_id in fold}
        assert inside.isdisjoint({c.patient_key for c in cases if c.case_id not in fold})


def test_checkpoints_load_without_running_code(trained) -> None:
    state = torch.load(trained[0] / "run" / "checkpoints" / "last.pt", weights_only=True)
    assert state["iteration"] == 4


def test_a_full_device_halves_the_batch_then_leaves_for_the_cpu(tmp_path: Path) -> None:
    code, events = _segment(tmp_path, fault="gpu_oom", iterations=1)
    assert code == 0, events
    told = [e["message"] for e in events if e["event"] == "warning"]
    assert ["2 slices" in told[0], "1 slices" in told[1], "on the CPU" in told[2]] == [True] * 3
    assert len(told) == 3


def test_a_run_folder_tells_everything_about_the_run(trained) -> None:
    run = trained[0] / "run"
    resolved = json.loads((run / "resolved.json").read_text())
    assert (resolved["learning_rate"], resolved["sampler"]["n"], resolved["processes"]) == (0.01, 2, 1)
    environment = json.loads((run / "environment.json").read_text())
    assert {"torch", "python", "device", "threads", "system"} <= set(environment)
    assert (run / "curves.png").read_bytes()[:4] == b"\x89PNG"
    assert "data:image/png" in (run / "curves.html").read_text()
    columns = (run / "metrics.csv").read_text().splitlines()[0].split(",")
    figures = [f"{who}_{what}" for who in ("mean", "left_lung", "right_lung", "trachea")
               for what in ("dice", "iou", "precision", "recall")] + ["loss", "accuracy"]  # fmt: skip
    assert {*figures, *(f"train_{name}" for name in figures), *(f"legacy_{name}" for name in figures)} <= set(columns)
    case = json.loads((run / "holdout.json").read_text())["c"]
    tp, fp, fn = case["left_lung"]["counts"]
    assert case["left_lung"]["dice"] == pytest.approx(2 * tp / (2 * tp + fp + fn))


def test_a_run_stops_when_nothing_improves(tmp_path: Path) -> None:
    code, events = _segment(tmp_path, iterations=12, patience=2, learning_rate=1e-8, slices_per_iteration=4)
    assert code == 0, events
    done = [e["iteration"] for e in events if e["event"] == "iteration"]
    assert done == [1, 2, 3]
    assert any(e.get("stage") == "stalled" for e in events)
    assert events[-1]["event"] == "finished"


@pytest.mark.parametrize("kind", ["cached", "buffered"])
def test_resume_is_exact_for_sources_with_files_and_threads(tmp_path: Path, kind: str) -> None:
    sampler = {"kind": kind, "n": 1, "k": 4}
    for name in ("whole", "cut"):
        (tmp_path / name).mkdir()
    assert _segment(tmp_path / "whole", iterations=2, slices_per_iteration=16, sampler=sampler)[0] == 0
    code, _ = _segment(tmp_path / "cut", fault="kill@2", iterations=2, slices_per_iteration=16, sampler=sampler)
    assert code == -9
    assert _run("resume", tmp_path / "cut" / "run")[0] == 0
    assert _weights(tmp_path / "whole" / "run") == _weights(tmp_path / "cut" / "run")
