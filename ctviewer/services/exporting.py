"""Writing a mask for other programs, in whatever format the file name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_seg import AlgorithmType, read_dicom_seg, seg_refusal, write_dicom_seg
from ctviewer.io.export_images import EXPORT_SUFFIXES, read_labels, write_labels

DICOM_SUFFIX = ".dcm"
FORMATS: dict[str, str] = {
    ".nii.gz": "NIfTI, compressed",
    ".nii": "NIfTI",
    ".nrrd": "NRRD",
    ".mha": "MetaImage",
    DICOM_SUFFIX: "DICOM segmentation",
}
"""File name endings that can be written and read, with their names."""


def export_refusal(suffix: str, volume: Volume) -> str:
    """Why a format cannot be offered for this scan, as a clause; empty if it can."""
    return seg_refusal(volume) if suffix == DICOM_SUFFIX else ""


def export_labels(
    path: Path,
    labels: LabelArray,
    volume: Volume,
    segments: Sequence[Segment] = CHEST_SEGMENTS,
    model: ModelIdentity | None = None,
    algorithm_type: AlgorithmType | None = None,
) -> Path:
    """Write a mask on the scan's own grid; the file is read back and compared before it replaces another.

    Parameters
    ----------
    path
        Its ending (see `FORMATS`) chooses the format.
    labels
        Shape of ``volume``, canonical order.
    segments, model, algorithm_type
        Named in a DICOM segmentation; see `ctviewer.io.dicom_seg.write_dicom_seg`. The default type is
        SEMIAUTOMATIC where a model took part (a person let it pass) and MANUAL where none did.

    Returns
    -------
    Path
        The file; its ending is in lower case, because some writers choose the format by it.

    Raises
    ------
    ExportRefusedError
        If the ending is unknown or the format cannot describe this scan truthfully.
    StoreError
        If it cannot be written; an older file is untouched.
    """
    suffix = _suffix(path)
    if suffix:
        path = path.with_name(path.name[: -len(suffix)] + suffix)
    if suffix == DICOM_SUFFIX:
        default: AlgorithmType = "MANUAL" if model is None else "SEMIAUTOMATIC"
        write_dicom_seg(path, labels, volume, segments, model, algorithm_type or default)
    elif suffix in EXPORT_SUFFIXES:
        write_labels(path, labels, volume)
    else:
        raise ExportRefusedError(f"{path.name} has no known ending.", f"Use one of {', '.join(FORMATS)}.")
    return path


def import_labels(path: Path, volume: Volume, segments: Sequence[Segment] = CHEST_SEGMENTS) -> LabelArray:
    """Read a mask that lies on the scan's own grid, in canonical order.

    Raises
    ------
    GeometryMismatchError
        If it belongs to another patient, series or grid.
    UnreadableFileError
        If it is no mask, or cannot be read.
    """
    suffix = _suffix(path)
    if suffix in EXPORT_SUFFIXES:
        return read_labels(path, volume)
    if suffix == DICOM_SUFFIX or not path.suffix:
        return read_dicom_seg(path, volume, segments)
    raise UnreadableFileError(path, "its ending is not that of a mask", f"Use one of {', '.join(FORMATS)}.")


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((s for s in FORMATS if name.endswith(s)), "")
