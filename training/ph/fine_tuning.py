"""EfficientNet-B0 fine-tuned in three stages, as the main report describes it.

Each stage opens one more part of the network and lowers the rates of the parts opened before it. The report leaves the
third stage's length, optimizer and batch size open; the values here are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.domain.errors import TrainingError
from ctviewer.inference.classifier import picture_tensor, viewed_probabilities
from ctviewer.networks.backbones import EfficientNetB0Classifier
from training.ph.backbone_files import load_efficientnet
from training.ph.data import PhCollection
from training.ph.layout import CLASS_FOLDERS
from training.ph.network_method import NetworkRecipe, augmented

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stage:
    """How many parts are trained (head first), for how long, and each part's share of the base rate."""

    epochs: int
    shares: tuple[float, ...]


STAGES = (Stage(35, (1.0,)), Stage(45, (0.9, 0.8)), Stage(45, (0.8, 0.7, 0.6)))
"""Head; head and last 1×1 convolution stage; those and the last MBConv stage. Ours: 45 epochs in the third."""


@dataclass(frozen=True, slots=True)
class FineTuning:
    """Settings of a run.

    Parameters
    ----------
    base_rate
        Learning rate that the shares multiply; annealed to 0 along a half cosine within every stage.
    """

    size_px: int = 256
    base_rate: float = 1e-3
    batch_size: int = 32
    stages: tuple[Stage, ...] = STAGES


class FineTunedMethod:
    """EfficientNet-B0 on ImageNet weights, or on random ones for who asked for that."""

    def __init__(
        self, folder: Path | None, random_seed: int | None, seed: int = 0, settings: FineTuning | None = None
    ) -> None:
        self._folder, self._random_seed, self._seed = folder, random_seed, seed
        self._settings = settings or FineTuning()
        self.network: nn.Module | None = None

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Load the weights and train all stages."""
        torch.manual_seed(self._seed)
        network = load_efficientnet(self._folder, len(CLASS_FOLDERS), self._random_seed)
        inputs = picture_tensor(data.pictures, self._settings.size_px)
        self.network = fine_tune(network, inputs, classes, rows, self._settings, self._seed)

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Mean over the views of the picture."""
        if self.network is None:
            raise RuntimeError("The network has not been fitted.")
        parts = np.array_split(rows, max(1, len(rows) // self._settings.batch_size))
        inputs = (picture_tensor(data.pictures[part], self._settings.size_px) for part in parts)
        return np.concatenate([viewed_probabilities(self.network, one) for one in inputs])


def fine_tune(
    network: EfficientNetB0Classifier,
    inputs: Tensor,
    classes: IntArray,
    rows: IntArray,
    settings: FineTuning,
    seed: int,
    report: Callable[[int, tuple[float, ...]], None] = lambda _stage, _rates: None,
) -> nn.Module:
    """Train ``network`` in place through all stages; returns it in evaluation mode.

    Parameters
    ----------
    inputs
        Shape ``(N, 1, S, S)``, 0…1.
    report
        Called at the end of every epoch with the stage and the rates it used.

    Raises
    ------
    TrainingError
        If the loss stops being finite.
    """
    generator = torch.Generator().manual_seed(seed)
    shuffler = np.random.default_rng(seed)
    targets = torch.as_tensor(classes)
    turns = NetworkRecipe("efficientnet_b0", scale=0.0, shift=0.0)
    for number, stage in enumerate(settings.stages):
        optimizer = _open(network, stage, settings.base_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(1, stage.epochs))
        for _ in range(stage.epochs):
            rates = tuple(group["lr"] for group in optimizer.param_groups)
            batches = max(1, len(rows) // settings.batch_size)
            for chosen in np.array_split(shuffler.permutation(rows), batches):
                loss = functional.cross_entropy(network(augmented(inputs[chosen], turns, generator)), targets[chosen])
                if not torch.isfinite(loss):
                    raise TrainingError(f"The loss became {float(loss.detach())} in stage {number + 1}.")
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            schedule.step()
            report(number, rates)
    return network.eval()


def _open(network: EfficientNetB0Classifier, stage: Stage, base_rate: float) -> torch.optim.Optimizer:
    """Freeze everything but the stage's parts; frozen batch normalisation keeps its running figures."""
    network.requires_grad_(requires_grad=False).eval()
    groups = []
    for part, share in zip(network.stages(), stage.shares, strict=False):
        part.requires_grad_(requires_grad=True).train()
        groups.append({"params": list(part.parameters()), "lr": base_rate * share})
    return torch.optim.Adam(groups)
