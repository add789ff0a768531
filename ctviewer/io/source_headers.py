"""Headers of the slices a result refers to: who the patient is, and which image lies where."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.valuerep import DA, TM

from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_file import FIRST_READ_BYTES
from ctviewer.io.dicom_objects import PARSE_ERRORS
from ctviewer.io.dicom_walk import stated_class

COPIED = (
    "SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "StudyID",
    "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "ReferringPhysicianName", "PatientID",
    "IssuerOfPatientID", "PatientName", "PatientBirthDate", "PatientBirthTime", "PatientSex", "PatientAge",
    "PatientSize", "PatientWeight", "PatientIdentityRemoved", "DeidentificationMethod",
    "DeidentificationMethodCodeSequence", "Modality", "FrameOfReferenceUID", "PositionReferenceIndicator",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SpacingBetweenSlices",
    "Rows", "Columns", "ImageType", "LossyImageCompression", "LossyImageCompressionRatio",
    "LossyImageCompressionMethod", "BurnedInAnnotation",
)  # fmt: skip
"""What a result copies or needs from a slice."""


_MAY_BE_EMPTY = (
    "StudyID", "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "PatientID", "PatientName",
    "PatientBirthDate", "PatientSex",
)  # fmt: skip
"""Must be in every object, may be empty (type 2); scans that lost them in some archive are common."""


def reference_refusal(volume: Volume) -> str:
    """Why no DICOM object can refer to this volume's slices, as a clause; empty if one can."""
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


def source_headers(volume: Volume, wanted_for: str) -> list[Dataset]:
    """Headers of the scan's slices, without pixels and private tags, in the order of source axis 0.

    Parameters
    ----------
    volume
        Loaded from a DICOM series of single-slice files with complete identity.
    wanted_for
        Kind of object that will refer to them, for the sentence of an error (``"segmentation"``).

    Raises
    ------
    UnreadableFileError, ExportRefusedError
        If slices changed or went away since the scan was opened.
    """
    wanted = set(volume.source.sop_instance_uids)
    found: dict[str, Dataset] = {}
    for path in volume.series.paths:
        try:
            # Only what the object copies: a scan's private tags may be malformed.
            header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(COPIED))
        except (OSError, InvalidDicomError) as error:
            raise UnreadableFileError(path, "it has changed since the scan was opened", "Open it again.") from error
        _drop_malformed(header)
        for name in _MAY_BE_EMPTY:
            if name not in header:
                setattr(header, name, "")
        uid = str(header.get("SOPInstanceUID", ""))
        if uid in wanted:
            found[uid] = header
    missing = [uid for uid in volume.source.sop_instance_uids if uid not in found]
    if missing:
        raise ExportRefusedError(
            f"No DICOM {wanted_for} can be written: {len(missing)} slices of the scan are no longer on disk.",
            "Open the scan again.",
        )
    return [found[uid] for uid in volume.source.sop_instance_uids]


def _drop_malformed(header: Dataset) -> None:
    """Take out what no object may copy: a date that is none, a number that cannot be read. Old archives have many."""
    checks: dict[str, Callable[[str], object]] = {"DA": DA, "TM": TM, "AS": _age}
    for name in COPIED:
        try:
            element = header.get_item(name)
            if element is not None:
                checks.get(header[name].VR, str)(str(header[name].value or ""))
        except PARSE_ERRORS:
            del header[name]


def _age(text: str) -> None:
    if text and not re.fullmatch(r"\d{3}[DWMY]", text):
        raise ValueError(text)


def dicom_class(path: Path) -> str:
    """SOP Class UID that a DICOM file states in its file header; empty if it is no DICOM file.

    Raises
    ------
    UnreadableFileError
        If it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return stated_class(file.read(FIRST_READ_BYTES))
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error


_IDENTIFIERS = (
    "PatientName", "PatientID", "PatientBirthDate", "OtherPatientIDs", "OtherPatientNames", "PatientAddress",
    "PatientTelephoneNumbers", "AccessionNumber", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID",
    "FrameOfReferenceUID", "ReferringPhysicianName", "PerformingPhysicianName", "OperatorsName", "InstitutionName",
    "InstitutionAddress", "StationName", "DeviceSerialNumber", "RequestingPhysician",
)  # fmt: skip
"""Attributes whose values are searched for in a de-identified copy, as a last check."""


def identifiers(series: SeriesRef) -> set[bytes]:
    """Values that identify the patient as they may lie in a file: whole, in both usual encodings, and names by part."""
    found: set[str] = set()
    if series.format is not SourceFormat.DICOM:
        return set()
    for path in dict.fromkeys(series.paths):
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(_IDENTIFIERS))
        except (OSError, InvalidDicomError) as error:
            raise UnreadableFileError(path, "it has changed since the scan was opened", "Open it again.") from error
        for element in header:
            if element.keyword not in _IDENTIFIERS:  # the character set always comes along
                continue
            values = element.value if element.VM > 1 else [element.value]
            for text in map(str, values):
                found |= {text.strip(), *re.split(r"[\^=\s]+", text)} if element.VR == "PN" else {text.strip()}
    return {text.encode(code) for text in found for code in ("utf-8", "latin-1") if _encodable(text, code)} - {b""}


def _encodable(text: str, code: str) -> bool:
    try:
        text.encode(code)
    except UnicodeEncodeError:
        return False
    return True
