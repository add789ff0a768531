"""Writing a trained network as a model version folder: manifest, weights and card."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.manifest import Manifest
from ctviewer.domain.model_version import ModelVersion, file_sha256
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.training_request import TrainingRequest

WEIGHTS_NAME = "weights.safetensors"


def segments_of(request: TrainingRequest, base: ModelVersion | None) -> tuple[Segment, ...]:
    """Label table of the model: that of the base model, else lungs and trachea.

    Raises
    ------
    TrainingError
        If the network has another number of classes.
    """
    segments = CHEST_SEGMENTS if base is None else base.manifest.segments
    classes = request.arguments.get("classes", 4)
    if classes != len(segments) + 1:
        raise TrainingError(f"The network has {classes} classes, but there are {len(segments)} structures.")
    return segments


def libraries() -> dict[str, str]:
    """Versions of what computed the weights."""
    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "safetensors": safetensors.__version__,
    }


def write_model_folder(
    folder: Path,
    network: nn.Module,
    request: TrainingRequest,
    base: ModelVersion | None,
    metrics: Mapping[str, Any],
    card: str,
    provenance: Mapping[str, Any] | None = None,
    status: str = "candidate",
) -> ModelVersion:
    """Write a complete version folder; it appears whole or not at all.

    Parameters
    ----------
    network
        Its state becomes the weights, float32.
    metrics
        Finite JSON values.
    card
        Markdown.
    """
    part = folder.with_name(f".part-{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    save_file(state, part / WEIGHTS_NAME)
    manifest = Manifest(
        kind="segmentation",
        model_id=request.model_id,
        version=request.model_version,
        name=request.model_name or request.model_id,
        created_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        architecture=request.architecture,
        arguments=request.arguments,
        input=request.input,
        weights_file=WEIGHTS_NAME,
        weights_sha256=file_sha256(part / WEIGHTS_NAME),
        segments=segments_of(request, base),
        postprocess=_postprocess(request, base),
        parent=None if base is None else base.ref,
        annotations=tuple(
            {"revision_id": c.revision_id, "labels_sha256": c.labels_sha256, "role": c.role}
            for c in request.cases
            if c.revision_id
        ),
        metrics=metrics,
        provenance=provenance or _provenance(request),
        libraries=libraries(),
        status=status,
    )
    (part / "manifest.json").write_text(manifest.to_text(), encoding="utf-8")
    (part / "card.md").write_text(card, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(part, folder)  # noqa: PTH105 - same call as the rest of the program's atomic writes
    return ModelVersion.from_folder(folder)


def candidate_card(request: TrainingRequest, base: ModelVersion | None, metrics: Mapping[str, Any]) -> str:
    """Card of a model retrained by a user."""
    started = f"the weights of {base.ref}" if base else "random weights"
    lines = [
        f"# {request.model_name or request.model_id} {request.model_version}",
        "",
        "Not for diagnostic use. Retrained on this computer; a candidate until somebody activates it.",
        "",
        f"- Network: {request.architecture} {request.arguments}, started from {started}.",
        f"- Learned from {len(request.cases)} scan(s) of {len({c.patient_key for c in request.cases})} patient(s); "
        f"{sum(c.role == 'rehearsal' for c in request.cases)} of them are rehearsal.",
        f"- {request.iterations} iterations of {request.slices_per_iteration} slices, batch {request.batch_size}, "
        f"{request.loss} loss, {request.optimizer}, seed {request.seed}.",
    ]
    if request.holdout:
        lines += [
            "",
            f"Measured on {len(request.holdout)} scan(s) of patients it never learned from, per slice, at the "
            "network's resolution and before post-processing:",
            "",
        ]
        lines += [
            f"- {name}: {value:.4f}" for name, value in metrics.get("holdout", {}).items() if name.endswith("dice")
        ]
    else:
        lines += ["", "There was no held-out scan, so nothing is known about its quality on other patients."]
    return "\n".join(lines) + "\n"


def _postprocess(request: TrainingRequest, base: ModelVersion | None) -> tuple[Any, ...]:
    if request.postprocess is not None:
        return tuple(request.postprocess)
    return () if base is None else base.manifest.postprocess


def _provenance(request: TrainingRequest) -> dict[str, Any]:
    return {
        "run_id": request.run_id,
        "training_data": [{"case_id": c.case_id, "patient_key": c.patient_key, "role": c.role} for c in request.cases],
        "holdout": [{"case_id": c.case_id, "patient_key": c.patient_key} for c in request.holdout],
    }
