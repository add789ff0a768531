"""Runs a network with OpenVINO on the CPU, where that is several times faster than torch."""

from __future__ import annotations

import logging

import torch
from torch import Tensor, nn

from ctviewer.networks.padding import AnySizeNetwork

logger = logging.getLogger(__name__)


class OpenVinoNetwork:
    """A compiled network; called like the torch module it was made from.

    Parameters
    ----------
    network
        In evaluation mode, batch normalisation folded.
    channels, side_px
        Of the images it will get.
    bfloat16
        Compute in bfloat16; the results are float32 either way.

    Raises
    ------
    OSError, RuntimeError, ValueError
        If OpenVINO is not usable here or the network cannot be translated.
    """

    def __init__(self, network: AnySizeNetwork, channels: int, side_px: int, *, bfloat16: bool) -> None:
        import openvino

        from ctviewer.inference.openvino_graph import to_openvino

        self._network = network
        padded = network.padded(torch.zeros(1, channels, side_px, side_px))
        graph = to_openvino(network, channels, padded.shape[-1])
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        }
        self._compiled = openvino.Core().compile_model(graph, "CPU", options)

    def __call__(self, images: Tensor) -> Tensor:
        """Logits as float32 on the CPU."""
        height, width = images.shape[-2:]
        result = self._compiled({0: self._network.padded(images).contiguous().numpy()})[0]
        return torch.from_numpy(result)[..., :height, :width]


def try_openvino(network: nn.Module, images: Tensor, *, bfloat16: bool) -> OpenVinoNetwork | None:
    """The network compiled for images like these, or None where OpenVINO cannot do it; torch computes then."""
    if not isinstance(network, AnySizeNetwork) or images.shape[-1] != images.shape[-2]:
        return None
    try:
        return OpenVinoNetwork(network, images.shape[1], images.shape[-1], bfloat16=bfloat16)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        logger.info("OpenVINO is not used: %s", error)
        return None
