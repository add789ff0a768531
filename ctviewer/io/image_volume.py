"""NIfTI, NRRD and MetaImage files as CT: header by format, numbers to int16 HU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.study import Mark, SourceFormat
from ctviewer.io.canonical import SourceImage
from ctviewer.io.decoding import decode_labels, decode_volume
from ctviewer.io.limits import MAX_SLOPE, MIN_SLOPE
from ctviewer.io.metaimage import read_metaimage_header
from ctviewer.io.nifti import read_nifti_header
from ctviewer.io.nrrd import read_nrrd_header
from ctviewer.io.volume_file import FormatError, VolumeHeader, check_extent, check_size
from ctviewer.io.volume_values import fill_hu

NOT_MEASURED = "Shown, but not measured or analysed."

SUFFIXES: dict[str, SourceFormat] = {
    ".nii": SourceFormat.NIFTI,
    ".nii.gz": SourceFormat.NIFTI,
    ".hdr": SourceFormat.NIFTI,
    ".nrrd": SourceFormat.NRRD,
    ".nhdr": SourceFormat.NRRD,
    ".mha": SourceFormat.METAIMAGE,
    ".mhd": SourceFormat.METAIMAGE,
}


def volume_format(path: Path) -> SourceFormat | None:
    """File family by the ending of the name; None if it is no volume file."""
    name = path.name.lower()
    return next((family for suffix, family in SUFFIXES.items() if name.endswith(suffix)), None)


def read_volume_header(path: Path, family: SourceFormat, choice: str = "") -> VolumeHeader:
    """Header of a volume file.

    Parameters
    ----------
    choice
        What a person decided about a header that contradicts itself; see `VolumeHeader.answers`.

    Raises
    ------
    FormatError, GeometryError
        If it cannot be used.
    OSError
        If it cannot be opened.
    """
    match family:
        case SourceFormat.NIFTI:
            return read_nifti_header(path, choice)
        case SourceFormat.NRRD:
            return read_nrrd_header(path)
        case _:
            return read_metaimage_header(path)


def check_header(header: VolumeHeader) -> None:
    """Raise `FormatError` if the header promises what the file cannot hold or no scanner makes."""
    check_size(header)
    check_extent(header)


def load_image(
    header: VolumeHeader, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> SourceImage:
    """Read the voxels of a volume file as HU.

    Raises
    ------
    UnreadableFileError
        If the data are damaged.
    """
    try:
        check_header(header)
        if header.is_plain_int16:
            hu, padding, found = _read_plain(header, progress, cancel)
        else:
            hu, padding, found = decode_volume(header, progress, cancel)
    except FormatError as error:
        raise unreadable(header.path, error) from error
    except OSError as error:
        raise UnreadableFileError(header.path, error.strerror or str(error)) from error
    is_hu = bool(found["has_air"]) and MIN_SLOPE <= header.slope <= MAX_SLOPE
    return SourceImage(
        hu,
        header.geometry,
        padding if found["has_padding"] else None,
        is_hu=is_hu,
        notes=(*header.notes, *_notes(header, found, is_hu=is_hu)),
        marks=frozenset() if is_hu else frozenset({Mark.NOT_HU}),
    )


def read_label_image(path: Path) -> tuple[VolumeHeader, LabelArray]:
    """Header and labels of a mask file, in file order.

    Raises
    ------
    UnreadableFileError
        If it is damaged or its values are no labels.
    """
    family = volume_format(path)
    if family is None:
        raise UnreadableFileError(path, "it is no NIfTI, NRRD or MetaImage file")
    try:
        header = read_volume_header(path, family)
        check_header(header)
        if header.question:
            raise FormatError(header.question, "Decide which is right and export it again.")
    except FormatError as error:
        raise unreadable(path, error) from error
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    return header, decode_labels(header)


def _read_plain(
    header: VolumeHeader, progress: ProgressCallback, cancel: CancelToken | None
) -> tuple[HUArray, BoolArray, dict[str, Any]]:
    """Uncompressed int16 needs no decoder: length-checked bytes straight into the array."""
    hu = np.empty(header.geometry.shape, dtype=np.int16)
    padding = np.zeros((0, 0, 0), dtype=np.bool_)

    def on_slice(done: int) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        progress(Progress(done, len(hu), "Reading voxels"))

    return hu, padding, fill_hu(header, hu, padding, on_slice)


def _notes(header: VolumeHeader, found: dict[str, Any], *, is_hu: bool) -> list[str]:
    notes = []
    if found["clipped"]:
        notes.append("Values beyond ±32767 were clipped.")
    if found["fractional"]:
        notes.append("Fractional values were rounded to whole numbers.")
    if not is_hu and found["has_air"]:
        notes.append(f"The file multiplies its values by {header.slope:g}: not Hounsfield units. {NOT_MEASURED}")
    elif not is_hu:
        notes.append(
            f"The values run from {found['low']} to {found['high']}, without air: not Hounsfield units. {NOT_MEASURED}"
        )
    return notes


def unreadable(path: Path, error: FormatError) -> UnreadableFileError:
    """The user's error for a format error."""
    return UnreadableFileError(path, str(error), error.hint)
