"""What a model version says about itself: enough to rebuild, feed, trust and trace it.

Reading is strict: a manifest that does not say exactly what is expected is refused with a sentence, never guessed at.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NoReturn

from ctviewer.domain.errors import ModelError
from ctviewer.domain.manifest_fields import FieldReader, check_plain_name, check_sha256, check_word
from ctviewer.domain.manifest_parts import (
    InputSpec,
    PostprocessStep,
    check_segments,
    segment_from_json,
    segment_to_json,
    step_from_json,
)
from ctviewer.domain.segment import Segment

SCHEMA_VERSION = 1
KINDS = ("segmentation", "classification")
WEIGHTS_FILE = "weights.safetensors"
WEIGHTS_SUFFIX = ".safetensors"
"""The only accepted weights format: it cannot carry code."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Self-description of a model version.

    Parameters
    ----------
    kind
        ``"segmentation"`` or ``"classification"``.
    model_id, version
        Name of the family and of this member; letters, digits, ``.``, ``_``, ``-``. Together unique.
    name
        Human name.
    created_at
        ISO 8601, UTC.
    architecture, arguments
        Name in the closed table of networks, and its arguments.
    input
        Preprocessing.
    weights_file, weights_sha256
        Plain file name in the version's folder, and the SHA-256 of that file.
    segments
        Label table (segmentation only): one per output channel after background.
    class_names
        Output classes in order (classification only).
    postprocess
        Steps in order.
    parent
        ``"id@version"`` it was trained from; None if from scratch.
    annotations
        For each revision it learned from: at least ``revision_id`` and ``labels_sha256``.
    metrics, provenance, libraries
        Results on held-out data; where the training data came from; library versions.
    status
        Life stage given by its maker (``"candidate"``, ``"released"``).
    """

    kind: str
    model_id: str
    version: str
    name: str
    created_at: str
    architecture: str
    arguments: Mapping[str, Any]
    input: InputSpec
    weights_sha256: str
    weights_file: str = WEIGHTS_FILE
    segments: tuple[Segment, ...] = ()
    class_names: tuple[str, ...] = ()
    postprocess: tuple[PostprocessStep, ...] = ()
    parent: str | None = None
    annotations: tuple[Mapping[str, Any], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    libraries: Mapping[str, Any] = field(default_factory=dict)
    status: str = "candidate"
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if self.schema_version != SCHEMA_VERSION:
            raise ModelError(
                f"The manifest has schema version {self.schema_version}; this program reads {SCHEMA_VERSION}.",
                "Update the program to use this model.",
            )
        if self.kind not in KINDS:
            raise ModelError(f"Unknown model kind “{self.kind}”.", f"Known: {', '.join(KINDS)}.")
        check_word("model_id", self.model_id)
        check_word("version", self.version)
        check_plain_name("weights_file", self.weights_file, WEIGHTS_SUFFIX)
        check_sha256("weights_sha256", self.weights_sha256)
        if self.parent is not None:
            split_ref(self.parent)
        if self.kind == "segmentation":
            check_segments(self.segments)
        elif not self.class_names:
            raise ModelError(f"The classification model {self.ref} names no classes.")
        for name in ("arguments", "metrics", "provenance", "libraries"):
            object.__setattr__(self, name, copy.deepcopy(dict(getattr(self, name))))
        object.__setattr__(self, "annotations", tuple(dict(a) for a in self.annotations))

    @property
    def ref(self) -> str:
        """``"id@version"``."""
        return f"{self.model_id}@{self.version}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON value; `from_json` is its inverse."""
        values = {f.name: copy.deepcopy(getattr(self, f.name)) for f in fields(self)}
        values["input"] = self.input.to_json()
        values["segments"] = [segment_to_json(s) for s in self.segments]
        values["class_names"] = list(self.class_names)
        values["annotations"] = [dict(a) for a in self.annotations]
        values["postprocess"] = [{"name": s.name, "params": copy.deepcopy(dict(s.params))} for s in self.postprocess]
        return values

    def to_text(self) -> str:
        """Text of ``manifest.json``, indented, ends with a newline.

        Raises
        ------
        ModelError
            If a metric or argument is not a finite JSON value.
        """
        try:
            return json.dumps(self.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        except (TypeError, ValueError) as error:
            raise ModelError(f"The manifest of {self.ref} cannot be written: {error}.") from error

    @classmethod
    def from_text(cls, text: str) -> Manifest:
        """Inverse of `to_text`; raises `ModelError` like `from_json`."""
        try:
            values = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ModelError(f"The manifest is not valid JSON: {error}.") from error
        return cls.from_json(values)

    @classmethod
    def from_json(cls, values: Any) -> Manifest:
        """Manifest out of a parsed JSON value.

        Raises
        ------
        ModelError
            For anything that is not exactly a manifest of a known schema; one sentence.
        """
        version = values.get("schema_version") if isinstance(values, dict) else SCHEMA_VERSION
        if version != SCHEMA_VERSION:
            raise ModelError(
                f"The manifest has schema version {version!r}; this program reads {SCHEMA_VERSION}.",
                "Update the program to use this model.",
            )
        names = [f.name for f in fields(cls)]
        read = FieldReader(values, "manifest", required=_REQUIRED, optional=names)
        return cls(
            schema_version=read.integer("schema_version"),
            kind=read.text("kind"),
            model_id=read.text("model_id"),
            version=read.text("version"),
            name=read.text("name"),
            created_at=read.text("created_at"),
            architecture=read.text("architecture"),
            arguments=read.mapping("arguments"),
            input=InputSpec.from_json(values["input"]),
            weights_file=read.text("weights_file"),
            weights_sha256=read.text("weights_sha256"),
            segments=tuple(segment_from_json(s, f"segments[{i}]") for i, s in enumerate(read.items("segments"))),
            class_names=tuple(read.texts("class_names")),
            postprocess=tuple(step_from_json(s, f"postprocess[{i}]") for i, s in enumerate(read.items("postprocess"))),
            parent=read.optional_text("parent"),
            annotations=tuple(_annotation(a, f"annotations[{i}]") for i, a in enumerate(read.items("annotations"))),
            metrics=read.mapping("metrics", {}),
            provenance=read.mapping("provenance", {}),
            libraries=read.mapping("libraries", {}),
            status=read.text("status", "candidate"),
        )


_REQUIRED = (
    "schema_version", "kind", "model_id", "version", "name", "created_at", "architecture", "arguments", "input",
    "weights_file", "weights_sha256",
)  # fmt: skip


def split_ref(ref: str) -> tuple[str, str]:
    """``(model_id, version)`` of ``"id@version"``; raises `ModelError` if it is not one."""
    model_id, separator, version = ref.partition("@")
    if not separator:
        raise ModelError(f"“{ref}” is not a model version.", "Write it as id@version.")
    check_word("model_id", model_id)
    check_word("version", version)
    return model_id, version


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _annotation(values: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(values, dict) or not all(
        isinstance(values.get(k), str) for k in ("revision_id", "labels_sha256")
    ):
        raise ModelError(f"In the manifest, “{where}” does not name a revision and the SHA-256 of its labels.")
    return values
