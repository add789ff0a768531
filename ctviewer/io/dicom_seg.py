"""Masks as DICOM Segmentation objects (BINARY), referring to the slices they were made on.

BINARY and not LABELMAP, because archives of today refuse the latter. Arrays are matched to slices by SOP Instance UID
only: highdicom's own volume order runs from head to feet, ours from feet to head.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import highdicom
import numpy as np
import pydicom
from highdicom.seg import SegmentAlgorithmTypeValues, SegmentationTypeValues, SegmentDescription
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

from ctviewer.config.atomic import atomic_write
from ctviewer.config.program import program_version
from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError, StoreError
from ctviewer.domain.found_structure import FoundStructure, labels_of
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_code import dicom_code
from ctviewer.io.dicom_seg_read import seg_structures
from ctviewer.io.scan_reference import ScanReference
from ctviewer.io.source_headers import reference_refusal, source_headers

AlgorithmType = Literal["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"]
"""AUTOMATIC: a model's untouched output; SEMIAUTOMATIC: corrected by a person; MANUAL: drawn."""

SERIES_NUMBER = 9001
"""High, so that the result sorts behind the scanner's own series."""

_ANATOMICAL_STRUCTURE = CodedConcept("123037004", "Anatomical structure")
_UNCODED = CodedConcept("85756007", "Tissue")


def write_dicom_seg(
    path: Path,
    labels: LabelArray,
    volume: Volume,
    segments: Sequence[Segment] = CHEST_SEGMENTS,
    model: ModelIdentity | None = None,
    algorithm_type: AlgorithmType = "AUTOMATIC",
) -> None:
    """Write a mask as DICOM SEG, read it back and compare every voxel, then replace.

    Parameters
    ----------
    path
        File to write.
    labels
        Shape of ``volume``, canonical order.
    volume
        The scan; a DICOM series with complete identity.
    segments
        Label table; segments without a voxel are left out.
    model
        Which model version made the mask (name, version and weights hash go into the object); needed unless
        ``algorithm_type`` is MANUAL.
    algorithm_type
        AUTOMATIC, SEMIAUTOMATIC or MANUAL.

    Raises
    ------
    ExportRefusedError
        If the object would refer to nothing (see `reference_refusal`), or the mask is empty.
    GeometryMismatchError
        If the labels have another shape than the volume.
    StoreError
        If it cannot be written or reads back differently; an older file is untouched.
    """
    if algorithm_type not in get_args(AlgorithmType):
        raise ValueError(f"Argument 'algorithm_type' must be one of {get_args(AlgorithmType)}, not {algorithm_type!r}.")
    if model is None and algorithm_type != "MANUAL":
        raise ValueError(f"Argument 'model' is needed for algorithm_type {algorithm_type}.")
    check_mask_shape(labels, volume.geometry)
    refusal = reference_refusal(volume)
    if refusal:
        raise ExportRefusedError(f"No DICOM segmentation can be written: {refusal}.", "Export to NIfTI or NRRD.")
    source = np.ascontiguousarray(volume.source.order.to_source(labels), dtype=np.uint8)
    used = used_segments(source, segments)
    seg = _build(source, volume, used, None if algorithm_type == "MANUAL" else model, algorithm_type)

    def verify(temporary: Path) -> None:
        check_read_back(path, seg_structures(temporary, ScanReference.of(volume)), used, labels)

    atomic_write(path, partial(_save, seg), verify, needed_bytes=len(seg.PixelData) + 2**20)


def check_read_back(path: Path, found: Sequence[FoundStructure], used: Sequence[Segment], labels: LabelArray) -> None:
    """Compare what a file holds with what was written, voxel by voxel; raises `StoreError`."""
    if len(found) != len(used) or not np.array_equal(labels_of(found, used, labels.shape), labels):
        raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")


def used_segments(labels: LabelArray, segments: Sequence[Segment]) -> list[Segment]:
    """The segments that have a voxel; raises `ExportRefusedError` if none has."""
    present = {int(v) for v in np.flatnonzero(np.bincount(labels.ravel(), minlength=256))} - {0}
    unknown = present - {s.label for s in segments}
    if unknown:
        raise ValueError(f"Argument 'labels' holds {sorted(unknown)}, which the label table does not name.")
    if not present:
        raise ExportRefusedError("Nothing was written: the mask is empty.")
    return [s for s in segments if s.label in present]


def _build(
    labels: LabelArray, volume: Volume, used: list[Segment], model: ModelIdentity | None, algorithm_type: AlgorithmType
) -> highdicom.seg.Segmentation:
    numbers = np.zeros(256, np.uint8)  # BINARY counts its segments 1, 2, 3 without gaps
    for number, segment in enumerate(used, start=1):
        numbers[segment.label] = number
    headers = source_headers(volume, "segmentation")
    for header in headers:  # scanners write many things here; readers rely on it to put the frames in order
        header.SpacingBetweenSlices = f"{volume.source.geometry.spacing_mm[0]:.6g}"
    with pydicom.config.disable_value_validation():  # the scan's own attributes are copied, odd ones included
        return highdicom.seg.Segmentation(
            source_images=headers,
            pixel_array=numbers[labels],
            segmentation_type=SegmentationTypeValues.BINARY,
            segment_descriptions=[_describe(n, s, model, algorithm_type) for n, s in enumerate(used, start=1)],
            series_instance_uid=generate_uid(prefix=None),
            series_number=SERIES_NUMBER,
            sop_instance_uid=generate_uid(prefix=None),
            instance_number=1,
            manufacturer="ctviewer",
            manufacturer_model_name="ctviewer",
            software_versions=program_version(),
            device_serial_number="0",
            omit_empty_frames=True,
            content_label="SEGMENTATION",
            content_description=f"{algorithm_type.capitalize()} segmentation, not for diagnostic use"[:64],
            series_description="ctviewer segmentation (research)",
        )


def _describe(
    number: int, segment: Segment, model: ModelIdentity | None, algorithm_type: AlgorithmType
) -> SegmentDescription:
    algorithm = None
    if model is not None:
        algorithm = highdicom.AlgorithmIdentificationSequence(
            name=model.model_id[:64],
            family=codes.DCM.ArtificialIntelligence,
            version=model.version[:64],
            parameters={"weights_sha256": model.weights_sha256},
        )
    description = SegmentDescription(
        segment_number=number,
        segment_label=segment.name[:64],
        segmented_property_category=dicom_code(_ANATOMICAL_STRUCTURE),
        segmented_property_type=dicom_code(segment.code or _UNCODED),
        algorithm_type=SegmentAlgorithmTypeValues(algorithm_type),
        algorithm_identification=algorithm,
        tracking_uid=generate_uid(prefix=None),
        tracking_id=segment.key[:64],
        display_color=highdicom.color.CIELabColor.from_rgb(*segment.color),
    )
    if segment.laterality is not None:
        item = description.SegmentedPropertyTypeCodeSequence[0]
        item.SegmentedPropertyTypeModifierCodeSequence = [dicom_code(segment.laterality)]
    return description


def _save(seg: Dataset, path: Path) -> None:
    seg.preamble = b"\0" * 128
    seg.save_as(path, enforce_file_format=True)
