"""Writing a mask for other programs, in whatever format the file name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.csv_text import write_csv
from ctviewer.io.dicom_seg import AlgorithmType, write_dicom_seg
from ctviewer.io.mask_images import EXPORT_SUFFIXES, write_labels
from ctviewer.io.rtstruct import write_rtstruct
from ctviewer.io.seg_nrrd import SEG_NRRD_SUFFIX, write_seg_nrrd
from ctviewer.io.source_headers import reference_refusal
from ctviewer.io.stl import write_stl
from ctviewer.services.statistics_table import statistics_rows

DICOM_SUFFIX, RTSTRUCT_SUFFIX, STL_SUFFIX, CSV_SUFFIX = ".dcm", ".rtstruct.dcm", ".stl", ".csv"
FORMATS: dict[str, str] = {
    ".nii.gz": "NIfTI, compressed",
    ".nii": "NIfTI",
    SEG_NRRD_SUFFIX: "Slicer segmentation",
    ".nrrd": "NRRD",
    ".mha": "MetaImage",
    RTSTRUCT_SUFFIX: "DICOM structure set",
    DICOM_SUFFIX: "DICOM segmentation",
    STL_SUFFIX: "Surfaces, one STL file per structure",
    CSV_SUFFIX: "Statistics",
}
"""File name endings that can be written, with their names; a longer ending stands before one it ends with."""


def export_refusal(suffix: str, volume: Volume) -> str:
    """Why a format cannot be offered for this scan, as a clause; empty if it can."""
    return reference_refusal(volume) if suffix in (DICOM_SUFFIX, RTSTRUCT_SUFFIX) else ""


def export_labels(
    path: Path,
    labels: LabelArray,
    volume: Volume,
    segments: Sequence[Segment] = CHEST_SEGMENTS,
    model: ModelIdentity | None = None,
    algorithm_type: AlgorithmType | None = None,
    *,
    smooth: bool = False,
) -> tuple[Path, ...]:
    """Write a mask on the scan's own grid; every file is read back and compared before it replaces another.

    Parameters
    ----------
    path
        Its ending (see `FORMATS`) chooses the format.
    labels
        Shape of ``volume``, canonical order.
    segments
        Label table: names, colours and codes where the format has them.
    model, algorithm_type
        Named in DICOM objects; see `ctviewer.io.dicom_seg.write_dicom_seg`. The default type is SEMIAUTOMATIC where a
        model took part (a person let it pass) and MANUAL where none did.
    smooth
        Whether surfaces (STL) are smoothed.

    Returns
    -------
    tuple of Path
        The files; their endings are in lower case, because some writers choose the format by it. Only STL makes more
        than one: ``mask.stl`` becomes ``mask-left_lung.stl`` and so on.

    Raises
    ------
    ExportRefusedError
        If the ending is unknown, the mask is empty, or the format cannot describe this scan truthfully.
    StoreError
        If it cannot be written; an older file is untouched.
    """
    suffix = format_of(path)
    if not suffix:
        raise ExportRefusedError(f"{path.name} has no known ending.", f"Use one of {', '.join(FORMATS)}.")
    path = path.with_name(path.name[: -len(suffix)] + suffix)
    kind: AlgorithmType = algorithm_type or ("MANUAL" if model is None else "SEMIAUTOMATIC")
    if suffix in EXPORT_SUFFIXES:
        write_labels(path, labels, volume)
    elif suffix == SEG_NRRD_SUFFIX:
        write_seg_nrrd(path, labels, volume, segments)
    elif suffix == STL_SUFFIX:
        return _write_surfaces(path, labels, volume, segments, smooth=smooth)
    elif suffix == CSV_SUFFIX:
        write_csv(path, statistics_rows(labels, volume, segments))
    else:
        write = write_rtstruct if suffix == RTSTRUCT_SUFFIX else write_dicom_seg
        write(path, labels, volume, segments, model, kind)
    return (path,)


def format_of(path: Path) -> str:
    """The ending of `FORMATS` that a file name has, whatever its case; empty if it has none."""
    name = path.name.lower()
    return next((suffix for suffix in FORMATS if name.endswith(suffix)), "")


def _write_surfaces(
    path: Path, labels: LabelArray, volume: Volume, segments: Sequence[Segment], *, smooth: bool
) -> tuple[Path, ...]:
    from ctviewer.domain.surface import mask_surface  # scikit-image takes its time to load

    check_mask_shape(labels, volume.geometry)
    present = np.flatnonzero(np.bincount(labels.ravel(), minlength=256))
    written = []
    for segment in segments:
        surface = (
            mask_surface(labels == segment.label, volume.geometry, smooth=smooth) if segment.label in present else None
        )
        if surface is not None:
            written.append(path.with_name(f"{path.name[: -len(STL_SUFFIX)]}-{segment.key}{STL_SUFFIX}"))
            write_stl(written[-1], surface)
    if not written:
        raise ExportRefusedError("Nothing was written: the mask is empty.")
    return tuple(written)
