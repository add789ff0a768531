"""Version folders for inference tests: tiny networks whose answer is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep
from ctviewer.domain.model_version import MANIFEST_FILE, ModelVersion
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.inference.weights import save_network
from ctviewer.networks.registry import build

WHOLE = InputSpec(size_px=16, hu_low=-1000, hu_high=400, crop="none")


def constant(channel: int) -> Callable[[nn.Module], None]:
    """Make a network answer one channel everywhere."""

    def change(network: nn.Module) -> None:
        head = network.head
        nn.init.zeros_(head.weight)
        with torch.no_grad():
            head.bias.copy_(torch.arange(len(head.bias)) == channel)

    return change


def untouched(network: nn.Module) -> None:
    """Leave the random weights."""


def version_folder(
    folder: Path,
    change: Callable[[nn.Module], None] = untouched,
    steps: tuple[PostprocessStep, ...] = (),
    spec: InputSpec = WHOLE,
    **manifest_changes: object,
) -> ModelVersion:
    """A Mini U-Net(2) version in a new folder."""
    torch.manual_seed(0)
    network = build("mini_unet", width=2)
    change(network)
    folder.mkdir()
    manifest = Manifest(
        kind="segmentation",
        model_id="mini",
        version="1",
        name="Mini",
        created_at="2026-01-01T00:00:00+00:00",
        architecture="mini_unet",
        arguments={"width": 2},
        input=spec,
        weights_sha256=save_network(network, folder / "weights.safetensors"),
        segments=CHEST_SEGMENTS,
        postprocess=steps,
    )
    (folder / MANIFEST_FILE).write_text(replace(manifest, **manifest_changes).to_text(), encoding="utf-8")  # type: ignore[arg-type]
    return ModelVersion.from_folder(folder)
