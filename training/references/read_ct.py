"""Read one CT, or a mask on the same grid, as an array in the canonical orientation.

Canonical means: index ``(k, j, i)``, k grows toward the head, j toward posterior, i toward the patient's left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.errors import NoImagesError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.volume import Volume
from ctviewer.io.index import index_path
from ctviewer.io.load import load_volume
from ctviewer.io.mask_images import write_image

HU_MIN, HU_MAX = -1024, 3071


@dataclass(frozen=True)
class Scan:
    """A CT in canonical orientation.

    Attributes
    ----------
    hu : ndarray of int16, (k, j, i)
        Hounsfield units, clipped to −1024…3071.
    spacing_mm_kji : tuple of float
        Voxel size in mm along k, j, i.
    origin_lps_mm : tuple of float
        LPS position in mm of voxel (0, 0, 0).
    """

    hu: NDArray[np.int16]
    spacing_mm_kji: tuple[float, float, float]
    origin_lps_mm: tuple[float, float, float]

    def index_of(self, point_lps_mm: tuple[float, float, float]) -> tuple[int, int, int]:
        """Voxel (k, j, i) nearest to an LPS point in mm (not clipped to the grid)."""
        x, y, z = (
            (p - o) / s for p, o, s in zip(point_lps_mm, self.origin_lps_mm, reversed(self.spacing_mm_kji), strict=True)
        )
        return round(z), round(y), round(x)


def read_scan(path: Path) -> Scan:
    """Read a DICOM folder or an image file as a `Scan`; what is left of an oblique rotation is dropped."""
    volume = _read(path)
    k, j, i = volume.geometry.spacing_mm
    x, y, z = (float(v) for v in volume.geometry.affine[:3, 3])
    return Scan(np.clip(volume.hu, HU_MIN, HU_MAX), (k, j, i), (x, y, z))


def read_mask(path: Path) -> NDArray[np.integer]:
    """Read a label image in canonical orientation, values unchanged (also values above 255)."""
    return _read(path).hu


def write_volume(path: Path, array: NDArray[np.generic], scan: Scan) -> None:
    """Write `array` (k, j, i) on the grid of `scan` as NIfTI; the file appears complete or not at all."""
    k, j, i = scan.spacing_mm_kji
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = k, j, i, 1.0
    affine[:3, 3] = scan.origin_lps_mm
    write_image(path, array, VolumeGeometry((array.shape[0], array.shape[1], array.shape[2]), affine))


def _read(path: Path) -> Volume:
    series = index_path(path).preselected
    if series is None:
        raise NoImagesError(path)
    return load_volume(series)
