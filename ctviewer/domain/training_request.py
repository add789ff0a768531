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

SCHEMA_VERSION = 1

Loss = Literal["cross_entropy", "weighted_cross_entropy", "focal", "focal_report", "dice", "iou", "hybrid", "tversky"]


@dataclass(frozen=True, slots=True)
class TrainingCase:
    """One scan with its labels.

    Parameters
    ----------
    case_id
        Unique within the request.
    patient_key
        Groups the cases of one patient; a patient is never on both sides of a split.
    image
        A file or folder the viewer can open, or the list of files of one DICOM series. ``.npz`` files hold ``hu``
        (int16, canonical order) and ``affine`` (kji → LPS mm).
    labels
        ``.npz`` with ``labels`` (uint8, canonical order, shape of the image) or an image file on the scan's grid.
    reviewed_slices
        Axial indices ``k`` whose labels a person vouches for; None means all. The others are neither sampled nor
        scored.
    trusted_labels
        Label values that can be trusted; None means all. Where another structure may lie, pixels are ignored.
    role
        ``"corrected"`` (what the run is for) or ``"rehearsal"`` (so that the model does not forget).
    revision_id, labels_sha256
        Where the labels come from in the annotation store; kept as lineage of the model.
    corrected_slices
        Axial indices that a person changed; they can be drawn more often.
    """

    case_id: str
    patient_key: str
    image: str | list[str]
    labels: str
    reviewed_slices: list[int] | None = None
    trusted_labels: list[int] | None = None
    role: Literal["corrected", "rehearsal"] = "corrected"
    revision_id: str = ""
    labels_sha256: str = ""
    corrected_slices: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SamplerSpec:
    """How training slices are drawn.

    Parameters
    ----------
    kind
        ``"buffered"`` holds n studies and draws k slices per held study on average; ``"per_image"`` reads one study
        per slice; ``"sequential"`` walks through one study after the other; ``"cached"`` draws from all slices of all
        studies, which lie in one memory-mapped file (mixes like ``"per_image"``, costs disk).
    n
        Studies held in memory; None derives it from the memory budget.
    k
        Average number of slices taken per held study before the buffer is replaced.
    rare_share, foreground_share, corrected_share
        Shares of draws restricted to slices with the rarest structure, with any structure, or that a person corrected;
        the rest is uniform over all reviewed slices. All 0 is the source's plain scheme.
    prefetch
        Whether a buffered source reads the next studies while the present ones are used. They count in the memory
        budget, so half as many are held; the slices drawn depend on n, not on this.
    """

    kind: Literal["buffered", "per_image", "sequential", "cached"] = "buffered"
    n: int | None = None
    k: int = 10
    rare_share: float = 0.0
    foreground_share: float = 0.0
    corrected_share: float = 0.0
    prefetch: bool = True


@dataclass(frozen=True, slots=True)
class AugmentationSpec:
    """Random changes of training slices; a size of 0 switches one off.

    Parameters
    ----------
    probability
        Chance that a slice is changed geometrically at all; the others stay sharp (resampling blurs a little).
    rotation_deg, scale, shift
        Largest angle, largest relative change of size, largest shift as a share of the picture.
    truncation, truncation_probability
        Largest extra zoom, so that bodies cut by the field of view are seen, and how often.
    intensity_shift, intensity_scale, noise, gamma
        Relative to the input range: largest offset, largest relative contrast change, largest noise standard
        deviation, largest relative change of the exponent.
    centre_crop
        Share of the picture cut off at every border before anything else, for all slices.
    flip_probability
        Chance of a left-right mirror image. Leave it 0: it teaches that left and right lung look alike.
    blur, blur_probability
        Largest standard deviation of a Gaussian blur in pixels, and how often. Leave it 0: blur moves the visible
        border of small structures away from their labels.
    """

    probability: float = 0.7
    rotation_deg: float = 10.0
    scale: float = 0.15
    shift: float = 0.05
    truncation: float = 0.5
    truncation_probability: float = 0.15
    intensity_shift: float = 0.02
    intensity_scale: float = 0.05
    noise: float = 0.02
    gamma: float = 0.1
    centre_crop: float = 0.0
    flip_probability: float = 0.0
    blur: float = 0.0
    blur_probability: float = 0.0


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
