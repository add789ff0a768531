"""One segmentation run from request to model folder, with exact resume and failures told in one sentence."""

from __future__ import annotations

import io
import json
import logging
import shutil
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.errors import CTViewerError, OperationCancelled, TrainingError
from ctviewer.domain.manifest import ModelVersion
from ctviewer.domain.training_request import TrainingCase, TrainingRequest
from training.augment import Augmentation
from training.events import METRICS_NAME, EventWriter
from training.faults import fault_at, inject
from training.memory import check_resident, peak_resident_mb, resident_mb, set_hard_cap
from training.model_folder import candidate_card, libraries, segments_of, write_model_folder
from training.segmentation import SegmentationLearner, to_tensors
from training.sources import SlicePicker, SliceSource, make_source, studies_within
from training.studies import PreparedLibrary, prepare

log = logging.getLogger(__name__)

EXIT_OK, EXIT_BAD_REQUEST, EXIT_FAILED, EXIT_CANCELLED = 0, 2, 3, 4

REQUEST_NAME = "request.json"
CHECKPOINT = "checkpoints/last.pt"
CANCEL_NAME = "cancel"
PROGRESS_EVERY_S = 1.0
MEMORY_MARGIN = 0.85
"""Share of the free memory given to held studies; the rest covers what fluctuates."""


@dataclass
class Stop:
    """Whether the run should end early: a file in the run folder, or a polite signal."""

    run_dir: Path
    signalled: bool = False

    def listen(self) -> None:
        """React to SIGTERM and SIGINT."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def check(self) -> None:
        """Raise `OperationCancelled` if the run should end."""
        if self.signalled or (self.run_dir / CANCEL_NAME).exists():
            raise OperationCancelled

    def _on_signal(self, *_: object) -> None:
        self.signalled = True


def execute(request_path: Path, run_dir: Path, *, prepared: Path | None = None) -> int:
    """Run a request file to its end; returns the exit code and never raises.

    Parameters
    ----------
    request_path
        The request. Relative paths in it start from its folder.
    run_dir
        Where everything goes; created. An unfinished run in it is continued where its last checkpoint is.
    prepared
        Folder of prepared studies to share between runs; default inside the run folder.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    events = EventWriter(run_dir)
    stop = Stop(run_dir)
    stop.listen()
    try:
        request = _adopt(request_path, run_dir)
    except (CTViewerError, OSError) as error:
        _failed(events, error)
        return EXIT_BAD_REQUEST
    try:
        SegmentationRun(request, run_dir, events, stop, prepared).complete()
    except OperationCancelled:
        events.emit("cancelled", message="Training was cancelled.", peak_rss_mb=round(peak_resident_mb()))
        return EXIT_CANCELLED
    except Exception as error:
        log.exception("training failed")
        _failed(events, error)
        return EXIT_FAILED
    finally:
        events.close()
    return EXIT_OK


class SegmentationRun:
    """The steps of a run.

    Parameters
    ----------
    request
        What to do; paths absolute.
    run_dir
        Folder of the run.
    events, stop
        Where to report and when to end.
    prepared
        Folder of prepared studies.
    """

    def __init__(
        self,
        request: TrainingRequest,
        run_dir: Path,
        events: EventWriter,
        stop: Stop,
        prepared: Path | None = None,
    ) -> None:
        self._request = request
        self._run_dir = run_dir
        self._events = events
        self._stop = stop
        self._prepared = prepared or run_dir / "prepared"
        self._started = time.monotonic()
        self._iteration = 0
        self._last: dict[str, Any] = {}

    def complete(self) -> ModelVersion:
        """Prepare, train, write the model."""
        request = self._request
        if request.threads is not None:
            torch.set_num_threads(request.threads)
        if not set_hard_cap(request.ram_cap_mb):
            self._events.emit("warning", message="This system cannot enforce the memory limit; it is watched instead.")
        self._base = None if request.base_model is None else ModelVersion.from_folder(Path(request.base_model))
        self._structures = tuple(segment.key for segment in segments_of(request, self._base))
        self._train_library = self._prepare(request.cases, "cases")
        self._holdout_library = self._prepare(request.holdout, "hold-out") if request.holdout else None
        self._learner = SegmentationLearner(request, self._base, _device(request.device))
        self._source = self._make_source()
        self._generator = torch.Generator().manual_seed(request.seed)
        self._augmentation = Augmentation(request.augmentation, self._generator)
        self._write_environment()
        self._restore()
        self._announce()
        while self._iteration < request.iterations:
            self._iterate()
        return self._finish()

    def _prepare(self, cases: list[Any], what: str) -> PreparedLibrary:
        self._prepared.mkdir(parents=True, exist_ok=True)
        names = []
        for number, case in enumerate(cases):
            self._stop.check()
            self._events.emit(
                "progress", stage="preparing", done=number, of=len(cases), message=f"Preparing {what}: {case.case_id}"
            )
            names.append(prepare(case, self._request.input, self._prepared))
        return PreparedLibrary(self._prepared, names)

    def _make_source(self) -> SliceSource:
        request, library = self._request, self._train_library
        self._learner.probe(request.batch_size, request.input.size_px)
        free_mb = (request.ram_cap_mb - max(resident_mb(), peak_resident_mb())) * MEMORY_MARGIN
        most = studies_within(free_mb * 2**20, library.largest_bytes, len(library))
        self._held = min(request.sampler.n or most, most)
        if request.sampler.n and self._held < min(request.sampler.n, len(library)):
            self._events.emit(
                "warning", message=f"The memory limit allows {self._held} scans in memory, not {request.sampler.n}."
            )
        pixels = library.class_pixels()[1 : len(self._structures) + 1]
        present = [label for label, count in enumerate(pixels, start=1) if count]
        rarest = min(present, key=lambda label: pixels[label - 1], default=0)
        picker = SlicePicker(rarest, request.sampler.rare_share, request.sampler.foreground_share)
        return make_source(request.sampler, library, self._held, np.random.default_rng(request.seed), picker)

    def _announce(self) -> None:
        request = self._request
        self._events.emit(
            "started",
            run_id=request.run_id,
            iteration=self._iteration,
            iterations=request.iterations,
            steps=request.total_steps,
            cases=len(request.cases),
            holdout=len(request.holdout),
            held_studies=self._held,
            device=str(self._learner.device),
            precision="bfloat16" if self._learner.bfloat16 else "float32",
            ram_cap_mb=request.ram_cap_mb,
        )
        if self._base is not None and self._iteration == 0 and self._holdout_library is not None:
            figures = self._evaluate()
            self._events.emit("baseline", model=self._base.ref, **_shown(figures, self._structures))
            _write_json(self._run_dir / "baseline.json", figures)

    def _iterate(self) -> None:
        request, began = self._request, time.monotonic()
        number, losses, told = self._iteration + 1, 0.0, began
        for step in range(request.steps_per_iteration):
            self._stop.check()
            inject(number)
            images, labels = self._augmentation(*to_tensors(self._source.draw(request.batch_size)))
            if fault_at(number) == "nan":
                images = images * float("nan")
            losses += self._learner.step(images, labels)
            if time.monotonic() - told >= PROGRESS_EVERY_S:
                told = time.monotonic()
                self._tell_progress(step + 1, losses / (step + 1), (told - began) / (step + 1))
        check_resident(request.ram_cap_mb)
        figures = self._evaluate()
        self._iteration = number
        self._report(losses / request.steps_per_iteration, figures, time.monotonic() - began)
        self._save()

    def _tell_progress(self, step: int, loss: float, seconds: float) -> None:
        done = self._iteration * self._request.steps_per_iteration + step
        self._events.emit(
            "progress",
            stage="training",
            done=done,
            of=self._request.total_steps,
            message=f"Iteration {self._iteration + 1} of {self._request.iterations}",
            train_loss=round(loss, 6),
            seconds_per_step=round(seconds, 4),
            eta_s=round((self._request.total_steps - done) * seconds),
        )

    def _evaluate(self) -> dict[str, float]:
        if self._holdout_library is None:
            return {}
        score = self._learner.evaluate(self._holdout_library, self._structures, self._stop.check)
        return score.figures() | {f"pooled_{k}": v for k, v in score.figures("pooled").items()}

    def _report(self, train_loss: float, figures: dict[str, float], seconds: float) -> None:
        left = self._request.iterations - self._iteration
        values: dict[str, Any] = {
            "iteration": self._iteration,
            "of": self._request.iterations,
            "train_loss": train_loss,
            **_shown(figures, self._structures),
            "seconds": round(seconds, 3),
            "peak_rss_mb": round(peak_resident_mb()),
            "eta_s": round(left * seconds),
        }
        self._events.emit("iteration", **values)
        self._events.metrics({"iteration": self._iteration, "train_loss": train_loss, "seconds": seconds} | figures)
        self._last = figures

    def _save(self) -> None:
        state = self._learner.state() | {
            "iteration": self._iteration,
            "generator": self._generator.get_state(),
            # As text: the generator's state has integers beyond 64 bits, which safe loading does not know.
            "source": json.dumps(self._source.state()),
            "figures": json.dumps(self._last),
        }
        buffer = io.BytesIO()
        torch.save(state, buffer)
        path = self._run_dir / CHECKPOINT
        path.parent.mkdir(exist_ok=True)
        atomic_write(path, lambda temp: _write_bytes(temp, buffer))

    def _restore(self) -> None:
        path = self._run_dir / CHECKPOINT
        if not path.exists():
            (self._run_dir / METRICS_NAME).unlink(missing_ok=True)
            return
        state = torch.load(path, map_location="cpu", weights_only=True)
        self._learner.restore(state)
        self._source.restore(json.loads(state["source"]))
        self._generator.set_state(state["generator"])
        self._iteration = int(state["iteration"])
        self._last = json.loads(state["figures"])
        _drop_rows_after(self._run_dir / METRICS_NAME, self._iteration)

    def _finish(self) -> ModelVersion:
        request = self._request
        metrics: dict[str, Any] = {"seconds": round(time.monotonic() - self._started, 1)}
        metrics["peak_rss_mb"] = round(peak_resident_mb())
        if self._last:
            metrics["holdout"] = {k: v for k, v in self._last.items() if np.isfinite(v)}
        baseline = self._run_dir / "baseline.json"
        if baseline.exists():
            figures = json.loads(baseline.read_text(encoding="utf-8"))
            metrics["base_holdout"] = {k: v for k, v in figures.items() if np.isfinite(v)}
        card = candidate_card(request, self._base, metrics)
        folder = self._run_dir / "model"
        version = write_model_folder(folder, self._learner.average, request, self._base, metrics, card)
        shutil.rmtree(self._run_dir / "prepared", ignore_errors=True)
        self._events.emit("finished", model=str(folder), metrics=metrics)
        return version

    def _write_environment(self) -> None:
        device = self._learner.device
        values = libraries() | {"device": str(device), "threads": torch.get_num_threads()}
        values |= {"bfloat16": self._learner.bfloat16, "held_studies": self._held}
        _write_json(self._run_dir / "environment.json", values)


def _adopt(request_path: Path, run_dir: Path) -> TrainingRequest:
    """Read the request and keep a copy in the run folder; another run's folder is refused."""
    request = _absolute(TrainingRequest.read(request_path), request_path.resolve().parent)
    copy = run_dir / REQUEST_NAME
    if copy.resolve() == request_path.resolve():
        return request
    text = json.dumps(request.to_json(), indent=1)
    if copy.exists() and copy.read_text(encoding="utf-8") != text:
        raise TrainingError(f"{run_dir} already holds another run.", "Choose an empty folder.")
    copy.write_text(text, encoding="utf-8")
    return request


def _absolute(request: TrainingRequest, root: Path) -> TrainingRequest:
    """The request with absolute paths, so that its copy in the run folder means the same."""

    def case_at(case: TrainingCase) -> TrainingCase:
        image = str(root / case.image) if isinstance(case.image, str) else [str(root / path) for path in case.image]
        return replace(case, image=image, labels=str(root / case.labels))

    return replace(
        request,
        cases=[case_at(case) for case in request.cases],
        holdout=[case_at(case) for case in request.holdout],
        base_model=None if request.base_model is None else str(root / request.base_model),
    )


def _failed(events: EventWriter, error: Exception) -> None:
    message, hint = describe(error)
    events.emit(
        "failed", message=message, hint=hint, cause=f"{type(error).__name__}: {error}"[:500],
        peak_rss_mb=round(peak_resident_mb()),
    )  # fmt: skip


def describe(error: Exception) -> tuple[str, str]:
    """What happened and what to do, in words for a doctor."""
    if isinstance(error, CTViewerError):
        return error.message, error.hint
    text = str(error).lower()
    no_memory = ("out of memory", "can't allocate memory", "bad_alloc", "not enough memory", "bad allocation")
    if isinstance(error, MemoryError) or any(words in text for words in no_memory):
        return (
            "Training ran out of memory; the active model is unchanged.",
            "Raise the memory limit, close other programs or choose a smaller batch.",
        )
    if isinstance(error, OSError):
        return f"Training stopped at a file: {error}.", "Check free disk space and that the scans are still there."
    return (
        f"Training failed unexpectedly ({type(error).__name__}); the active model is unchanged.",
        "The run folder keeps the log; try again or report the problem.",
    )


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "cpu"


def _shown(figures: dict[str, float], structures: tuple[str, ...]) -> dict[str, Any]:
    """The part of the figures the window draws."""
    if not figures:
        return {"val_loss": None, "val_dice": None}
    names = (*structures, "mean")
    return {"val_loss": figures["loss"], "val_dice": {name: figures[f"{name}_dice"] for name in names}}


def _write_json(path: Path, values: dict[str, Any]) -> None:
    atomic_write(path, lambda temp: _write_text(temp, json.dumps(values, indent=1)))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write_bytes(path: Path, buffer: io.BytesIO) -> None:
    path.write_bytes(buffer.getbuffer())


def _drop_rows_after(path: Path, iteration: int) -> None:
    """Forget rows of iterations that will be run again."""
    if not path.exists():
        return
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if int(row.split(",")[0]) <= iteration]
    path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
