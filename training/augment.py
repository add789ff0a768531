"""Random changes of a batch of training slices, computed on the whole batch at once.

There are no flips: a mirrored chest has its left lung on the right, so a flip would teach the network the one mistake
that must never happen. There is no blur: it moves the visible border of small structures away from their labels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ctviewer.domain.training_request import AugmentationSpec


class Augmentation:
    """Applies an `AugmentationSpec`; same generator state, same result.

    Parameters
    ----------
    spec
        Sizes and probabilities.
    generator
        Source of randomness on the CPU; its state belongs into checkpoints.
    """

    def __init__(self, spec: AugmentationSpec, generator: torch.Generator) -> None:
        self._spec = spec
        self._generator = generator

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Changed copies of images ``(N, 1, H, W)`` in 0 to 1 and labels ``(N, H, W)`` uint8.

        Labels keep their values (nearest neighbour). What comes in from outside the picture is air for the image and
        background for the labels: the picture's border is the border of the body or of the field of view.
        """
        images, labels = self._move(images, labels)
        return self._shade(images), labels

    def _move(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        spec = self._spec
        chosen = self._uniform(len(images), 0, 1) < spec.probability
        if not chosen.any():
            return images, labels
        theta = self._transforms(int(chosen.sum())).to(images.device)
        chosen = chosen.to(images.device)
        grid = functional.affine_grid(theta, [len(theta), 1, *images.shape[-2:]], align_corners=False)
        moved_images, moved_labels = images.clone(), labels.clone()
        moved_images[chosen] = functional.grid_sample(images[chosen], grid, mode="bilinear", align_corners=False)
        source = labels[chosen][:, None].to(torch.float32)
        sampled = functional.grid_sample(source, grid, mode="nearest", align_corners=False)[:, 0]
        moved_labels[chosen] = sampled.round().to(labels.dtype)
        return moved_images, moved_labels

    def _transforms(self, count: int) -> Tensor:
        """Random maps from output to input coordinates, shape ``(count, 2, 3)``."""
        spec = self._spec
        angle = self._uniform(count, -1, 1) * math.radians(spec.rotation_deg)
        scale = 1 + self._uniform(count, -1, 1) * spec.scale
        truncated = self._uniform(count, 0, 1) < spec.truncation_probability
        zoom = self._uniform(count, 0, 1) * spec.truncation
        scale = torch.where(truncated, scale * (1 + zoom), scale)
        # A zoomed picture may look anywhere inside the original, not only at its centre.
        room = torch.where(truncated, 1 - 1 / scale, torch.zeros(())).clamp_min(0)[:, None]
        shift = self._uniform((count, 2), -1, 1) * (2 * spec.shift + room)
        cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
        rows = torch.stack([cos, -sin, shift[:, 0], sin, cos, shift[:, 1]], dim=1)
        return rows.reshape(count, 2, 3)

    def _shade(self, images: Tensor) -> Tensor:
        spec = self._spec
        shape = (len(images), 1, 1, 1)
        result = images
        if spec.intensity_scale or spec.intensity_shift:
            factor = 1 + self._uniform(shape, -1, 1) * spec.intensity_scale
            offset = self._uniform(shape, -1, 1) * spec.intensity_shift
            result = result * factor.to(images.device) + offset.to(images.device)
        if spec.gamma:
            exponent = 1 + self._uniform(shape, -1, 1) * spec.gamma
            result = result.clamp(0, 1) ** exponent.to(images.device)
        if spec.noise:
            # Half of the slices stay as they are: most clinical scans are less noisy than the noisiest.
            size = (self._uniform(shape, -1, 1) * spec.noise).clamp_min(0)
            noise = torch.randn(images.shape, generator=self._generator)
            result = result + (noise * size).to(images.device)
        return result.clamp(0, 1)

    def _uniform(self, shape: int | tuple[int, ...], low: float, high: float) -> Tensor:
        size = (shape,) if isinstance(shape, int) else shape
        return low + (high - low) * torch.rand(size, generator=self._generator)
