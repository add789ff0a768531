"""Batch normalisation folded into the convolution before it: same numbers, less work, for evaluation only."""

from __future__ import annotations

from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norm(network: nn.Module) -> nn.Module:
    """Fold every Conv2d-BatchNorm2d pair inside an `nn.Sequential`, in place, and return the network.

    Parameters
    ----------
    network
        In evaluation mode; no longer trainable afterwards.
    """
    for module in list(network.modules()):
        if isinstance(module, nn.Sequential):
            for before, after in pairwise(list(module._modules)):
                convolution, normalisation = module._modules[before], module._modules[after]
                if isinstance(convolution, nn.Conv2d) and isinstance(normalisation, nn.BatchNorm2d):
                    module._modules[before] = fuse_conv_bn_eval(convolution, normalisation)
                    module._modules[after] = nn.Identity()
    return network
