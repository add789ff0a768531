"""NIfTI-1 and NIfTI-2 headers. Sides are taken from the file or it is refused; they are never guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import SourceFormat
from ctviewer.io.nifti_fields import NiftiFields, read_fields
from ctviewer.io.nifti_place import nifti_place
from ctviewer.io.patient_space import affine_kji
from ctviewer.io.volume_file import FormatError, VolumeHeader, neighbour

_DTYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}


def read_nifti_header(path: Path, choice: str = "") -> VolumeHeader:
    """Header of a ``.nii``, ``.nii.gz`` or ``.hdr``/``.img`` file.

    Parameters
    ----------
    choice
        What a person decided between sform and qform; see `ctviewer.io.nifti_place.nifti_place`.

    Raises
    ------
    FormatError
        If it cannot be used.
    OSError
        If it cannot be opened.
    """
    fields, compressed = read_fields(path)
    data_path = path
    if fields.is_pair:
        data_path = neighbour(path, path.with_suffix(".img").name)
    shape = _shape(fields)
    place = nifti_place(fields, choice)
    if fields.datatype not in _DTYPES:
        raise FormatError(f"its numbers have NIfTI type {fields.datatype}, which is no single number per voxel")
    offset = fields.data_offset
    if not fields.is_pair and offset < 352:
        raise FormatError(f"its voxels would start at byte {offset}, inside its header")
    slope, intercept = _scaling(fields)
    return VolumeHeader(
        path=path,
        data_path=data_path,
        format=SourceFormat.NIFTI,
        geometry=VolumeGeometry(shape, affine_kji(place.affine[:3, :3], place.affine[:3, 3])),
        dtype=np.dtype(fields.order + _DTYPES[fields.datatype]),
        encoding="gzip" if compressed else "raw",
        offset=0 if compressed else offset,
        inner_offset=offset if compressed else 0,
        slope=slope,
        intercept=intercept,
        notes=place.notes,
        question=place.question,
        answers=place.answers,
    )


def _scaling(fields: NiftiFields) -> tuple[float, float]:
    """Slope and intercept; a slope of 0 or “not a number” means that there is none."""
    slope, intercept = fields.slope, fields.intercept
    if slope == 0 or np.isnan(slope):
        return 1.0, 0.0
    if not np.isfinite([slope, intercept]).all():
        raise FormatError(f"its scaling (slope {slope:g}, intercept {intercept:g}) is not possible")
    return slope, intercept


def _shape(fields: NiftiFields) -> tuple[int, int, int]:
    count = fields.dims[0]
    if not 2 <= count <= 7:
        raise FormatError(f"it has {count} dimensions")
    sizes = [*fields.dims[1 : 1 + count], 1][: max(3, count)]
    if any(n < 1 for n in sizes):
        raise FormatError(f"its size {'×'.join(str(n) for n in sizes)} is not possible")
    if any(n > 1 for n in sizes[3:]):
        raise FormatError(
            f"it holds {int(np.prod([float(n) for n in sizes[3:]]))} volumes in one file, and one is needed",
            "Export the volume to be read to a file of its own.",
        )
    return (sizes[2], sizes[1], sizes[0])
