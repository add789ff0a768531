"""The closed table of post-processing steps; the manifest of a model names them in order, with parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctviewer.domain.arrays import HUArray, LabelArray
from ctviewer.domain.errors import ModelError
from ctviewer.domain.manifest_parts import PostprocessStep
from ctviewer.domain.progress import CancelToken
from ctviewer.domain.segment import Segment
from ctviewer.inference.air_snap import air_snap
from ctviewer.inference.bridging import bridge_trachea, extend_trachea
from ctviewer.inference.cleanup import fill_holes, largest_components
from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Draft
from ctviewer.inference.left_out import left_out_lung
from ctviewer.inference.plausible import chest_only
from ctviewer.inference.sides import side_check
from ctviewer.inference.single_lung import single_lung


@dataclass(frozen=True, slots=True)
class _Step:
    run: Callable[..., list[str]]
    defaults: Mapping[str, Any]


STEPS: Mapping[str, _Step] = {
    "single_lung": _Step(single_lung, {"touching": 1.0, "trachea_ml": 3.0}),
    "side_check": _Step(side_check, {"margin_mm": 20.0}),
    "bridge_trachea": _Step(
        bridge_trachea, {"maximum_mm": 30.0, "air_hu": -500.0, "lumen_hu": -850.0, "growth": 2.0, "minimum_ml": 0.3}
    ),
    "chest_only": _Step(chest_only, {"inside_share": 0.3, "lung_share": 0.5, "trachea_top": 0.8}),
    "largest_components": _Step(largest_components, {"share": 0.02, "minimum_ml": 1.0, "single": [TRACHEA]}),
    "left_out_lung": _Step(
        left_out_lung,
        {"low_hu": -970.0, "high_hu": -550.0, "thickness_mm": 3.0, "minimum_ml": 1.0, "contact": 0.1},
    ),
    "air_snap": _Step(
        air_snap,
        {"band_mm": 2.0, "lung_hu": -450.0, "closing_mm": 5.0, "trachea_mm": 3.5, "trachea_hu": -500.0},
    ),
    "extend_trachea": _Step(extend_trachea, {"maximum_mm": 40.0, "air_hu": -500.0, "least_share": 0.5, "growth": 1.6}),
    "fill_holes": _Step(fill_holes, {"keys": [LEFT_LUNG, RIGHT_LUNG, TRACHEA], "maximum_cm2": 4.0, "maximum_ml": 5.0}),
}
"""Steps by name with the defaults of their parameters."""

RECOMMENDED = tuple(PostprocessStep(name) for name in ("side_check", "largest_components", "air_snap", "fill_holes"))
"""For lungs and trachea: sides first, so that a swapped patch is not dropped as a stray part; holes last."""


def apply_steps(
    labels: LabelArray,
    hu: HUArray,
    spacing_mm: tuple[float, float, float],
    segments: Sequence[Segment],
    steps: Sequence[PostprocessStep],
    cancel: CancelToken | None = None,
) -> tuple[str, ...]:
    """Change labels in place by the named steps; returns sentences the user should read.

    Parameters
    ----------
    labels, hu
        Shape ``(k, j, i)``, canonical order.
    spacing_mm
        ``(k, j, i)``.

    Raises
    ------
    ModelError
        For an unknown step or parameter.
    OperationCancelled
        If asked to stop.
    """
    draft = Draft(labels, hu, spacing_mm, {s.key: s.label for s in segments}, cancel or CancelToken())
    prepared = [(STEPS[step.name].run, _parameters(step)) for step in map(_known, steps)]
    notes: list[str] = []
    for run, parameters in prepared:
        draft.cancel.raise_if_cancelled()
        notes += run(draft, **parameters)
    return tuple(notes)


def _known(step: PostprocessStep) -> PostprocessStep:
    if step.name not in STEPS:
        raise ModelError(
            f"The model asks for the unknown post-processing step “{step.name}”.", f"Known: {', '.join(STEPS)}."
        )
    return step


def _parameters(step: PostprocessStep) -> dict[str, Any]:
    """Defaults of a step overlaid with the manifest's values, checked."""
    defaults = STEPS[step.name].defaults
    for name, value in step.params.items():
        where = f"The post-processing step “{step.name}” of the model"
        if name not in defaults:
            raise ModelError(f"{where} has the unknown parameter “{name}”.", f"Known: {', '.join(defaults)}.")
        is_list = isinstance(defaults[name], list)
        fits = isinstance(value, list | tuple) if is_list else type(value) in (int, float)
        if not fits:
            raise ModelError(f"{where} has {name} = {value!r}, not {'a list' if is_list else 'a number'}.")
    return {**defaults, **step.params}
