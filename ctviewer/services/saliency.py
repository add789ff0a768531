"""Where a classification rests: how much its class loses when a patch of the picture is hidden (occlusion).

Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014. It needs nothing but the
classifier's answers, so it is true for any model; it shows what the model uses, not what is diseased.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.prediction import Classification
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.thorax_picture import GreyPicture
from ctviewer.store.model_registry import ModelRegistry

PATCH_SHARE = 0.16
"""Side of the hidden square as a share of the picture: about the size of the pulmonary trunk."""

STEPS = 12
"""Places of the square along each side."""

_BATCH = 24


def occlusion_map(
    found: Classification,
    registry: ModelRegistry,
    device: str = "auto",
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> FloatArray:
    """Loss of the best class's probability when the surroundings of each pixel are hidden.

    Parameters
    ----------
    found
        Result to explain; its picture is shown to the same model version again.

    Returns
    -------
    FloatArray
        Shape of ``found.fed_image``, float32; positive where hiding lowers the class, 0.2 means from 0.7 to 0.5.

    Raises
    ------
    ModelError, OperationCancelled
        If that model version is no longer installed, or on request.
    """
    # Here, not above: torch takes seconds to load and the window starts without it.
    from ctviewer.inference.classifier import class_probabilities

    model = registry.get(f"{found.model.model_id}@{found.model.version}")
    cancel = cancel or CancelToken()
    picture = np.asarray(found.fed_image)
    hidden, corners, side = _hidden_pictures(picture)
    losses = []
    for start in range(0, len(hidden), _BATCH):
        cancel.raise_if_cancelled()
        progress(Progress(start, len(hidden), "Hiding parts of the picture"))
        rows = class_probabilities(hidden[start : start + _BATCH], model, device)
        losses += list(found.probabilities[found.best] - rows[:, found.best])
    return _spread(np.array(losses), corners, side, picture.shape)


def _hidden_pictures(picture: GreyPicture) -> tuple[np.ndarray, list[tuple[int, int]], int]:
    """Copies with a square blurred away, the corners of the squares, and their side in pixels."""
    side = max(2, round(PATCH_SHARE * min(picture.shape)))
    # Blurred, not blackened: a black square would be a finding of its own.
    smooth = ndimage.gaussian_filter(picture.astype(np.float32), side).astype(np.uint8)
    rows = np.linspace(0, picture.shape[0] - side, STEPS).astype(int)
    columns = np.linspace(0, picture.shape[1] - side, STEPS).astype(int)
    corners = [(int(r), int(c)) for r in rows for c in columns]
    hidden = np.repeat(picture[None], len(corners), axis=0)
    for copy, (r, c) in zip(hidden, corners, strict=True):
        copy[r : r + side, c : c + side] = smooth[r : r + side, c : c + side]
    return hidden, corners, side


def _spread(losses: np.ndarray, corners: list[tuple[int, int]], side: int, shape: tuple[int, ...]) -> FloatArray:
    """Mean loss of the squares that cover each pixel."""
    total, count = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for loss, (r, c) in zip(losses, corners, strict=True):
        total[r : r + side, c : c + side] += loss
        count[r : r + side, c : c + side] += 1
    return np.asarray(total / np.maximum(count, 1), dtype=np.float32)
