"""Between this program's arrays and SimpleITK images: the only place where the reversed index order exists."""

from __future__ import annotations

import numpy as np
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.io.patient_space import affine_kji


def to_sitk(array: AnyArray, geometry: VolumeGeometry) -> sitk.Image:
    """SimpleITK image of an array on a grid (a copy).

    Parameters
    ----------
    array
        Shape ``(k, j, i)``, as ``geometry``.
    geometry
        LPS, which is ITK's space too.
    """
    image = sitk.GetImageFromArray(np.ascontiguousarray(array))
    image.SetSpacing(tuple(reversed(geometry.spacing_mm)))
    image.SetOrigin([float(v) for v in geometry.affine[:3, 3]])
    image.SetDirection([float(v) for v in geometry.directions[:, ::-1].ravel()])
    return image


def sitk_geometry(image: sitk.Image) -> VolumeGeometry:
    """Grid of a three-dimensional SimpleITK image in array order ``(k, j, i)``."""
    directions = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    size = image.GetSize()
    return VolumeGeometry((size[2], size[1], size[0]), affine_kji(directions, np.array(image.GetOrigin())))


def from_sitk(image: sitk.Image) -> tuple[AnyArray, VolumeGeometry]:
    """Array ``(k, j, i)`` (a copy) and grid of a SimpleITK image."""
    return np.asarray(sitk.GetArrayFromImage(image)), sitk_geometry(image)
