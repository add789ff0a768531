"""Masks of other programs on the scan that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.found_structure import FoundStructure
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_masks import read_rtstruct, read_seg_structures
from ctviewer.io.mask_images import EXPORT_SUFFIXES, read_labels
from ctviewer.io.seg_nrrd import SEG_NRRD_SUFFIX, read_seg_nrrd
from ctviewer.io.source_headers import dicom_class
from ctviewer.services.exporting import format_of

IMAGE_SUFFIXES = (*EXPORT_SUFFIXES, ".mhd", ".nhdr")
IMPORT_PATTERNS = ("*.nii.gz", "*.nii", "*.nrrd", "*.nhdr", "*.mha", "*.mhd", "*.dcm", "*.dicom")
"""For a file dialog; DICOM files without an ending are found under “all files”."""

RTSTRUCT_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
SEG_CLASS = "1.2.840.10008.5.1.4.1.1.66.4"
LABELMAP_CLASS = "1.2.840.10008.5.1.4.1.1.66.7"


@dataclass(frozen=True, slots=True)
class FoundMask:
    """What a mask file holds.

    Parameters
    ----------
    path
        The file.
    structures
        On the grid of the scan; may overlap.
    """

    path: Path
    structures: tuple[FoundStructure, ...]


def read_mask(path: Path, volume: Volume, segments: Sequence[Segment] = CHEST_SEGMENTS) -> FoundMask:
    """Read the structures of a mask file that lies on the scan's own grid.

    Parameters
    ----------
    path
        DICOM segmentation or structure set, ``.seg.nrrd``, NIfTI, NRRD or MetaImage.
    volume
        The scan.
    segments
        Label table, to name the values of formats that have no names.

    Raises
    ------
    GeometryMismatchError
        If it belongs to another patient, series or grid.
    UnreadableFileError
        If it is no mask, or cannot be read.
    """
    name = path.name.lower()
    if name.endswith(SEG_NRRD_SUFFIX):
        return FoundMask(path, read_seg_nrrd(path, volume))
    if name.endswith(IMAGE_SUFFIXES):
        return FoundMask(path, _values(read_labels(path, volume), segments))
    kind = dicom_class(path)
    if kind == RTSTRUCT_CLASS:
        return FoundMask(path, read_rtstruct(path, volume))
    if kind in (SEG_CLASS, LABELMAP_CLASS):
        return FoundMask(path, read_seg_structures(path, volume))
    if kind:
        raise UnreadableFileError(path, "it is a DICOM file, but neither a segmentation nor a structure set")
    reason = "its ending is not that of a mask" if not format_of(path) else "it is not a DICOM file"
    raise UnreadableFileError(path, reason, f"Use one of {', '.join(IMPORT_PATTERNS)}.")


def _values(labels: LabelArray, segments: Sequence[Segment]) -> tuple[FoundStructure, ...]:
    by_label = {segment.label: segment for segment in segments}
    counts = np.zeros(256, np.int64)
    for part in labels:
        counts += np.bincount(part.ravel(), minlength=256)
    found = []
    for value in np.flatnonzero(counts[1:]) + 1:
        segment, region = by_label.get(int(value)), region_from_mask(labels == value)
        if segment is None:
            found.append(FoundStructure(f"Label {value}", region, int(value)))
        else:
            found.append(
                FoundStructure(segment.name, region, int(value), segment.color, segment.code, segment.laterality)
            )
    return tuple(found)
