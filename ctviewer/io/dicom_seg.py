"""Masks as DICOM Segmentation objects (BINARY), referring to the slices they were made on; and back.

BINARY and not LABELMAP, because archives of today refuse the latter. Arrays are matched to slices by SOP Instance UID
only: highdicom's own volume order runs from head to feet, ours from feet to head.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

import highdicom
import numpy as np
import pydicom
from highdicom.seg import SegmentAlgorithmTypeValues, SegmentationTypeValues, SegmentDescription
from highdicom.sr.coding import CodedConcept as DicomCode
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.sr.codedict import codes
from pydicom.uid import SegmentationStorage, generate_uid

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError, GeometryMismatchError, StoreError, UnreadableFileError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.domain.study import SourceFormat
from ctviewer.domain.volume import Volume
from ctviewer.io.source_headers import source_headers

AlgorithmType = Literal["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"]
"""AUTOMATIC: a model's untouched output; SEMIAUTOMATIC: corrected by a person; MANUAL: drawn."""

SERIES_NUMBER = 9001
"""High, so that the result sorts behind the scanner's own series."""

_ANATOMICAL_STRUCTURE = CodedConcept("123037004", "Anatomical structure")
_UNCODED = CodedConcept("85756007", "Tissue")


def seg_refusal(volume: Volume) -> str:
    """Why no DICOM segmentation can refer to this volume, as a clause; empty if one can."""
    source = volume.source
    if volume.series.format is not SourceFormat.DICOM:
        return "the scan is not a DICOM series, so there is nothing the object could refer to"
    if source.resampled:
        return "the scan had to be resampled, so the mask does not lie on the original slices"
    if source.sop_instance_uids and not all(source.sop_instance_uids) and volume.series.identity_complete:
        return "slices of the scan are missing, and the object could not name those"
    if not source.sop_instance_uids or not all(source.sop_instance_uids) or not volume.series.identity_complete:
        return "the scan's identifiers (UIDs) are empty or not unique, so the object could not name its slices"
    if len(set(source.sop_instance_uids)) != source.geometry.shape[0]:
        return "the scan is one multi-frame file; only single-slice files can be referred to so far"
    return ""


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
        If the object would refer to nothing (see `seg_refusal`), or the mask is empty.
    GeometryMismatchError
        If the labels have another shape than the volume.
    StoreError
        If it cannot be written or reads back differently; an older file is untouched.
    """
    if algorithm_type not in get_args(AlgorithmType):
        raise ValueError(f"Argument 'algorithm_type' must be one of {get_args(AlgorithmType)}, not {algorithm_type!r}.")
    if model is None and algorithm_type != "MANUAL":
        raise ValueError(f"Argument 'model' is needed for algorithm_type {algorithm_type}.")
    if labels.shape != volume.geometry.shape:
        raise GeometryMismatchError(f"The mask has shape {labels.shape}, the scan {volume.geometry.shape}.")
    refusal = seg_refusal(volume)
    if refusal:
        raise ExportRefusedError(f"No DICOM segmentation can be written: {refusal}.", "Export to NIfTI or NRRD.")
    source = np.ascontiguousarray(volume.source.order.to_source(labels), dtype=np.uint8)
    used = _used_segments(source, segments)
    seg = _build(source, volume, used, None if algorithm_type == "MANUAL" else model, algorithm_type)

    def verify(temporary: Path) -> None:
        if not np.array_equal(_labels_of(_read(temporary), volume, segments), source):
            raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")

    atomic_write(path, partial(_save, seg), verify, needed_bytes=len(seg.PixelData) + 2**20)


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
        If it belongs to another patient, series, frame of reference or other slices.
    """
    refusal = seg_refusal(volume)
    if refusal:
        raise ExportRefusedError(f"No DICOM segmentation can be matched to this scan: {refusal}.")
    seg = _read(path)
    _check_belongs(path, seg, volume)
    return np.ascontiguousarray(volume.source.order.to_canonical(_labels_of(seg, volume, segments)))


def _used_segments(labels: LabelArray, segments: Sequence[Segment]) -> list[Segment]:
    present = {int(v) for v in np.flatnonzero(np.bincount(labels.ravel(), minlength=256))} - {0}
    unknown = present - {s.label for s in segments}
    if unknown:
        raise ValueError(f"Argument 'labels' holds {sorted(unknown)}, which the label table does not name.")
    if not present:
        raise ExportRefusedError("No DICOM segmentation was written: the mask is empty.")
    return [s for s in segments if s.label in present]


def _build(
    labels: LabelArray, volume: Volume, used: list[Segment], model: ModelIdentity | None, algorithm_type: AlgorithmType
) -> highdicom.seg.Segmentation:
    numbers = np.zeros(256, np.uint8)  # BINARY counts its segments 1, 2, 3 without gaps
    for number, segment in enumerate(used, start=1):
        numbers[segment.label] = number
    with pydicom.config.disable_value_validation():  # the scan's own attributes are copied, odd ones included
        return highdicom.seg.Segmentation(
            source_images=source_headers(volume, "segmentation"),
            pixel_array=numbers[labels],
            segmentation_type=SegmentationTypeValues.BINARY,
            segment_descriptions=[_describe(n, s, model, algorithm_type) for n, s in enumerate(used, start=1)],
            series_instance_uid=generate_uid(prefix=None),
            series_number=SERIES_NUMBER,
            sop_instance_uid=generate_uid(prefix=None),
            instance_number=1,
            manufacturer="ctviewer",
            manufacturer_model_name="ctviewer",
            software_versions=_program_version(),
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
        segmented_property_category=_code(_ANATOMICAL_STRUCTURE),
        segmented_property_type=_code(segment.code or _UNCODED),
        algorithm_type=SegmentAlgorithmTypeValues(algorithm_type),
        algorithm_identification=algorithm,
        tracking_uid=generate_uid(prefix=None),
        tracking_id=segment.key[:64],
        display_color=highdicom.color.CIELabColor.from_rgb(*segment.color),
    )
    if segment.laterality is not None:
        item = description.SegmentedPropertyTypeCodeSequence[0]
        item.SegmentedPropertyTypeModifierCodeSequence = [_code(segment.laterality)]
    return description


def _code(concept: CodedConcept) -> DicomCode:
    return DicomCode(value=concept.value, scheme_designator=concept.scheme, meaning=concept.meaning)


def _save(seg: Dataset, path: Path) -> None:
    seg.preamble = b"\0" * 128
    seg.save_as(path, enforce_file_format=True)


def _program_version() -> str:
    try:
        return importlib.metadata.version("ctviewer")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _read(path: Path) -> highdicom.seg.Segmentation:
    try:
        data_set = pydicom.dcmread(path)
        if data_set.get("SOPClassUID") != SegmentationStorage:
            raise UnreadableFileError(path, "it is not a DICOM segmentation")
        return highdicom.seg.Segmentation.from_dataset(data_set, copy=False)
    except InvalidDicomError as error:
        raise UnreadableFileError(path, "it is not a DICOM file") from error
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    except (ValueError, AttributeError, KeyError, TypeError, EOFError) as error:
        raise UnreadableFileError(path, f"its description is damaged ({error})") from error


def _check_belongs(path: Path, seg: highdicom.seg.Segmentation, volume: Volume) -> None:
    def refuse(what: str) -> None:
        raise GeometryMismatchError(
            f"{path.name} {what}.", "Choose the segmentation that was made on the scan that is open."
        )

    patient = volume.series.patient.patient_id
    if patient and str(seg.get("PatientID", "")) != patient:
        refuse("belongs to another patient")
    frame = volume.geometry.frame_of_reference_uid
    if frame and str(seg.get("FrameOfReferenceUID", "")) != frame:
        refuse("lies in another frame of reference")
    _, rows, columns = volume.source.geometry.shape
    if (int(seg.Rows), int(seg.Columns)) != (rows, columns):
        refuse(f"has {seg.Columns}×{seg.Rows} pixels, the scan {columns}×{rows}")
    known = set(volume.source.sop_instance_uids)
    referred = {str(uid) for _, _, uid in seg.get_source_image_uids()}
    if not referred:
        refuse("does not say on which slices it was made")
    if not referred & known:
        refuse("was made on another series")
    if referred - known:
        refuse(f"also refers to {len(referred - known)} slices that the scan does not have")


def _labels_of(seg: highdicom.seg.Segmentation, volume: Volume, segments: Sequence[Segment]) -> LabelArray:
    """Label values in source order, shape ``(slices, rows, columns)``."""
    name = str(seg.get("ContentLabel", "")) or "the segmentation"
    if seg.segmentation_type is SegmentationTypeValues.FRACTIONAL:
        raise UnreadableFileError(name, "it holds probabilities, not a mask")
    values = np.zeros(256, np.uint8)
    for number in seg.segment_numbers:
        values[number] = _recognise(seg.get_segment_description(number), segments).label
    try:
        numbers = seg.get_pixels_by_source_instance(
            list(volume.source.sop_instance_uids),
            combine_segments=True,
            assert_missing_frames_are_empty=True,
            ignore_spatial_locations=False,
        )
    except (RuntimeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableFileError(name, f"its frames cannot be matched to the slices ({error})") from error
    return np.asarray(values[np.asarray(numbers, dtype=np.uint8)])


def _recognise(description: Any, segments: Sequence[Segment]) -> Segment:
    found_type = description.segmented_property_type
    item = description.SegmentedPropertyTypeCodeSequence[0]
    modifiers = {m.CodeValue for m in item.get("SegmentedPropertyTypeModifierCodeSequence", [])}
    for segment in segments:
        sides = {segment.laterality.value} if segment.laterality else set()
        if segment.code and found_type.value == segment.code.value and modifiers == sides:
            return segment
    for segment in segments:
        if description.segment_label.casefold() == segment.name.casefold():
            return segment
    raise UnreadableFileError(
        "the segmentation", f"it holds “{description.segment_label}”, which is not in the label table"
    )
