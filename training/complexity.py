"""How large a network is: parameters, and multiply-adds per slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ctviewer.networks.registry import ARCHITECTURES, build

USUAL_SIDE_PX = 128
_FIXED_SIDES_PX = {"eight_model": 60, "eight_model_web": 60}
"""Networks whose last layers fit one size only."""


def parameter_count(name: str, arguments: Mapping[str, int]) -> int:
    """Number of weights, counted without the memory for them."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in build(name, **arguments).parameters())


def multiply_adds(name: str, arguments: Mapping[str, int], size_px: int) -> int:
    """Multiply-adds of convolutions, linear layers and attention for one square slice.

    The network runs on tensors without content; cheap element-wise work is not counted.
    """
    total = 0

    def count(module: nn.Module, inputs: tuple[Tensor, ...], output: Any) -> None:
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += output.numel() * module.weight[0].numel()
        elif isinstance(module, nn.ConvTranspose2d):
            total += inputs[0].numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total += output.numel() * module.in_features
        elif isinstance(module, nn.MultiheadAttention):
            total += _attention(module, inputs[0])

    with torch.device("meta"):
        network = build(name, **arguments).eval()
        for module in network.modules():
            module.register_forward_hook(count)
        channels = dict(arguments).get("in_channels", 1)
        # The fast path of a transformer layer skips the modules that are counted.
        fast = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)
        try:
            network(torch.zeros(1, channels, size_px, size_px))
        finally:
            torch.backends.mha.set_fastpath_enabled(fast)
    return total


def slice_size(name: str, arguments: Mapping[str, int]) -> int:
    """Side of the slices a network is listed with, pixels."""
    if "size_px" in ARCHITECTURES[name].parameters:
        return arguments.get("size_px", USUAL_SIDE_PX)
    return _FIXED_SIDES_PX.get(name, USUAL_SIDE_PX)


def _attention(module: nn.MultiheadAttention, tokens: Tensor) -> int:
    """Projections of queries, keys and values, the two products of attention, and the output projection."""
    count, length = (tokens.shape[0], tokens.shape[1]) if module.batch_first else (tokens.shape[1], tokens.shape[0])
    width = module.embed_dim
    return count * (3 * length * width * width + 2 * length * length * width + length * width * width)
