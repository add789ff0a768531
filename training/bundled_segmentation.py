"""Makes the bundled segmentation model: leave-patients-out cross-validation, then a final training on all scans."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.training_request import TrainingRequest
from training.cases import read_case
from training.evaluate import evaluate_model
from training.split import patient_folds

CONFIG = Path(__file__).with_name("configs") / "bundled_segmentation.json"
TRUNCATED = "-truncated"


def bundled_command(
    references: Path, work: Path, config: Path | None, model_out: Path | None, crossvalidation: str
) -> int:
    """Cross-validate and, where asked, train and write the final model; returns the exit code.

    Parameters
    ----------
    crossvalidation
        ``"run"``, ``"measure"`` (the models of an earlier run again, with the present post-processing) or ``"keep"``.
    """
    try:
        settings = json.loads((config or CONFIG).read_text(encoding="utf-8"))
        cases = reference_cases(references)
        if crossvalidation == "run" or model_out is not None:
            copies = settings["truncated_copies"]
            cases += [truncated_copy(c, copies[c.case_id], work) for c in cases if c.case_id in copies]
        if crossvalidation != "keep":
            cross_validate(cases, settings, work, trains=crossvalidation == "run")
        if model_out is not None:
            from training.bundled_card import write_bundled_model

            run = train_final(cases, settings, work)
            write_bundled_model(run, model_out, references, work, settings)
    except (CTViewerError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


def reference_cases(references: Path) -> list[TrainingCase]:
    """Cases of the reference folder, as its ``cases.json`` describes them."""
    return [_case(entry, references) for entry in json.loads((references / "cases.json").read_text(encoding="utf-8"))]


def cross_validate(
    cases: Sequence[TrainingCase], settings: dict[str, Any], work: Path, *, trains: bool = True
) -> dict[str, Any]:
    """Train one model per fold and measure it at native resolution on the patients it never saw.

    Writes ``crossvalidation.json`` into the work folder: figures per case, and the folds.
    """
    whole = [case for case in cases if not case.case_id.endswith(TRUNCATED)]
    folds = patient_folds(whole, settings["folds"])
    results: dict[str, Any] = {"folds": folds, "cases": {}}
    for number, held_out in enumerate(folds):
        holdout = [case for case in whole if case.case_id in held_out]
        unseen = {case.patient_key for case in holdout}
        training = [case for case in cases if case.patient_key not in unseen]
        request = _request(settings, f"fold-{number}", training, holdout, settings["fold_iterations"])
        run = _train(request, work) if trains else work / request.run_id
        trained = ModelVersion.from_folder(run / "model")
        model = replace(trained, manifest=replace(trained.manifest, postprocess=tuple(request.postprocess or ())))
        for case in holdout:
            results["cases"][case.case_id] = evaluate_model(model, case)
        (work / "crossvalidation.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    return results


def train_final(cases: Sequence[TrainingCase], settings: dict[str, Any], work: Path) -> Path:
    """Train on all scans; returns the run folder."""
    return _train(_request(settings, "final", cases, [], settings["final_iterations"]), work)


def truncated_copy(case: TrainingCase, part: str, work: Path) -> TrainingCase:
    """A close-up of a case, cut out at full sharpness; always the same cut for the same case.

    Heart scans and reconstructions of one lung cut the body off, and few real ones are at hand.

    Parameters
    ----------
    part
        ``"both"``: a random square of 170 to 260 mm around the middle of the lungs. ``"left"`` or ``"right"``: that
        lung with a random margin of 5 to 20 mm.
    """
    name = f"{case.case_id}-{part}{TRUNCATED}"
    path = work / f"{name}.npz"
    copy = replace(case, case_id=name, image=str(path), labels=str(path), reviewed_slices=None)
    if path.exists():
        return copy
    scan = read_case(case, Path())
    rng = np.random.default_rng(zlib.crc32(case.case_id.encode()))
    lungs = [1, 2] if part == "both" else [{"left": 1, "right": 2}[part]]
    places = np.argwhere(np.isin(scan.labels, lungs))
    first, last = places.min(axis=0), places.max(axis=0)
    box = [slice(int(first[0]), int(last[0]) + 1)]
    side_mm = rng.uniform(170.0, 260.0)
    for axis in (1, 2):
        size, spacing = scan.hu.shape[axis], scan.geometry.spacing_mm[axis]
        if part == "both":
            length = min(size, round(side_mm / spacing))
            middle = (first[axis] + last[axis]) / 2 + rng.uniform(-0.15, 0.15) * length
            start = int(np.clip(round(middle - length / 2), 0, size - length))
            box.append(slice(start, start + length))
        else:
            margins = rng.uniform(5.0, 20.0, 2) / spacing
            box.append(slice(max(0, int(first[axis] - margins[0])), min(size, int(last[axis] + 1 + margins[1]))))
    cut = (box[0], box[1], box[2])
    work.mkdir(parents=True, exist_ok=True)
    np.savez(path, hu=scan.hu[cut], labels=scan.labels[cut], affine=scan.geometry.crop(cut).affine)
    return copy


def _case(entry: dict[str, Any], folder: Path) -> TrainingCase:
    slices = entry.get("slices_ok", "all")
    reviewed = None
    if slices != "all":
        reviewed = [k for start, stop in slices for k in range(start, stop)]
    labels = list(entry["labels"])
    return TrainingCase(
        case_id=entry["case"],
        patient_key=entry["patient"],
        image=str(folder / f"{entry['case']}_ct.nii.gz"),
        labels=str(folder / f"{entry['case']}.nii.gz"),
        reviewed_slices=reviewed,
        trusted_labels=None if labels == [1, 2, 3] else labels,
    )


def _request(
    settings: dict[str, Any],
    name: str,
    cases: Sequence[TrainingCase],
    holdout: Sequence[TrainingCase],
    iterations: int,
) -> TrainingRequest:
    document: dict[str, Any] = TrainingRequest.from_json(
        settings["request"] | {"run_id": name, "cases": [asdict(cases[0])], "iterations": iterations}
    ).to_json()
    document["cases"] = [asdict(case) for case in cases]
    document["holdout"] = [asdict(case) for case in holdout]
    return TrainingRequest.from_json(document)


def _train(request: TrainingRequest, work: Path) -> Path:
    """Run a request in its own process (each run has its own memory bound); returns the run folder."""
    run = work / request.run_id
    run.mkdir(parents=True, exist_ok=True)
    path = work / f"{request.run_id}.json"
    path.write_text(json.dumps(request.to_json(), indent=1), encoding="utf-8")
    command = [sys.executable, "-m", "training", "segment", "--request", str(path), "--out", str(run)]
    command += ["--prepared", str(work / "prepared")]
    code = subprocess.run(command, check=False, env=os.environ.copy()).returncode
    if code != 0:
        raise TrainingError(f"The run {request.run_id} ended with exit code {code}.", f"See {run / 'events.jsonl'}.")
    return run
