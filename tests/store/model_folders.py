"""Small real version folders for tests (weights are random bytes in a safetensors file)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep
from ctviewer.domain.model_version import CARD_FILE, MANIFEST_FILE
from ctviewer.domain.segment import CHEST_SEGMENTS

BASE = Manifest(
    kind="segmentation",
    model_id="chest",
    version="1.0",
    name="Chest model",
    created_at="2026-01-01T00:00:00+00:00",
    architecture="attention_unet_plus_plus_v2",
    arguments={"width": 8, "classes": 4},
    input=InputSpec(size_px=128, hu_low=-1000, hu_high=400, extra={"note": "äöü"}),
    weights_sha256="0" * 64,
    segments=CHEST_SEGMENTS,
    postprocess=(PostprocessStep("largest_components", {"count": 1}),),
    metrics={"dice": {"left_lung": 0.98}},
)


def write_version(folder: Path, seed: int = 0, **changes: object) -> Path:
    """A complete version folder at ``folder``; returns it."""
    folder.mkdir(parents=True)
    weights = folder / "weights.safetensors"
    save_file({"layer": np.random.default_rng(seed).standard_normal((8, 16)).astype(np.float32)}, weights)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    manifest = replace(BASE, weights_sha256=digest, **changes)  # type: ignore[arg-type]
    (folder / MANIFEST_FILE).write_text(manifest.to_text(), encoding="utf-8")
    (folder / CARD_FILE).write_text("# Card\n", encoding="utf-8")
    return folder
