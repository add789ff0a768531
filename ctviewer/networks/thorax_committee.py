"""Classifiers of one thorax picture that look at different things, and vote with their probabilities.

Small networks that see the whole thorax, small networks that see the mediastinum at full resolution (a part of them
trained with the classes evened out), and a linear layer on features of a segmentation encoder. Each kind has one say.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.networks.blocks import conv_chain
from ctviewer.networks.thorax_net import ThoraxNet

KINDS = ("whole", "middle", "middle_even")
VIEW_PX, ENCODER_PX = 96, 128
MIDDLE_ROWS, MIDDLE_COLUMNS = (0.0875, 0.6875), (0.2, 0.8)
"""Share of the thorax square that holds heart, great vessels and both hila."""

ENCODER_ROWS, ENCODER_GRID = 5, 2

_PICTURE_LOW_HU, _PICTURE_HIGH_HU = -160.0, 280.0
_ENCODER_LOW_HU, _ENCODER_HIGH_HU = -1024.0, 400.0
_LUNG_HU, _BLACK = -850.0, 9 / 255


def whole_view(pictures: Tensor) -> Tensor:
    """The thorax at `VIEW_PX`, area-averaged, from pictures ``(N, C, H, W)``."""
    return functional.interpolate(pictures, (VIEW_PX, VIEW_PX), mode="area")


def middle_view(pictures: Tensor) -> Tensor:
    """The mediastinum at `VIEW_PX`; of pictures of 160 px these are the original pixels."""
    (top, bottom), (left, right) = (
        (round(low * side), round(high * side))
        for (low, high), side in zip((MIDDLE_ROWS, MIDDLE_COLUMNS), pictures.shape[-2:], strict=True)
    )
    cut = pictures[..., top:bottom, left:right]
    return cut if cut.shape[-2:] == (VIEW_PX, VIEW_PX) else functional.interpolate(cut, (VIEW_PX, VIEW_PX), mode="area")


class EncoderFeatures(nn.Module):
    """Column 0 of a UNet++ segmentation network, pooled: mean and maximum of every channel on a 2 × 2 grid.

    Parameters
    ----------
    width
        Of the segmentation network; its five rows have 1, 2, 4, 8 and 16 times as many channels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [width * 2**row for row in range(ENCODER_ROWS)]
        self.encoder = nn.ModuleList(
            conv_chain(before, after, after) for before, after in zip([1, *widths[:-1]], widths, strict=True)
        )
        self.count = 2 * ENCODER_GRID**2 * sum(widths)

    def forward(self, pictures: Tensor) -> Tensor:
        """Means, then maxima, ``(N, count)``, of pictures ``(N, 1, H, W)`` in the mediastinal window, 0…1."""
        return torch.cat(self.means_and_maxima(pictures), dim=1)

    def means_and_maxima(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Both halves of the features, each ``(N, count / 2)``."""
        hu = _PICTURE_LOW_HU + pictures * (_PICTURE_HIGH_HU - _PICTURE_LOW_HU)
        # The window clips lung to black; the encoder knows lung as nearly air.
        hu = torch.where(pictures < _BLACK, _LUNG_HU, hu)
        x = ((hu - _ENCODER_LOW_HU) / (_ENCODER_HIGH_HU - _ENCODER_LOW_HU)).clamp(0, 1)
        x = functional.interpolate(x, (ENCODER_PX, ENCODER_PX), mode="bilinear", antialias=True)
        means, maxima = [], []
        for row, block in enumerate(self.encoder):
            x = block(functional.max_pool2d(x, 2) if row else x)
            means.append(functional.adaptive_avg_pool2d(x, ENCODER_GRID).flatten(1))
            maxima.append(functional.adaptive_max_pool2d(x, ENCODER_GRID).flatten(1))
        return torch.cat(means, dim=1), torch.cat(maxima, dim=1)


class ThoraxCommittee(nn.Module):
    """See the module.

    Parameters
    ----------
    width
        Of every `ThoraxNet`.
    members
        Networks of each kind in `KINDS`.
    encoder_width
        Width of the segmentation network whose encoder is used.
    """

    def __init__(self, width: int, members: int = 2, encoder_width: int = 16, classes: int = 4) -> None:
        super().__init__()
        self.kinds = nn.ModuleDict(
            {kind: nn.ModuleList(ThoraxNet(width, 1, classes) for _ in range(members)) for kind in KINDS}
        )
        self.encoder = EncoderFeatures(encoder_width)
        self.encoder_head = nn.Linear(self.encoder.count, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logarithm of the mean probability, ``(N, classes)``, of pictures ``(N, 1, H, W)`` in 0…1; good as logits."""
        views = {"whole": whole_view(pictures), "middle": middle_view(pictures), "middle_even": middle_view(pictures)}
        votes = [
            torch.stack([torch.softmax(network(views[kind]), dim=1) for network in networks]).mean(dim=0)
            for kind, networks in self.kinds.items()
        ]
        votes.append(torch.softmax(self.encoder_head(self.encoder(pictures)), dim=1))
        return torch.log(torch.stack(votes).mean(dim=0).clamp_min(1e-12))
