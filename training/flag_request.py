"""The request that the flags of ``segment`` describe."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.networks.registry import ARCHITECTURES, BadArgumentsError
from training.case_list import read_cases
from training.split import patient_folds

DEFAULT_NETWORK, DEFAULT_WIDTH = "attention_unet_plus_plus_v2", 16
DEFAULT_HOLDOUT_SHARE = 0.2
_INPUT = {"size_px": 128, "hu_low": -1024.0, "hu_high": 400.0, "crop": "body", "margin_mm": 10.0}
_LARGEST_SHARE = 0.5


def request_from_flags(run_id: str, given: Mapping[str, Any]) -> TrainingRequest:
    """Put the flags together with what they leave open.

    Parameters
    ----------
    run_id
        Name of the run.
    given
        The flags that were used: ``cases``, ``holdout``, ``holdout_share``, ``steps``, ``set``, and settings by their
        path in a request (``"sampler.kind"``).

    Raises
    ------
    CTViewerError
        If files or flags do not make a request that can be carried out.
    """
    settings = dict(given)
    cases, holdout = _split(settings.pop("cases"), settings.pop("holdout", None), settings.pop("holdout_share", None))
    steps = settings.pop("steps", None)
    extra = [_setting(text) for text in settings.pop("set", [])]
    document = _start(settings.get("base_model"), settings.get("architecture"))
    document |= {"run_id": run_id, "cases": [asdict(c) for c in cases], "holdout": [asdict(c) for c in holdout]}
    for path, value in [*settings.items(), *extra]:
        _put(document, path, value)
    request = TrainingRequest.from_json(document)
    if steps is not None:
        request = TrainingRequest.from_json(document | {"iterations": math.ceil(steps / request.steps_per_iteration)})
    _check_network(request)
    return request


def _start(base_model: str | None, architecture: str | None) -> dict[str, Any]:
    """Network and input before other flags: those of the base model, else the defaults."""
    if base_model is not None:
        manifest = ModelVersion.from_folder(Path(base_model)).manifest
        network = {"architecture": manifest.architecture, "arguments": dict(manifest.arguments)}
        return network | {"input": manifest.input.to_json()}
    name = architecture or DEFAULT_NETWORK
    arguments = {"width": DEFAULT_WIDTH} if "width" in ARCHITECTURES[name].parameters else {}
    return {"architecture": name, "arguments": arguments, "input": dict(_INPUT)}


def _split(path: Path, holdout: Path | None, share: float | None) -> tuple[list[TrainingCase], list[TrainingCase]]:
    """Cases to learn from and to measure on, patients apart."""
    cases = read_cases(path)
    if holdout is not None and share is not None:
        raise TrainingError("--holdout and --holdout-share both say what is measured on.", "Give one of them.")
    if holdout is not None:
        return cases, read_cases(holdout)
    share = DEFAULT_HOLDOUT_SHARE if share is None else share
    if not 0 <= share <= _LARGEST_SHARE:
        raise TrainingError(f"--holdout-share is {share:g}, outside 0 to {_LARGEST_SHARE:g}.")
    patients = len({case.patient_key for case in cases})
    if share == 0 or patients < 2:
        sys.stderr.write("No patient is held out, so the run cannot say how good the model is on others.\n")
        return cases, []
    held_out = set(patient_folds(cases, min(patients, round(1 / share)))[0])
    return [c for c in cases if c.case_id not in held_out], [c for c in cases if c.case_id in held_out]


def _setting(text: str) -> tuple[str, Any]:
    """Path and value of a ``--set``; what is not JSON is a word."""
    path, equals, value = text.partition("=")
    if not (path and equals):
        raise TrainingError(f"--set {text} is not understood.", "Write for example --set augmentation.noise=0.05.")
    try:
        return path, json.loads(value)
    except ValueError:
        return path, value


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set a value by its path; whether there is such a setting is judged when the request is read."""
    *outer, last = path.split(".")
    for name in outer:
        document = document.setdefault(name, {})
        if not isinstance(document, dict):
            raise TrainingError(f"There is no setting {path}: {name} is a single value.")
    document[last] = value


def _check_network(request: TrainingRequest) -> None:
    """Refuse a network that cannot be built before the scans are prepared."""
    hint = "See “python -m training networks”."
    if request.architecture not in ARCHITECTURES:
        raise TrainingError(f"No network is called “{request.architecture}”.", hint)
    try:
        ARCHITECTURES[request.architecture].check(request.arguments)
    except BadArgumentsError as error:
        raise TrainingError(str(error), hint) from error
