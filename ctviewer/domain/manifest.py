"""What a model version says about itself: network, input, labels, post-processing, weights and where it comes from.

Values only. `ctviewer.store.manifest` reads and writes them as JSON and says what is wrong with a bad one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import Segment

SCHEMA_VERSION = 1

WEIGHTS_FILE = "weights.safetensors"
MANIFEST_FILE = "manifest.json"
CARD_FILE = "card.md"

ModelKind = Literal["segmentation", "classification"]
CropRule = Literal["body", "none", "chest"]


@dataclass(frozen=True, slots=True)
class InputSpec:
    """How a CT becomes the picture a network sees; used alike by training and prediction.

    Parameters
    ----------
    size_px
        Side of the square network input, pixels.
    hu_low, hu_high
        HU mapped to 0 and 1; values outside are clipped.
    crop
        ``"body"``: one square box around the patient for the whole scan; ``"none"``: the whole slice, padded to a
        square; ``"chest"``: the rule of the classifier, see `ctviewer.inference.classifier`.
    margin_mm
        Added around the body box on every side.
    channels
        Input channels of the network.
    normalisation
        ``"unit"``: 0 to 1.
    extra
        Anything a single model needs beside this (plain JSON values).
    """

    size_px: int
    hu_low: float = -1000.0
    hu_high: float = 400.0
    crop: CropRule = "body"
    margin_mm: float = 10.0
    channels: int = 1
    normalisation: str = "unit"
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostprocessStep:
    """One named step of `ctviewer.inference.postprocess` with its parameters (plain JSON values)."""

    name: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a model version's ``manifest.json``.

    Parameters
    ----------
    kind
        What the model does.
    model_id, version
        Together the reference ``"id@version"``.
    created_at
        ISO 8601, UTC.
    architecture, arguments
        Name in the network registry and what to build it with.
    segments
        Label table of a segmentation model: output channel c is ``segments[c - 1]``, channel 0 is background.
    class_names
        Classes of a classification model in the order of its outputs.
    weights_sha256
        Of the weights file, lower-case hex; checked before it is read.
    parent
        ``"id@version"`` this one was trained from.
    annotations
        Revisions it was trained on: ``{"revision_id": …, "labels_sha256": …}`` each.
    metrics, provenance, libraries
        Measured quality, training data and library versions, plain JSON values.
    status
        ``"bundled"``, ``"candidate"``, ``"promoted"``…, for people; which version is active is the registry's business.
    """

    kind: ModelKind
    model_id: str
    version: str
    name: str
    created_at: str
    architecture: str
    arguments: dict[str, int]
    input: InputSpec
    weights_sha256: str
    segments: tuple[Segment, ...] = ()
    class_names: tuple[str, ...] = ()
    postprocess: tuple[PostprocessStep, ...] = ()
    weights_file: str = WEIGHTS_FILE
    parent: str | None = None
    annotations: tuple[dict[str, str], ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    status: str = "candidate"
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A model version on disk: an immutable folder and what its manifest says."""

    folder: Path
    manifest: Manifest
    is_bundled: bool = False

    @property
    def ref(self) -> str:
        """``"id@version"``."""
        return f"{self.manifest.model_id}@{self.manifest.version}"

    @property
    def weights_path(self) -> Path:
        """The weights file."""
        return self.folder / self.manifest.weights_file

    @property
    def card_path(self) -> Path:
        """The model card, Markdown."""
        return self.folder / CARD_FILE

    @property
    def identity(self) -> ModelIdentity:
        """Who made a result, for predictions and exports."""
        return ModelIdentity(
            self.manifest.model_id, self.manifest.version, self.manifest.weights_sha256, self.manifest.name
        )
