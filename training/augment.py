"""Random changes of a batch of training slices, computed on the whole batch at once.

Flips and blur exist, so that experiments can show what they do, and are off. A mirrored chest has its left lung on the
right, so a flip teaches the network the one mistake that must never happen. A blur moves the visible border of small
structures away from their labels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2 import functional as pictures

from ctviewer.domain.training_parts import AugmentationSpec


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
        return self.part(images, labels, slice(0, len(images)), len(images))

    def part(self, images: Tensor, labels: Tensor, rows: slice, total: int) -> tuple[Tensor, Tensor]:
        """The same for some rows of a batch of ``total``: every row is changed as in the whole batch."""
        images, labels = self._move(images, labels, rows, total)
        images = self._blur(images, rows, total)
        return self._shade(images, rows, total), labels

    def _move(self, images: Tensor, labels: Tensor, rows: slice, total: int) -> tuple[Tensor, Tensor]:
        spec = self._spec
        chosen = (self._uniform(total, 0, 1) < spec.probability)[rows]
        mirrored = (self._uniform(total, 0, 1) < spec.flip_probability)[rows]
        theta = self._transforms(total)[rows]
        # Rows that are not chosen keep their place, but for the crop that all share.
        still = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) * (1 - 2 * spec.centre_crop)
        theta = torch.where(chosen[:, None, None], theta * (1 - 2 * spec.centre_crop), still)
        theta[mirrored, 0] *= -1
        changed = chosen | mirrored if not spec.centre_crop else torch.ones_like(chosen)
        if not changed.any():
            return images, labels
        theta, changed = theta[changed].to(images.device), changed.to(images.device)
        grid = functional.affine_grid(theta, [len(theta), 1, *images.shape[-2:]], align_corners=False)
        moved_images, moved_labels = images.clone(), labels.clone()
        moved_images[changed] = functional.grid_sample(images[changed], grid, mode="bilinear", align_corners=False)
        source = labels[changed][:, None].to(torch.float32)
        sampled = functional.grid_sample(source, grid, mode="nearest", align_corners=False)[:, 0]
        moved_labels[changed] = sampled.round().to(labels.dtype)
        return moved_images, moved_labels

    def _blur(self, images: Tensor, rows: slice, total: int) -> Tensor:
        spec = self._spec
        if not spec.blur or not spec.blur_probability:
            return images
        hit = (self._uniform(total, 0, 1) < spec.blur_probability)[rows]
        sigma = (self._uniform(total, 0, 1) * spec.blur).clamp_min(0.05)[rows]
        size = 2 * math.ceil(3 * spec.blur) + 1
        blurred = images.clone()
        for row in torch.nonzero(hit)[:, 0].tolist():
            blurred[row] = pictures.gaussian_blur(images[row], [size, size], [float(sigma[row])])
        return blurred

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

    def _shade(self, images: Tensor, rows: slice, total: int) -> Tensor:
        spec = self._spec
        shape = (total, 1, 1, 1)
        result = images
        if spec.intensity_scale or spec.intensity_shift:
            factor = (1 + self._uniform(shape, -1, 1) * spec.intensity_scale)[rows]
            offset = (self._uniform(shape, -1, 1) * spec.intensity_shift)[rows]
            result = result * factor.to(images.device) + offset.to(images.device)
        if spec.gamma:
            exponent = (1 + self._uniform(shape, -1, 1) * spec.gamma)[rows]
            result = result.clamp(0, 1) ** exponent.to(images.device)
        if spec.noise:
            result = result + self._noise(images, rows, total)
        return result.clamp(0, 1)

    def _noise(self, images: Tensor, rows: slice, total: int) -> Tensor:
        """Half of the slices get none: most clinical scans are less noisy than the noisiest."""
        sizes = (self._uniform(total, -1, 1) * self._spec.noise)[rows].tolist()
        # A seed per row: what a row gets does not depend on who computes the other rows.
        seeds = torch.randint(2**31, (total,), generator=self._generator)[rows].tolist()
        noise = torch.zeros(images.shape)
        for row, (size, seed) in enumerate(zip(sizes, seeds, strict=True)):
            if size > 0:
                noise[row] = size * torch.randn(images.shape[1:], generator=torch.Generator().manual_seed(seed))
        return noise.to(images.device)

    def _uniform(self, shape: int | tuple[int, ...], low: float, high: float) -> Tensor:
        size = (shape,) if isinstance(shape, int) else shape
        return low + (high - low) * torch.rand(size, generator=self._generator)
