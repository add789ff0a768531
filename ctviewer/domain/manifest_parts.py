"""Parts of a manifest: preprocessing, post-processing, label table."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ctviewer.domain.errors import ModelError
from ctviewer.domain.manifest_fields import FieldReader
from ctviewer.domain.segment import CodedConcept, Segment

CROPS = ("body", "chest", "none")


@dataclass(frozen=True)
class InputSpec:
    """How a volume becomes network input; implemented once, in inference, for prediction and training.

    Parameters
    ----------
    size_px
        Side of the square input.
    hu_low, hu_high
        Intensity window, mapped to the ends of the normalised range.
    crop
        ``"body"``: one square box around the patient for the whole scan; ``"none"``: the whole slice, padded to a
        square; ``"chest"``: the rule of the classifier.
    margin_mm
        Added around the body box on every side.
    channels
        Input channels.
    normalisation
        Name of the normalisation; ``"unit"`` maps the window to 0…1.
    extra
        Further named settings of the preprocessing (JSON values).
    """

    size_px: int
    hu_low: float = -1000.0
    hu_high: float = 400.0
    crop: str = "body"
    margin_mm: float = 10.0
    channels: int = 1
    normalisation: str = "unit"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.size_px < 1 or self.channels < 1:
            raise ModelError(f"The input size {self.size_px} px × {self.channels} channels is not positive.")
        if not self.hu_low < self.hu_high:
            raise ModelError(f"The HU window {self.hu_low:g}…{self.hu_high:g} is empty.")
        if self.crop not in CROPS:
            raise ModelError(f"Unknown crop “{self.crop}”.", f"Known: {', '.join(CROPS)}.")
        for name in ("hu_low", "hu_high", "margin_mm"):
            object.__setattr__(self, name, float(getattr(self, name)))  # so that equal specs have equal text
        object.__setattr__(self, "extra", copy.deepcopy(dict(self.extra)))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {f.name: copy.deepcopy(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, values: Any, where: str = "input") -> InputSpec:
        """Inverse of `to_json`; strict, raises `ModelError`."""
        read = FieldReader(
            values,
            where,
            required=("size_px", "hu_low", "hu_high", "crop", "margin_mm"),
            optional=[f.name for f in fields(cls)],
        )
        return cls(
            size_px=read.integer("size_px"),
            hu_low=read.number("hu_low"),
            hu_high=read.number("hu_high"),
            crop=read.text("crop"),
            margin_mm=read.number("margin_mm"),
            channels=read.integer("channels", 1),
            normalisation=read.text("normalisation", "unit"),
            extra=read.mapping("extra", {}),
        )


@dataclass(frozen=True)
class PostprocessStep:
    """One named step applied to the raw result, with its parameters (JSON values)."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", copy.deepcopy(dict(self.params)))


def check_segments(segments: tuple[Segment, ...]) -> None:
    """Raise `ModelError` unless there are structures with distinct labels from 1 to 255 and distinct keys."""
    if not segments:
        raise ModelError("The segmentation model names no structures.")
    labels = [s.label for s in segments]
    if len(set(labels)) != len(labels) or not all(1 <= label <= 255 for label in labels):
        raise ModelError(f"The label values {labels} are not distinct numbers from 1 to 255.")
    if len({s.key for s in segments}) != len(segments):
        raise ModelError("Two structures of the model have the same key.")


def segment_to_json(segment: Segment) -> dict[str, Any]:
    """Plain JSON value of a structure."""
    return {
        "label": segment.label,
        "key": segment.key,
        "name": segment.name,
        "color": list(segment.color),
        "code": _code_to_json(segment.code),
        "laterality": _code_to_json(segment.laterality),
    }


def segment_from_json(values: Any, where: str) -> Segment:
    """Inverse of `segment_to_json`; strict, raises `ModelError` that names ``where``."""
    names = ("label", "key", "name", "color")
    read = FieldReader(values, where, required=names, optional=(*names, "code", "laterality"))
    color = read.items("color")
    if len(color) != 3 or not all(type(c) is int and 0 <= c <= 255 for c in color):
        raise ModelError(f"In the manifest, “{where}.color” is not three numbers from 0 to 255.")
    return Segment(
        label=read.integer("label"),
        key=read.text("key"),
        name=read.text("name"),
        color=(color[0], color[1], color[2]),
        code=_code_from_json(values.get("code"), f"{where}.code"),
        laterality=_code_from_json(values.get("laterality"), f"{where}.laterality"),
    )


def _code_to_json(code: CodedConcept | None) -> dict[str, str] | None:
    return None if code is None else {"value": code.value, "meaning": code.meaning, "scheme": code.scheme}


def _code_from_json(values: Any, where: str) -> CodedConcept | None:
    if values is None:
        return None
    read = FieldReader(values, where, required=("value", "meaning"), optional=("value", "meaning", "scheme"))
    return CodedConcept(read.text("value"), read.text("meaning"), read.text("scheme", "SCT"))


def step_from_json(values: Any, where: str) -> PostprocessStep:
    """Post-processing step out of a parsed JSON value; strict, raises `ModelError` that names ``where``."""
    read = FieldReader(values, where, required=("name",), optional=("name", "params"))
    return PostprocessStep(read.text("name"), read.mapping("params", {}))
