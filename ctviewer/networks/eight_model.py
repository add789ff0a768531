"""EightModel: the course project's pneumonia classifier for 60 × 60 grey X-rays, in both of its versions."""

from __future__ import annotations

from torch import Tensor, nn

CHANNELS = 8
SIZE_PX = 60


class EightBlock(nn.Module):
    """conv-BN-(dropout-)ReLU-max-pool. Named parts: weights fit with and without dropout."""

    def __init__(self, in_channels: int, dropout: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, CHANNELS, 3, padding=1)
        self.norm = nn.BatchNorm2d(CHANNELS)
        self.dropout = nn.Dropout(dropout)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 8, H/2, W/2)``."""
        return self.pool(self.relu(self.dropout(self.norm(self.conv(x)))))


class EightModel(nn.Module):
    """Notebook version: two blocks, flatten to 1800, dropout 0.5, linear 100, ReLU, linear."""

    block_dropout = 0.0

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        self.blocks = nn.Sequential(EightBlock(1, self.block_dropout), EightBlock(CHANNELS, self.block_dropout))
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(CHANNELS * (SIZE_PX // 4) ** 2, 100),
            nn.ReLU(inplace=True),
            nn.Linear(100, classes),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes)`` for ``(N, 1, 60, 60)``."""
        return self.head(self.blocks(image))


class EightModelWeb(EightModel):
    """Web version: dropout 0.2 between normalisation and ReLU in both blocks; the same weights."""

    block_dropout = 0.2
