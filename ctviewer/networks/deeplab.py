"""The main report's DeepLabV3+ variants, after Chen et al. 2018, with torchvision's backbones (fresh weights).

Input is one channel. Backbone taps: 24 channels at stride 4 and 1280 channels at stride 32, for both backbones.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import efficientnet_b0, mobilenet_v2

from ctviewer.networks.blocks import conv_bn_relu

LOW_CHANNELS, HIGH_CHANNELS = 24, 1280
LOW_WIDTH, WIDTH = 48, 256
DROPOUT = 0.5


class ChannelAndSpatialGate(nn.Module):
    """CBAM (Woo et al. 2018): a gate per channel, then a gate per pixel.

    Channel gate σ(MLP(mean) + MLP(max)) with one bias-free MLP; spatial gate σ(7×7 convolution of mean and max over
    channels).
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Conv2d(channels, channels // reduction, 1, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels // reduction, channels, 1, bias=False),
        )
        self.spatial = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as ``x``."""
        mean, peak = functional.adaptive_avg_pool2d(x, 1), functional.adaptive_max_pool2d(x, 1)
        x = x * torch.sigmoid(self.mlp(mean) + self.mlp(peak))
        summary = torch.cat([x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)], dim=1)
        return x * torch.sigmoid(self.spatial(summary))


class AtrousPyramid(nn.Module):
    """ASPP: 1×1, three dilated 3×3 and a global-pooling branch, concatenated and projected; dropout."""

    def __init__(self, rates: tuple[int, int, int]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            [_conv(HIGH_CHANNELS, WIDTH, 1), *(_conv(HIGH_CHANNELS, WIDTH, 3, dilation=rate) for rate in rates)]
        )
        self.pooled = _conv(HIGH_CHANNELS, WIDTH, 1)
        self.project = nn.Sequential(*_conv(5 * WIDTH, WIDTH, 1), nn.Dropout(DROPOUT))

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 256, H, W)`` from ``(N, 1280, H, W)``."""
        pooled = self.pooled(functional.adaptive_avg_pool2d(x, 1)).expand(-1, -1, *x.shape[-2:])
        return self.project(torch.cat([*(branch(x) for branch in self.branches), pooled], dim=1))


class DeepLabV3Plus(nn.Module):
    """Shared skeleton: backbone taps, ASPP, decoder at stride 4, bilinear upsampling to the input's size.

    Parameters
    ----------
    adapter
        Turns the one-channel image into the backbone's input.
    low, high
        Backbone up to the stride-4 tap, and from there to the stride-32 tap.
    rates
        Dilations of the ASPP.
    gated
        Whether CBAM follows the ASPP and the decoder.
    """

    def __init__(
        self,
        adapter: nn.Module,
        low: nn.Module,
        high: nn.Module,
        rates: tuple[int, int, int],
        *,
        gated: bool,
        classes: int,
    ) -> None:
        super().__init__()
        self.adapter = adapter
        self.low = low
        self.high = high
        self.pyramid = AtrousPyramid(rates)
        self.pyramid_gate = ChannelAndSpatialGate(WIDTH) if gated else nn.Identity()
        self.reduce_low = _conv(LOW_CHANNELS, LOW_WIDTH, 1)
        self.decoder = nn.Sequential(*_conv(WIDTH + LOW_WIDTH, WIDTH, 3), *_conv(WIDTH, WIDTH, 3), nn.Dropout(DROPOUT))
        self.decoder_gate = ChannelAndSpatialGate(WIDTH) if gated else nn.Identity()
        self.head = nn.Sequential(*_conv(WIDTH, WIDTH, 3), nn.Conv2d(WIDTH, classes, 1))

    def forward(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)`` for ``(N, 1, H, W)``; sensible from 32 × 32."""
        low = self.low(self.adapter(image))
        deep = self.pyramid_gate(self.pyramid(self.high(low)))
        deep = functional.interpolate(deep, low.shape[-2:], mode="bilinear", align_corners=True)
        merged = self.decoder_gate(self.decoder(torch.cat([self.reduce_low(low), deep], dim=1)))
        return functional.interpolate(self.head(merged), image.shape[-2:], mode="bilinear", align_corners=True)


def deeplab_mobilenet(classes: int = 4) -> DeepLabV3Plus:
    """Main report, DeepLabV3+ with MobileNetV2: the stem takes one channel, started as the mean of the RGB kernels."""
    features = mobilenet_v2(weights=None).features
    rgb_stem = features[0][0]
    stem = nn.Conv2d(1, rgb_stem.out_channels, 3, stride=2, padding=1, bias=False)
    with torch.no_grad():
        stem.weight.copy_(rgb_stem.weight.mean(dim=1, keepdim=True))
    features[0][0] = stem
    return DeepLabV3Plus(nn.Identity(), features[:4], features[4:], (6, 12, 18), gated=False, classes=classes)


def cbam_deeplab_mobilenet(classes: int = 4) -> DeepLabV3Plus:
    """Main report, DeepLabV3+ with MobileNetV2 and CBAM: a learned 1→3 adapter, smaller dilations."""
    features = mobilenet_v2(weights=None).features
    return DeepLabV3Plus(conv_bn_relu(1, 3), features[:4], features[4:], (2, 4, 6), gated=True, classes=classes)


def cbam_deeplab_efficientnet(classes: int = 4) -> DeepLabV3Plus:
    """Main report, DeepLabV3+ with EfficientNet-B0 and CBAM: the smallest dilations."""
    features = efficientnet_b0(weights=None).features
    return DeepLabV3Plus(conv_bn_relu(1, 3), features[:3], features[3:], (1, 2, 3), gated=True, classes=classes)


def _conv(in_channels: int, out_channels: int, size: int, dilation: int = 1) -> nn.Sequential:
    """Bias-free convolution that keeps the size, batch normalisation, ReLU."""
    padding = dilation * (size // 2)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, size, padding=padding, dilation=dilation, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
