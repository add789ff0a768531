"""The voxels of a segmentation, with exactly one way to change them."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import LabelArray, read_only
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.geometry import VolumeGeometry


def check_mask_shape(labels: LabelArray, geometry: VolumeGeometry) -> None:
    """Raise `GeometryMismatchError` unless a mask has the shape of its scan's grid."""
    if labels.shape != geometry.shape:
        raise GeometryMismatchError(f"The mask has shape {labels.shape}, the scan {geometry.shape}.")


class LabelMap:
    """Owns a uint8 label array on a geometry; `apply` is its only mutator.

    Parameters
    ----------
    geometry
        Grid of the labels (the volume's, canonical order).
    labels
        Initial labels, copied; default all background.
    """

    def __init__(self, geometry: VolumeGeometry, labels: LabelArray | None = None) -> None:
        if labels is not None:
            check_mask_shape(labels, geometry)
        self._geometry = geometry
        self._labels = np.zeros(geometry.shape, np.uint8) if labels is None else np.array(labels, np.uint8, order="C")
        self._revision = 0

    @property
    def geometry(self) -> VolumeGeometry:
        """Grid of the labels."""
        return self._geometry

    @property
    def revision(self) -> int:
        """Number of edits applied so far."""
        return self._revision

    def view(self) -> LabelArray:
        """Read-only view, shape ``(k, j, i)``; follows later edits."""
        return read_only(self._labels)

    def apply(self, edit: MaskEdit) -> None:
        """Change voxels.

        Raises
        ------
        ValueError
            If the box does not fit or the voxels do not hold what the edit says they hold; nothing is changed then.
        """
        edit.apply_to(self._labels)
        self._revision += 1

    def volume_ml(self, label: int) -> float:
        """Volume of one label in millilitres."""
        return float(np.count_nonzero(self._labels == label)) * self._geometry.voxel_volume_ml
