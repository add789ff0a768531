"""Losses, against torch, MONAI and figures by hand."""

import math

import pytest
import torch
from monai.losses import DiceLoss, FocalLoss, TverskyLoss
from torch.nn import functional

from training.losses import IGNORE, cross_entropy, dice, focal, hybrid, iou, make_loss, tversky

NAMES = ["cross_entropy", "focal", "focal_report", "dice", "iou", "hybrid", "tversky"]


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(3, 4, 6, 5, generator=generator)
    return logits, torch.randint(0, 4, (3, 6, 5), generator=generator, dtype=torch.uint8)


def test_cross_entropy_is_torchs(batch) -> None:
    logits, labels = batch
    assert cross_entropy(logits, labels).item() == pytest.approx(functional.cross_entropy(logits, labels.long()).item())


def test_weighted_cross_entropy_is_torchs(batch) -> None:
    logits, labels = batch
    weights = [0.1, 1.0, 1.0, 5.0]
    expected = functional.cross_entropy(logits, labels.long(), torch.tensor(weights))
    assert make_loss("weighted_cross_entropy", weights)(logits, labels).item() == pytest.approx(expected.item())


def test_focal_by_hand(batch) -> None:
    logits, labels = batch
    p = logits.softmax(1).gather(1, labels.long()[:, None])[:, 0]
    expected = (-((1 - p) ** 2) * p.log()).mean()
    assert focal(logits, labels).item() == pytest.approx(expected.item(), rel=1e-5)
    assert focal(logits, labels, per_element=True).item() == pytest.approx(expected.item() / 4, rel=1e-5)
    assert focal(logits, labels, gamma=0.0).item() == pytest.approx(cross_entropy(logits, labels).item(), rel=1e-5)


def test_fractional_gamma_stays_finite_for_certain_pixels() -> None:
    logits = torch.zeros(1, 4, 2, 2, requires_grad=True)
    certain = logits + torch.tensor([200.0, 0, 0, 0])[None, :, None, None]
    loss = focal(certain, torch.zeros(1, 2, 2, dtype=torch.uint8), gamma=1.5)
    loss.backward()
    assert math.isfinite(loss.item())
    assert torch.isfinite(logits.grad).all()


def test_overlap_losses_by_hand(batch) -> None:
    logits, labels = batch
    p = logits.softmax(1)
    y = functional.one_hot(labels.long(), 4).permute(0, 3, 1, 2)
    tp, sum_p, sum_y = ((p * y).sum((0, 2, 3)), p.sum((0, 2, 3)), y.sum((0, 2, 3)))
    assert dice(logits, labels).item() == pytest.approx((1 - 2 * tp / (sum_p + sum_y)).mean().item(), rel=1e-4)
    assert iou(logits, labels).item() == pytest.approx((1 - tp / (sum_p + sum_y - tp)).mean().item(), rel=1e-4)
    assert tversky(logits, labels, 0.5, 0.5).item() == pytest.approx(dice(logits, labels).item(), rel=1e-4)
    assert tversky(logits, labels, 1.0, 1.0).item() == pytest.approx(iou(logits, labels).item(), rel=1e-4)
    third = (dice(logits, labels) + focal(logits, labels, per_element=True) + iou(logits, labels)) / 3
    assert hybrid(logits, labels).item() == pytest.approx(third.item())


@pytest.mark.parametrize("name", NAMES)
def test_ignored_pixels_change_nothing_and_get_no_gradient(batch, name: str) -> None:
    logits, labels = batch
    labels = labels.clone()
    labels[:, 0] = IGNORE
    loss = make_loss(name)
    changed = logits.clone()
    changed[:, :, 0] += 50 * torch.randn(3, 4, 5)
    changed.requires_grad_()
    value = loss(changed, labels)
    value.backward()
    assert value.item() == pytest.approx(loss(logits, labels).item(), rel=1e-5)
    assert changed.grad[:, :, 0].abs().max() == 0
    assert changed.grad[:, :, 1:].abs().max() > 0


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_count_is_zero(name: str) -> None:
    logits = torch.randn(2, 4, 4, 4, requires_grad=True)
    value = make_loss(name)(logits, torch.full((2, 4, 4), IGNORE, dtype=torch.uint8))
    value.backward()
    assert value.item() == pytest.approx(0.0, abs=1e-6)
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("name", ["dice", "iou", "hybrid", "tversky"])
def test_an_absent_class_is_not_charged(name: str) -> None:
    """Any probability of a class that the batch does not have must cost less than losing it where it exists."""
    labels = torch.zeros(2, 8, 8, dtype=torch.uint8)
    labels[:, 2:6, 2:6] = 1
    loss = make_loss(name)
    logits = 8.0 * functional.one_hot(labels.long(), 4).permute(0, 3, 1, 2).float()
    hedged = logits.clone()
    hedged[:, 3] += 4.0  # a little probability of the absent class 3 everywhere
    assert loss(hedged, labels).item() - loss(logits, labels).item() < 0.1


@pytest.mark.parametrize("name", ["dice", "iou", "hybrid", "tversky", "focal"])
def test_a_rare_class_that_was_learned_does_not_collapse(name: str) -> None:
    """A class of 0.4 % of the pixels, absent from three quarters of the images, must survive further training."""
    torch.manual_seed(0)
    images, labels = _rare_class_batch()
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 32, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(32, 3, 1))
    _train(network, focal, images, labels, steps=150)
    _train(network, make_loss(name), images, labels, steps=200)
    predicted = network(images).argmax(1)
    hit = ((predicted == 2) & (labels == 2)).sum()
    assert 2 * hit / ((predicted == 2).sum() + (labels == 2).sum()) > 0.95


def _train(network: torch.nn.Module, loss, images: torch.Tensor, labels: torch.Tensor, steps: int) -> None:
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for step in range(steps):
        part = torch.randperm(len(images), generator=torch.Generator().manual_seed(step))[:8]
        optimizer.zero_grad()
        loss(network(images[part]), labels[part]).backward()
        optimizer.step()


def _rare_class_batch() -> tuple[torch.Tensor, torch.Tensor]:
    images = 0.02 * torch.randn(32, 1, 16, 16)
    labels = torch.zeros(32, 16, 16, dtype=torch.uint8)
    labels[:, :, 8:] = 1
    labels[::4, 4:6, 3:5] = 2
    images[:, 0] += 0.5 * (labels == 1) + 1.0 * (labels == 2)
    return images, labels


def _one_hot_probabilities(batch) -> tuple[torch.Tensor, torch.Tensor]:
    logits, labels = batch
    return logits, labels.long()[:, None]


def test_overlap_losses_are_monais(batch) -> None:
    """With every class present and sums over the batch, MONAI's losses are the same numbers."""
    logits, truth = _one_hot_probabilities(batch)
    options = {"softmax": True, "to_onehot_y": True, "batch": True, "smooth_nr": 0.0, "smooth_dr": 1e-6}
    assert dice(*batch).item() == pytest.approx(DiceLoss(**options)(logits, truth).item(), rel=1e-4)
    assert iou(*batch).item() == pytest.approx(DiceLoss(jaccard=True, **options)(logits, truth).item(), rel=1e-4)
    assert tversky(*batch).item() == pytest.approx(
        TverskyLoss(alpha=0.3, beta=0.7, **options)(logits, truth).item(), rel=1e-4
    )


def test_focal_is_monais_over_the_classes(batch) -> None:
    """MONAI averages over pixels × classes, as the source does."""
    logits, truth = _one_hot_probabilities(batch)
    expected = FocalLoss(gamma=2.0, use_softmax=True, to_onehot_y=True)(logits, truth)
    assert focal(*batch, per_element=True).item() == pytest.approx(expected.item(), rel=1e-4)
    assert focal(*batch).item() == pytest.approx(4 * expected.item(), rel=1e-4)
