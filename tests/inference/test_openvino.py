"""Networks in OpenVINO against the same networks in torch."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

from ctviewer.domain.progress import CancelToken
from ctviewer.inference import network_runner
from ctviewer.inference.devices import Precision
from ctviewer.inference.folding import fold_batch_norm
from ctviewer.inference.network_runner import NetworkRunner
from ctviewer.inference.openvino_graph import NotTranslatableError, to_openvino
from ctviewer.inference.openvino_runtime import OpenVinoNetwork, try_openvino
from ctviewer.networks.registry import build

TRANSLATED = ["mini_unet", "unet", "max_unet", "unet_plus_plus"] + [
    f"attention_unet_plus_plus_v{n}" for n in range(1, 5)
]


def _network(name: str, **arguments: int) -> torch.nn.Module:
    """A network whose normalisations have seen something, so that folding them matters."""
    torch.manual_seed(3)
    network = build(name, **arguments)
    with torch.no_grad():
        network(torch.randn(4, arguments.get("in_channels", 1), 64, 64))
    return network.eval().requires_grad_(requires_grad=False)


@pytest.mark.parametrize("name", TRANSLATED)
@pytest.mark.parametrize("folds", [True, False])
def test_the_same_logits_as_torch(name: str, folds: bool) -> None:
    network = _network(name, width=4)
    images = torch.randn(3, 1, 50, 50)
    with torch.no_grad():
        expected = network(images)
    found = OpenVinoNetwork(fold_batch_norm(network) if folds else network, 1, 50, bfloat16=False)(images)
    assert found.shape == expected.shape
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)
    assert torch.equal(found.argmax(1), expected.argmax(1))


def test_any_number_of_slices() -> None:
    network = _network("mini_unet", width=4)
    compiled = OpenVinoNetwork(network, 1, 32, bfloat16=False)
    images = torch.randn(5, 1, 32, 32)
    together = compiled(images)
    torch.testing.assert_close(torch.cat([compiled(images[:2]), compiled(images[2:])]), together, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["medt", "transunet", "deeplab_v3_plus_mobilenet_v2"])
def test_a_network_with_other_operations_is_left_to_torch(name: str) -> None:
    arguments = {} if name.startswith("deeplab") else {"width": 2}
    network = _network(name, **arguments) if name != "transunet" else build(name, **arguments).eval()
    with pytest.raises(NotTranslatableError):
        to_openvino(network, 1, 128)
    assert try_openvino(network, torch.rand(1, 1, 128, 128), bfloat16=False) is None


def test_the_runner_chooses_openvino_and_says_so() -> None:
    network = _network("attention_unet_plus_plus_v2", width=4)
    images = torch.randn(4, 1, 32, 32)
    with torch.no_grad():
        expected = network(images).argmax(1)
    runner = NetworkRunner(network, "cpu")
    assert runner.probe_precision(images, CancelToken()).dtype in (torch.float32, torch.bfloat16)
    assert runner.runtime == "OpenVINO"
    agreement = (runner(images).argmax(1) == expected).float().mean()
    assert agreement >= network_runner.SAFE_AGREEMENT


def test_without_openvino_torch_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    images = torch.randn(2, 1, 32, 32)
    network = _network("mini_unet", width=4)
    with torch.no_grad():
        expected = network(images)
    runner = NetworkRunner(network, "cpu")
    monkeypatch.setattr(network_runner, "fast_precision", lambda _: Precision(torch.float32, "asked for"))
    runner.probe_precision(images, CancelToken())
    assert runner.runtime == "torch"
    np.testing.assert_allclose(runner(images).numpy(), expected.numpy(), rtol=1e-3, atol=1e-4)


def test_a_runtime_that_breaks_hands_over_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    images = torch.randn(2, 1, 32, 32)
    runner = NetworkRunner(_network("mini_unet", width=4), "cpu")
    monkeypatch.setattr(network_runner, "fast_precision", lambda _: Precision(torch.float32, "asked for"))
    runner.probe_precision(images, CancelToken())
    before = runner(images)

    def breaks(*_: object) -> None:
        raise RuntimeError("out of resources")

    monkeypatch.setattr(OpenVinoNetwork, "__call__", breaks)
    torch.testing.assert_close(runner(images), before, rtol=1e-3, atol=1e-4)
    assert runner.runtime == "torch"


def test_bfloat16_that_disagrees_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_runner, "SAFE_AGREEMENT", 1.1)
    monkeypatch.setattr(network_runner, "fast_precision", lambda _: Precision(torch.bfloat16, "pretended"))
    runner = NetworkRunner(_network("mini_unet", width=4), "cpu")
    precision = runner.probe_precision(torch.randn(2, 1, 32, 32), CancelToken())
    assert precision.dtype is torch.float32
    assert runner.runtime == "torch"
    assert "agrees on only" in precision.reason
