"""DICOM segmentations and structure sets from outside as structures on the scan: read in the decoding process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.found_structure import FoundStructure, matching_segment
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.decoding import mask_structures
from ctviewer.io.scan_reference import ScanReference
from ctviewer.io.source_headers import reference_refusal


def read_dicom_seg(path: Path, volume: Volume, segments: Sequence[Segment] = CHEST_SEGMENTS) -> LabelArray:
    """The mask in a DICOM SEG that was made on this very series, in canonical order.

    Parameters
    ----------
    path
        A segmentation object of any maker, BINARY or LABELMAP.
    volume
        The scan.
    segments
        Label table; segments of the file are recognised by code and side, else by name.

    Raises
    ------
    UnreadableFileError
        If it is not a segmentation, or holds probabilities, overlapping or unknown segments.
    GeometryMismatchError
        If it belongs to another patient, series, frame of reference or other slices, or lies elsewhere.
    """
    labels = np.zeros(volume.geometry.shape, np.uint8)
    for structure in read_seg_structures(path, volume):
        segment = matching_segment(structure, segments)
        if segment is None:
            raise UnreadableFileError(path, f"it holds “{structure.name}”, which is not in the label table")
        if structure.region is None:
            continue
        target = labels[structure.region.bbox]
        if target[structure.region.mask].any():
            raise UnreadableFileError(path, "its segments overlap")
        target[structure.region.mask] = segment.label
    return labels


def read_seg_structures(path: Path, volume: Volume) -> tuple[FoundStructure, ...]:
    """The segments of a DICOM SEG that was made on this very series; they may overlap.

    Raises
    ------
    UnreadableFileError, GeometryMismatchError
        As `ctviewer.io.dicom_seg_read.seg_structures`, and if reading it takes too long or too much memory.
    """
    if refusal := reference_refusal(volume):
        raise ExportRefusedError(f"No DICOM segmentation can be matched to this scan: {refusal}.")
    return mask_structures("segmentation", path, ScanReference.of(volume), volume.geometry.shape)


def read_rtstruct(path: Path, volume: Volume) -> tuple[FoundStructure, ...]:
    """The structures of a structure set that was drawn on this very series; they may overlap.

    Raises
    ------
    UnreadableFileError, GeometryMismatchError
        As `ctviewer.io.rtstruct_read.rtstruct_structures`, and if reading it takes too long or too much memory.
    """
    if refusal := reference_refusal(volume):
        raise ExportRefusedError(f"No structure set can be matched to this scan: {refusal}.")
    return mask_structures("structure set", path, ScanReference.of(volume), volume.geometry.shape)
