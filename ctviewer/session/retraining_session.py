"""Observable state of retraining: prepare, run, compare, promote or roll back.

Owns the child process. Whatever happens to it, the active model and the annotations stay as they were until the doctor
promotes the candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.jobs.training_process import TrainingOutcome, TrainingProcess, TrainingVerdict
from ctviewer.services import retraining
from ctviewer.services.retraining import PreparedRun, RetrainingCase, RetrainingSettings
from ctviewer.services.retraining_comparison import Comparison, check_promotion, comparison_of, record_promotion
from ctviewer.services.retraining_estimate import RunEstimate
from ctviewer.store.access import login_name
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.holdout import HoldoutLedger
from ctviewer.store.model_registry import ModelRegistry


class RetrainingState(StrEnum):
    """Where a retraining stands."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One measured iteration; Dice and validation loss are None where nothing is held out."""

    iteration: int
    train_loss: float
    val_loss: float | None
    val_dice: dict[str, float]
    peak_rss_mb: float


class RetrainingSession(QObject):
    """Retraining as the window sees it.

    Parameters
    ----------
    store, ledger, registry, runs_dir
        Where corrections, sides, models and run folders lie.
    runner
        Runs the preparation and the installation away from the GUI thread.
    """

    state_changed = Signal(object)
    progressed = Signal(object)
    """A ``progress`` event of the child (dict), or a preparation `Progress`."""
    curve_changed = Signal(object)
    """A new `CurvePoint`."""
    message_changed = Signal(str, str)
    """Sentence and hint about the present state."""
    comparison_changed = Signal(object)
    active_model_changed = Signal(object)

    def __init__(
        self,
        store: AnnotationStore,
        ledger: HoldoutLedger,
        registry: ModelRegistry,
        runner: JobRunner,
        runs_dir: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._ledger = ledger
        self._registry = registry
        self._runner = runner
        self._runs_dir = runs_dir
        self._state = RetrainingState.IDLE
        self._job: JobHandle | None = None
        self._process: TrainingProcess | None = None
        self._curve: list[CurvePoint] = []
        self._comparison: Comparison | None = None
        self._candidate: ModelVersion | None = None
        self._run_dir: Path | None = None

    @property
    def state(self) -> RetrainingState:
        """Where the retraining stands."""
        return self._state

    @property
    def is_busy(self) -> bool:
        """Whether something is running that `cancel` would stop."""
        return self._state in (RetrainingState.PREPARING, RetrainingState.RUNNING, RetrainingState.STOPPING)

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """Iterations measured so far."""
        return tuple(self._curve)

    @property
    def comparison(self) -> Comparison | None:
        """Before/after table of the finished run."""
        return self._comparison

    @property
    def candidate(self) -> ModelVersion | None:
        """Model version the finished run produced."""
        return self._candidate

    @property
    def active_model(self) -> ModelVersion:
        """Segmentation model used for predictions now."""
        return self._registry.active("segmentation")

    def base_models(self) -> tuple[ModelVersion, ...]:
        """Model versions a retraining can start from."""
        return self._registry.versions("segmentation")

    def cases(self, base_ref: str) -> list[RetrainingCase]:
        """Accepted cases, as the dialog lists them."""
        return retraining.list_cases(self._store, self._ledger, self._registry.get(base_ref))

    def estimate(self, revision_ids: Sequence[str], settings: RetrainingSettings) -> RunEstimate | None:
        """Time and memory a run on these cases will take; None where there is nothing to train on."""
        wanted = set(revision_ids)
        cases = [c for c in self.cases(settings.base_ref) if c.revision.revision_id in wanted]
        if not cases:
            return None
        return retraining.estimate(self._registry.get(settings.base_ref), cases, settings, self._runs_dir)

    def start(self, revision_ids: Sequence[str], settings: RetrainingSettings) -> None:
        """Prepare the run and start the trainer; does nothing while one is busy."""
        if self.is_busy:
            return
        self._curve, self._comparison, self._candidate = [], None, None
        self._set_state(RetrainingState.PREPARING, "Preparing the cases…")
        chosen = tuple(revision_ids)
        job = self._runner.submit(
            lambda progress, cancel: retraining.prepare_run(
                self._store, self._ledger, self._registry, chosen, settings, self._runs_dir, progress, cancel
            ),
            lane=Lane.IO,
        )
        job.progressed.connect(self.progressed)
        job.succeeded.connect(self._launch)
        job.failed.connect(self._fail_with)
        job.cancelled.connect(lambda: self._set_state(RetrainingState.CANCELLED, "Training was cancelled."))
        self._job = job

    def cancel(self) -> None:
        """Stop the preparation or the trainer; the run folder stays."""
        if self._state is RetrainingState.PREPARING and self._job is not None:
            self._job.cancel()
        elif self._process is not None and self._process.is_running:
            self._set_state(RetrainingState.STOPPING, "Stopping at the next safe point…")
            self._process.cancel()

    def promote(self, reason: str = "") -> None:
        """Make the candidate the active model; against objections only with a reason, which is kept."""
        if self._candidate is None:
            return
        try:
            check_promotion(self._comparison, reason)
            if self._run_dir is not None:  # no promotion without a record of who wanted it and why
                record_promotion(self._run_dir, self._candidate, self._comparison, reason, login_name())
            self._registry.activate(self._candidate)
        except CTViewerError as error:
            self.message_changed.emit(error.message, error.hint)
            return
        self.message_changed.emit(f"{self._candidate.ref} is now the active model.", "")
        self.active_model_changed.emit(self._candidate)

    def roll_back(self) -> None:
        """Return to the model that was active before."""
        try:
            version = self._registry.rollback("segmentation")
        except CTViewerError as error:
            self.message_changed.emit(error.message, error.hint)
            return
        self.message_changed.emit(f"{version.ref} is active again.", "")
        self.active_model_changed.emit(version)

    def shutdown(self) -> None:
        """Stop the trainer because the window closes."""
        if self._process is not None:
            self._process.shutdown()

    def _launch(self, run: PreparedRun) -> None:
        process = TrainingProcess(run.request_path, run.run_dir, self)
        process.event_received.connect(self._on_event)
        process.ended.connect(self._on_ended)
        self._process = process
        self._run_dir = run.run_dir
        self._set_state(RetrainingState.RUNNING, "Training…")
        process.start()

    def _on_event(self, event: dict[str, Any]) -> None:
        kind = event.get("event")
        if kind == "iteration":
            point = CurvePoint(
                iteration=int(event["iteration"]),
                train_loss=float(event["train_loss"]),
                val_loss=None if event.get("val_loss") is None else float(event["val_loss"]),
                val_dice={str(k): float(v) for k, v in (event.get("val_dice") or {}).items() if v is not None},
                peak_rss_mb=float(event.get("peak_rss_mb") or 0.0),
            )
            self._curve.append(point)
            self.curve_changed.emit(point)
        elif kind == "warning":
            self.message_changed.emit(str(event.get("message", "")), str(event.get("hint", "")))
        self.progressed.emit(event)

    def _on_ended(self, verdict: TrainingVerdict) -> None:
        process, self._process = self._process, None
        if verdict.outcome is TrainingOutcome.CANCELLED:
            self._set_state(RetrainingState.CANCELLED, verdict.message, verdict.hint)
        elif verdict.outcome is TrainingOutcome.FAILED:
            self._set_state(RetrainingState.FAILED, verdict.message, verdict.hint)
        elif process is not None:
            self._install(process.run_dir)

    def _install(self, run_dir: Path) -> None:
        job = self._runner.submit(
            lambda _progress, _cancel: retraining.install_candidate(run_dir, self._registry), lane=Lane.IO
        )
        job.succeeded.connect(self._finish)
        job.failed.connect(self._fail_with)

    def _finish(self, candidate: ModelVersion) -> None:
        self._candidate = candidate
        self._comparison = comparison_of(candidate, self._run_dir)
        self._set_state(
            RetrainingState.FINISHED,
            f"The candidate {self._candidate.ref} is ready; {self.active_model.ref} is still active.",
        )
        self.comparison_changed.emit(self._comparison)

    def _fail_with(self, error: Exception) -> None:
        if isinstance(error, CTViewerError):
            self._set_state(RetrainingState.FAILED, error.message, error.hint)
        else:
            self._set_state(RetrainingState.FAILED, f"Training could not be prepared ({error}).", "")

    def _set_state(self, state: RetrainingState, message: str, hint: str = "") -> None:
        self._state = state
        self.state_changed.emit(state)
        self.message_changed.emit(message, hint)
