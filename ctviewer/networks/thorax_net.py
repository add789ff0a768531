"""Small residual classifier for one thorax picture, and an ensemble of them in one set of weights.

A few hundred pictures support a few ten thousand weights: with eight channels the network has 55 004. Average pooling
says how much of a texture there is, maximum pooling how strongly it occurs anywhere.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

DROPOUT = 0.3


class _ResidualBlock(nn.Module):
    """Two 3×3 convolutions with a shortcut; halves the picture."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(inputs, outputs, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, inputs, H, W)`` to ``(N, outputs, ⌈H/2⌉, ⌈W/2⌉)``."""
        y = functional.relu(self.first_norm(self.first(x)))
        return functional.relu(self.second_norm(self.second(y)) + self.shortcut(x))


class ThoraxNet(nn.Module):
    """Residual classifier: stem and three blocks, average and maximum pooling, dropout, linear head.

    Parameters
    ----------
    width
        Channels of the stem; the blocks have 2, 4 and 6 times as many.
    """

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, width, 5, stride=2, padding=2, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )
        self.blocks = nn.Sequential(
            _ResidualBlock(width, 2 * width), _ResidualBlock(2 * width, 4 * width), _ResidualBlock(4 * width, 6 * width)
        )
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(12 * width, classes)

    def features(self, x: Tensor) -> Tensor:
        """Pooled features, shape ``(N, 12 · width)``."""
        y = self.blocks(self.stem(x))
        return torch.cat([y.mean(dim=(2, 3)), y.amax(dim=(2, 3))], dim=1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(N, classes)`` of pictures ``(N, in_channels, H, W)`` in 0…1."""
        logits: Tensor = self.head(self.dropout(self.features(x)))
        return logits


class ThoraxNetEnsemble(nn.Module):
    """Several `ThoraxNet` whose probabilities are averaged."""

    def __init__(self, width: int, members: int = 5, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__()
        self.members = nn.ModuleList(ThoraxNet(width, in_channels, classes) for _ in range(members))

    def forward(self, x: Tensor) -> Tensor:
        """Logarithm of the mean probability, shape ``(N, classes)``; usable as logits."""
        logs = torch.stack([functional.log_softmax(member(x), dim=1) for member in self.members])
        return torch.logsumexp(logs, dim=0) - torch.log(torch.tensor(float(len(self.members)), device=x.device))
