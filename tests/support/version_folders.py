"""Model version folders with real (random) weights, for tests of everything that runs or retrains a model."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.model_version import CARD_FILE, MANIFEST_FILE, ModelVersion, file_sha256
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.networks.registry import build


def tiny_segmentation_version(folder: Path, version: str = "1.0.0", seed: int = 1) -> ModelVersion:
    """An untrained Attention U-Net++ V2 of width 2 at 32 px."""
    folder.mkdir(parents=True)
    torch.manual_seed(seed)
    arguments = {"width": 2, "in_channels": 1, "classes": 4}
    weights = folder / "weights.safetensors"
    save_file(build("attention_unet_plus_plus_v2", **arguments).state_dict(), weights)
    manifest = Manifest(
        kind="segmentation",
        model_id="chest",
        version=version,
        name="Tiny chest model",
        created_at="2026-01-01T00:00:00+00:00",
        architecture="attention_unet_plus_plus_v2",
        arguments=arguments,
        input=InputSpec(size_px=32, hu_low=-1024, hu_high=400),
        weights_sha256=file_sha256(weights),
        segments=CHEST_SEGMENTS,
    )
    (folder / MANIFEST_FILE).write_text(manifest.to_text(), encoding="utf-8")
    (folder / CARD_FILE).write_text("# Tiny chest model\n", encoding="utf-8")
    return ModelVersion.from_folder(folder)
