"""Class probabilities of a thorax picture from a classification model version."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import ModelError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.inference.devices import choose_device
from ctviewer.inference.weights import load_network

VIEWS: tuple[tuple[float, float], ...] = ((0.0, 1.0), (-2.5, 1.0), (2.5, 1.0), (0.0, 0.96), (0.0, 1.04))
"""Rotation in degrees and scale of the views whose probabilities are averaged; within the augmentation."""


def class_probabilities(pictures: AnyArray, model: ModelVersion, device: str = "auto") -> NDArray[np.float64]:
    """Calibrated probabilities of thorax pictures.

    Parameters
    ----------
    pictures
        Shape ``(N, S, S)``, uint8, each from `ctviewer.domain.thorax_picture.thorax_picture`.
    model
        A classification version; its ``input.extra["temperature"]`` divides the logits.

    Returns
    -------
    NDArray
        Shape ``(N, classes of the manifest)``; rows sum to 1.

    Raises
    ------
    ModelError
        If the version is no classifier for thorax pictures.
    CorruptArtefactError
        If the weights are not the recorded ones.
    """
    manifest = model.manifest
    if manifest.kind != "classification" or manifest.input.crop != "chest":
        raise ModelError(f"{model.ref} is not a classifier of thorax pictures.", "Choose another model.")
    chosen = torch.device(choose_device(device))
    network = load_network(model).to(chosen)
    inputs = picture_tensor(pictures, manifest.input.size_px).to(chosen)
    probabilities = viewed_probabilities(network, inputs)
    if probabilities.shape[1] != len(manifest.class_names):
        raise ModelError(
            f"{model.ref} gives {probabilities.shape[1]} probabilities for {len(manifest.class_names)} classes.",
            "The model is damaged; choose another one.",
        )
    logits = np.log(np.maximum(probabilities, 1e-12)) / float(manifest.input.extra.get("temperature", 1.0))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def picture_tensor(pictures: AnyArray, size_px: int) -> Tensor:
    """Network input: float32 ``(N, 1, size_px, size_px)`` in 0…1 from uint8 ``(N, S, S)``, area-averaged."""
    inputs = torch.from_numpy(np.ascontiguousarray(pictures)).to(torch.float32)[:, None] / 255.0
    if inputs.shape[-1] == size_px:
        return inputs
    return functional.interpolate(inputs, (size_px, size_px), mode="area")


def viewed_probabilities(network: nn.Module, inputs: Tensor) -> NDArray[np.float64]:
    """Probabilities averaged over `VIEWS`, shape ``(N, classes)``.

    Parameters
    ----------
    network
        In evaluation mode; gives logits.
    """
    total: NDArray[np.float64] | None = None
    with torch.inference_mode():
        for angle, scale in VIEWS:
            seen = inputs if (angle, scale) == (0.0, 1.0) else turned(inputs, angle, scale)
            probabilities = torch.softmax(network(seen), dim=1).double().cpu().numpy()
            total = probabilities if total is None else total + probabilities
    if total is None:
        raise ValueError("VIEWS is empty.")
    return np.asarray(total / total.sum(axis=1, keepdims=True))


def turned(inputs: Tensor, angle: float, scale: float) -> Tensor:
    """Pictures ``(N, C, H, W)`` rotated by degrees and scaled about their middle; what comes in from outside is 0."""
    turn = np.deg2rad(angle)
    matrix = [[np.cos(turn) * scale, -np.sin(turn) * scale, 0.0], [np.sin(turn) * scale, np.cos(turn) * scale, 0.0]]
    grid = torch.tensor([matrix], dtype=inputs.dtype, device=inputs.device).repeat(len(inputs), 1, 1)
    return functional.grid_sample(
        inputs, functional.affine_grid(grid, list(inputs.shape), align_corners=False), align_corners=False
    )
