"""UNet++ and the four Attention U-Net++ versions of the main report (UNet++, architectures V1 to V4).

Nodes as in Zhou et al. 2018, "UNet++: A Nested U-Net Architecture": X[r][j] is row r (1/2^r of the size), column j.
Column 0 is the encoder; every further node sees all earlier nodes of its row and the upsampled node below it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.networks.blocks import AttentionGate, ResidualChain, conv_chain
from ctviewer.networks.padding import AnySizeNetwork

ROWS = 5
"""Resolutions: 1, 1/2, 1/4, 1/8, 1/16."""

BlockMaker = Callable[[int, int], nn.Module]
"""Makes a block from input and output channels."""


class UNetPlusPlus(AnySizeNetwork):
    """UNet++: widths w·{1, 2, 4, 8, 16}, 2×2 max-pool, bilinear upsampling without parameters, one head on X[0][4].

    Encoder nodes have two conv-BN-ReLU, nested nodes one. No deep supervision.
    """

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__(multiple=2 ** (ROWS - 1))
        widths = [width * 2**row for row in range(ROWS)]
        encoder_block, nested_block = self.block_makers()
        self.encoder = nn.ModuleList(
            encoder_block(before, after) for before, after in zip([in_channels, *widths[:-1]], widths, strict=True)
        )
        # nested[r][j - 1] computes X[r][j]: j skips of the row and one upsampled node of the row below.
        self.nested = nn.ModuleList(
            nn.ModuleList(
                nested_block(column * widths[row] + widths[row + 1], widths[row]) for column in range(1, ROWS - row)
            )
            for row in range(ROWS - 1)
        )
        self.head = nn.Conv2d(width, classes, 1)

    @staticmethod
    def block_makers() -> tuple[BlockMaker, BlockMaker]:
        """How encoder nodes and nested nodes are made."""
        return (lambda before, after: conv_chain(before, after, after)), (
            lambda before, after: conv_chain(before, after)
        )

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)``."""
        newest = self.encode(image)
        skips: list[list[Tensor]] = [[] for _ in newest]
        for column in range(1, ROWS):
            for row in range(ROWS - column):
                below = functional.interpolate(newest[row + 1], scale_factor=2, mode="bilinear", align_corners=True)
                skips[row].append(self.skip(row, newest[row], below))
                # Rows go downwards, so newest[row + 1] above still is the previous column's node.
                newest[row] = self.nested[row][column - 1](torch.cat([*skips[row], below], dim=1))
        return self.head(newest[0])

    def encode(self, image: Tensor) -> list[Tensor]:
        """Column 0: X[0][0] to X[4][0]."""
        nodes = [self.encoder[0](image)]
        for block in self.encoder[1:]:
            nodes.append(block(functional.max_pool2d(nodes[-1], 2)))
        return nodes

    def skip(self, row: int, node: Tensor, below: Tensor) -> Tensor:
        """What later nodes of a row see of a node; ``below`` is the upsampled node of the same column one row down."""
        return node


class AttentionUNetPlusPlusV1(UNetPlusPlus):
    """Main report, architecture V1: UNet++ that owns four attention gates whose results never reach the output.

    The source applies the gates after the head's input is computed and drops what they return. The output and all
    gradients are those of UNet++, so the gates are kept as parameters (for the count and old weights) but not run.
    """

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__(width, in_channels, classes)
        self.gates = _row_gates(width)


class AttentionUNetPlusPlusV2(UNetPlusPlus):
    """Main report, architecture V2: every skip of UNet++ passes an attention gate; the upsampled input never does.

    One gate per row, shared along the row. A gated skip is computed once and reused by all later columns, so the gates
    run 4 + 3 + 2 + 1 = 10 times.
    """

    def __init__(self, width: int, in_channels: int = 1, classes: int = 4) -> None:
        super().__init__(width, in_channels, classes)
        self.gates = _row_gates(width)

    def skip(self, row: int, node: Tensor, below: Tensor) -> Tensor:
        """The node gated by the upsampled node below it."""
        return self.gates[row](below, node)


class AttentionUNetPlusPlusV3(AttentionUNetPlusPlusV2):
    """Main report, architecture V3: V2 with residual blocks of two convolutions everywhere."""

    @staticmethod
    def block_makers() -> tuple[BlockMaker, BlockMaker]:
        """Residual blocks of two convolutions for encoder and nested nodes."""
        return _residual_makers(convolutions=2)


class AttentionUNetPlusPlusV4(AttentionUNetPlusPlusV2):
    """Main report, architecture V4: V2 with residual blocks of three convolutions everywhere."""

    @staticmethod
    def block_makers() -> tuple[BlockMaker, BlockMaker]:
        """Residual blocks of three convolutions for encoder and nested nodes."""
        return _residual_makers(convolutions=3)


def _residual_makers(convolutions: int) -> tuple[BlockMaker, BlockMaker]:
    def encoder_block(before: int, after: int) -> nn.Module:
        return ResidualChain(before, after, convolutions)

    def nested_block(before: int, after: int) -> nn.Module:
        return ResidualChain(before, after, convolutions, may_be_identity=False)

    return encoder_block, nested_block


def _row_gates(width: int) -> nn.ModuleList:
    return nn.ModuleList(AttentionGate(width * 2 ** (row + 1), width * 2**row) for row in range(ROWS - 1))
