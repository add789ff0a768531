"""Segmentation losses: cross entropy, focal, Dice, IoU, hybrid, Tversky.

All take logits ``(N, C, H, W)`` and labels ``(N, H, W)`` (uint8 or int64); pixels labelled `IGNORE` count nowhere.
The overlap losses sum over the whole batch and leave out classes that no pixel of the batch has: terms per image with a
tiny ε charge about 1 for any probability of an absent class, which teaches a network never to predict a rare structure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from ctviewer.domain.errors import TrainingError

IGNORE = 255
"""Label of pixels nobody vouches for."""

EPSILON = 1e-6

LossFunction = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(logits: Tensor, labels: Tensor, class_weights: Tensor | None = None) -> Tensor:
    """Mean of −w_y·log p_y over the counted pixels (by weight where weights are given)."""
    weights = None if class_weights is None else class_weights.to(logits.device, torch.float32)
    total = functional.cross_entropy(logits.float(), labels.long(), weights, ignore_index=IGNORE, reduction="sum")
    counted = labels[labels != IGNORE].long()
    mass = counted.numel() if weights is None else weights[counted].sum()
    return total / (mass + EPSILON)


def focal(logits: Tensor, labels: Tensor, gamma: float = 2.0, *, per_element: bool = False) -> Tensor:
    """Focal loss −(1 − p_y)^γ·log p_y without α (Lin et al. 2017).

    Parameters
    ----------
    gamma
        Focus on hard pixels; 0 is the cross entropy.
    per_element
        Divide by pixels × classes as the source does, which makes it C times smaller, instead of by pixels.
    """
    log_p = functional.log_softmax(logits.float(), dim=1)
    counted = labels != IGNORE
    target = labels.long().masked_fill(~counted, 0)
    log_p_true = log_p.gather(1, target[:, None])[:, 0]
    # 1 − p can come out slightly below 0 in floating point, and a fractional power of that is NaN.
    missing = (1.0 - log_p_true.exp()).clamp_min(0.0)
    per_pixel = -(missing**gamma) * log_p_true * counted
    elements = counted.sum() * (logits.shape[1] if per_element else 1)
    return per_pixel.sum() / (elements + EPSILON)


def dice(logits: Tensor, labels: Tensor) -> Tensor:
    """1 − 2TP / (2TP + FP + FN), averaged over the classes present in the batch, background included."""
    true_positive, predicted, actual = _overlap(logits, labels)
    return _over_present(1 - 2 * true_positive / (predicted + actual + EPSILON), actual)


def iou(logits: Tensor, labels: Tensor) -> Tensor:
    """1 − TP / (TP + FP + FN), averaged as in `dice`."""
    true_positive, predicted, actual = _overlap(logits, labels)
    return _over_present(1 - true_positive / (predicted + actual - true_positive + EPSILON), actual)


def tversky(logits: Tensor, labels: Tensor, alpha: float = 0.3, beta: float = 0.7) -> Tensor:
    """1 − TP / (TP + αFP + βFN); α = β = ½ is Dice, α = β = 1 is IoU (Salehi et al. 2017)."""
    true_positive, predicted, actual = _overlap(logits, labels)
    wrong = alpha * (predicted - true_positive) + beta * (actual - true_positive)
    return _over_present(1 - true_positive / (true_positive + wrong + EPSILON), actual)


def hybrid(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean of Dice, focal (the source's normalisation) and IoU loss."""
    return (dice(logits, labels) + focal(logits, labels, per_element=True) + iou(logits, labels)) / 3


def make_loss(name: str, class_weights: Sequence[float] | None = None) -> LossFunction:
    """Loss by its name in the request."""
    if name == "weighted_cross_entropy":
        if not class_weights:
            raise TrainingError("The weighted cross entropy needs class_weights, background first.")
        return partial(cross_entropy, class_weights=torch.tensor(list(class_weights), dtype=torch.float32))
    try:
        return _LOSSES[name]
    except KeyError:
        raise TrainingError(f"Unknown loss “{name}”.", f"Known: {', '.join(_LOSSES)}.") from None


def _overlap(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Soft true positives, predicted mass and true mass per class, summed over the batch; each shape ``(C,)``."""
    classes = logits.shape[1]
    counted = (labels != IGNORE)[:, None]
    p = functional.softmax(logits.float(), dim=1) * counted
    truth = functional.one_hot(labels.long().masked_fill(labels == IGNORE, 0), classes).permute(0, 3, 1, 2) * counted
    dims = (0, 2, 3)
    return (p * truth).sum(dims), p.sum(dims), truth.sum(dims).float()


def _over_present(per_class: Tensor, actual: Tensor) -> Tensor:
    present = (actual > 0).float()
    return (per_class * present).sum() / present.sum().clamp_min(1.0)


_LOSSES: dict[str, LossFunction] = {
    "cross_entropy": cross_entropy,
    "focal": focal,
    "focal_report": partial(focal, per_element=True),
    "dice": dice,
    "iou": iou,
    "hybrid": hybrid,
    "tversky": tversky,
}
