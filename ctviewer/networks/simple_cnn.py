"""SimpleCNN of the main report: the small classifier of pulmonary hypertension."""

from __future__ import annotations

from torch import Tensor, nn

from ctviewer.networks.blocks import conv_bn_relu

CHANNELS = (16, 32, 64, 128)
HIDDEN = 256
DROPOUT = 0.5


class SimpleCNN(nn.Module):
    """Four conv-BN-ReLU-max-pool stages, a fifth without pooling, two linear layers with dropout between.

    Parameters
    ----------
    size_px
        Side of the square input, a multiple of 16; fixed because the first linear layer sees every pixel.
    """

    def __init__(self, size_px: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__()
        if size_px % 16:
            raise ValueError(f"Argument 'size_px' must be a multiple of 16, not {size_px}.")
        stages: list[nn.Module] = []
        for before, after in zip((in_channels, *CHANNELS), CHANNELS, strict=False):
            stages += [conv_bn_relu(before, after), nn.MaxPool2d(2)]
        self.features = nn.Sequential(*stages, conv_bn_relu(CHANNELS[-1], CHANNELS[-1]))
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(CHANNELS[-1] * (size_px // 16) ** 2, HIDDEN),
            nn.ReLU(inplace=True),
            nn.Dropout(DROPOUT),
            nn.Linear(HIDDEN, classes),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes)`` for ``(N, in_channels, size_px, size_px)``."""
        return self.head(self.features(image))
