"""Only the recorded weights are ever used, and what does not fit is refused with a sentence."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ctviewer.domain.errors import CorruptArtefactError, ModelError, UnknownArchitectureError
from ctviewer.domain.model_version import ModelVersion, file_sha256
from ctviewer.inference.folding import fold_batch_norm
from ctviewer.inference.weights import load_network, save_network
from ctviewer.networks.registry import build
from tests.inference.model_folders import version_folder


@pytest.fixture
def version(tmp_path: Path) -> ModelVersion:
    return version_folder(tmp_path / "v")


def with_manifest(version: ModelVersion, **changes: object) -> ModelVersion:
    return replace(version, manifest=replace(version.manifest, **changes))  # type: ignore[arg-type]


def test_a_saved_network_comes_back_exactly(version: ModelVersion) -> None:
    torch.manual_seed(0)
    expected = build("mini_unet", width=2).eval()
    network = load_network(version)
    assert not network.training
    assert not any(p.requires_grad for p in network.parameters())
    image = torch.rand(1, 1, 16, 16)
    with torch.no_grad():
        assert torch.equal(network(image), expected(image))


def test_saving_takes_any_memory_format_and_returns_the_hash(tmp_path: Path) -> None:
    network = build("mini_unet", width=2).to(memory_format=torch.channels_last)
    digest = save_network(network, tmp_path / "w.safetensors")
    assert digest == file_sha256(tmp_path / "w.safetensors")


@pytest.mark.parametrize("position", [0, 100, -1])
def test_one_changed_byte_is_noticed(version: ModelVersion, position: int) -> None:
    content = bytearray(version.weights_path.read_bytes())
    content[position] ^= 1
    version.weights_path.write_bytes(content)
    with pytest.raises(CorruptArtefactError, match="damaged"):
        load_network(version)


def test_missing_weights_are_a_sentence(version: ModelVersion) -> None:
    version.weights_path.unlink()
    with pytest.raises(CorruptArtefactError):
        load_network(version)


def test_a_pickle_is_refused_even_with_the_right_hash(version: ModelVersion) -> None:
    torch.save(build("mini_unet", width=2).state_dict(), version.weights_path)
    digest = hashlib.sha256(version.weights_path.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match="not a safetensors file"):
        load_network(with_manifest(version, weights_sha256=digest))


def test_weights_of_another_width_are_refused(version: ModelVersion) -> None:
    with pytest.raises(ModelError, match="do not fit"):
        load_network(with_manifest(version, arguments={"width": 4}))


def test_weights_of_another_network_are_refused(version: ModelVersion) -> None:
    with pytest.raises(ModelError, match="do not fit"):
        load_network(with_manifest(version, architecture="unet"))


def test_an_unknown_architecture_is_named(version: ModelVersion) -> None:
    with pytest.raises(UnknownArchitectureError, match=r"os\.system"):
        load_network(with_manifest(version, architecture="os.system"))


@pytest.mark.parametrize("arguments", [{}, {"width": 2, "shell": 1}, {"width": -2}, {"width": 2.5}])
def test_arguments_that_do_not_fit_are_refused(version: ModelVersion, arguments: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="cannot be built"):
        load_network(with_manifest(version, arguments=arguments))


@pytest.mark.parametrize("name", ["attention_unet_plus_plus_v2", "attention_unet_plus_plus_v4", "unet"])
def test_folding_batch_normalisation_keeps_the_answer(name: str) -> None:
    torch.manual_seed(1)
    network = build(name, width=4).train()
    image = torch.rand(2, 1, 32, 32)
    with torch.no_grad():
        network(image)  # so that the running statistics are not the identity
        expected = network.eval()(image)
        folded = fold_batch_norm(network)
        torch.testing.assert_close(folded(image), expected, rtol=1e-4, atol=1e-5)
    left = [m for m in folded.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert left == []
