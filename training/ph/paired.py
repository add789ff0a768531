"""Candidates judged on the same patients: differences with intervals that draw whole patient groups again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.ph.scores import area_under_curve, calibration_error, confusion, log_loss, macro_recall, quadratic_kappa

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Rule = Callable[[FloatArray], IntArray]

FIGURES = ("accuracy", "macro_recall", "quadratic_kappa", "log_loss", "ph_yes_no_auc")
REPEATS = 1000


def most_probable(probabilities: FloatArray) -> IntArray:
    """The class that is named: the most probable one."""
    return np.asarray(probabilities.argmax(axis=1), dtype=np.int64)


def middle_class(probabilities: FloatArray) -> IntArray:
    """The class that halves the probability: least distance on the scale of classes on average."""
    below = probabilities.cumsum(axis=1)[:, :-1] < 0.5
    return np.asarray(below.sum(axis=1), dtype=np.int64)


def rounded_mean(probabilities: FloatArray) -> IntArray:
    """The mean of the scale of classes, rounded."""
    return np.asarray(np.rint(probabilities @ np.arange(probabilities.shape[1])), dtype=np.int64)


def evened_out(probabilities: FloatArray) -> IntArray:
    """The class that is most probable beside the root of its mean probability: rare classes are named more often."""
    return most_probable(probabilities / np.sqrt(probabilities.mean(axis=0)))


RULES: dict[str, Rule] = {
    "the committee, class that halves the probability named": middle_class,
    "the committee, rounded mean of the classes named": rounded_mean,
    "the committee, rare classes named more often": evened_out,
}
"""Other ways to name a class from the same probabilities."""


def figures(truth: IntArray, probabilities: FloatArray, named: IntArray) -> FloatArray:
    """`FIGURES` of predictions, in their order."""
    table = confusion(truth, named, probabilities.shape[1])
    return np.array(
        [
            np.trace(table) / table.sum(),
            macro_recall(table),
            quadratic_kappa(table),
            log_loss(truth, probabilities),
            area_under_curve(truth > 0, 1.0 - probabilities[:, 0]),
        ]
    )


def paired_table(
    truth: IntArray, groups: IntArray, found: Mapping[str, Sequence[FloatArray]], repeats: int = REPEATS, seed: int = 7
) -> list[dict[str, Any]]:
    """A row for each candidate: figures, and differences from the first candidate with 95 % intervals.

    Parameters
    ----------
    truth, groups
        Shape ``(N,)``.
    found
        Held-out probabilities ``(N, classes)`` by candidate, one array for each deal of the patients; figures are
        means over the deals. Every draw takes the same patients for all candidates and deals.
    """
    variants = {name: [(p, most_probable(p)) for p in deals] for name, deals in found.items()}
    first = next(iter(found))
    for name, rule in RULES.items():
        variants[name] = [(p, rule(p)) for p in found[first]]
    draws = _draws(groups, repeats, seed)
    whole = {name: _mean_figures(truth, deals, slice(None)) for name, deals in variants.items()}
    drawn = {name: np.array([_mean_figures(truth, deals, draw) for draw in draws]) for name, deals in variants.items()}
    rows = []
    for name, deals in variants.items():
        row: dict[str, Any] = {"name": name, **_rounded(whole[name])}
        row["calibration_error"] = round(float(np.mean([calibration_error(truth, p) for p, _ in deals])), 4)
        row["deals"] = [_rounded(figures(truth, p, named)) for p, named in deals]
        if name != first:
            # A draw may lack the patients a figure needs.
            low, high = np.nanpercentile(drawn[name] - drawn[first], [2.5, 97.5], axis=0)
            row["difference"] = _rounded(whole[name] - whole[first])
            row["difference_95"] = {key: [round(float(a), 4), round(float(b), 4)]
                                    for key, a, b in zip(FIGURES, low, high, strict=True)}  # fmt: skip
        rows.append(row)
    return rows


def _mean_figures(truth: IntArray, deals: Sequence[tuple[FloatArray, IntArray]], rows: IntArray | slice) -> FloatArray:
    return np.asarray(np.mean([figures(truth[rows], p[rows], named[rows]) for p, named in deals], axis=0))


def _draws(groups: IntArray, repeats: int, seed: int) -> list[IntArray]:
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    generator = np.random.default_rng(seed)
    return [
        np.concatenate([members[n] for n in generator.integers(0, len(members), len(members))]) for _ in range(repeats)
    ]


def _rounded(values: FloatArray) -> dict[str, float]:
    return {key: round(float(value), 4) for key, value in zip(FIGURES, values, strict=True)}
