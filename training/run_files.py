"""The small files of a run folder besides events, checkpoints and model."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.training_request import TrainingRequest
from training.events import finite
from training.metrics import SegmentationScore, ratios
from training.model_folder import libraries
from training.optimizers import peak_rate, weight_decay
from training.segmentation import SegmentationLearner

BASELINE_NAME = "baseline.json"
HOLDOUT_NAME = "holdout.json"
ENVIRONMENT_NAME = "environment.json"
RESOLVED_NAME = "resolved.json"


def write_environment(run_dir: Path, learner: SegmentationLearner) -> None:
    """Where the run computes, with which libraries."""
    values: dict[str, Any] = dict(libraries())
    values |= {"device": str(learner.device), "threads": torch.get_num_threads(), "bfloat16": learner.bfloat16}
    values |= {"system": platform.platform(), "processor": platform.processor() or platform.machine()}
    if learner.device.type == "cuda":
        values["gpu"] = torch.cuda.get_device_name(learner.device)
    write_json(run_dir / ENVIRONMENT_NAME, values)


def write_resolved(run_dir: Path, request: TrainingRequest, held_studies: int, processes: int) -> None:
    """Every setting with the value that was used, also where the request left it open."""
    values = request.to_json()
    values |= {"learning_rate": peak_rate(request), "weight_decay": weight_decay(request)}
    values["sampler"] = asdict(request.sampler) | {"n": held_studies}
    values |= {"threads": torch.get_num_threads(), "processes": processes}
    write_json(run_dir / RESOLVED_NAME, values)


def case_figures(request: TrainingRequest, structures: tuple[str, ...], scores: list[SegmentationScore]) -> Any:
    """Pooled figures of every held-out case: case id → patient, figures, and counts per structure."""
    result = {}
    for case, score in zip(request.holdout, scores, strict=True):
        counts = score.pooled_counts()
        figures = {name: values.tolist() for name, values in ratios(counts).items()}
        result[case.case_id] = {
            "patient": case.patient_key,
            "accuracy": score.figures()["accuracy"],
            **{
                structure: {"counts": counts[number].tolist()} | {name: v[number] for name, v in figures.items()}
                for number, structure in enumerate(structures)
            },
        }
    return result


def write_json(path: Path, values: Any) -> None:
    """Write JSON whole or not at all; numbers that are not finite become null."""
    text = json.dumps(finite(values), indent=1, ensure_ascii=False)
    atomic_write(path, lambda temp: _write(temp, text))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
