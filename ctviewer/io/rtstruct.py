"""Masks as DICOM RT Structure Sets: contours on the slices of the scan, in LPS millimetres.

The contours run along the edges of the voxels, so filling them gives the mask again, voxel by voxel. Implicit VR,
because a long contour does not fit into an explicit decimal string.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import ImplicitVRLittleEndian, RTStructureSetStorage, generate_uid

from ctviewer.config.atomic import atomic_write
from ctviewer.config.program import program_version
from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.domain.contours import mask_polygons
from ctviewer.domain.errors import ExportRefusedError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, LEFT, LUNG, RIGHT, CodedConcept, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_seg import SERIES_NUMBER, AlgorithmType, check_read_back, used_segments
from ctviewer.io.rtstruct_read import rtstruct_structures
from ctviewer.io.scan_reference import ScanReference
from ctviewer.io.source_headers import reference_refusal, source_headers

STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"
"""Detached Study Management: what the referenced study is said to be (retired, but every reader expects it)."""

SIDED_CODES = {
    (LUNG.value, LEFT.value): CodedConcept("44029006", "Left lung"),
    (LUNG.value, RIGHT.value): CodedConcept("3341006", "Right lung"),
}
"""A structure set has no place for a side beside the code, so the code must name it."""

_COPIED = (
    "SpecificCharacterSet", "StudyInstanceUID", "StudyID", "StudyDate", "StudyTime", "AccessionNumber",
    "ReferringPhysicianName", "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyDescription",
    "PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
)  # fmt: skip


def write_rtstruct(
    path: Path,
    labels: LabelArray,
    volume: Volume,
    segments: Sequence[Segment] = CHEST_SEGMENTS,
    model: ModelIdentity | None = None,
    algorithm_type: AlgorithmType = "AUTOMATIC",
) -> None:
    """Write a mask as a structure set, read it back and compare every voxel, then replace.

    Parameters
    ----------
    path, labels, volume, segments, model, algorithm_type
        See `ctviewer.io.dicom_seg.write_dicom_seg`.

    Raises
    ------
    ExportRefusedError
        If the object would refer to nothing, or the mask is empty.
    GeometryMismatchError
        If the labels have another shape than the volume.
    StoreError
        If it cannot be written or reads back differently; an older file is untouched.
    """
    check_mask_shape(labels, volume.geometry)
    refusal = reference_refusal(volume)
    if refusal:
        raise ExportRefusedError(f"No structure set can be written: {refusal}.", "Export to NIfTI or NRRD.")
    source = np.ascontiguousarray(volume.source.order.to_source(labels), dtype=np.uint8)
    used = used_segments(source, segments)
    ds = _header(source_headers(volume, "structure set"))
    _refer(ds, volume)
    _add_structures(ds, source, volume, used, model, algorithm_type)

    def verify(temporary: Path) -> None:
        check_read_back(path, rtstruct_structures(temporary, ScanReference.of(volume)), used, labels)

    points = sum(int(c.NumberOfContourPoints) for roi in ds.ROIContourSequence for c in roi.ContourSequence)
    atomic_write(path, partial(_save, ds), verify, needed_bytes=32 * points + 2**18)


def _header(headers: Sequence[Dataset]) -> Dataset:
    first = headers[0]
    now = datetime.now(UTC)
    ds = Dataset()
    for name in _COPIED:
        if name in first:
            ds[name] = first[name]
    ds.SOPClassUID, ds.SOPInstanceUID = RTStructureSetStorage, generate_uid(prefix=None)
    ds.SeriesInstanceUID, ds.SeriesNumber = generate_uid(prefix=None), SERIES_NUMBER + 1
    ds.Modality = "RTSTRUCT"
    ds.SeriesDescription = "ctviewer structure set (research)"
    ds.OperatorsName = ""
    ds.Manufacturer = ds.ManufacturerModelName = "ctviewer"
    ds.SoftwareVersions = program_version()
    ds.InstanceNumber = 1
    ds.StructureSetLabel = "SEGMENTATION"
    ds.StructureSetDate = ds.InstanceCreationDate = now.strftime("%Y%m%d")
    ds.StructureSetTime = ds.InstanceCreationTime = now.strftime("%H%M%S")
    ds.ApprovalStatus = "UNAPPROVED"
    return ds


def _refer(ds: Dataset, volume: Volume) -> None:
    """Frame of reference, study, series and images."""
    series = Dataset()
    series.SeriesInstanceUID = volume.series.series_uid
    series.ContourImageSequence = DicomSequence(_image(volume, k) for k in range(volume.source.geometry.shape[0]))
    study = Dataset()
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = STUDY_CLASS, volume.series.study_uid
    study.RTReferencedSeriesSequence = DicomSequence([series])
    frame = Dataset()
    frame.FrameOfReferenceUID = volume.geometry.frame_of_reference_uid
    frame.RTReferencedStudySequence = DicomSequence([study])
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = volume.geometry.frame_of_reference_uid, ""
    ds.ReferencedFrameOfReferenceSequence = DicomSequence([frame])


def _image(volume: Volume, k: int) -> Dataset:
    image = Dataset()
    image.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    image.ReferencedSOPInstanceUID = volume.source.sop_instance_uids[k]
    return image


def _add_structures(
    ds: Dataset,
    source: LabelArray,
    volume: Volume,
    used: Sequence[Segment],
    model: ModelIdentity | None,
    algorithm_type: AlgorithmType,
) -> None:
    ds.StructureSetROISequence, ds.ROIContourSequence = DicomSequence(), DicomSequence()
    ds.RTROIObservationsSequence = DicomSequence()
    for number, segment in enumerate(used, start=1):
        roi = Dataset()
        roi.ROINumber, roi.ROIName = number, segment.name[:64]
        roi.ReferencedFrameOfReferenceUID = volume.geometry.frame_of_reference_uid
        roi.ROIGenerationAlgorithm = algorithm_type
        if model is not None and algorithm_type != "MANUAL":
            roi.ROIGenerationDescription = f"{model.model_id} {model.version}"[:64]
        ds.StructureSetROISequence.append(roi)
        contours = Dataset()
        contours.ROIDisplayColor = list(segment.color)
        contours.ReferencedROINumber = number
        contours.ContourSequence = DicomSequence(_contours(source == segment.label, volume))
        ds.ROIContourSequence.append(contours)
        ds.RTROIObservationsSequence.append(_observation(number, segment))


def _contours(mask: BoolArray, volume: Volume) -> list[Dataset]:
    contours = []
    for k in np.flatnonzero(mask.any(axis=(1, 2))):
        for polygon in mask_polygons(mask[k]):
            contour = Dataset()
            contour.ContourImageSequence = DicomSequence([_image(volume, int(k))])
            contour.ContourGeometricType = "CLOSED_PLANAR"
            contour.NumberOfContourPoints = len(polygon)
            contour.ContourData = _in_patient(polygon, int(k), volume.source.geometry)
            contours.append(contour)
    return contours


def _in_patient(polygon: np.ndarray, k: int, geometry: VolumeGeometry) -> list[str]:
    """Corners as x, y, z, x, y, z…; a micrometre is far below half a voxel."""
    index = np.column_stack([np.full(len(polygon), float(k)), polygon])
    return [f"{value + 0.0:.3f}" for value in geometry.index_to_lps(index).ravel()]


def _observation(number: int, segment: Segment) -> Dataset:
    observation = Dataset()
    observation.ObservationNumber = observation.ReferencedROINumber = number
    observation.ROIObservationLabel = segment.name[:16]
    if segment.code is not None:
        side = segment.laterality.value if segment.laterality is not None else ""
        concept = SIDED_CODES.get((segment.code.value, side), segment.code)
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = concept.value, concept.scheme, concept.meaning
        observation.RTROIIdentificationCodeSequence = DicomSequence([code])
    observation.RTROIInterpretedType = "ORGAN"
    observation.ROIInterpreter = ""
    return observation


def _save(ds: Dataset, path: Path) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    meta.TransferSyntaxUID = ImplicitVRLittleEndian
    ds.file_meta, ds.preamble = meta, b"\0" * 128
    with pydicom.config.disable_value_validation():  # the scan's own attributes are copied, odd ones included
        ds.save_as(path, enforce_file_format=True)
