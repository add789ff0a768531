"""Dice in its three conventions, against MONAI and figures by hand."""

import math

import numpy as np
import pytest
import torch
from monai.metrics import compute_confusion_matrix_metric, compute_dice, get_confusion_matrix
from monai.networks.utils import one_hot

from training.metrics import IGNORE, SegmentationScore, summed

NAMES = ("left_lung", "right_lung", "trachea")


def _images(*rows: list[int]) -> np.ndarray:
    return np.array(rows, np.uint8)[:, None, :]


def test_a_pair_counts_unless_both_are_empty() -> None:
    truth = _images([1, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0])
    predicted = _images([1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0])
    score = SegmentationScore(NAMES)
    score.add(predicted, truth)
    figures = score.figures()
    assert figures["left_lung_dice"] == pytest.approx((2 / 3 + 0) / 2)  # the empty pair is left out
    assert math.isnan(figures["trachea_dice"])
    assert figures["mean_dice"] == pytest.approx(figures["left_lung_dice"])
    assert figures["left_lung_recall"] == pytest.approx((0.5 + 0) / 2)
    assert figures["left_lung_precision"] == pytest.approx((1 + 0) / 2)
    assert figures["accuracy"] == pytest.approx(10 / 12)


def test_false_alarm_on_an_absent_structure_counts_zero() -> None:
    score = SegmentationScore(NAMES)
    score.add(_images([3, 0, 0, 0]), _images([0, 0, 0, 0]))
    assert score.figures()["trachea_dice"] == 0


def test_pooled_sums_before_dividing() -> None:
    score = SegmentationScore(NAMES)
    score.add(_images([1, 1, 1, 0]), _images([1, 1, 1, 1]))
    score.add(_images([1, 0, 0, 0]), _images([0, 0, 0, 0]))
    assert score.figures("pooled")["left_lung_dice"] == pytest.approx(2 * 3 / (4 + 4))


def test_batches_do_not_matter_by_default() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, (9, 8, 8)).astype(np.uint8)
    predicted = np.where(rng.random(truth.shape) < 0.7, truth, 0).astype(np.uint8)
    whole, parts = SegmentationScore(NAMES), SegmentationScore(NAMES)
    whole.add(predicted, truth, 0.5)
    for start in range(0, 9, 2):
        parts.add(predicted[start : start + 2], truth[start : start + 2], 0.5)
    assert whole.figures() == pytest.approx(parts.figures())


def test_ignored_pixels_count_nowhere() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 4, (3, 8, 8)).astype(np.uint8)
    predicted = rng.integers(0, 4, (3, 8, 8)).astype(np.uint8)
    truth[:, :, 4:] = IGNORE
    ignoring, cut = SegmentationScore(NAMES), SegmentationScore(NAMES)
    ignoring.add(predicted, truth)
    cut.add(predicted[:, :, :4], truth[:, :, :4])
    assert ignoring.figures() == pytest.approx(cut.figures())


def test_legacy_convention() -> None:
    """Absent in both: 1 in the mean, 0 per structure; nothing predicted: precision 1; absent in truth: recall 1 / 0."""
    score = SegmentationScore(NAMES)
    score.add(_images([1, 1, 0, 0]), _images([1, 1, 0, 0]))
    figures = score.figures("legacy")
    assert figures["left_lung_dice"] == pytest.approx(1)
    assert figures["trachea_dice"] == 0
    assert figures["mean_dice"] == pytest.approx(1)
    assert figures["trachea_precision"] == pytest.approx(1)
    assert figures["trachea_recall"] == 0
    assert figures["mean_recall"] == pytest.approx(1)


def test_all_36_figures_exist() -> None:
    score = SegmentationScore(NAMES)
    score.add(_images([1, 2, 3, 0]), _images([1, 2, 3, 0]), 0.1)
    figures = score.figures()
    assert len(figures) == 18  # for train and test: 36
    assert all(
        figures[f"{who}_{what}"] == 1 for who in (*NAMES, "mean") for what in ("dice", "iou", "precision", "recall")
    )


def test_figures_per_image_are_monais() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, (5, 12, 12)).astype(np.uint8)
    predicted = np.where(rng.random(truth.shape) < 0.8, truth, 0).astype(np.uint8)
    score = SegmentationScore(NAMES)
    score.add(predicted, truth)
    figures = score.figures()
    hot = [one_hot(torch.from_numpy(a)[:, None].long(), 4) for a in (predicted, truth)]
    dice = compute_dice(*hot, include_background=False).mean(0)
    matrix = get_confusion_matrix(*hot, include_background=False)
    recall = compute_confusion_matrix_metric("recall", matrix).mean(0)
    precision = compute_confusion_matrix_metric("precision", matrix).mean(0)
    for number, name in enumerate(NAMES):
        assert figures[f"{name}_dice"] == pytest.approx(dice[number].item(), rel=1e-5)
        assert figures[f"{name}_recall"] == pytest.approx(recall[number].item(), rel=1e-5)
        assert figures[f"{name}_precision"] == pytest.approx(precision[number].item(), rel=1e-5)


def test_parts_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 4, (6, 8, 8)).astype(np.uint8)
    predicted = rng.integers(0, 4, (6, 8, 8)).astype(np.uint8)
    parts = [SegmentationScore(NAMES) for _ in range(3)]
    for number, part in enumerate(parts):
        part.add(predicted[2 * number : 2 * number + 2], truth[2 * number : 2 * number + 2], 0.1 * number)
    whole = SegmentationScore(NAMES)
    whole.add(predicted, truth, 0.1)
    assert summed(NAMES, parts).figures() == pytest.approx(whole.figures())
