"""How sure a comparison of arms is: intervals over patients and seeds, paired tests, collapse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
COLLAPSED_BELOW, LEARNED_ABOVE = 0.05, 0.2


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """An arm minus the reference on the same patients.

    Parameters
    ----------
    difference
        Mean over patients with interval.
    p_value
        Wilcoxon signed-rank test over patients, adjusted for the number of arms (Holm).
    """

    difference: Estimate
    p_value: float


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Mean of a table patients × seeds, with the interval of resampled patients and resampled seeds.

    NaN stands for what could not be measured.
    """
    rng = np.random.default_rng(0)
    patients, seeds = values.shape
    means = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        rows = values[rng.integers(patients, size=patients)]
        means[number] = _mean(rows[:, rng.integers(seeds, size=seeds)])
    low, high = np.nanpercentile(means, [2.5, 97.5])
    return Estimate(_mean(values), float(low), float(high))


def compare(values: Mapping[str, NDArray[np.float64]], reference: str) -> dict[str, Paired]:
    """Every arm against the reference; each table patients × seeds in the same order of patients."""
    from scipy.stats import wilcoxon

    raw: dict[str, tuple[Estimate, float]] = {}
    for arm, table in values.items():
        if arm == reference:
            continue
        gaps = table - values[reference]
        per_patient = np.array([_mean(row) for row in gaps])
        per_patient = per_patient[np.isfinite(per_patient)]
        decided = per_patient.any() and per_patient.size > 1
        raw[arm] = estimate(gaps), float(wilcoxon(per_patient).pvalue) if decided else 1.0
    adjusted = holm({arm: p for arm, (_, p) in raw.items()})
    return {arm: Paired(gap, adjusted[arm]) for arm, (gap, _) in raw.items()}


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values adjusted for testing several hypotheses (Holm 1979)."""
    result, worst = {}, 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, p * (len(p_values) - rank)))
        result[name] = worst
    return result


def fate(curve: NDArray[np.float64]) -> str:
    """What became of a structure over the iterations of a run: ``""``, ``"collapsed"`` or ``"never learned"``."""
    known = curve[np.isfinite(curve)]
    if not known.size or known.max() < COLLAPSED_BELOW:
        return "never learned"
    return "collapsed" if known.max() > LEARNED_ABOVE and known[-1] < COLLAPSED_BELOW else ""


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")
