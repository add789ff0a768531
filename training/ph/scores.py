"""Scores of a classifier on ordered classes, with intervals that know about patient groups."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import rankdata

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def confusion(truth: IntArray, predicted: IntArray, classes: int) -> IntArray:
    """Counts, shape ``(classes, classes)``: rows truth, columns prediction."""
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (truth, predicted), 1)
    return table


def wilson_interval(hits: int, total: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (independent trials assumed)."""
    if total == 0:
        return (0.0, 1.0)
    share, spread = hits / total, z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * np.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return (max(0.0, float(centre - half)), min(1.0, float(centre + half)))


def quadratic_kappa(table: IntArray) -> float:
    """Cohen's kappa with quadratic weights from a confusion table; 0 is chance, 1 perfect."""
    size = len(table)
    steps = np.arange(size)
    weights = (steps[:, None] - steps[None, :]) ** 2 / max((size - 1) ** 2, 1)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1)
    disagreement = float((weights * expected).sum())
    return 1.0 - float((weights * table).sum()) / disagreement if disagreement > 0 else 0.0


def area_under_curve(positive: NDArray[np.bool_], score: FloatArray) -> float:
    """Area under the ROC curve (Mann-Whitney, ties count half); nan with one class only."""
    ones = int(positive.sum())
    zeros = len(positive) - ones
    if ones == 0 or zeros == 0:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration_error(truth: IntArray, probabilities: FloatArray, bins: int = 10) -> float:
    """Expected calibration error of the most probable class, equal-width bins."""
    curve = reliability_curve(truth, probabilities, bins)
    return sum(abs(point["right"] - point["said"]) * point["pictures"] for point in curve) / len(truth)


def reliability_curve(truth: IntArray, probabilities: FloatArray, bins: int = 10) -> list[dict[str, float]]:
    """How often the most probable class was right, by how probable it was said to be; empty bins are left out."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "said": float(confidence[index == b].mean()),
            "right": float(right[index == b].mean()),
            "pictures": int((index == b).sum()),
        }
        for b in range(bins)
        if (index == b).any()
    ]


def log_loss(truth: IntArray, probabilities: FloatArray) -> float:
    """Mean −log of the probability given to the true class."""
    picked = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(picked, 1e-12)).mean())


def tempered(probabilities: FloatArray, temperature: float) -> FloatArray:
    """Probabilities with their logits divided by ``temperature`` (above 1: less sure); the order does not change."""
    logs = np.log(np.maximum(probabilities, 1e-12)) / temperature
    logs -= logs.max(axis=1, keepdims=True)
    powers = np.exp(logs)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fitted_temperature(truth: IntArray, probabilities: FloatArray) -> float:
    """Temperature in 0.25…4 with the least log loss on data the classifier was not fitted on."""
    found = minimize_scalar(
        lambda log_t: log_loss(truth, tempered(probabilities, float(np.exp(log_t)))),
        bounds=(np.log(0.25), np.log(4.0)),
        method="bounded",
    )
    return float(np.exp(found.x))


def group_bootstrap(
    truth: IntArray, predicted: IntArray, groups: IntArray, repeats: int = 2000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % intervals of accuracy, macro recall and kappa when patient groups, not pictures, are drawn again."""
    names, inverse = np.unique(groups, return_inverse=True)
    classes = int(max(truth.max(), predicted.max())) + 1
    tables = np.zeros((len(names), classes, classes), dtype=np.int64)
    np.add.at(tables, (inverse, truth, predicted), 1)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(repeats):
        table = tables[generator.integers(0, len(names), len(names))].sum(axis=0)
        drawn.append((np.trace(table) / table.sum(), macro_recall(table), quadratic_kappa(table)))
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    keys = ("accuracy", "macro_recall", "quadratic_kappa")
    return {key: (float(low[i]), float(high[i])) for i, key in enumerate(keys)}


def macro_recall(table: IntArray) -> float:
    """Mean recall of the classes that occur, from a confusion table."""
    totals = table.sum(axis=1)
    present = totals > 0
    return float((np.diag(table)[present] / totals[present]).mean())


def score_table(truth: IntArray, probabilities: FloatArray, groups: IntArray) -> dict[str, Any]:
    """All figures of pooled held-out predictions, ready for JSON.

    Parameters
    ----------
    truth, groups
        Shape ``(N,)``.
    probabilities
        Shape ``(N, classes)``, each row from a model that did not see the row's patient group.
    """
    classes = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1).astype(np.int64)
    table = confusion(truth, predicted, classes)
    hits = int(np.trace(table))
    totals, called = table.sum(axis=1), table.sum(axis=0)
    diseased = truth > 0
    recall, precision = np.diag(table) / np.maximum(totals, 1), np.diag(table) / np.maximum(called, 1)
    against_rest = [area_under_curve(truth == c, probabilities[:, c]) for c in range(classes)]
    return {
        "pictures": len(truth),
        "patient_groups": len(np.unique(groups)),
        "accuracy": hits / len(truth),
        "accuracy_wilson_95": wilson_interval(hits, len(truth)),
        "group_bootstrap_95": group_bootstrap(truth, predicted, groups),
        "majority_accuracy": float(totals.max() / totals.sum()),
        "macro_recall": macro_recall(table),
        "recall": recall.tolist(),
        "precision": precision.tolist(),
        "f1": (2 * recall * precision / np.maximum(recall + precision, 1e-12)).tolist(),
        "specificity": [
            float((table.sum() - totals[c] - called[c] + table[c, c]) / max(table.sum() - totals[c], 1))
            for c in range(classes)
        ],
        "one_vs_rest_auc": against_rest,
        "macro_auc": float(np.nanmean(against_rest)) if np.isfinite(against_rest).any() else float("nan"),
        "quadratic_kappa": quadratic_kappa(table),
        "ph_yes_no_auc": area_under_curve(diseased, 1.0 - probabilities[:, 0]),
        "log_loss": log_loss(truth, probabilities),
        "calibration_error": calibration_error(truth, probabilities),
        "reliability": reliability_curve(truth, probabilities),
        "confusion": table.tolist(),
    }
