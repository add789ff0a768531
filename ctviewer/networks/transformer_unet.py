"""Two U-Nets of the main report with a transformer at the bottom: MedT (simplified) and TransUNet."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from ctviewer.networks.blocks import conv_bn_relu, conv_chain
from ctviewer.networks.padding import AnySizeNetwork
from ctviewer.networks.unet import DecoderBlock

HEADS = 8
FEED_FORWARD = 2048
DROPOUT = 0.1


class PixelTransformer(nn.Module):
    """Transformer encoder over the pixels of a feature map, without positional encoding.

    Parameters
    ----------
    channels
        Width of the map and of the tokens; a multiple of `HEADS`.
    layers
        Encoder layers (Vaswani et al. 2017).
    pre_norm
        Normalise before (True) or after (False) attention and feed-forward.
    activation
        Of the feed-forward part: ``"relu"`` or ``"gelu"``.
    """

    def __init__(self, channels: int, layers: int, *, pre_norm: bool, activation: str) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(
                nn.TransformerEncoderLayer(
                    channels, HEADS, FEED_FORWARD, DROPOUT, activation, batch_first=True, norm_first=pre_norm
                )
                for _ in range(layers)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as ``x``: ``(N, channels, H, W)``."""
        tokens = self.layers(x.flatten(2).transpose(1, 2))
        return tokens.transpose(1, 2).reshape(x.shape)


class MedT(AnySizeNetwork):
    """MedT as the main report built it, which is not the gated-axial design of Valanarasu et al. 2021.

    Encoder: single conv-BN-ReLU to 2w, 4w, 8w, 16w, each followed by 2×2 max-pool. Bottom: four post-norm transformer
    layers over the pixels. Decoder: transposed convolutions to 8w, 4w, 2w, w, one conv-BN-ReLU after each
    concatenation.
    """

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__(multiple=16)
        widths = [2 * width, 4 * width, 8 * width, 16 * width]
        self.encoder = nn.ModuleList(conv_bn_relu(*pair) for pair in pairwise([in_channels, *widths]))
        self.transformer = PixelTransformer(widths[-1], layers=4, pre_norm=False, activation="relu")
        self.decoder = nn.ModuleList(DecoderBlock(size, size, size // 2, convolutions=1) for size in reversed(widths))
        self.head = nn.Conv2d(width, classes, 1)

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)``."""
        skips = []
        x = image
        for block in self.encoder:
            skips.append(block(x))
            x = functional.max_pool2d(skips[-1], 2)
        x = self.transformer(x)
        for block, skip in zip(self.decoder, reversed(skips), strict=True):
            x = block(x, skip)
        return self.head(x)


class TransUNet(AnySizeNetwork):
    """TransUNet as the main report built it, after Chen et al. 2021.

    A U-Net with 2×2 max-pool whose bottom (16w channels) is cut into patches of 8×8 pixels, passed through twelve
    pre-norm transformer layers of width 512 and put back by a transposed convolution, without a bypass. At 128 × 128
    pixels the bottom is a single patch, so the transformer sees one token.
    """

    embedding = 512
    patch = 8

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__(multiple=16 * self.patch)
        widths = [width, 2 * width, 4 * width, 8 * width]
        bottom = 16 * width
        self.encoder = nn.ModuleList(
            conv_chain(before, after, after) for before, after in pairwise([in_channels, *widths])
        )
        self.bottleneck = conv_chain(widths[-1], bottom, bottom)
        self.to_tokens = nn.Conv2d(bottom, self.embedding, self.patch, stride=self.patch)
        self.transformer = PixelTransformer(self.embedding, layers=12, pre_norm=True, activation="gelu")
        self.from_tokens = nn.ConvTranspose2d(self.embedding, bottom, self.patch, stride=self.patch)
        self.decoder = nn.ModuleList(DecoderBlock(2 * size, size, size) for size in reversed(widths))
        self.head = nn.Conv2d(width, classes, 1)

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)``."""
        skips = []
        x = image
        for block in self.encoder:
            skips.append(block(x))
            x = functional.max_pool2d(skips[-1], 2)
        x = self.from_tokens(self.transformer(self.to_tokens(self.bottleneck(x))))
        for block, skip in zip(self.decoder, reversed(skips), strict=True):
            x = block(x, skip)
        return self.head(x)
