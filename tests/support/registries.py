"""A model registry with small real models, for tests that run the whole program."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.model_version import MANIFEST_FILE, ModelVersion
from ctviewer.inference.weights import save_network
from ctviewer.networks.registry import build
from ctviewer.store.model_registry import ModelRegistry
from tests.inference.model_folders import version_folder

CLASSES = ("Control", "Group1", "Group2", "Group3")


def everything_is(label: int, folder: Path) -> ModelVersion:
    """A segmentation version that gives every voxel one label."""

    def change(network: nn.Module) -> None:
        nn.init.zeros_(network.head.weight)
        with torch.no_grad():
            network.head.bias.copy_(torch.arange(len(network.head.bias)) == label)

    return version_folder(folder, change)


def tiny_classifier(folder: Path) -> ModelVersion:
    """An untrained classifier of thorax pictures."""
    folder.mkdir(parents=True)
    torch.manual_seed(1)
    arguments = {"size_px": 64, "in_channels": 1, "classes": len(CLASSES)}
    manifest = Manifest(
        kind="classification",
        model_id="tiny-ph",
        version="1",
        name="Tiny PH classifier",
        created_at="2026-01-01T00:00:00+00:00",
        architecture="simple_cnn",
        arguments=arguments,
        input=InputSpec(size_px=64, hu_low=-160, hu_high=240, crop="chest"),
        weights_sha256=save_network(build("simple_cnn", **arguments), folder / "weights.safetensors"),
        class_names=CLASSES,
    )
    (folder / MANIFEST_FILE).write_text(manifest.to_text(), encoding="utf-8")
    return ModelVersion.from_folder(folder)


def registry_with(tmp_path: Path, *versions: ModelVersion) -> ModelRegistry:
    """A registry in which these versions are active."""
    registry = ModelRegistry(tmp_path / "bundled", tmp_path / "user")
    for version in versions:
        registry.install(version.folder)
        registry.activate(version.ref)
    return registry
