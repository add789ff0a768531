"""Building blocks that several families share."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn


def conv_bn_relu(in_channels: int, out_channels: int, *, stride: int = 1, bias: bool = True) -> nn.Sequential:
    """3×3 convolution (padding 1), batch normalisation, ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=bias),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


def conv_chain(*channels: int, bias: bool = True) -> nn.Sequential:
    """conv-BN-ReLU from each width to the next: ``conv_chain(1, 8, 8)`` has two convolutions."""
    return nn.Sequential(*(conv_bn_relu(before, after, bias=bias) for before, after in pairwise(channels)))


class ResidualChain(nn.Module):
    """conv-BN-ReLU-…-conv-BN plus a shortcut, then ReLU.

    The shortcut is a 1×1 convolution with bias and without normalisation; it is the identity where widths match and
    ``may_be_identity`` allows it.

    Parameters
    ----------
    convolutions
        3×3 convolutions on the main path, at least 1.
    """

    def __init__(self, in_channels: int, out_channels: int, convolutions: int, *, may_be_identity: bool = True) -> None:
        super().__init__()
        before_last = [conv_chain(in_channels, *[out_channels] * (convolutions - 1))] if convolutions > 1 else []
        self.main = nn.Sequential(
            *before_last,
            nn.Conv2d(out_channels if before_last else in_channels, out_channels, 3, padding=1),
            nn.BatchNorm2d(out_channels),
        )
        same = may_be_identity and in_channels == out_channels
        self.shortcut = nn.Identity() if same else nn.Conv2d(in_channels, out_channels, 1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Shape ``(N, out_channels, H, W)``."""
        return self.relu(self.main(x) + self.shortcut(x))


class AttentionGate(nn.Module):
    """Scales the skip features x by a map in 0 to 1 that is computed from x and the deeper features g.

    σ(BN(ψ(ReLU(BN(W_g g) + BN(W_x x))))) · x with 1×1 convolutions; Oktay et al. 2018, "Attention U-Net".

    Parameters
    ----------
    gating_channels, skip_channels
        Widths of g and x, which have the same height and width.
    """

    def __init__(self, gating_channels: int, skip_channels: int) -> None:
        super().__init__()
        inner = max(1, skip_channels // 2)
        self.from_gating = nn.Sequential(nn.Conv2d(gating_channels, inner, 1), nn.BatchNorm2d(inner))
        self.from_skip = nn.Sequential(nn.Conv2d(skip_channels, inner, 1), nn.BatchNorm2d(inner))
        self.to_map = nn.Sequential(nn.Conv2d(inner, 1, 1), nn.BatchNorm2d(1), nn.Sigmoid())
        self.relu = nn.ReLU(inplace=True)

    def forward(self, gating: Tensor, skip: Tensor) -> Tensor:
        """The gated skip features, same shape as ``skip``."""
        return skip * self.to_map(self.relu(self.from_gating(gating) + self.from_skip(skip)))
