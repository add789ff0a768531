"""Six feature vectors that need no ImageNet weights: stand-ins for the report's, and features for small classifiers.

Two come from the encoder of the bundled segmentation network, which learned from CT and never saw a pressure class; the
others are classical. “standard” looks at the whole thorax, “custom” at the mediastinum.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from skimage.feature import hog, local_binary_pattern
from skimage.filters import gabor_kernel
from skimage.transform import resize
from torch.nn import functional

from ctviewer.inference.classifier import picture_tensor
from ctviewer.networks.thorax_committee import MIDDLE_COLUMNS, MIDDLE_ROWS
from training.ph.committee import encoder_features
from training.ph.feature_table import CUSTOM, STANDARD, FeatureTable

TITLE = "own features (segmentation encoder, gradients, patterns, Gabor, brightness), not ImageNet"

_CLASSICAL_SIDE = 96
_BATCH = 16

FloatArray = NDArray[np.float32]


def own_table(pictures: NDArray[np.uint8]) -> FeatureTable:
    """The six vectors of thorax pictures ``(N, S, S)`` for both preprocessings."""
    views = {STANDARD: pictures, CUSTOM: mediastinum(pictures)}
    return FeatureTable({name: own_vectors(view) for name, view in views.items()}, TITLE)


def mediastinum(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of thorax pictures, ``(N, 0.6 S, 0.6 S)``: heart, great vessels and both hila."""
    side = pictures.shape[-1]
    rows, columns = (slice(round(low * side), round(high * side)) for low, high in (MIDDLE_ROWS, MIDDLE_COLUMNS))
    return np.ascontiguousarray(pictures[:, rows, columns])


def own_vectors(pictures: NDArray[np.uint8]) -> tuple[FloatArray, ...]:
    """Encoder means, encoder maxima, gradient histograms, local binary patterns, Gabor responses, brightness."""
    small = np.stack([resize(p, (_CLASSICAL_SIDE, _CLASSICAL_SIDE), anti_aliasing=True) for p in pictures])
    means, peaks = pooled_encoder(pictures)
    gradients, patterns, brightness = (
        np.stack([function(p) for p in small]) for function in (_gradients, _patterns, _brightness)
    )
    classical = (gradients, patterns, gabor_strengths(small), brightness)
    return means, peaks, *(vector.astype(np.float32) for vector in classical)


def pooled_encoder(pictures: NDArray[np.uint8]) -> tuple[FloatArray, FloatArray]:
    """Mean and maximum over a 2 × 2 grid of every channel of the segmentation encoder's five rows."""
    encoder = encoder_features()
    inputs = picture_tensor(pictures, pictures.shape[-1])
    with torch.inference_mode():
        parts = [encoder.means_and_maxima(part) for part in inputs.split(_BATCH)]
    means, maxima = (torch.cat(half).numpy() for half in zip(*parts, strict=True))
    return means, maxima


def _gradients(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(hog(picture, orientations=9, pixels_per_cell=(12, 12), cells_per_block=(2, 2)))


def _patterns(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Uniform local binary patterns (Ojala et al. 2002) at two radii, histograms on a 3 × 3 grid."""
    grey = np.round(picture * 255).astype(np.uint8)
    parts = []
    for points, radius in ((8, 1), (16, 3)):
        codes = local_binary_pattern(grey, points, radius, "uniform").astype(int)
        for band in np.array_split(codes, 3, axis=0):
            cells = np.array_split(band, 3, axis=1)
            parts += [np.bincount(cell.ravel(), minlength=points + 2) / cell.size for cell in cells]
    return np.concatenate(parts)


_KERNELS = [
    gabor_kernel(frequency, theta=np.pi * turn / 6).astype(np.complex64)
    for frequency in (0.12, 0.25)
    for turn in range(6)
]


def gabor_strengths(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean strength of 12 Gabor filters on a 4 × 4 grid, shape ``(N, 192)``."""
    inputs = torch.from_numpy(pictures.astype(np.float32))[:, None]
    cells = []
    for kernel in _KERNELS:
        parts = torch.from_numpy(np.stack([kernel.real, kernel.imag]))[:, None]
        strength = functional.conv2d(inputs, parts, padding="same").square().sum(dim=1, keepdim=True).sqrt()
        cells.append(functional.adaptive_avg_pool2d(strength, 4).flatten(1))
    return torch.cat(cells, dim=1).numpy().astype(np.float64)


def _brightness(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean grey on a 12 × 12 grid and the shares of 16 grey levels."""
    cell = picture.shape[0] // 12
    grid = picture.reshape(12, cell, 12, cell).mean(axis=(1, 3)).ravel()
    shares = np.histogram(picture, bins=16, range=(0, 1))[0] / picture.size
    return np.concatenate([grid, shares])
