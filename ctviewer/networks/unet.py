"""The main report's U-Nets: Mini U-Net, U-Net and Max U-Net, one design in three depths.

After Ronneberger et al. 2015, "U-Net", with strided convolutions in place of pooling, and batch normalisation.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ctviewer.networks.blocks import conv_bn_relu, conv_chain
from ctviewer.networks.padding import AnySizeNetwork


class EncoderBlock(nn.Module):
    """conv-BN-ReLU (the skip is taken here), then a conv-BN-ReLU of stride 2.

    The source writes the skip before the ReLU, but its ReLU works in place, so the network it ran has the skip after.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.keep = conv_bn_relu(in_channels, out_channels)
        self.shrink = conv_bn_relu(out_channels, out_channels, stride=2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The skip at full size and the features at half size."""
        skip = self.keep(x)
        return skip, self.shrink(skip)


class DecoderBlock(nn.Module):
    """2×2 transposed convolution of stride 2, concatenation [up, skip], then conv-BN-ReLU blocks.

    Parameters
    ----------
    in_channels, skip_channels, out_channels
        Widths of the deeper features, of the skip and of the result (also of the upsampled features).
    convolutions
        conv-BN-ReLU blocks after the concatenation.
    """

    def __init__(self, in_channels: int, skip_channels: int, out_channels: int, convolutions: int = 2) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.merge = conv_chain(out_channels + skip_channels, *[out_channels] * convolutions)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """Features of the skip's size."""
        return self.merge(torch.cat([self.up(x), skip], dim=1))


class UNet(AnySizeNetwork):
    """U-Net of the main report: four encoder blocks, two convolutions in the bottleneck.

    Sub-classes change the two numbers.
    """

    encoder_blocks = 4
    bottleneck_convolutions = 2

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__(multiple=2**self.encoder_blocks)
        widths = [width * 2**level for level in range(self.encoder_blocks)]
        deepest = 2 * widths[-1]
        self.encoder = nn.ModuleList(
            EncoderBlock(before, after) for before, after in zip([in_channels, *widths[:-1]], widths, strict=True)
        )
        self.bottleneck = conv_chain(widths[-1], *[deepest] * self.bottleneck_convolutions)
        self.decoder = nn.ModuleList(DecoderBlock(2 * size, size, size) for size in reversed(widths))
        self.head = nn.Conv2d(width, classes, 1)

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)``."""
        skips = []
        x = image
        for block in self.encoder:
            skip, x = block(x)
            skips.append(skip)
        x = self.bottleneck(x)
        for block, skip in zip(self.decoder, reversed(skips), strict=True):
            x = block(x, skip)
        return self.head(x)


class MiniUNet(UNet):
    """Mini U-Net of the main report: two encoder blocks, one convolution in the bottleneck."""

    encoder_blocks = 2
    bottleneck_convolutions = 1


class MaxUNet(UNet):
    """Max U-Net of the main report: five encoder blocks, three convolutions in the bottleneck."""

    encoder_blocks = 5
    bottleneck_convolutions = 3
