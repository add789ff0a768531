"""The chest X-ray preprint's U-Nets no. 1 and no. 4: the classic design with dropout and without normalisation."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.networks.padding import AnySizeNetwork

DROPOUT = 0.2
"""Our choice: the source names dropout but no rate. It adds no parameters."""


class KeldyshUNet(AnySizeNetwork):
    """Four levels of conv-ReLU-dropout-conv-ReLU-max-pool, widths w to 8w, a bottom of 16w and the mirrored decoder.

    Transposed 2×2 convolutions halve the width before the concatenation [up, skip]. The source has w = 64 and one
    output.
    """

    def __init__(self, width: int = 64, in_channels: int = 1, classes: int = 1) -> None:
        super().__init__(multiple=16)
        widths = [width * 2**level for level in range(5)]
        self.encoder = nn.ModuleList(_double_conv(*pair) for pair in pairwise([in_channels, *widths]))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * size, size, 2, stride=2) for size in widths[-2::-1])
        self.decoder = nn.ModuleList(_double_conv(2 * size, size) for size in widths[-2::-1])
        self.head = nn.Conv2d(width, classes, 1)

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)``; the source puts a sigmoid after them."""
        features = [self.encoder[0](image)]
        for block in self.encoder[1:]:
            features.append(block(functional.max_pool2d(features[-1], 2)))
        x = features.pop()
        for up, block in zip(self.up, self.decoder, strict=True):
            x = block(torch.cat([up(x), features.pop()], dim=1))
        return self.head(x)


def _double_conv(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Dropout(DROPOUT),
        nn.Conv2d(out_channels, out_channels, 3, padding=1),
        nn.ReLU(inplace=True),
    )
