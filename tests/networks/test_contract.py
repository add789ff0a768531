"""What every network must do, asked of each entry of the registry."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ctviewer.networks.registry import ARCHITECTURES, BOTH, CLASSIFICATION, Architecture
from training.export import write_onnx

DEAD_PREFIXES = {"attention_unet_plus_plus_v1": "gates."}
"""Parameters that by design never get a gradient."""

EVERY_EXPORT = "CTVIEWER_TEST_EVERY_EXPORT"
EXPORTED = list(ARCHITECTURES) if os.environ.get(EVERY_EXPORT) else ["attention_unet_plus_plus_v2", "unet"]
"""All of them if the variable is set: torch needs about 20 s for each, too long for every run."""

SIDES = {"transunet": (128, 256), "simple_cnn": (32, 32), "eight_model": (60, 60), "eight_model_web": (60, 60)}


def small_arguments(entry: Architecture) -> dict[str, int]:
    small = {"classes": 3, "width": 2, "size_px": 32, "members": 2}
    return {name: value for name, value in small.items() if name in entry.parameters}


def outputs(network: nn.Module, image: Tensor) -> tuple[Tensor, ...]:
    result = network(image)
    return result if isinstance(result, tuple) else (result,)


@pytest.fixture(params=list(ARCHITECTURES), scope="class")
def entry(request: pytest.FixtureRequest) -> Architecture:
    return ARCHITECTURES[request.param]


@pytest.fixture(scope="class")
def network(entry: Architecture) -> nn.Module:
    torch.manual_seed(0)
    return entry.build(**small_arguments(entry))


@pytest.fixture(scope="class")
def image(entry: Architecture) -> Tensor:
    return torch.rand(2, 1, *SIDES.get(entry.name, (32, 64)), generator=torch.Generator().manual_seed(1))


class TestEveryNetwork:
    def test_output_shape_on_a_non_square_input(self, entry: Architecture, network: nn.Module, image: Tensor) -> None:
        with torch.no_grad():
            results = outputs(network.eval(), image)
        pixels = (2, 1 if entry.task == BOTH else 3, *image.shape[-2:])
        expected = {CLASSIFICATION: [(2, 3)], BOTH: [(2, 3), pixels]}.get(entry.task, [pixels])
        assert [tuple(r.shape) for r in results] == expected
        assert all(r.isfinite().all() for r in results)

    def test_gradients_reach_every_live_parameter(self, entry: Architecture, network: nn.Module, image: Tensor) -> None:
        sum(result.square().sum() for result in outputs(network.train(), image)).backward()
        dead = DEAD_PREFIXES.get(entry.name, "none")
        without = {name for name, p in network.named_parameters() if p.grad is None}
        assert without == {name for name, _ in network.named_parameters() if name.startswith(dead)}
        # A dead ReLU may zero single weights, never a whole convolution's gradient.
        zero = [n for n, p in network.named_parameters() if p.grad is not None and p.dim() > 1 and not p.grad.any()]
        assert zero == []

    def test_weights_survive_a_safetensors_round_trip(
        self, entry: Architecture, network: nn.Module, image: Tensor, tmp_path: Path
    ) -> None:
        save_file(network.state_dict(), tmp_path / "weights.safetensors")
        with torch.device("meta"):
            again = entry.build(**small_arguments(entry))
        again.load_state_dict(load_file(tmp_path / "weights.safetensors"), strict=True, assign=True)
        state = again.state_dict()
        assert all(torch.equal(tensor, state[name]) for name, tensor in network.state_dict().items())
        with torch.no_grad():
            for before, after in zip(outputs(network.eval(), image), outputs(again.eval(), image), strict=True):
                # Not bit-equal: kernels differ with the alignment of the loaded tensors.
                torch.testing.assert_close(before, after, rtol=1e-4, atol=1e-5)

    def test_batch_members_do_not_influence_each_other(self, network: nn.Module, image: Tensor) -> None:
        network.eval()
        with torch.no_grad():
            for together, alone in zip(outputs(network, image), outputs(network, image[:1]), strict=True):
                torch.testing.assert_close(together[:1], alone, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", [name for name, entry in ARCHITECTURES.items() if entry.task != CLASSIFICATION])
def test_pictures_of_any_size_come_back_at_their_own_size(name: str) -> None:
    entry = ARCHITECTURES[name]
    network = entry.build(**small_arguments(entry)).eval()
    with torch.no_grad():
        for height, width in ((37, 50), (33, 32)):
            assert outputs(network, torch.rand(1, 1, height, width))[-1].shape[-2:] == (height, width)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTED)
def test_written_as_onnx_it_computes_the_same(name: str, tmp_path: Path) -> None:
    entry = ARCHITECTURES[name]
    torch.manual_seed(0)
    network = entry.build(**small_arguments(entry)).eval()
    image = torch.rand(2, 1, *SIDES.get(name, (64, 64)))
    write_onnx(network, image, tmp_path / "network.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "network.onnx", providers=["CPUExecutionProvider"])
    found = session.run(None, {"image": image.numpy()})
    with torch.no_grad():
        expected = outputs(network, image)
    for theirs, ours in zip(found, expected, strict=True):
        torch.testing.assert_close(torch.from_numpy(theirs), ours, rtol=1e-3, atol=1e-3)
