"""ResNet34 classifier and the U-Net-boosted classifier (UBC) built on it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import resnet34

from ctviewer.networks.blocks import conv_chain
from ctviewer.networks.padding import AnySizeNetwork

TAPS = (64, 64, 128, 256, 512)
"""Channels after the stem (before its pooling) and after the four stages; strides 2, 4, 8, 16, 32."""


class ResNet34Encoder(nn.Module):
    """The convolutional part of torchvision's ResNet34 (He et al. 2016), fresh weights."""

    def __init__(self, in_channels: int = 1) -> None:
        super().__init__()
        base = resnet34(weights=None)
        stem = nn.Conv2d(in_channels, TAPS[0], 7, stride=2, padding=3, bias=False)
        nn.init.kaiming_normal_(stem.weight, mode="fan_out", nonlinearity="relu")
        self.stem = nn.Sequential(stem, base.bn1, base.relu)
        self.pool = base.maxpool
        self.stages = nn.ModuleList([base.layer1, base.layer2, base.layer3, base.layer4])

    def forward(self, image: Tensor) -> list[Tensor]:
        """Features at strides 2, 4, 8, 16 and 32."""
        taps = [self.stem(image)]
        x = self.pool(taps[0])
        for stage in self.stages:
            x = stage(x)
            taps.append(x)
        return taps


class ResNet34Classifier(nn.Module):
    """UBC source, baseline: ResNet34 on one channel, global average, one linear layer."""

    def __init__(self, in_channels: int = 1, classes: int = 2) -> None:
        super().__init__()
        self.encoder = ResNet34Encoder(in_channels)
        self.head = nn.Linear(TAPS[-1], classes)

    def forward(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes)``; any size from 32 × 32."""
        return self.head(self.encoder(image)[-1].mean(dim=(2, 3)))


class UBCResNet34(AnySizeNetwork):
    """UBC source: the baseline plus a U-Net decoder whose segmentation loss teaches the shared encoder.

    Decoder levels: nearest ×2 upsampling, concatenation with the tap of that size, two bias-free conv-BN-ReLU.

    Parameters
    ----------
    mask_classes
        Channels of the mask: 1 for lesion or not, more for several kinds of tissue (the first is background).
    mask_scales
        From how many of the last decoder levels a mask is read; the source's network has 1, feature-pyramid
        supervision up to 5.
    """

    def __init__(self, in_channels: int = 1, classes: int = 2, mask_classes: int = 1, mask_scales: int = 1) -> None:
        super().__init__(multiple=32)
        skips, widths = (256, 128, 64, 64, 0), (256, 128, 64, 32, 16)
        if mask_scales > len(widths):
            raise ValueError(f"Argument 'mask_scales' must be at most {len(widths)}, not {mask_scales}.")
        self.encoder = ResNet34Encoder(in_channels)
        self.head = nn.Linear(TAPS[-1], classes)
        self.decoder = nn.ModuleList(
            conv_chain(before + skip, width, width, bias=False)
            for before, skip, width in zip((TAPS[-1], *widths), skips, widths, strict=False)
        )
        self.mask_head = nn.Conv2d(widths[-1], mask_classes, 3, padding=1)
        self.coarse_heads = nn.ModuleList(
            nn.Conv2d(width, mask_classes, 3, padding=1) for width in widths[-2 : -mask_scales - 1 : -1]
        )

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Class logits ``(N, classes)``, mask logits ``(N, mask_classes, H, W)``, then those of coarser levels.

        Coarser masks cover the input padded to a multiple of 32; each has half the side of the one before.
        """
        height, width = image.shape[-2:]
        *skips, bottom = self.encoder(self.padded(image))
        levels = [bottom]
        for block, skip in zip(self.decoder, [*reversed(skips), None], strict=True):
            x = functional.interpolate(levels[-1], scale_factor=2, mode="nearest")
            levels.append(block(x if skip is None else torch.cat([x, skip], dim=1)))
        mask = self.mask_head(levels[-1])[..., :height, :width]
        coarse = (head(level) for head, level in zip(self.coarse_heads, reversed(levels[:-1]), strict=False))
        return self.head(bottom.mean(dim=(2, 3))), mask, *coarse
