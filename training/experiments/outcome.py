"""What the runs of an experiment measured, read from their folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.curves import read_metrics
from training.events import EVENTS_NAME, METRICS_NAME
from training.experiments.carry_out import run_folder
from training.experiments.plan import Plan
from training.experiments.statistics import fate
from training.run_files import HOLDOUT_NAME

STRUCTURES = ("left_lung", "right_lung", "trachea")


@dataclass(frozen=True)
class ArmOutcome:
    """The runs of one arm.

    Parameters
    ----------
    curves
        Rows of ``metrics.csv`` of every run.
    patients
        Names of the patients, sorted; rows of the tables of `table`.
    seconds
        Median time of a run.
    """

    curves: list[list[dict[str, float]]]
    patients: tuple[str, ...]
    cells: dict[tuple[str, int], list[dict[str, Any]]]
    seeds: tuple[int, ...]
    seconds: float

    def table(self, figure: Callable[[dict[str, Any]], float]) -> NDArray[np.float64]:
        """A figure of the final model, patients × seeds; the cases of a patient are averaged."""
        result = np.full((len(self.patients), len(self.seeds)), np.nan)
        for (row, patient), (column, seed) in product(enumerate(self.patients), enumerate(self.seeds)):
            values = [figure(case) for case in self.cells.get((patient, seed), [])]
            known = [value for value in values if np.isfinite(value)]
            if known:
                result[row, column] = np.mean(known)
        return result

    def best(self, column: str) -> float:
        """Highest value over the iterations, averaged over runs: what the source printed."""
        return float(np.mean([max(row[column] for row in rows) for rows in self.curves]))

    def top(self, column: str, count: int) -> float:
        """Mean of the ``count`` highest iterations, averaged over runs."""
        return float(np.mean([np.mean(sorted(row[column] for row in rows)[-count:]) for rows in self.curves]))

    def last(self, column: str) -> float:
        """Value of the final iteration, averaged over runs."""
        return float(np.mean([rows[-1][column] for rows in self.curves]))

    def fates(self) -> dict[str, int]:
        """Runs per fate of a structure: ``"trachea collapsed"`` → 2."""
        found: dict[str, int] = {}
        for rows in self.curves:
            for structure in STRUCTURES:
                end = fate(np.array([row[f"pooled_{structure}_dice"] for row in rows]))
                if end:
                    key = f"{structure.replace('_', ' ')} {end}"
                    found[key] = found.get(key, 0) + 1
        return found


def read_outcome(plan: Plan, work: Path) -> tuple[dict[str, ArmOutcome], list[tuple[int, int]]]:
    """Outcome per arm, and the pairs of seed and fold that all arms have: only those are compared."""
    pairs = [
        (seed, fold)
        for seed, fold in product(plan.seeds, range(plan.folds))
        if all((run_folder(plan, work, arm, seed, fold) / HOLDOUT_NAME).exists() for arm in plan.arms)
    ]
    return {arm: _arm([(s, run_folder(plan, work, arm, s, f)) for s, f in pairs]) for arm in plan.arms}, pairs


def mean_dice(case: dict[str, Any]) -> float:
    """Mean Dice of a case over the structures that it or the prediction has."""
    known = [case[s]["dice"] for s in STRUCTURES if case[s]["dice"] is not None]
    return float(np.mean(known)) if known else float("nan")


def trachea_dice(case: dict[str, Any]) -> float:
    """Trachea Dice of a case; NaN where there is none."""
    value = case["trachea"]["dice"]
    return float("nan") if value is None else float(value)


def _arm(runs: list[tuple[int, Path]]) -> ArmOutcome:
    cells: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for seed, folder in runs:
        for case in json.loads((folder / HOLDOUT_NAME).read_text(encoding="utf-8")).values():
            cells.setdefault((case["patient"], seed), []).append(case)
    return ArmOutcome(
        curves=[read_metrics(folder / METRICS_NAME) for _, folder in runs],
        patients=tuple(sorted({patient for patient, _ in cells})),
        cells=cells,
        seeds=tuple(sorted({seed for seed, _ in runs})),
        seconds=median([_seconds(folder) for _, folder in runs]) if runs else float("nan"),
    )


def _seconds(folder: Path) -> float:
    """Time of the whole run, from its last event."""
    last = (folder / EVENTS_NAME).read_text(encoding="utf-8").splitlines()[-1]
    return float(json.loads(last)["metrics"]["seconds"])
