"""A PH classifier version folder with real (random) weights."""

from __future__ import annotations

from pathlib import Path

import torch

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.model_version import CARD_FILE, MANIFEST_FILE, ModelVersion
from ctviewer.inference.weights import save_network
from ctviewer.networks.registry import build

NAMES = ("Control", "Group 1", "Group 2", "Group 3")


def tiny_ph_version(folder: Path, temperature: float = 1.0, crop: str = "chest", names=NAMES, seed: int = 5):
    """Two untrained thorax nets of width 2 at 32 px."""
    folder.mkdir(parents=True)
    torch.manual_seed(seed)
    arguments = {"members": 2, "width": 2, "in_channels": 1, "classes": 4}
    digest = save_network(build("thorax_net_ensemble", **arguments), folder / "weights.safetensors")
    manifest = Manifest(
        kind="classification",
        model_id="ph-classifier",
        version="0.0.1",
        name="Tiny PH classifier",
        created_at="2026-01-01T00:00:00+00:00",
        architecture="thorax_net_ensemble",
        arguments=arguments,
        input=InputSpec(size_px=32, hu_low=-160, hu_high=280, crop=crop, extra={"temperature": temperature}),
        weights_sha256=digest,
        class_names=tuple(names),
        provenance={"class_meanings": [f"meaning of {name}" for name in names]},
    )
    (folder / MANIFEST_FILE).write_text(manifest.to_text(), encoding="utf-8")
    (folder / CARD_FILE).write_text("# Tiny PH classifier\n", encoding="utf-8")
    return ModelVersion.from_folder(folder)
