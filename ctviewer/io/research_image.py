"""Volumes that are no CT (normalised MRI, feature maps): their numbers as they are, for training only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so
from numpy.typing import NDArray

from ctviewer.domain.errors import UnreadableFileError
from ctviewer.io.sitk_bridge import from_sitk


def read_numbers(path: Path) -> NDArray[np.float64]:
    """Values of an image file in file order, slices first; not brought into the canonical order, without geometry.

    Raises
    ------
    UnreadableFileError
        If it is missing or no image.
    """
    try:
        image = sitk.ReadImage(str(path))
    except RuntimeError as error:
        raise UnreadableFileError(path, "it is missing or no image") from error
    return np.asarray(from_sitk(image)[0], dtype=np.float64)
