"""Training every arm of an experiment with every seed on every fold, as far as the time allows."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ctviewer.domain.training_parts import TrainingCase
from training.events import EVENTS_NAME
from training.execution import EXIT_CANCELLED, EXIT_OK, execute
from training.experiments.plan import Plan
from training.run_files import HOLDOUT_NAME
from training.split import patient_folds


def carry_out(plan: Plan, cases: Sequence[TrainingCase], work: Path, budget_s: float, threads: int | None) -> bool:
    """Train what is missing; returns whether everything is there now.

    All arms of a seed and fold come before the next fold, so that a budget that runs out cuts all arms alike. Runs that
    exist are kept, so calling it again goes on.

    Parameters
    ----------
    work
        Folder of the runs and the prepared studies.
    budget_s
        No run is started after this time.
    threads
        Processor threads of every run.
    """
    began = time.monotonic()
    folds = patient_folds(cases, plan.folds)
    for seed in plan.seeds:
        for number, held_out in enumerate(folds):
            holdout = [case for case in cases if case.case_id in held_out]
            training = [case for case in cases if case.case_id not in held_out]
            for arm in plan.arms:
                folder = run_folder(plan, work, arm, seed, number)
                if (folder / HOLDOUT_NAME).exists():
                    continue
                if time.monotonic() - began > budget_s:
                    return False
                request = plan.request(arm, seed, folder.name, training, holdout)
                document = request.to_json() | {"threads": threads}
                code = _train(document, folder, work / "prepared")
                if code == EXIT_CANCELLED:
                    return False
                said = "done" if code == EXIT_OK else f"failed, see {folder / EVENTS_NAME}"
                sys.stderr.write(f"{plan.name}: {folder.name} {said}, {time.monotonic() - began:.0f} s\n")
    return True


def run_folder(plan: Plan, work: Path, arm: str, seed: int, fold: int) -> Path:
    """Folder of one run."""
    return work / f"{plan.name}-{plan.scale}" / f"{arm}-seed{seed}-fold{fold}"


def _train(document: dict[str, object], folder: Path, prepared: Path) -> int:
    """Train in this process; returns the run's exit code. A failed run counts as missing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder.with_suffix(".json")
    path.write_text(json.dumps(document), encoding="utf-8")
    code = execute(path, folder, prepared=prepared, quiet=True, pictures=False)
    if code == EXIT_OK:
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return code
