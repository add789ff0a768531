"""ImageNet weights from a folder the user fills: which files, and whether they are the right ones.

Nothing is downloaded. torchvision's weights enum names address and file; the file name ends in the first eight hex
digits of the file's SHA-256, and a file that does not hash to them is not loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from ctviewer.domain.errors import CorruptArtefactError, CTViewerError
from ctviewer.domain.model_version import file_sha256
from ctviewer.networks.backbones import BACKBONES, Backbone, EfficientNetB0Classifier, load_imagenet_state

PRESENT, MISSING, WRONG = "present and correct", "missing", "wrong hash"


class MissingBackboneError(CTViewerError):
    """ImageNet weights were asked for and are not in the folder."""


@dataclass(frozen=True, slots=True)
class BackboneFile:
    """A weights file to bring, and its state in a folder."""

    name: str
    url: str
    file_name: str
    sha256_start: str
    megabytes: float
    state: str


def backbone_files(folder: Path | None) -> tuple[BackboneFile, ...]:
    """All weights files with their state; with no folder all are missing."""
    return tuple(_file_of(backbone, folder) for backbone in BACKBONES)


def _file_of(backbone: Backbone, folder: Path | None) -> BackboneFile:
    url = str(backbone.weights.url)
    file_name = url.rsplit("/", 1)[-1]
    start = file_name.rsplit("-", 1)[-1].removesuffix(".pth")
    megabytes = float(backbone.weights.meta.get("_file_size", 0.0))
    state = MISSING
    if folder is not None and (folder / file_name).is_file():
        state = PRESENT if file_sha256(folder / file_name).startswith(start) else WRONG
    return BackboneFile(backbone.name, url, file_name, start, megabytes, state)


def load_backbone(backbone: Backbone, folder: Path | None, random_seed: int | None = None) -> nn.Module:
    """A feature network in evaluation mode.

    Parameters
    ----------
    folder
        Where the weights files lie.
    random_seed
        Use fresh weights drawn from this seed instead; only for somebody who asked for that.

    Raises
    ------
    MissingBackboneError
        If the file is not in the folder.
    CorruptArtefactError
        If it is there with other content.
    """
    if random_seed is not None:
        torch.manual_seed(random_seed)
        return backbone.make().eval()
    network = backbone.make()
    load_imagenet_state(network, _checked_state(backbone, folder))
    return network.eval()


def load_efficientnet(folder: Path | None, classes: int, random_seed: int | None = None) -> EfficientNetB0Classifier:
    """EfficientNet-B0 with ImageNet weights and a fresh head; raises like `load_backbone`."""
    backbone = next(b for b in BACKBONES if b.name == "efficientnet_b0")
    network = EfficientNetB0Classifier(classes)
    if random_seed is None:
        head = {f"classifier.1.{k}": v for k, v in network.backbone.classifier[1].state_dict().items()}
        load_imagenet_state(network.backbone, {**_checked_state(backbone, folder), **head})
    return network


def weights_digest(backbone: Backbone, random_seed: int | None) -> str:
    """What identifies the weights in a feature cache."""
    return f"random-{random_seed}" if random_seed is not None else _file_of(backbone, None).sha256_start


def _checked_state(backbone: Backbone, folder: Path | None) -> dict[str, torch.Tensor]:
    file = _file_of(backbone, folder)
    if folder is None or file.state == MISSING:
        where = f"in {folder}" if folder else "because no folder was named"
        raise MissingBackboneError(
            f"The ImageNet weights {file.file_name} of {backbone.name} were not found {where}.",
            f"Download {file.url} ({file.megabytes:.0f} MB) and name its folder with --backbones, "
            "or ask for --random-backbones.",
        )
    path = folder / file.file_name
    if file.state == WRONG:
        raise CorruptArtefactError(path, file.sha256_start, file_sha256(path)[:12] + "…")
    state: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state
