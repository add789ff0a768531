"""From a model version to a network ready to compute, and back to a weights file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from ctviewer.domain.errors import CorruptArtefactError, ModelError, UnknownArchitectureError
from ctviewer.domain.manifest import Manifest
from ctviewer.domain.model_version import ModelVersion
from ctviewer.networks.registry import ARCHITECTURES, BadArgumentsError, build


def load_network(version: ModelVersion) -> nn.Module:
    """The network of a model version with its weights, on the CPU, in evaluation mode.

    The weights file is read once; what was hashed is what is used.

    Raises
    ------
    CorruptArtefactError
        If the weights are not those the manifest names.
    UnknownArchitectureError, ModelError
        If the network cannot be built, or the weights do not fit it.
    """
    manifest = version.manifest
    weights = _read_weights(version.weights_path, manifest.weights_sha256)
    network = _build_empty(manifest)
    try:
        # assign: the tensors just read become the parameters, so nothing is initialised at random or copied first.
        network.load_state_dict(weights, strict=True, assign=True)
    except RuntimeError as error:
        raise ModelError(
            f"The weights of {version.ref} do not fit the network “{manifest.architecture}”.",
            "The model was written by a different version of the program; install a fitting one.",
        ) from error
    return network.eval().requires_grad_(requires_grad=False)


def save_network(network: nn.Module, path: Path) -> str:
    """Write a network's weights as safetensors and return the file's SHA-256 (lower-case hex).

    Plain write: callers that replace a file wrap it into an atomic write.
    """
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    content = save(state)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _read_weights(path: Path, expected_sha256: str) -> dict[str, Tensor]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CorruptArtefactError(path, expected_sha256, error.strerror or str(error)) from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected_sha256:
        raise CorruptArtefactError(path, expected_sha256, f"{found[:12]}…")
    try:
        weights: dict[str, Tensor] = load(content)
    except SafetensorError as error:
        raise ModelError(f"{path.name} is not a safetensors file: {error}.") from error
    return weights


def _build_empty(manifest: Manifest) -> nn.Module:
    if manifest.architecture not in ARCHITECTURES:
        raise UnknownArchitectureError(manifest.architecture, tuple(ARCHITECTURES))
    try:
        with torch.device("meta"):
            return build(manifest.architecture, **manifest.arguments)
    except BadArgumentsError as error:
        raise ModelError(f"The model {manifest.ref} cannot be built: {error}") from error
