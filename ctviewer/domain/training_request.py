"""What a training run is asked to do: the request file between the viewer and the training process.

The viewer writes it, ``python -m training`` reads it, and the run folder keeps it. Reading is strict: an unknown or
mistyped field is an error worded for the user, because a silently ignored setting would make a run a lie.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep, step_from_json
from ctviewer.domain.strict_record import read_record
from ctviewer.domain.training_parts import AugmentationSpec, SamplerSpec, TrainingCase

SCHEMA_VERSION = 1

Loss = Literal["cross_entropy", "weighted_cross_entropy", "focal", "focal_report", "dice", "iou", "hybrid", "tversky"]


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """Everything a run needs to know.

    Parameters
    ----------
    run_id
        Name of the run; becomes part of the lineage.
    architecture, arguments
        Network of the closed registry and its arguments.
    input
        How slices become network input; the same description goes into the model's manifest.
    cases, holdout
        What is learned from and what is measured on; no patient may be in both.
    base_model
        Model version folder to start from; None starts from random weights.
    model_id, model_version, model_name
        Identity of the model that comes out.
    ram_cap_mb
        Hard bound on the resident memory of the process.
    iterations, slices_per_iteration, batch_size
        The run is ``iterations`` passes of a fixed number of sampled slices, each followed by the evaluation.
    learning_rate
        Peak rate; None means 1e-3 (Lion: 1e-4), and 0.3 of that when starting from a base model.
    weight_decay
        Decoupled for AdamW and Lion; None means 1e-2 for these two and 0 for Adam.
    patience
        Stop after this many iterations in which no figure of the hold-out got better; None never stops early.
    schedule
        ``"cosine"`` lets the rate fall to 2 % of its peak, ``"constant"`` keeps it.
    weight_average
        Decay of the running average of the weights that becomes the model; 0 takes the last weights.
    class_weights
        For the weighted cross entropy, background first.
    precision
        ``"auto"`` computes in bfloat16 where the processor has it in hardware, else float32.
    postprocess
        Steps the model's manifest prescribes after prediction; None takes those of the base model.
    compares
        At the end, segment the whole held-out scans with the base model and the new one and keep figures and pictures.
    threads
        Processor threads; None leaves it to torch. A resumed run is bit-identical only with the same number.
    """

    run_id: str
    architecture: str
    arguments: dict[str, Any]
    input: InputSpec
    cases: list[TrainingCase]
    holdout: list[TrainingCase] = field(default_factory=list)
    base_model: str | None = None
    model_id: str = "segmentation"
    model_version: str = "0.0.1"
    model_name: str = ""
    ram_cap_mb: int = 4096
    seed: int = 42
    iterations: int = 10
    slices_per_iteration: int = 960
    batch_size: int = 8
    optimizer: Literal["adam", "adamw", "lion"] = "adam"
    learning_rate: float | None = None
    weight_decay: float | None = None
    patience: int | None = None
    schedule: Literal["cosine", "constant"] = "cosine"
    loss: Loss = "focal"
    class_weights: list[float] | None = None
    weight_average: float = 0.99
    augmentation: AugmentationSpec = field(default_factory=AugmentationSpec)
    sampler: SamplerSpec = field(default_factory=SamplerSpec)
    device: str = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int | None = None
    postprocess: list[PostprocessStep] | None = None
    compares: bool = False
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        _check(self)

    @property
    def total_steps(self) -> int:
        """Number of weight updates of the whole run."""
        return self.iterations * self.steps_per_iteration

    @property
    def steps_per_iteration(self) -> int:
        """Number of weight updates per iteration (a last short batch is dropped)."""
        return self.slices_per_iteration // self.batch_size

    def to_json(self) -> dict[str, Any]:
        """Plain JSON value; `from_json` is its inverse."""
        document = {f.name: getattr(self, f.name) for f in fields(self)}
        document["input"] = self.input.to_json()
        if self.postprocess is not None:
            document["postprocess"] = [{"name": s.name, "params": dict(s.params)} for s in self.postprocess]
        for name in ("augmentation", "sampler"):
            document[name] = asdict(document[name])
        for name in ("cases", "holdout"):
            document[name] = [asdict(case) for case in document[name]]
        return document

    @classmethod
    def from_json(cls, document: Any) -> TrainingRequest:
        """Request out of a parsed JSON value.

        Raises
        ------
        TrainingError
            One sentence about the first thing that is wrong.
        """
        version = document.get("schema_version", SCHEMA_VERSION) if isinstance(document, dict) else SCHEMA_VERSION
        if version != SCHEMA_VERSION:
            raise TrainingError(
                f"The training request has format version {version}, this program reads {SCHEMA_VERSION}.",
                "Create the request with the same version of the program.",
            )
        return read_record(cls, document, "request", _SPECIAL)

    @classmethod
    def read(cls, path: Path) -> TrainingRequest:
        """Request out of a file; paths in it stay as they are.

        Raises
        ------
        TrainingError
            If the file is missing, is not JSON or is not a valid request.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TrainingError(f"The training request {path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise TrainingError(f"The training request {path.name} is not JSON: {error}.") from error
        return cls.from_json(document)


def _check(request: TrainingRequest) -> None:
    _check_numbers(request)
    if not request.cases:
        raise TrainingError("The training request contains no cases.", "Accept at least one corrected scan first.")
    names = [case.case_id for case in (*request.cases, *request.holdout)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TrainingError(f"The training request names the case “{twice[0]}” twice.")
    both = {c.patient_key for c in request.cases} & {c.patient_key for c in request.holdout}
    if both:
        raise TrainingError(
            f"{len(both)} patient(s) are in the training cases and in the hold-out.",
            "A patient the model was trained on cannot measure it; move all scans of a patient to one side.",
        )
    if request.loss == "weighted_cross_entropy" and not request.class_weights:
        raise TrainingError("The weighted cross entropy needs class_weights, background first.")


def _check_numbers(request: TrainingRequest) -> None:
    bounds: list[tuple[str, float, float, float]] = [
        ("ram_cap_mb", request.ram_cap_mb, 256, 1 << 22),
        ("iterations", request.iterations, 1, 100_000),
        ("batch_size", request.batch_size, 1, 4096),
        ("slices_per_iteration", request.slices_per_iteration, request.batch_size, 10_000_000),
        ("weight_average", request.weight_average, 0.0, 0.99999),
        ("learning_rate", 1e-3 if request.learning_rate is None else request.learning_rate, 1e-8, 1.0),
        ("sampler.k", request.sampler.k, 1, 1_000_000),
        ("sampler.n", 1 if request.sampler.n is None else request.sampler.n, 1, 1_000_000),
        ("sum of the sampler's shares", _shares(request.sampler), 0, 1),
        ("augmentation.probability", request.augmentation.probability, 0, 1),
        ("augmentation.truncation_probability", request.augmentation.truncation_probability, 0, 1),
        ("augmentation.centre_crop", request.augmentation.centre_crop, 0, 0.4),
        ("augmentation.flip_probability", request.augmentation.flip_probability, 0, 1),
        ("augmentation.blur", request.augmentation.blur, 0, 5),
        ("augmentation.blur_probability", request.augmentation.blur_probability, 0, 1),
        ("weight_decay", 0 if request.weight_decay is None else request.weight_decay, 0, 1),
        ("patience", 1 if request.patience is None else request.patience, 1, 100_000),
        ("threads", 1 if request.threads is None else request.threads, 1, 4096),
    ]
    for name, value, low, high in bounds:
        if not low <= value <= high:
            raise TrainingError(f"{name} is {value:.10g}, outside {low:.10g} to {high:.10g}.")


def _shares(sampler: SamplerSpec) -> float:
    return sampler.rare_share + sampler.foreground_share + sampler.corrected_share


_SPECIAL: dict[Any, Any] = {
    InputSpec: InputSpec.from_json,
    PostprocessStep: lambda value: step_from_json(value, "postprocess"),
}
