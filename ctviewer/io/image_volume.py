"""NIfTI, NRRD and MetaImage files as CT: header by format, numbers to int16 HU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.progress import CancelToken, ProgressCallback, ignore_progress
from ctviewer.domain.study import SourceFormat
from ctviewer.io.canonical import SourceImage
from ctviewer.io.metaimage import read_metaimage_header
from ctviewer.io.nifti import read_nifti_header
from ctviewer.io.nrrd import read_nrrd_header
from ctviewer.io.resample import OUTSIDE_HU
from ctviewer.io.volume_file import FormatError, VolumeHeader, read_voxels

AIR_HU = -500
"""A CT has something darker than this (air around or in the patient); a file without it is no HU image."""

SUFFIXES: dict[str, SourceFormat] = {
    ".nii": SourceFormat.NIFTI,
    ".nii.gz": SourceFormat.NIFTI,
    ".hdr": SourceFormat.NIFTI,
    ".nrrd": SourceFormat.NRRD,
    ".nhdr": SourceFormat.NRRD,
    ".mha": SourceFormat.METAIMAGE,
    ".mhd": SourceFormat.METAIMAGE,
}

_READERS: dict[SourceFormat, Callable[[Path], VolumeHeader]] = {
    SourceFormat.NIFTI: read_nifti_header,
    SourceFormat.NRRD: read_nrrd_header,
    SourceFormat.METAIMAGE: read_metaimage_header,
}


def volume_format(path: Path) -> SourceFormat | None:
    """File family by the ending of the name; None if it is no volume file."""
    name = path.name.lower()
    return next((family for suffix, family in SUFFIXES.items() if name.endswith(suffix)), None)


def read_volume_header(path: Path, family: SourceFormat) -> VolumeHeader:
    """Header of a volume file.

    Raises
    ------
    FormatError, GeometryError
        If it cannot be used.
    OSError
        If it cannot be opened.
    """
    return _READERS[family](path)


def load_image(
    header: VolumeHeader, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> SourceImage:
    """Read the voxels of a volume file as HU.

    Raises
    ------
    UnreadableFileError
        If the data are damaged.
    """
    stored = read_voxels(header, progress, cancel)
    hu, padding, notes = values_to_hu(stored, header)
    low = int(hu.min())
    is_hu = low <= AIR_HU
    if not is_hu:
        notes.append(
            f"The values run from {low} to {int(hu.max())}, without air: not Hounsfield units. "
            "Shown, but not measured or analysed."
        )
    return SourceImage(hu, header.geometry, padding, is_hu=is_hu, notes=(*header.notes, *notes))


def values_to_hu(stored: AnyArray, header: VolumeHeader) -> tuple[NDArray[np.int16], BoolArray | None, list[str]]:
    """Stored numbers as int16, slice by slice so that no second large array is held.

    Returns
    -------
    tuple
        HU; mask of voxels that were no number (None if none); sentences for the user.
    """
    is_plain = header.slope == 1.0 and header.intercept == 0.0
    if stored.dtype == np.int16 and is_plain:
        return stored, None, []
    out = np.empty(stored.shape, dtype=np.int16)
    padding: BoolArray | None = None
    clipped = fractional = False
    for k in range(len(stored)):
        values = stored[k].astype(np.float64) * header.slope + header.intercept
        invalid = ~np.isfinite(values)
        if invalid.any():
            padding = np.zeros(stored.shape, dtype=np.bool_) if padding is None else padding
            padding[k] = invalid
            values[invalid] = OUTSIDE_HU
        rounded = np.rint(values)
        fractional |= bool(np.abs(rounded - values).max() > 0.01)
        clipped |= bool(rounded.min() < -32768 or rounded.max() > 32767)
        out[k] = np.clip(rounded, -32768, 32767)
    notes = ["Values beyond ±32767 were clipped."] if clipped else []
    if fractional:
        notes.append("Fractional values were rounded to whole numbers.")
    return out, padding, notes


def unreadable(path: Path, error: FormatError) -> UnreadableFileError:
    """The user's error for a format error."""
    return UnreadableFileError(path, str(error), error.hint)
