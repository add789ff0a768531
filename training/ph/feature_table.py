"""Feature vectors of a picture collection, computed once and kept.

A table holds the report's six vectors for each preprocessing. Pictures go through a backbone in small parts; every
part is written as soon as it is done, so an interrupted extraction goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as image_functional

from ctviewer.config.atomic import atomic_write
from ctviewer.networks.backbones import BACKBONES, IMAGENET_MEAN, IMAGENET_SD, Backbone, feature_vectors
from training.ph.backbone_files import load_backbone, weights_digest

FloatArray = NDArray[np.float32]
STANDARD, CUSTOM = "standard", "custom"
PREPROCESSINGS = (STANDARD, CUSTOM)
"""Each weight's own resize and crop; or squashed to one size without a crop."""

PART = 25


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Six feature vectors per picture for each preprocessing.

    Parameters
    ----------
    vectors
        Preprocessing → six arrays ``(N, d)``, float32, in the order f1 to f6.
    title
        Where they come from, for reports.
    """

    vectors: Mapping[str, tuple[FloatArray, ...]]
    title: str

    @property
    def digest(self) -> str:
        """Identifies the values; caches of fits are kept under it."""
        hashed = hashlib.sha256()
        for name in sorted(self.vectors):
            hashed.update(name.encode())
            for vector in self.vectors[name]:
                hashed.update(np.ascontiguousarray(vector).tobytes())
        return hashed.hexdigest()[:16]


def backbone_table(
    pictures: NDArray[np.uint8],
    cache: Path,
    folder: Path | None,
    random_seed: int | None = None,
    report: Callable[[str], None] = lambda _: None,
    backbones: tuple[Backbone, ...] = BACKBONES,
) -> FeatureTable:
    """Features of the four backbones under both preprocessings.

    Parameters
    ----------
    pictures
        Shape ``(N, S, S)``, uint8.
    cache
        Folder for finished parts; may hold those of an earlier, interrupted run.
    folder, random_seed
        As for `training.ph.backbone_files.load_backbone`.

    Raises
    ------
    MissingBackboneError, CorruptArtefactError
        Before anything is computed, if weights are missing or not the right ones.
    """
    # All are opened first, so that a missing file is said at once and not after an hour.
    networks = {b.name: load_backbone(b, folder, random_seed) for b in backbones}
    key = hashlib.sha256(pictures.tobytes()).hexdigest()[:12]
    tables: dict[str, tuple[FloatArray, ...]] = {}
    for preprocessing in PREPROCESSINGS:
        found: list[FloatArray] = []
        for backbone in backbones:
            place = cache / f"{key}-{preprocessing}-{backbone.name}-{weights_digest(backbone, random_seed)}"
            found += _vectors(backbone, networks[backbone.name], pictures, preprocessing, place, report)
        tables[preprocessing] = tuple(found)
    origin = "random weights, not ImageNet" if random_seed is not None else "ImageNet weights"
    return FeatureTable(tables, f"torchvision backbones, {origin}")


def _vectors(
    backbone: Backbone,
    network: nn.Module,
    pictures: NDArray[np.uint8],
    preprocessing: str,
    place: Path,
    report: Callable[[str], None],
) -> list[FloatArray]:
    place.mkdir(parents=True, exist_ok=True)
    parts: list[list[FloatArray]] = []
    for start in range(0, len(pictures), PART):
        file = place / f"{start:06d}.npz"
        if not file.exists():
            with torch.inference_mode():
                inputs = prepared(pictures[start : start + PART], backbone, preprocessing)
                vectors = [v.float().numpy() for v in feature_vectors(backbone.name, network, inputs)]
            _save(file, vectors)
            report(f"{preprocessing} {backbone.name}: {min(start + PART, len(pictures))} of {len(pictures)} pictures")
        with np.load(file) as stored:
            parts.append([stored[name] for name in stored.files])
    return [np.concatenate(vectors).astype(np.float32) for vectors in zip(*parts, strict=True)]


def _save(file: Path, vectors: list[FloatArray]) -> None:
    atomic_write(file, lambda temporary: np.savez(temporary, *vectors))


def prepared(pictures: NDArray[np.uint8], backbone: Backbone, preprocessing: str) -> Tensor:
    """Network input ``(N, 3, H, W)``, ImageNet-normalised, of grey pictures ``(N, S, S)``."""
    images = torch.from_numpy(np.ascontiguousarray(pictures))[:, None].repeat(1, 3, 1, 1)
    if preprocessing == STANDARD:
        inputs: Tensor = backbone.weights.transforms()(images)
        return inputs
    side = [backbone.custom_px, backbone.custom_px]
    resized = image_functional.resize(images, side, InterpolationMode.BILINEAR, antialias=True)
    scaled = resized.to(torch.float32) / 255.0
    normalised: Tensor = image_functional.normalize(scaled, list(IMAGENET_MEAN), list(IMAGENET_SD))
    return normalised
