"""What the post-processing steps work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import HUArray, LabelArray
from ctviewer.domain.progress import CancelToken

LEFT_LUNG, RIGHT_LUNG, TRACHEA = "left_lung", "right_lung", "trachea"
"""Keys of `ctviewer.domain.segment.CHEST_SEGMENTS` that the steps know."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Labels being post-processed, changed in place, and what they were made from.

    Parameters
    ----------
    labels
        Shape ``(k, j, i)``, canonical, writeable.
    hu
        Same shape.
    spacing_mm
        ``(k, j, i)``.
    value_of
        Label value of each segment key.
    cancel
        Asked between pieces of work.
    """

    labels: LabelArray
    hu: HUArray
    spacing_mm: tuple[float, float, float]
    value_of: dict[str, int]
    cancel: CancelToken

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel, millilitres."""
        return float(np.prod(self.spacing_mm)) / 1000.0
