"""Masks as image files on the scan's own grid, so that they overlay in any other program; and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.arrays import AnyArray, LabelArray
from ctviewer.domain.errors import StoreError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.orientation import canonical_order, reorder_geometry
from ctviewer.domain.volume import Volume
from ctviewer.io.grid_match import check_grid, same_place
from ctviewer.io.image_volume import read_label_image
from ctviewer.io.sitk_bridge import from_sitk, to_sitk

EXPORT_SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".mha")


def write_labels(path: Path, labels: LabelArray, volume: Volume) -> None:
    """Write a mask on the grid of the scan's file, read it back and compare, then replace.

    Parameters
    ----------
    path
        Ending ``.nii.gz``, ``.nii``, ``.nrrd`` or ``.mha``.
    labels
        Shape of ``volume``, canonical order.
    volume
        The scan; its `SourceGrid` says where the voxels go.

    Raises
    ------
    GeometryMismatchError
        If the labels have another shape than the volume.
    StoreError
        If the file cannot be written or reads back differently; an older file is untouched.
    """
    check_mask_shape(labels, volume.geometry)
    source = np.ascontiguousarray(volume.source.order.to_source(labels), dtype=np.uint8)
    geometry = volume.source.geometry

    def verify(temporary: Path) -> None:
        header, found = read_label_image(temporary)
        if not np.array_equal(found, source) or not same_place(header.geometry, geometry):
            raise _reads_back_differently(path)

    _write(path, source, geometry, verify)


def write_image(path: Path, array: AnyArray, geometry: VolumeGeometry) -> None:
    """Write any voxel values on a grid, read them back and compare, then replace.

    Parameters
    ----------
    path
        Ending as for `write_labels`.
    array
        Shape ``geometry.shape``.

    Raises
    ------
    StoreError
        If the file cannot be written or reads back differently; an older file is untouched.
    """

    def verify(temporary: Path) -> None:
        found, where = from_sitk(sitk.ReadImage(str(temporary)))
        if not np.array_equal(found, array) or not same_place(where, geometry):
            raise _reads_back_differently(path)

    _write(path, array, geometry, verify)


def read_labels(path: Path, volume: Volume) -> LabelArray:
    """A mask file that lies on the scan's grid, in canonical order.

    Raises
    ------
    GeometryMismatchError
        If it lies on another grid; nothing is resampled silently.
    UnreadableFileError
        If it is damaged or its values are no labels (whole numbers 0 to 255).
    """
    header, values = read_label_image(path)
    order = canonical_order(header.geometry)
    geometry = reorder_geometry(header.geometry, order)
    check_grid(path.name, geometry, volume.geometry)
    return np.ascontiguousarray(order.to_canonical(values))


def _write(path: Path, array: AnyArray, geometry: VolumeGeometry, verify: Callable[[Path], None]) -> None:
    if not path.name.lower().endswith(EXPORT_SUFFIXES):
        raise StoreError(f"{path.name} has no known ending.", f"Use one of {', '.join(EXPORT_SUFFIXES)}.")

    def write(temporary: Path) -> None:
        sitk.WriteImage(to_sitk(array, geometry), str(temporary), useCompression=True)

    # Masks shrink at least twentyfold; an uncompressed format needs every byte.
    needed = array.nbytes if path.suffix == ".nii" else array.nbytes // 20
    atomic_write(path, write, verify, needed_bytes=needed)


def _reads_back_differently(path: Path) -> StoreError:
    return StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")
