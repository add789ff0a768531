"""Segmentation figures: Dice, IoU, precision and recall per structure, and pixel accuracy.

Three conventions, because averages of overlap figures depend on what an empty mask counts:

* per image (default): one figure per image and structure; a pair counts unless truth *and* prediction are empty;
* pooled: true and false positives are summed over all images first;
* legacy: what the source's first experiments logged (ε in numerator and denominator, absent structures count 1 in the
  mean and 0 per structure, batch averages averaged). Kept only to compare with those numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, FloatArray

IGNORE = 255
FIGURES = ("dice", "iou", "precision", "recall")


def counts_per_image(predicted: AnyArray, truth: AnyArray, classes: int) -> NDArray[np.int64]:
    """True positives, false positives and false negatives.

    Parameters
    ----------
    predicted, truth
        Shape ``(N, ...)``, label values; truth pixels with 255 are left out.
    classes
        Number of classes, background included.

    Returns
    -------
    NDArray
        Shape ``(N, classes, 3)``.
    """
    count = len(truth)
    predicted, truth = np.reshape(predicted, (count, -1)), np.reshape(truth, (count, -1))
    counted = truth != IGNORE
    result = np.empty((count, classes, 3), np.int64)
    for label in range(classes):
        said = (predicted == label) & counted
        is_so = truth == label
        hits = np.count_nonzero(said & is_so, axis=1)
        result[:, label, 0] = hits
        result[:, label, 1] = np.count_nonzero(said, axis=1) - hits
        result[:, label, 2] = np.count_nonzero(is_so, axis=1) - hits
    return result


def ratios(counts: AnyArray) -> dict[str, FloatArray]:
    """Dice, IoU, precision and recall from counts ``(..., 3)``; NaN where a figure does not exist.

    Dice and IoU do not exist where truth and prediction are both empty. With something in the truth, predicting nothing
    has precision 0; with nothing in the truth, predicting something has recall 0.
    """
    tp, fp, fn = (np.asarray(counts[..., n], float) for n in range(3))
    empty = tp + fp + fn == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        figures = {
            "dice": 2 * tp / (2 * tp + fp + fn),
            "iou": tp / (tp + fp + fn),
            "precision": np.where(tp + fp > 0, tp / (tp + fp), 0.0),
            "recall": np.where(tp + fn > 0, tp / (tp + fn), 0.0),
        }
    return {name: np.where(empty, np.nan, value) for name, value in figures.items()}


@dataclass
class SegmentationScore:
    """Adds up batches and gives the figures of an evaluation.

    Parameters
    ----------
    structures
        Names of the classes after background.
    """

    structures: tuple[str, ...]
    _counts: list[NDArray[np.int64]] = field(default_factory=list)
    _correct: int = 0
    _pixels: int = 0
    _loss_sum: float = 0.0
    _images: int = 0

    def add(self, predicted: AnyArray, truth: AnyArray, loss: float | None = None) -> None:
        """Add a batch of label images ``(N, H, W)`` and its mean loss."""
        counts = counts_per_image(predicted, truth, len(self.structures) + 1)
        self._counts.append(counts)
        self._correct += int(counts[:, :, 0].sum())
        self._pixels += int(np.count_nonzero(truth != IGNORE))
        self._images += len(truth)
        if loss is not None:
            self._loss_sum += loss * len(truth)

    def include(self, other: SegmentationScore) -> None:
        """Add what another score of the same structures has seen."""
        self._counts += other._counts
        self._correct += other._correct
        self._pixels += other._pixels
        self._loss_sum += other._loss_sum
        self._images += other._images

    def figures(self, convention: str = "per_image") -> dict[str, float]:
        """``loss``, ``accuracy`` and ``{mean, structure}_{dice, iou, precision, recall}``; NaN where nothing counts.

        Parameters
        ----------
        convention
            ``"per_image"``, ``"pooled"`` or ``"legacy"``, see the module.
        """
        by_class = {"per_image": self._per_image, "pooled": self._pooled, "legacy": self._legacy}[convention]()
        result = {
            "loss": self._loss_sum / self._images if self._images else float("nan"),
            "accuracy": self._correct / self._pixels if self._pixels else float("nan"),
        }
        return result | by_class

    def pooled_counts(self) -> NDArray[np.int64]:
        """True positives, false positives and false negatives per structure, shape ``(structures, 3)``."""
        return self._foreground().sum(axis=0)

    def _per_image(self) -> dict[str, float]:
        figures = ratios(self._foreground())
        per_structure = {name: _mean(value, axis=0) for name, value in figures.items()}
        return self._named(per_structure, {name: float(_mean(v)) for name, v in per_structure.items()})

    def _pooled(self) -> dict[str, float]:
        per_structure = ratios(self.pooled_counts())
        return self._named(per_structure, {name: float(_mean(v)) for name, v in per_structure.items()})

    def _legacy(self) -> dict[str, float]:
        batches = [_legacy_batch(counts[:, 1:]) for counts in self._counts]
        per_structure = {name: np.mean([batch[0][name] for batch in batches], axis=0) for name in FIGURES}
        means = {name: float(np.mean([batch[1][name] for batch in batches])) for name in FIGURES}
        return self._named(per_structure, means)

    def _foreground(self) -> NDArray[np.int64]:
        if not self._counts:
            return np.zeros((0, len(self.structures), 3), np.int64)
        return np.concatenate(self._counts)[:, 1:]

    def _named(self, per_structure: dict[str, FloatArray], means: dict[str, float]) -> dict[str, float]:
        result: dict[str, float] = {}
        for name in FIGURES:
            result[f"mean_{name}"] = means[name]
            result |= {
                f"{s}_{name}": float(value) for s, value in zip(self.structures, per_structure[name], strict=True)
            }
        return result


def _legacy_batch(counts: NDArray[np.int64]) -> tuple[dict[str, FloatArray], dict[str, float]]:
    """Figures of one batch in the source's convention: per structure, and the mean over structures and images."""
    epsilon = 1e-8
    tp, fp, fn = (counts[..., n].astype(float) for n in range(3))
    figures = {
        "dice": (2 * tp + epsilon) / (2 * tp + fp + fn + epsilon),
        "iou": (tp + epsilon) / (tp + fp + fn + epsilon),
        "precision": (tp + epsilon) / (tp + fp + epsilon),
        "recall": (tp + epsilon) / (tp + fn + epsilon),
    }
    means = {name: float(value.mean()) for name, value in figures.items()}
    absent_in_both = tp + fp + fn == 0
    absent_in_truth = tp + fn == 0
    zero_where = {"dice": absent_in_both, "iou": absent_in_both, "recall": absent_in_truth}
    per_structure = {
        name: np.where(zero_where.get(name, np.zeros_like(tp, bool)), 0.0, value).mean(axis=0)
        for name, value in figures.items()
    }
    return per_structure, means


def _mean(values: FloatArray, axis: int | None = None) -> FloatArray:
    """Mean of the numbers that exist; NaN without a warning where there is none."""
    exists = np.isfinite(values)
    total = np.where(exists, values, 0.0).sum(axis=axis)
    number = exists.sum(axis=axis)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def summed(structures: tuple[str, ...], scores: Iterable[SegmentationScore]) -> SegmentationScore:
    """One score over everything that several scores have seen."""
    total = SegmentationScore(structures)
    for score in scores:
        total.include(score)
    return total
