"""One segmentation run from request to model folder, with exact resume."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.inference.devices import choose_device
from training.augment import Augmentation
from training.checkpoint import read_checkpoint, write_checkpoint
from training.comparison import FOLDER, compare_models
from training.events import EventWriter
from training.faults import fault_at, inject
from training.memory import check_resident, peak_resident_mb, resident_mb, set_hard_cap
from training.metrics import SegmentationScore, summed
from training.model_folder import candidate_card, segments_of, write_model_folder
from training.run_files import (
    BASELINE_NAME,
    HOLDOUT_NAME,
    case_figures,
    write_environment,
    write_json,
    write_resolved,
)
from training.run_report import RunReport, all_conventions
from training.segmentation import SegmentationLearner, to_tensors
from training.slice_picker import SlicePicker
from training.slice_source import SliceSource
from training.sources import make_source, studies_within
from training.stalling import Patience
from training.studies import PreparedLibrary, prepare
from training.team import Team

MEMORY_MARGIN = 0.85
"""Share of the free memory given to held studies; the rest covers what fluctuates."""


class SegmentationRun:
    """The steps of a run.

    Parameters
    ----------
    request
        What to do; paths absolute.
    run_dir
        Folder of the run.
    events
        Where to report.
    check
        Called often; raises `OperationCancelled` when the run should end.
    prepared
        Folder of prepared studies.
    team
        The processes that share the run.
    """

    def __init__(
        self,
        request: TrainingRequest,
        run_dir: Path,
        events: EventWriter,
        check: Callable[[], None],
        prepared: Path | None = None,
        team: Team | None = None,
    ) -> None:
        self._request = request
        self._run_dir = run_dir
        self._report = RunReport(request, run_dir, events)
        self._check = check
        self._prepared = prepared or run_dir / "prepared"
        self._team = team or Team()
        self._rows = self._team.rows(request.batch_size)
        self._started = time.monotonic()
        self._iteration = 0
        self._patience = Patience(request.patience)
        self._last: dict[str, Any] = {}
        self._cases: Any = None

    def complete(self) -> None:
        """Prepare, train, write the model."""
        request, device = self._request, self._device()
        if request.threads is not None:
            torch.set_num_threads(request.threads)
        if not set_hard_cap(request.ram_cap_mb):
            self._report.warn("This system cannot enforce the memory limit; it is watched instead.")
        self._base = None if request.base_model is None else ModelVersion.from_folder(Path(request.base_model))
        self._structures = tuple(segment.key for segment in segments_of(request, self._base))
        self._train_library = self._team.first_does(lambda: self._prepare(request.cases, "training case"))
        self._holdout_library = None
        if request.holdout:
            self._holdout_library = self._team.first_does(lambda: self._prepare(request.holdout, "held-out case"))
        self._learner = SegmentationLearner(request, self._base, device, self._team)
        self._held = min(self._team.gather(self._studies_to_hold()))
        self._source = self._team.first_does(self._make_source)
        self._generator = torch.Generator().manual_seed(request.seed)
        self._augmentation = Augmentation(request.augmentation, self._generator)
        self._restore()
        if self._team.is_first:
            write_environment(self._run_dir, self._learner)
            write_resolved(self._run_dir, request, self._held, self._team.size)
        self._announce()
        while self._iteration < request.iterations and not self._patience.is_over:
            self._iterate()
        self._source.close()
        if self._holdout_library is not None and self._cases is None:  # resumed after the last iteration
            self._last = self._evaluate()
        if self._team.is_first:
            self._finish()

    def _prepare(self, cases: list[Any], what: str) -> PreparedLibrary:
        self._prepared.mkdir(parents=True, exist_ok=True)
        names = []
        for number, case in enumerate(cases):
            self._check()
            message = f"Preparing {what} {number + 1} of {len(cases)}"
            self._report.stage("preparing", message, case_id=case.case_id, done=number, of=len(cases))
            names.append(prepare(case, self._request.input, self._prepared))
        return PreparedLibrary(self._prepared, names)

    def _make_source(self) -> SliceSource:
        request, library = self._request, self._train_library
        pixels = library.class_pixels()[1 : len(self._structures) + 1]
        present = [label for label, count in enumerate(pixels, start=1) if count]
        rarest = min(present, key=lambda label: pixels[label - 1], default=0)
        picker = SlicePicker.of(request.sampler, rarest)
        return make_source(request.sampler, library, self._held, np.random.default_rng(request.seed), picker)

    def _studies_to_hold(self) -> int:
        """Studies that fit this process's memory, with those being read ahead."""
        request, library = self._request, self._train_library
        self._learner.probe(request.batch_size, request.input.size_px)
        self._tell_notes()
        free_mb = (request.ram_cap_mb - max(resident_mb(), peak_resident_mb())) * MEMORY_MARGIN
        most = studies_within(free_mb * 2**20, library.largest_bytes, 2 * len(library))
        if request.sampler.prefetch:
            most = max(1, most // 2)
        held = min(request.sampler.n or most, most, len(library))
        if request.sampler.n and held < min(request.sampler.n, len(library)):
            self._report.warn(f"The memory limit allows {held} scans at once, not {request.sampler.n}.")
        return held

    def _device(self) -> str:
        wanted = self._request.device
        if wanted in ("auto", "cuda") and torch.cuda.is_available():
            return f"cuda:{self._team.local_rank}"
        return "cpu" if wanted == "auto" else choose_device(wanted)

    def _announce(self) -> None:
        learner = self._learner
        self._report.started(self._iteration, self._held, str(learner.device), bfloat16=learner.bfloat16)
        if self._base is not None and self._iteration == 0 and self._holdout_library is not None:
            figures = self._evaluate()
            self._report.baseline(self._base.ref, figures, self._structures)
            if self._team.is_first:
                write_json(self._run_dir / BASELINE_NAME, {"figures": figures, "cases": self._cases})
            self._cases = None

    def _iterate(self) -> None:
        request, began = self._request, time.monotonic()
        number = self._iteration + 1
        training = SegmentationScore(self._structures)
        self._report.iteration_began()
        for step in range(request.steps_per_iteration):
            self._check()
            inject(number)
            images, labels = self._batch(number)
            result = self._learner.step(images, labels)
            training.add(result.classes, labels.numpy(), result.loss)
            self._tell_notes()
            self._report.step(number, step + 1, training, time.monotonic() - began)
        check_resident(request.ram_cap_mb)
        training = summed(self._structures, self._team.gather(training))
        figures = self._evaluate()
        self._iteration = number
        if figures:
            self._patience.see(figures["pooled_mean_dice"], figures["loss"])
        if self._team.is_first:
            self._report.iteration(number, self._structures, training, figures, time.monotonic() - began)
            self._last = figures
            self._save()

    def _batch(self, iteration: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The rows of the next batch that this process learns from; all processes draw the same one."""
        size = self._request.batch_size
        images, labels = self._source.draw(size)
        images_, labels_ = to_tensors((images[self._rows], labels[self._rows]))
        images_, labels_ = self._augmentation.part(images_, labels_, self._rows, size)
        return (images_ * float("nan") if fault_at(iteration) == "nan" else images_), labels_

    def _tell_notes(self) -> None:
        while self._learner.notes:
            self._report.warn(self._learner.notes.pop(0))

    def _evaluate(self) -> dict[str, float]:
        if self._holdout_library is None:
            return {}
        scores = self._learner.evaluate(self._holdout_library, self._structures, self._check)
        self._cases = case_figures(self._request, self._structures, scores)
        return all_conventions(summed(self._structures, scores))

    def _save(self) -> None:
        state = self._learner.state() | {
            "iteration": self._iteration,
            "generator": self._generator.get_state(),
            # As text: the generator's state has integers beyond 64 bits, which safe loading does not know.
            "source": json.dumps(self._source.state()),
            "figures": json.dumps(self._last),
            "patience": json.dumps(self._patience.state()),
        }
        write_checkpoint(self._run_dir, state)

    def _restore(self) -> None:
        state = read_checkpoint(self._run_dir)
        if state is not None:
            self._continue_from(state)
        if self._team.is_first:
            self._report.forget_metrics_after(self._iteration)

    def _continue_from(self, state: dict[str, Any]) -> None:
        self._learner.restore(state)
        self._source.restore(json.loads(state["source"]))
        self._generator.set_state(state["generator"])
        self._iteration = int(state["iteration"])
        self._last = json.loads(state["figures"])
        self._patience.restore(json.loads(state["patience"]))

    def _finish(self) -> None:
        request = self._request
        if self._patience.is_over:
            self._report.stage("stalled", "Stopped: the held-out cases do not improve any more.")
        metrics: dict[str, Any] = {"seconds": round(time.monotonic() - self._started, 1)}
        metrics["peak_rss_mb"] = round(peak_resident_mb())
        metrics["iterations"] = self._iteration
        if self._holdout_library is not None:
            metrics["holdout"] = {k: v for k, v in self._last.items() if np.isfinite(v)}
            write_json(self._run_dir / HOLDOUT_NAME, self._cases)
        baseline = self._run_dir / BASELINE_NAME
        if baseline.exists():
            figures = json.loads(baseline.read_text(encoding="utf-8"))["figures"]
            metrics["base_holdout"] = {k: v for k, v in figures.items() if v is not None}
        card = candidate_card(request, self._base, metrics)
        folder = self._run_dir / "model"
        version = write_model_folder(folder, self._learner.average, request, self._base, metrics, card)
        if request.compares and self._base is not None and request.holdout:
            metrics["comparison"] = self._compare(self._base, version)
            write_model_folder(folder, self._learner.average, request, self._base, metrics, card)
        shutil.rmtree(self._run_dir / "prepared", ignore_errors=True)
        self._report.finished(folder, metrics)

    def _compare(self, base: ModelVersion, version: ModelVersion) -> dict[str, Any]:
        cases = self._request.holdout

        def told(number: int, case: TrainingCase) -> None:
            self._check()
            message = f"Comparing on held-out case {number + 1} of {len(cases)}"
            self._report.stage("comparing", message, case_id=case.case_id, done=number, of=len(cases))

        try:
            return compare_models(base, version, cases, self._run_dir / FOLDER, told)
        except MemoryError:
            self._report.warn("The memory limit is too small to compare the models on whole scans.")
            return {}
