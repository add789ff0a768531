"""UBC-ResNet34 against ResNet34: same encoder, same slices, a patient left out at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ctviewer.domain.errors import TrainingError
from ctviewer.networks.registry import build
from training.ph.scores import area_under_curve, wilson_interval
from training.ubc.loss import UNKNOWN, known_cross_entropy, ubc_loss
from training.ubc.slices import MASK_CLASSES, BrainSlices

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class UbcSettings:
    """How both networks are trained.

    Parameters
    ----------
    rate, decay, decay_every
        Adam's rate, its factor, and after how many epochs the factor applies. The source has 2e-5, 0.9 and 5 for 200
        epochs; few epochs on few slices need a larger rate.
    unlabelled
        Share of the training slices whose class is hidden; they teach through their masks only.
    """

    masks: str = "lesion"
    mask_scales: int = 1
    alpha: float = 0.5
    epochs: int = 12
    batch_size: int = 16
    rate: float = 2e-4
    decay: float = 0.9
    decay_every: int = 5
    unlabelled: float = 0.0
    seed: int = 0


NOISE_SDS = (0.0, 0.05)
"""Noise added to test slices, in the picture's range 0…1."""


def compare(
    slices: BrainSlices, settings: UbcSettings, report: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Leave-one-patient-out figures of both networks, without and with noise on the test slices."""
    rows = []
    for name in ("resnet34", "ubc_resnet34"):
        shares, overlap = np.zeros((len(NOISE_SDS), len(slices.labels))), []
        for patient in np.unique(slices.patients):
            train, test = np.flatnonzero(slices.patients != patient), np.flatnonzero(slices.patients == patient)
            network = train_network(name, slices, train, settings)
            for n, sd in enumerate(NOISE_SDS):
                shares[n, test], dice = _tested(network, slices, test, sd)
                if sd == 0 and dice is not None:
                    overlap.append(dice)
            report(f"{name}, patient {patient + 1} left out: {_accuracy(slices, shares[0], test):.3f}")
        everything = np.arange(len(slices.labels))
        hits = round(_accuracy(slices, shares[0], everything) * len(everything))
        rows.append(
            {
                "network": name,
                "slices": len(everything),
                "patients": len(np.unique(slices.patients)),
                "accuracy": hits / len(everything),
                "accuracy_wilson_95": wilson_interval(hits, len(everything)),
                "accuracy_with_noise": _accuracy(slices, shares[1], everything),
                "majority_accuracy": float(np.bincount(slices.labels).max() / len(everything)),
                "auc": area_under_curve(slices.labels == 1, shares[0]),
                "mask_dice": float(np.mean(overlap)) if overlap else None,
            }
        )
    return rows


def train_network(name: str, slices: BrainSlices, rows: IntArray, settings: UbcSettings) -> nn.Module:
    """One network on the given rows, in evaluation mode; raises `TrainingError` if the loss stops being finite."""
    torch.manual_seed(settings.seed)
    chance = np.random.default_rng(settings.seed)
    masks = {"mask_classes": MASK_CLASSES[settings.masks], "mask_scales": settings.mask_scales}
    network = build(name, **(masks if name == "ubc_resnet34" else {}))
    labels = torch.from_numpy(slices.labels.copy())
    labels[chance.permutation(rows)[: round(settings.unlabelled * len(rows))]] = UNKNOWN
    optimizer = torch.optim.Adam(network.parameters(), lr=settings.rate)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, settings.decay_every, settings.decay)
    network.train()
    for epoch in range(settings.epochs):
        for chosen in np.array_split(chance.permutation(rows), max(1, len(rows) // settings.batch_size)):
            outputs = network(_inputs(slices, chosen))
            if name == "ubc_resnet34":
                loss = ubc_loss(outputs, labels[chosen], torch.from_numpy(slices.masks[chosen]), settings.alpha)
            else:
                loss = known_cross_entropy(outputs, labels[chosen])
            if not torch.isfinite(loss):
                raise TrainingError(f"The loss of {name} became {float(loss.detach())} in epoch {epoch + 1}.")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return network.eval()


def _tested(
    network: nn.Module, slices: BrainSlices, rows: IntArray, noise_sd: float
) -> tuple[NDArray[np.float64], float | None]:
    """Probability of class 1 per slice, and the Dice of the mask over all slices where there is one."""
    generator = torch.Generator().manual_seed(0)
    shares, both, total = [], 0, 0
    with torch.inference_mode():
        for chosen in np.array_split(rows, max(1, len(rows) // 16)):
            inputs = _inputs(slices, chosen)
            outputs = network(inputs + noise_sd * torch.randn(inputs.shape, generator=generator))
            logits = outputs[0] if isinstance(outputs, tuple) else outputs
            shares.append(torch.softmax(logits, dim=1)[:, 1].double().numpy())
            if isinstance(outputs, tuple):
                mask = outputs[1]
                found = (mask[:, 0] > 0 if mask.shape[1] == 1 else mask.argmax(dim=1) > 0).numpy()
                truth = slices.masks[chosen] > 0
                both, total = both + int((found & truth).sum()), total + int(found.sum() + truth.sum())
    return np.concatenate(shares), (2 * both / total if total else None)


def _inputs(slices: BrainSlices, rows: IntArray) -> Tensor:
    return torch.from_numpy(slices.pictures[rows])[:, None]


def _accuracy(slices: BrainSlices, shares: NDArray[np.float64], rows: IntArray) -> float:
    return float(((shares[rows] > 0.5) == (slices.labels[rows] == 1)).mean())
