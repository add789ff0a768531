"""From accepted corrections to a request, and from a finished run to a candidate; real store, registry and trainer."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ctviewer.domain.errors import CTViewerError, NotEnoughSpaceError, TrainingError
from ctviewer.domain.revision import RevisionStatus
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.services.retraining import (
    RetrainingSettings,
    install_candidate,
    list_cases,
    next_version,
    prepare_run,
    rehearsal,
)
from ctviewer.services.retraining_comparison import (
    Comparison,
    Objection,
    check_promotion,
    comparison_of,
    noise_of,
    objections_to,
    record_promotion,
)
from ctviewer.services.retraining_estimate import estimate_run
from ctviewer.store.holdout import Side
from tests.support.retraining_desk import PATIENTS, retraining_desk
from tests.support.small_disk import fill, small_disk
from tests.support.synthetic import TINY


@pytest.fixture
def desk(tmp_path):
    with retraining_desk(tmp_path) as made:
        yield made


def all_ids(store):
    return [r.revision_id for r in store.revisions.select(status=RevisionStatus.ACCEPTED)]


def settings(registry, **changes):
    values = RetrainingSettings(registry.active("segmentation").ref, iterations=1, slices_per_iteration=16)
    return replace(values, **changes)


def test_one_patient_trains_and_the_other_measures(desk):
    store, ledger, registry, _ = desk
    cases = list_cases(store, ledger, registry.active("segmentation"))
    assert sorted(c.side for c in cases) == [Side.HOLDOUT, Side.TRAINING]
    assert all(c.is_new for c in cases)


def test_the_request_says_who_what_and_from_where(desk, tmp_path):
    store, ledger, registry, root = desk
    run = prepare_run(store, ledger, registry, all_ids(store), settings(registry), root / "runs")
    request = TrainingRequest.read(run.request_path)
    assert {c.patient_key for c in request.cases}.isdisjoint(c.patient_key for c in request.holdout)
    assert len(request.cases) == len(request.holdout) == 1
    case = request.cases[0]
    stored = np.load(case.labels)["labels"]
    np.testing.assert_array_equal(stored, store.revisions.load_labels(case.revision_id))
    assert len(case.image) == TINY.shape[0]
    assert request.model_version == "1.0.1"
    assert request.base_model == str(registry.active("segmentation").folder)


def test_only_held_out_cases_or_none_or_a_tiny_limit_are_refused_with_a_sentence(desk):
    store, ledger, registry, root = desk
    ledger.assign(r.patient_key for r in store.revisions.select())
    held = [
        c.revision.revision_id
        for c in list_cases(store, ledger, registry.active("segmentation"))
        if c.side is Side.HOLDOUT
    ]
    with pytest.raises(TrainingError, match="held-out"):
        prepare_run(store, ledger, registry, held, settings(registry), root / "runs")
    with pytest.raises(TrainingError, match="No accepted case"):
        prepare_run(store, ledger, registry, [], settings(registry), root / "runs")
    with pytest.raises(TrainingError, match="memory limit"):
        prepare_run(store, ledger, registry, all_ids(store), settings(registry, ram_cap_mb=100), root / "runs")


def test_a_run_that_cannot_be_written_leaves_no_folder(desk, tmp_path):
    store, ledger, registry, _ = desk
    arguments = store, ledger, registry, all_ids(store), settings(registry)
    with small_disk(tmp_path / "disk", 2) as disk:
        ballast = fill(disk, leave_kb=8)
        with pytest.raises(NotEnoughSpaceError, match="MB free"):
            prepare_run(*arguments, disk / "runs")
        ballast.unlink()
        assert list((disk / "runs").iterdir()) == []
        assert prepare_run(*arguments, disk / "runs").request_path.exists()


def test_a_scan_that_moved_is_named(desk):
    store, ledger, registry, root = desk
    for patient in PATIENTS:
        (root / "scans" / patient).rename(root / f"moved-{patient}")
    with pytest.raises(CTViewerError, match="no longer there"):
        prepare_run(store, ledger, registry, all_ids(store), settings(registry), root / "runs")


def train(run):
    command = [sys.executable, "-m", "training", "segment", "--request", run.request_path, "--out", run.run_dir]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


@pytest.mark.slow
def test_press_train_install_promote_roll_back(desk):
    store, ledger, registry, root = desk
    base = registry.active("segmentation")
    run = prepare_run(store, ledger, registry, all_ids(store), settings(registry), root / "runs")
    done = train(run)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    candidate = install_candidate(run.run_dir, registry)
    assert registry.active("segmentation").ref == base.ref
    assert candidate.manifest.parent == base.ref
    assert {a["revision_id"] for a in candidate.manifest.annotations} == {c.revision_id for c in run.request.cases}
    comparison = comparison_of(candidate, run.run_dir)
    native = candidate.manifest.metrics["comparison"]["cases"]
    assert set(native) == {c.case_id for c in run.request.holdout}
    assert {"dice", "hd95_mm", "surface_dice", "side_swapped_ml"} <= set(next(iter(native.values()))["candidate"])
    assert comparison.worst
    assert all(worst.path.read_bytes()[:4] == b"\x89PNG" for worst in comparison.worst)
    assert (comparison.n_cases, comparison.n_patients) == (1, 1)
    assert [r.structure for r in comparison.rows] == ["left_lung", "right_lung", "trachea", "mean"]
    assert all(0 <= r.before <= 1 and 0 <= r.after <= 1 for r in comparison.rows)
    registry.activate(candidate)
    assert registry.active("segmentation").ref == candidate.ref
    learned = [c for c in list_cases(store, ledger, candidate) if not c.is_new]
    assert {c.revision.revision_id for c in learned} == {c.revision_id for c in run.request.cases}
    assert next_version(base.manifest.model_id, registry) == "1.0.2"
    assert registry.rollback("segmentation").ref == base.ref


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "words"), [("oom", "memory"), ("nan", "unstable")])
def test_a_failing_run_leaves_everything_as_it_was(desk, monkeypatch, fault, words):
    store, ledger, registry, root = desk
    before = [(r.revision_id, r.status, r.labels_sha256) for r in store.revisions.select()]
    run = prepare_run(store, ledger, registry, all_ids(store), settings(registry), root / "runs")
    monkeypatch.setenv("CTVIEWER_TRAINING_FAULT", fault)
    done = train(run)
    assert done.returncode == 3
    failed = [json.loads(line) for line in done.stdout.splitlines() if '"failed"' in line]
    assert len(failed) == 1
    assert words in failed[0]["message"]
    assert "Traceback" not in done.stdout
    with pytest.raises(TrainingError, match="left no model"):
        install_candidate(run.run_dir, registry)
    assert registry.active("segmentation").ref == "chest@1.0.0"
    assert [(r.revision_id, r.status, r.labels_sha256) for r in store.revisions.select()] == before


def _case(patient: str, before: dict[str, float], after: dict[str, float], swapped: float = 0.0) -> dict:
    return {
        "patient": patient,
        "base": {"dice": before, "side_swapped_ml": 0.0},
        "candidate": {"dice": after, "side_swapped_ml": swapped},
    }


def test_noise_is_no_objection_and_a_real_loss_is():
    steady = [
        _case(f"p{n}", {"trachea": 0.90}, {"trachea": 0.90 + change}) for n, change in enumerate((-2e-3, 3e-3, -1e-3))
    ]
    assert objections_to(steady, ["trachea"]) == []
    worse = [_case(f"p{n}", {"trachea": 0.90}, {"trachea": 0.88 - n / 1000}) for n in range(4)]
    (objection,) = objections_to(worse, ["trachea"])
    assert (objection.kind, objection.structure) == ("mean", "trachea")
    assert objection.amount == pytest.approx(0.0215)


def test_one_bad_case_and_swapped_sides_are_objections_that_no_average_hides():
    cases = [_case(f"p{n}", {"left_lung": 0.95}, {"left_lung": 0.97}) for n in range(8)]
    cases.append(_case("p9", {"left_lung": 0.95}, {"left_lung": 0.85}))
    assert [o.kind for o in objections_to(cases, ["left_lung"])] == ["case"]
    assert [o.kind for o in objections_to([_case("p", {}, {}, swapped=40.0)], [])] == ["sides"]


def test_what_counts_as_noise_follows_the_spread_of_the_patients_within_bounds():
    assert noise_of([0.01]) == pytest.approx(0.01)
    assert noise_of([0.001] * 9) == pytest.approx(0.005)
    assert 0.005 < noise_of([0.0, 0.02, 0.01, 0.03, 0.0]) < 0.05
    assert noise_of([-0.5, 0.5]) == pytest.approx(0.05)


def test_promotion_against_objections_needs_words_that_are_kept(desk, tmp_path):
    _, _, registry, _ = desk
    comparison = Comparison((), 1, 1, (Objection("mean", "trachea", 0.03),))
    with pytest.raises(TrainingError, match="not promoted"):
        check_promotion(comparison, "  yes ")
    check_promotion(comparison, "our tracheas are drawn differently")
    check_promotion(Comparison((), 1, 1), "")
    record_promotion(tmp_path, registry.active("segmentation"), comparison, "drawn differently", "reader")
    kept = json.loads((tmp_path / "promotion.json").read_text())
    assert (kept["by"], kept["reason"], kept["objections"][0]["structure"]) == (
        "reader",
        "drawn differently",
        "trachea",
    )


def test_corrected_slices_come_from_the_journal(desk, tmp_path):
    store, ledger, registry, root = desk
    run = prepare_run(store, ledger, registry, all_ids(store), settings(registry), root / "runs")
    case = run.request.cases[0]
    labels = store.revisions.load_labels(case.revision_id)
    assert case.corrected_slices == list(np.flatnonzero(labels.any(axis=(1, 2))))  # no prediction: drawn by hand
    assert run.request.sampler.corrected_share > 0


def test_old_cases_are_rehearsed_beside_new_ones(desk):
    store, ledger, registry, _ = desk
    base = registry.active("segmentation")
    listed = [replace(c, side=Side.TRAINING) for c in list_cases(store, ledger, base)]
    old, new = replace(listed[0], is_new=False), listed[1]
    assert rehearsal([old, new], [new]) == [old]
    assert rehearsal([old, new], [old, new]) == []
    assert rehearsal([replace(old, side=Side.HOLDOUT), new], [new]) == []


def test_the_estimate_follows_an_earlier_run(desk, tmp_path):
    base = desk[2].active("segmentation")
    first = estimate_run(base, [100], [100], 400, 4, tmp_path)
    assert not first.is_measured
    run = tmp_path / "20260101"
    run.mkdir()
    request = {"architecture": base.manifest.architecture, "arguments": dict(base.manifest.arguments)}
    (run / "request.json").write_text(json.dumps(request))
    (run / "events.jsonl").write_text(json.dumps({"event": "progress", "stage": "training", "seconds_per_step": 2.0}))
    measured = estimate_run(base, [100], [100], 400, 4, tmp_path)
    assert measured.is_measured
    assert measured.seconds > 800
    assert measured.memory_mb > 500
