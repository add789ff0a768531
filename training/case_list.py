"""Lists of cases as files: what ``import`` writes, and what ``segment``, ``evaluate`` and ``experiments`` read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.strict_record import read_record
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.training_request import TrainingRequest

CASES_NAME = "cases.json"


def read_cases(path: Path) -> list[TrainingCase]:
    """Cases of a JSON list, or the hold-out (else the cases) of a request; paths become absolute.

    Raises
    ------
    TrainingError
        If the file cannot be understood.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise TrainingError(f"{path.name} is not JSON: {error}.") from error
    if isinstance(document, dict):
        request = TrainingRequest.from_json(document)
        cases = request.holdout or request.cases
    elif isinstance(document, list):
        cases = [read_record(TrainingCase, entry, "case", {}) for entry in document]
    else:
        raise TrainingError(f"{path.name} holds neither a list of cases nor a request.")
    return [case_below(case, path.resolve().parent) for case in cases]


def write_cases(path: Path, cases: Sequence[TrainingCase]) -> None:
    """Write a list of cases."""
    text = json.dumps([asdict(case) for case in cases], indent=1, ensure_ascii=False)
    atomic_write_bytes(path, (text + "\n").encode())


def case_below(case: TrainingCase, root: Path) -> TrainingCase:
    """The case with paths that mean the same from anywhere; relative ones start at ``root``."""
    image = str(root / case.image) if isinstance(case.image, str) else [str(root / part) for part in case.image]
    return replace(case, image=image, labels=str(root / case.labels))
