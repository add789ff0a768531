"""Retraining on accepted corrections: choose cases, write the request, take the result in as a candidate.

The training itself is another process (`ctviewer.jobs.training_process`, ``python -m training``); this module is what
happens before and after it, and it runs without a window.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ctviewer.config.atomic import atomic_write, atomic_write_bytes, write_error
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.revision import RevisionInfo, RevisionStatus
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.training_parts import SamplerSpec, TrainingCase
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.services.retraining_estimate import RunEstimate, estimate_run
from ctviewer.services.study_loading import find_series
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.holdout import HoldoutLedger, Side
from ctviewer.store.model_registry import ModelRegistry

MINIMUM_RAM_CAP_MB = 1024
BATCH_SIZE = 8
PATIENCE = 3
"""Iterations without progress on the held-out cases after which training stops."""
CORRECTED_SHARE, FOREGROUND_SHARE, RARE_SHARE = 0.35, 0.35, 0.1
"""Shares of slices drawn from corrected ones, those with any structure, the rarest; the rest is from anywhere."""
REQUEST_FILE = "request.json"
MODEL_FOLDER = "model"

SeriesFinder = Callable[[Path, str], SeriesRef]


@dataclass(frozen=True, slots=True)
class RetrainingCase:
    """An accepted revision as the dialog lists it.

    Parameters
    ----------
    revision
        The accepted labels.
    side
        Whether the patient trains the model or measures it; fixed for ever once used.
    is_new
        False where the base model has already learned from this revision (then it serves as rehearsal).
    """

    revision: RevisionInfo
    side: Side
    is_new: bool


@dataclass(frozen=True, slots=True)
class RetrainingSettings:
    """What the doctor may set.

    Parameters
    ----------
    base_ref
        Model version to start from, ``"id@version"``.
    ram_cap_mb
        Hard bound on the trainer's memory.
    iterations
        Passes of `slices_per_iteration` sampled slices, each followed by a measurement on the held-out cases.
    rehearses
        Whether cases the base model has learned from take part although nobody chose them, as many as new ones at
        most: a model that only sees its mistakes forgets what it could do.
    """

    base_ref: str
    ram_cap_mb: int = 4096
    iterations: int = 6
    slices_per_iteration: int = 240
    device: str = "auto"
    seed: int = 42
    rehearses: bool = True


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A run folder with its request, ready to be started."""

    run_dir: Path
    request_path: Path
    request: TrainingRequest


def list_cases(store: AnnotationStore, ledger: HoldoutLedger, base: ModelVersion) -> list[RetrainingCase]:
    """Accepted revisions with the side their patients (would) have; writes nothing."""
    accepted = store.revisions.select(status=RevisionStatus.ACCEPTED)
    sides = ledger.preview(r.patient_key for r in accepted)
    learned = {str(a["revision_id"]) for a in base.manifest.annotations}
    return [RetrainingCase(r, sides[r.patient_key], r.revision_id not in learned) for r in accepted]


def prepare_run(
    store: AnnotationStore,
    ledger: HoldoutLedger,
    registry: ModelRegistry,
    revision_ids: Sequence[str],
    settings: RetrainingSettings,
    runs_dir: Path,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    find: SeriesFinder = find_series,
) -> PreparedRun:
    """Write a run folder: labels of the chosen revisions, and the request.

    Patients that are held out are measured on, never trained on; `ledger` remembers every side given here.

    Raises
    ------
    TrainingError
        If nothing is left to train on, a setting is out of range, or a scan has moved.
    """
    base = registry.get(settings.base_ref)
    if settings.ram_cap_mb < MINIMUM_RAM_CAP_MB:
        raise TrainingError(
            f"The memory limit of {settings.ram_cap_mb} MB is too low.", f"Allow at least {MINIMUM_RAM_CAP_MB} MB."
        )
    listed = list_cases(store, ledger, base)
    chosen = [c for c in listed if c.revision.revision_id in set(revision_ids)]
    if not chosen:
        raise TrainingError("No accepted case was chosen.", "Correct a mask, accept it, and choose it here.")
    if settings.rehearses:
        chosen += rehearsal(listed, chosen)
    sides = ledger.assign(c.revision.patient_key for c in chosen)
    cases = [replace(c, side=sides[c.revision.patient_key]) for c in chosen]
    if not any(c.side is Side.TRAINING for c in cases):
        raise TrainingError(
            "All chosen cases belong to held-out patients, so there is nothing to train on.",
            "Accept a case of another patient; held-out patients only measure models.",
        )
    run_id = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
    run_dir = runs_dir / run_id
    path = run_dir / REQUEST_FILE
    try:
        (run_dir / "labels").mkdir(parents=True, mode=0o700)
        exported = []
        for number, case in enumerate(cases):
            if cancel is not None:
                cancel.raise_if_cancelled()
            progress(Progress(number, len(cases), f"Preparing {case.revision.series_label or 'case'}"))
            exported.append((case.side, _export_case(store, case, run_dir, find)))
        request = _request(run_id, base, registry, exported, settings)
        atomic_write_bytes(path, json.dumps(request.to_json(), indent=1).encode())
    except BaseException as error:
        shutil.rmtree(run_dir, ignore_errors=True)  # without its request it is no run
        if isinstance(error, OSError):
            raise write_error(path, error) from error
        raise
    return PreparedRun(run_dir, path, request)


def rehearsal(listed: Sequence[RetrainingCase], chosen: Sequence[RetrainingCase]) -> list[RetrainingCase]:
    """Cases learned before that should be rehearsed beside the chosen ones: the oldest, at most as many as are new."""
    taken = {c.revision.revision_id for c in chosen}
    known = [c for c in listed if not c.is_new and c.side is Side.TRAINING and c.revision.revision_id not in taken]
    already = sum(not c.is_new for c in chosen)
    wanted = sum(c.is_new and c.side is Side.TRAINING for c in chosen) - already
    return sorted(known, key=lambda c: c.revision.created_at)[: max(0, wanted)]


def install_candidate(run_dir: Path, registry: ModelRegistry) -> ModelVersion:
    """Install the model of a finished run as a new version; the active model stays active."""
    folder = run_dir / MODEL_FOLDER
    if not folder.is_dir():
        raise TrainingError("The training run left no model.", "The active model is unchanged; see the run folder.")
    return registry.install(folder)


def estimate(
    base: ModelVersion, cases: Sequence[RetrainingCase], settings: RetrainingSettings, runs_dir: Path
) -> RunEstimate:
    """Time and memory of a run on these cases."""
    depths = {
        side: [len(c.revision.reviewed_slices) or c.revision.shape[0] for c in cases if c.side is side] for side in Side
    }
    steps = settings.iterations * (settings.slices_per_iteration // BATCH_SIZE)
    return estimate_run(base, depths[Side.TRAINING], depths[Side.HOLDOUT], steps, settings.iterations, runs_dir)


def _export_case(store: AnnotationStore, case: RetrainingCase, run_dir: Path, find: SeriesFinder) -> TrainingCase:
    revision = case.revision
    series = find(Path(revision.source_path), revision.series_key)
    labels_path = run_dir / "labels" / f"{revision.revision_id}.npz"
    labels = store.revisions.load_labels(revision.revision_id)
    atomic_write(labels_path, lambda temporary: np.savez_compressed(temporary, labels=labels))
    return TrainingCase(
        case_id=revision.revision_id,
        patient_key=revision.patient_key,
        image=[str(p) for p in series.paths] if len(series.paths) > 1 else str(series.paths[0]),
        labels=str(labels_path),
        reviewed_slices=list(revision.reviewed_slices) or None,
        role="corrected" if case.is_new else "rehearsal",
        revision_id=revision.revision_id,
        labels_sha256=revision.labels_sha256,
        corrected_slices=list(store.revisions.corrected_slices(revision.revision_id)),
    )


def _request(
    run_id: str,
    base: ModelVersion,
    registry: ModelRegistry,
    exported: list[tuple[Side, TrainingCase]],
    settings: RetrainingSettings,
) -> TrainingRequest:
    manifest = base.manifest
    return TrainingRequest(
        run_id=run_id,
        architecture=manifest.architecture,
        arguments=dict(manifest.arguments),
        input=manifest.input,
        cases=[case for side, case in exported if side is Side.TRAINING],
        holdout=[case for side, case in exported if side is Side.HOLDOUT],
        base_model=str(base.folder),
        model_id=manifest.model_id,
        model_version=next_version(manifest.model_id, registry),
        model_name=manifest.name,
        ram_cap_mb=settings.ram_cap_mb,
        seed=settings.seed,
        iterations=settings.iterations,
        slices_per_iteration=settings.slices_per_iteration,
        device=settings.device,
        sampler=SamplerSpec(rare_share=RARE_SHARE, foreground_share=FOREGROUND_SHARE, corrected_share=CORRECTED_SHARE),
        batch_size=BATCH_SIZE,
        patience=PATIENCE,
        compares=True,
        postprocess=list(manifest.postprocess),
    )


def next_version(model_id: str, registry: ModelRegistry) -> str:
    """Version for a new member of a model family: the patch number after the highest one installed."""
    found = [v.manifest.version.split(".") for v in registry.versions() if v.manifest.model_id == model_id]
    numbers = [tuple(int(p) for p in parts) for parts in found if len(parts) == 3 and all(p.isdigit() for p in parts)]
    major, minor, patch = max(numbers, default=(0, 0, 0))
    return f"{major}.{minor}.{patch + 1}"
