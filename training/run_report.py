"""What a segmentation run tells while it works: events for the window, rows of ``metrics.csv``, TensorBoard."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.training_request import TrainingRequest
from training.curves import write_tensorboard
from training.events import METRICS_NAME, EventWriter
from training.memory import peak_resident_mb
from training.metrics import SegmentationScore

PROGRESS_EVERY_S = 1.0


class RunReport:
    """The sentences and figures of one run.

    Parameters
    ----------
    request
        What the run was asked to do.
    run_dir
        Folder of the run.
    events
        Where to write.
    """

    def __init__(self, request: TrainingRequest, run_dir: Path, events: EventWriter) -> None:
        self._request = request
        self._run_dir = run_dir
        self._events = events
        self._told_at = time.monotonic()

    def warn(self, message: str) -> None:
        """Something the person at the window should know."""
        self._events.emit("warning", message=message)

    def stage(self, stage: str, message: str, **values: Any) -> None:
        """What the run is at, outside the training loop; ``done`` and ``of`` where the steps are known."""
        self._events.emit("progress", stage=stage, **values, message=message)

    def started(self, iteration: int, held_studies: int, device: str, *, bfloat16: bool) -> None:
        """The loop is about to begin, or to go on after an iteration; ``held_studies`` scans are in memory at once."""
        request = self._request
        self._events.emit(
            "started",
            run_id=request.run_id,
            iteration=iteration,
            iterations=request.iterations,
            steps=request.total_steps,
            cases=len(request.cases),
            holdout=len(request.holdout),
            held_studies=held_studies,
            device=device,
            precision="bfloat16" if bfloat16 else "float32",
            ram_cap_mb=request.ram_cap_mb,
        )

    def baseline(self, model: str, figures: dict[str, float], structures: tuple[str, ...]) -> None:
        """Figures of the model that the run starts from, on the held-out cases."""
        self._events.emit("baseline", model=model, **_shown(figures, structures))

    def iteration_began(self) -> None:
        """Start measuring the time between two `step` events."""
        self._told_at = time.monotonic()

    def step(self, iteration: int, step: int, training: SegmentationScore, seconds: float) -> None:
        """Progress inside an iteration, at most once per `PROGRESS_EVERY_S`.

        Parameters
        ----------
        iteration
            Number of the iteration under way, from 1.
        step
            Steps of it that are done.
        training
            Score of these steps.
        seconds
            What they took.
        """
        now, request = time.monotonic(), self._request
        if now - self._told_at < PROGRESS_EVERY_S:
            return
        self._told_at = now
        done = (iteration - 1) * request.steps_per_iteration + step
        self._events.emit(
            "progress",
            stage="training",
            done=done,
            of=request.total_steps,
            message=f"Iteration {iteration} of {request.iterations}",
            train_loss=round(training.figures()["loss"], 6),
            seconds_per_step=round(seconds / step, 4),
            eta_s=round((request.total_steps - done) * seconds / step),
        )

    def iteration(
        self,
        number: int,
        structures: tuple[str, ...],
        training: SegmentationScore,
        figures: dict[str, float],
        seconds: float,
    ) -> None:
        """One finished iteration; ``figures`` are those of the held-out cases in all conventions, empty without any."""
        values: dict[str, Any] = {
            "iteration": number,
            "of": self._request.iterations,
            "train_loss": training.figures()["loss"],
            **_shown(figures, structures),
            "seconds": round(seconds, 3),
            "peak_rss_mb": round(peak_resident_mb()),
            "eta_s": round((self._request.iterations - number) * seconds),
        }
        self._events.emit("iteration", **values)
        row = {f"train_{name}": value for name, value in all_conventions(training).items()} | figures
        self._events.metrics({"iteration": number, "seconds": seconds} | row)
        write_tensorboard(self._run_dir, number, row)

    def finished(self, model: Path, metrics: dict[str, Any]) -> None:
        """The model folder is complete."""
        self._events.emit("finished", model=str(model), metrics=metrics)

    def forget_metrics_after(self, iteration: int) -> None:
        """Drop rows of ``metrics.csv`` that will be written again, because the run goes on after this iteration."""
        path = self._run_dir / METRICS_NAME
        if iteration == 0:
            path.unlink(missing_ok=True)
        elif path.exists() and path.stat().st_size > 0:
            head, *rows = path.read_text(encoding="utf-8").splitlines()
            kept = [row for row in rows if int(row.split(",")[0]) <= iteration]
            atomic_write_bytes(path, ("\n".join([head, *kept]) + "\n").encode())


def all_conventions(score: SegmentationScore) -> dict[str, float]:
    """Figures per image, and with a prefix the pooled and the legacy ones."""
    pooled = {f"pooled_{name}": value for name, value in score.figures("pooled").items()}
    legacy = {f"legacy_{name}": value for name, value in score.figures("legacy").items()}
    return score.figures() | pooled | legacy


def _shown(figures: dict[str, float], structures: tuple[str, ...]) -> dict[str, Any]:
    """The part of the figures the window draws."""
    if not figures:
        return {"val_loss": None, "val_dice": None}
    names = (*structures, "mean")
    return {"val_loss": figures["loss"], "val_dice": {name: figures[f"{name}_dice"] for name in names}}
