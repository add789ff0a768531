"""A network as an OpenVINO graph, built in memory from its modules in a fraction of a second.

OpenVINO's own converter traces the network and takes seconds at every start. The networks here consist of a handful of
operations, so their traced calls are translated one by one; a network with any other operation is left to torch.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import openvino as ov
import torch
from openvino import opset13 as ops
from torch import Tensor, fx, nn
from torch.nn import functional

from ctviewer.networks.padding import AnySizeNetwork

_IDENTITIES = (nn.Identity, nn.Dropout)


class NotTranslatableError(ValueError):
    """The network uses something that this translation does not know."""


class _Body(nn.Module):
    """The part of a network between padding and cropping."""

    def __init__(self, network: AnySizeNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        return self.network.forward_padded(image)


def to_openvino(network: nn.Module, channels: int, side_px: int) -> ov.Model:
    """Graph with one input ``(N, channels, side, side)``, any N, and the logits as output.

    Parameters
    ----------
    network
        In evaluation mode, batch normalisation folded.
    side_px
        A multiple of what the network needs.

    Raises
    ------
    NotTranslatableError
        If the network cannot be translated.
    """
    if not isinstance(network, AnySizeNetwork):
        raise NotTranslatableError(f"{type(network).__name__} has no body that could be translated")
    try:
        traced = fx.symbolic_trace(_Body(network))
    except (fx.proxy.TraceError, TypeError) as error:
        raise NotTranslatableError(str(error)) from error
    image = ops.parameter([-1, channels, side_px, side_px], np.float32)
    values: dict[fx.Node, Any] = {}
    result = None
    for node in traced.graph.nodes:
        arguments = fx.map_arg(node.args, values.get)
        options = fx.map_arg(node.kwargs, values.get)
        if node.op == "placeholder":
            values[node] = image
        elif node.op == "call_module":
            values[node] = _module(traced.get_submodule(str(node.target)), arguments[0])
        elif node.op == "call_function":
            values[node] = _function(node.target, arguments, options)
        elif node.op == "output":
            result = arguments[0]
        else:
            raise NotTranslatableError(f"{node.op} {node.target}")
    return ov.Model([result], [image], type(network).__name__)


def _module(module: nn.Module, value: Any) -> Any:
    if isinstance(module, nn.Conv2d):
        return _convolution(module, value)
    if isinstance(module, nn.ConvTranspose2d):
        return _transposed(module, value)
    if isinstance(module, nn.BatchNorm2d):
        return _normalisation(module, value)
    if isinstance(module, nn.ReLU):
        return ops.relu(value)
    if isinstance(module, nn.Sigmoid):
        return ops.sigmoid(value)
    if isinstance(module, _IDENTITIES):
        return value
    raise NotTranslatableError(type(module).__name__)


def _function(target: Any, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    if target is functional.interpolate:
        return _doubled(arguments[0], options)
    known: dict[Any, Callable[..., Any]] = {
        torch.cat: lambda parts, dim=0: ops.concat(list(parts), dim),
        operator.add: ops.add,
        operator.mul: ops.multiply,
        torch.relu: ops.relu,
        functional.relu: lambda value, inplace=False: ops.relu(value),
        torch.sigmoid: ops.sigmoid,
        functional.max_pool2d: _pooled,
    }
    if target not in known:
        raise NotTranslatableError(str(target))
    return known[target](*arguments, **options)


def _convolution(module: nn.Conv2d, value: Any) -> Any:
    if module.padding_mode != "zeros" or isinstance(module.padding, str):
        raise NotTranslatableError("padding of a convolution")
    weights = _numpy(module.weight)
    geometry = (list(module.stride), list(module.padding), list(module.padding), list(module.dilation))
    if module.groups == 1:
        result = ops.convolution(value, weights, *geometry)
    else:
        grouped = weights.reshape(module.groups, -1, *weights.shape[1:])
        result = ops.group_convolution(value, grouped, *geometry)
    return result if module.bias is None else ops.add(result, _per_channel(module.bias))


def _transposed(module: nn.ConvTranspose2d, value: Any) -> Any:
    if module.groups != 1 or any(module.output_padding) or isinstance(module.padding, str):
        raise NotTranslatableError("transposed convolution")
    result = ops.convolution_backprop_data(
        value,
        _numpy(module.weight),
        strides=list(module.stride),
        pads_begin=list(module.padding),
        pads_end=list(module.padding),
        dilations=list(module.dilation),
    )
    return result if module.bias is None else ops.add(result, _per_channel(module.bias))


def _normalisation(module: nn.BatchNorm2d, value: Any) -> Any:
    if module.running_mean is None or module.running_var is None:
        raise NotTranslatableError("batch normalisation without statistics")
    scale = module.weight * torch.rsqrt(module.running_var + module.eps)
    shift = module.bias - module.running_mean * scale
    return ops.add(ops.multiply(value, _per_channel(scale)), _per_channel(shift))


def _doubled(value: Any, options: Mapping[str, Any]) -> Any:
    asked = {name: option for name, option in options.items() if option not in (None, False)}
    if asked != {"scale_factor": 2, "mode": "bilinear", "align_corners": True}:
        raise NotTranslatableError(f"interpolation {dict(options)}")
    shape = value.get_output_partial_shape(0)
    size = np.array([2 * shape[axis].get_length() for axis in (2, 3)], np.int64)
    return ops.interpolate(
        value,
        size,
        mode="linear_onnx",
        shape_calculation_mode="sizes",
        coordinate_transformation_mode="align_corners",
        axes=np.array([2, 3], np.int64),
    )


def _pooled(
    value: Any,
    kernel_size: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,  # noqa: FBT001, FBT002  the order of torch's max_pool2d
    return_indices: bool = False,  # noqa: FBT001, FBT002
) -> Any:
    if ceil_mode or return_indices or padding or dilation != 1:
        raise NotTranslatableError("pooling")
    step = stride or kernel_size
    return ops.max_pool(value, [step, step], [1, 1], [0, 0], [0, 0], [kernel_size, kernel_size]).output(0)


def _numpy(tensor: Tensor) -> np.ndarray[Any, Any]:
    return tensor.detach().float().contiguous().cpu().numpy()


def _per_channel(tensor: Tensor) -> np.ndarray[Any, Any]:
    return _numpy(tensor).reshape(1, -1, 1, 1)
