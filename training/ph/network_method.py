"""Networks as a method: gentle augmentation, soft ordinal targets, averaged members and views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.domain.errors import TrainingError
from ctviewer.inference.classifier import picture_tensor, viewed_probabilities
from ctviewer.networks import registry
from training.ph.data import PhCollection
from training.ph.layout import CLASS_FOLDERS

CLASSES = len(CLASS_FOLDERS)
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NetworkRecipe:
    """Everything that determines a trained network but the data and the seed.

    Parameters
    ----------
    architecture, arguments
        Entry of the registry; ``classes`` and ``in_channels`` are added.
    size_px
        Side of the input.
    members
        Networks trained from different seeds and averaged.
    softness
        Share of a class's target weight that goes to the class next to it, squared to the one after: pressure is a
        scale, so a neighbour is half right. 0 gives plain cross-entropy.
    evenness
        How far sampling evens out the classes: 0 draws every picture once per epoch, 1 draws all classes equally often.
        Above 0, a patient with many pictures counts as the root of their number.
    """

    architecture: str
    arguments: dict[str, int] = field(default_factory=dict)
    size_px: int = 96
    members: int = 1
    epochs: int = 30
    batch_size: int = 32
    rate: float = 2e-3
    weight_decay: float = 1e-2
    softness: float = 0.08
    evenness: float = 0.0
    rotation_degrees: float = 5.0
    scale: float = 0.10
    shift: float = 0.05

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)


class NetworkMethod:
    """Trains ``recipe.members`` networks on the rows and averages their probabilities."""

    def __init__(self, recipe: NetworkRecipe, seed: int = 0) -> None:
        self.recipe, self.seed = recipe, seed
        self.networks: list[nn.Module] = []

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Train from fresh weights."""
        inputs = picture_tensor(data.pictures, self.recipe.size_px)
        self.networks = [
            train_network(self.recipe, inputs, classes, rows, self.seed * 1000 + member)
            for member in range(self.recipe.members)
        ]

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Mean over members and views."""
        inputs = picture_tensor(data.pictures[rows], self.recipe.size_px)
        return np.mean([viewed_probabilities(network, inputs) for network in self.networks], axis=0)


def train_network(
    recipe: NetworkRecipe,
    inputs: Tensor,
    classes: IntArray,
    rows: IntArray,
    seed: int,
    groups: IntArray | None = None,
    start: Mapping[str, Tensor] | None = None,
) -> nn.Module:
    """One network trained with AdamW and a one-cycle schedule, in evaluation mode.

    Parameters
    ----------
    groups
        Patient group of every picture; needed for ``recipe.evenness`` above 0.
    start
        Weights to start from instead of fresh ones; those that are not named stay fresh.

    Raises
    ------
    TrainingError
        If the loss stops being finite.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    shuffler = np.random.default_rng(seed)
    network = registry.build(recipe.architecture, **recipe.arguments, classes=CLASSES)
    if start is not None:
        network.load_state_dict(start, strict=False)
    batches = max(1, len(rows) // recipe.batch_size)
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=recipe.epochs * batches, pct_start=0.2
    )
    targets = soft_targets(torch.as_tensor(classes), recipe.softness)
    shares = _sampling_shares(classes[rows], groups[rows], recipe.evenness) if groups is not None else None
    network.train()
    for epoch in range(recipe.epochs):
        order = _epoch_order(rows, recipe, shares, shuffler)[: batches * recipe.batch_size]
        for chosen in np.array_split(order, batches):
            x = augmented(inputs[chosen], recipe, generator)
            loss = -(targets[chosen] * functional.log_softmax(network(x), dim=1)).sum(dim=1).mean()
            if not torch.isfinite(loss):
                raise TrainingError(f"The loss became {float(loss.detach())} in epoch {epoch + 1}; no model was made.")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def _sampling_shares(classes: IntArray, groups: IntArray, evenness: float) -> FloatArray | None:
    if evenness == 0:
        return None
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    shares = 1 / np.sqrt(counts[inverse])
    shares /= np.bincount(classes, weights=shares)[classes] ** evenness
    return np.asarray(shares / shares.sum())


def _epoch_order(
    rows: IntArray, recipe: NetworkRecipe, shares: FloatArray | None, shuffler: np.random.Generator
) -> IntArray:
    if shares is None:
        return shuffler.permutation(rows)
    return np.asarray(shuffler.choice(rows, size=max(len(rows), recipe.batch_size), p=shares))


def soft_targets(classes: Tensor, softness: float) -> Tensor:
    """Target distributions, shape ``(N, CLASSES)``: ``softness`` to the power of the distance, normalised."""
    distance = (torch.arange(CLASSES)[None] - classes[:, None]).abs().to(torch.float32)
    weights = torch.tensor(softness, dtype=torch.float32) ** distance
    return weights / weights.sum(dim=1, keepdim=True)


def augmented(x: Tensor, recipe: NetworkRecipe, generator: torch.Generator) -> Tensor:
    """Rotated up to 5°, scaled, shifted, with another window and a little noise; never flipped (the heart is left).

    Parameters
    ----------
    x
        Shape ``(N, 1, H, W)``, 0…1.
    """
    count = len(x)

    def within(limit: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * limit

    angle, zoom = torch.deg2rad(within(recipe.rotation_degrees)), 1 + within(recipe.scale)
    grid = torch.zeros(count, 2, 3)
    grid[:, 0, 0] = torch.cos(angle) * zoom * (1 + within(0.05))
    grid[:, 0, 1], grid[:, 1, 0] = -torch.sin(angle) * zoom, torch.sin(angle) * zoom
    grid[:, 1, 1] = torch.cos(angle) * zoom
    grid[:, 0, 2], grid[:, 1, 2] = within(recipe.shift), within(recipe.shift)
    sampled = functional.grid_sample(
        x, functional.affine_grid(grid, list(x.shape), align_corners=False), align_corners=False
    )
    gain, offset, gamma = (t[:, None, None, None] for t in (1 + within(0.2), within(0.06), torch.exp(within(0.25))))
    windowed = (sampled.clamp_min(1e-4) ** gamma * gain + offset).clamp(0, 1)
    # Lung and outside stay black: a wider window never makes them grey on the training pictures either.
    windowed = torch.where(sampled > 0.02, windowed, sampled)
    noise = torch.randn(x.shape, generator=generator) * 0.02 * torch.rand(count, 1, 1, 1, generator=generator)
    return windowed + noise
