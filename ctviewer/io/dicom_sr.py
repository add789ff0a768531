"""A report as DICOM objects: Structured Report (TID 1500) with the figures, and the page as Encapsulated PDF.

Both refer to the study the scan belongs to; the Structured Report also names every slice it rests on.
"""

from __future__ import annotations

import io
from pathlib import Path

import highdicom as hd
import pydicom
from highdicom.sr.coding import CodedConcept as DicomCode
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian, generate_uid

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.config.program import program_version
from ctviewer.domain.errors import ExportRefusedError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.report import Report, StructureRow
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_code import dicom_code
from ctviewer.io.source_headers import reference_refusal, source_headers

SERIES_NUMBER = 9002
PDF_SERIES_NUMBER = 9003

_PRIVATE_SCHEME = "99CTVIEWER"
_BODY_STRUCTURE = DicomCode("91723000", "SCT", "Anatomical structure")
_SHARE_BELOW = DicomCode("LAA950", _PRIVATE_SCHEME, "Share of voxels below -950 HU")
_PH = DicomCode("70995007", "SCT", "Pulmonary hypertension")
_CERTAINTY = DicomCode("111012", "DCM", "Certainty of Finding")
_ATTENUATION = DicomCode("112031", "DCM", "Attenuation Coefficient")
_ML = DicomCode("ml", "UCUM", "milliliter")
_MM = DicomCode("mm", "UCUM", "millimeter")
_HU = DicomCode("[hnsf'U]", "UCUM", "Hounsfield unit")
_PERCENT = DicomCode("%", "UCUM", "percent")
_RATIO = DicomCode("{ratio}", "UCUM", "ratio")
_SEGMENTS = {segment.key: segment for segment in CHEST_SEGMENTS}


def write_dicom_sr(path: Path, report: Report, volume: Volume) -> None:
    """Write the figures of a report as a TID 1500 Structured Report, read it back and compare, then replace.

    Parameters
    ----------
    path
        File to write.
    report
        Structures become measurement groups with volume, mean, SD and share below −950 HU; the PH classes become one
        with a certainty each; evidence becomes diameters and ratios.
    volume
        The scan; a DICOM series with complete identity.

    Raises
    ------
    ExportRefusedError
        If the object would refer to nothing, or there is no figure to put into it.
    StoreError
        If it cannot be written or reads back differently; an older file is untouched.
    """
    headers = _headers(volume, "structured report")
    groups = _groups(report)
    if not groups:
        raise ExportRefusedError("No structured report was written: there are no figures to put into it.")
    with pydicom.config.disable_value_validation():  # the scan's own attributes are copied, odd ones included
        content = hd.sr.MeasurementReport(
            observation_context=hd.sr.ObservationContext(observer_device_context=_device()),
            procedure_reported=DicomCode("169069000", "SCT", "CT of thorax"),
            imaging_measurements=groups,
            title=codes.DCM.ImagingMeasurementReport,
        )
        document = hd.sr.ComprehensiveSR(
            evidence=headers,
            content=content[0],
            series_instance_uid=generate_uid(prefix=None),
            series_number=SERIES_NUMBER,
            sop_instance_uid=generate_uid(prefix=None),
            instance_number=1,
            manufacturer="ctviewer",
            manufacturer_model_name="ctviewer",
            series_description="ctviewer measurements (research)",
            is_complete=True,
            is_final=False,
            is_verified=False,
            requested_procedures=None,
        )
    _write(path, document)


def write_encapsulated_pdf(path: Path, pdf: bytes, volume: Volume, title: str = "Chest CT report") -> None:
    """Write a PDF page as a DICOM object of the scan's study.

    Raises
    ------
    ExportRefusedError
        If the scan is no DICOM series with complete identity.
    StoreError
        If it cannot be written; an older file is untouched.
    """
    first = _headers(volume, "encapsulated PDF")[0]
    document = Dataset()
    with pydicom.config.disable_value_validation():
        for name in _STUDY_ATTRIBUTES:
            setattr(document, name, first.get(name, ""))
        if "SpecificCharacterSet" in first:
            document.SpecificCharacterSet = first.SpecificCharacterSet
    document.SOPClassUID = EncapsulatedPDFStorage
    document.SOPInstanceUID = generate_uid(prefix=None)
    document.SeriesInstanceUID = generate_uid(prefix=None)
    document.SeriesNumber = PDF_SERIES_NUMBER
    document.InstanceNumber = 1
    document.Modality = "DOC"
    document.ConversionType = "WSD"
    document.SeriesDescription = "ctviewer report (research)"
    document.Manufacturer = "ctviewer"
    document.ContentDate = document.ContentTime = document.AcquisitionDateTime = ""
    document.BurnedInAnnotation = "YES"
    document.DocumentTitle = title
    document.ConceptNameCodeSequence = []
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    document.EncapsulatedDocumentLength = len(pdf)
    document.file_meta = FileMetaDataset()
    document.file_meta.MediaStorageSOPClassUID = document.SOPClassUID
    document.file_meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
    document.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    _write(path, document)


_STUDY_ATTRIBUTES = (
    "StudyInstanceUID", "StudyID", "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber",
    "ReferringPhysicianName", "PatientID", "PatientName", "PatientBirthDate", "PatientSex",
)  # fmt: skip


def _headers(volume: Volume, kind: str) -> list[Dataset]:
    refusal = reference_refusal(volume)
    if refusal:
        raise ExportRefusedError(f"No DICOM {kind} can be written: {refusal}.", "Write the report as HTML or PDF.")
    return source_headers(volume, kind)


def _write(path: Path, document: Dataset) -> None:
    document.preamble = b"\0" * 128
    encoded = io.BytesIO()
    document.save_as(encoded, enforce_file_format=True)
    atomic_write_bytes(path, encoded.getvalue())


def _device() -> hd.sr.ObserverContext:
    return hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
            uid=generate_uid(prefix=None, entropy_srcs=["ctviewer", program_version()]),
            name="ctviewer",
            manufacturer_name="ctviewer",
            model_name=program_version(),
        ),
    )


def _groups(report: Report) -> list[hd.sr.MeasurementsAndQualitativeEvaluations]:
    by_task = {row.task: row.model for row in report.models}
    groups = [_structure_group(row, by_task.get("Segmentation")) for row in report.structures if row.volume_ml > 0]
    if report.ph.class_names:
        groups.append(_ph_group(report, by_task.get("PH class")))
    if report.evidence:
        groups.append(_evidence_group(report))
    return groups


def _structure_group(row: StructureRow, model: ModelIdentity | None) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    segment = _SEGMENTS.get(row.key)
    algorithm = _algorithm(model)
    values: list[tuple[DicomCode, float | None, DicomCode, DicomCode | None]] = [
        (codes.SCT.Volume, row.volume_ml, _ML, None),
        (_ATTENUATION, row.hu_mean, _HU, codes.SCT.Mean),
        (_ATTENUATION, row.hu_sd, _HU, codes.SCT.StandardDeviation),
    ]
    if row.low_attenuation_share is not None:
        values.append((_SHARE_BELOW, 100 * row.low_attenuation_share, _PERCENT, None))
    measurements = [
        hd.sr.Measurement(
            name=name, value=round(value, 4), unit=unit, derivation=derivation, algorithm_id=algorithm,
        )
        for name, value, unit, derivation in values
        if value is not None
    ]  # fmt: skip
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=generate_uid(prefix=None), identifier=row.name),
        finding_type=_BODY_STRUCTURE,
        finding_sites=_sites(segment),
        measurements=measurements,
    )


def _ph_group(report: Report, model: ModelIdentity | None) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    algorithm = _algorithm(model)
    measurements = [
        hd.sr.Measurement(
            name=_CERTAINTY,
            value=round(100 * probability, 2),
            unit=_PERCENT,
            derivation=DicomCode(f"PH{number}", _PRIVATE_SCHEME, f"Class: {name}"[:64]),
            algorithm_id=algorithm,
        )
        for number, (name, probability) in enumerate(
            zip(report.ph.class_names, report.ph.probabilities, strict=True), start=1
        )
    ]
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=generate_uid(prefix=None), identifier="PH class"),
        finding_type=_PH,
        measurements=measurements,
    )


def _evidence_group(report: Report) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    measurements = [
        hd.sr.Measurement(
            name=DicomCode(f"EV{number}", _PRIVATE_SCHEME, row.name[:64]),
            value=round(row.value, 3),
            unit=_MM if row.unit == "mm" else _RATIO,
        )
        for number, row in enumerate(report.evidence, start=1)
    ]
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=generate_uid(prefix=None), identifier="Great vessels"),
        finding_type=_BODY_STRUCTURE,
        measurements=measurements,
    )


def _algorithm(model: ModelIdentity | None) -> hd.sr.AlgorithmIdentification | None:
    if model is None:
        return None
    return hd.sr.AlgorithmIdentification(
        name=model.model_id[:64], version=model.version[:64], parameters=[f"weights_sha256={model.weights_sha256}"]
    )


def _sites(segment: Segment | None) -> list[hd.sr.FindingSite] | None:
    if segment is None or segment.code is None:
        return None
    side = dicom_code(segment.laterality) if segment.laterality is not None else None
    return [hd.sr.FindingSite(anatomic_location=dicom_code(segment.code), laterality=side)]
