"""A DICOM CT series without anything that names a person, made from an allow-list (PS3.15, Basic Profile).

Nothing is copied: every file is built anew from numbers that were parsed and words that stand on a list. What is not
named here cannot get into it, whatever a scanner, an archive or a person put into the original: private and nested
elements, overlays, comments inside compressed pictures, bytes behind the pixels, the preamble, file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from ctviewer.config.atomic import flush_file
from ctviewer.domain.arrays import HUArray
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.pseudonym import Dates, Pseudonyms
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_writer import decimal_string

PADDING_HU = -2000
"""Stored where the scanner delivered nothing."""

_NUMBERS: Mapping[str, tuple[float, float]] = {
    "KVP": (10, 300),
    "XRayTubeCurrent": (0, 5000),
    "ExposureTime": (0, 100_000),
    "SliceThickness": (0, 100),
    "GantryDetectorTilt": (-90, 90),
    "DataCollectionDiameter": (1, 2000),
    "ReconstructionDiameter": (1, 2000),
}
"""Attributes with numbers, and the range a scanner can mean: a number outside it may be anything, a patient's too."""

_WHOLE = frozenset({"XRayTubeCurrent", "ExposureTime"})
_DIGITS = 3
"""Significant digits that pass; a technique needs no more, an identifier does."""
_WORDS: Mapping[str, frozenset[str]] = {
    "PatientPosition": frozenset({"HFS", "HFP", "FFS", "FFP", "HFDR", "HFDL", "FFDR", "FFDL"}),
    "BodyPartExamined": frozenset({"CHEST", "THORAX", "LUNG", "HEART", "NECK", "ABDOMEN", "PELVIS", "BREAST", "HEAD"}),
    "LossyImageCompression": frozenset({"00", "01"}),
}
"""Attributes with words, and the words that may pass."""

_IMAGE_TYPES = frozenset({"ORIGINAL", "DERIVED", "PRIMARY", "AXIAL", "HELIX", "VOLUME"})
_READ = (*_NUMBERS, *_WORDS, "ImageType", "BurnedInAnnotation", "SOPClassUID", "StudyDate", "SeriesDate", "Modality")
_FACE_PARTS = frozenset({"HEAD", "SKULL", "BRAIN", "FACE", "NECK", "HEADNECK", "WHOLEBODY"})

_PROFILE = ("113100", "Basic Application Confidentiality Profile")
_SHIFTED = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")


@dataclass(frozen=True, slots=True)
class Technique:
    """What may be kept of a series' headers: parsed numbers and listed words."""

    values: Mapping[str, float | str]
    image_type: tuple[str, ...]
    study_date: str
    series_date: str


def read_technique(volume: Volume) -> tuple[Technique, tuple[str, ...], str]:
    """What may be kept of a series, notes for the user, and why the series must not leave (empty if it may).

    Every file is asked whether names are burned into its picture.
    """
    first: Dataset | None = None
    for path in dict.fromkeys(volume.series.paths):
        header = _header(path)
        first = first or header
        kind = [str(part).upper() for part in _many(header.get("ImageType"))]
        if str(header.get("BurnedInAnnotation", "")).strip().upper() == "YES":
            return _technique(header), (), "text is burned into its pictures (Burned In Annotation is YES)"
        if "SECONDARY" in kind and "AXIAL" not in kind:
            return _technique(header), (), "it is a secondary capture, whose pictures may show names"
    technique = _technique(first if first is not None else Dataset())
    part = volume.series.body_part.strip().upper()
    notes = ("A CT of this part of the body can show a face; nothing was done to the pictures.",)
    return technique, notes if part in _FACE_PARTS else (), ""


def slice_dataset(
    volume: Volume, hu: HUArray, k: int, technique: Technique, names: Pseudonyms, dates: Dates
) -> Dataset:
    """One slice of a series as a new CT image.

    Parameters
    ----------
    hu
        Shape ``(rows, columns)``, `PADDING_HU` where there is nothing.
    k
        Place along source axis 0.
    """
    series, geometry = volume.series, volume.source.geometry
    original = series.patient.patient_id or series.patient_key
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientID = names.patient(original)
    ds.PatientName = f"{ds.PatientID}^"
    for name in ("PatientBirthDate", "PatientSex", "AccessionNumber", "ReferringPhysicianName", "StudyID",
                 "StudyTime", "Manufacturer", "PositionReferenceIndicator", "AcquisitionNumber", "KVP"):  # fmt: skip
        setattr(ds, name, None)
    _add_identity(ds, volume, k, names)
    shifted = dates is Dates.SHIFTED
    ds.StudyDate = names.shifted_date(technique.study_date, original) if shifted else ""
    if shifted and technique.series_date:
        ds.SeriesDate = names.shifted_date(technique.series_date, original)
    ds.LongitudinalTemporalInformationModified = "MODIFIED" if shifted else "REMOVED"
    ds.PatientIdentityRemoved = "YES"
    ds.DeidentificationMethod = "ctviewer: allow-list, DICOM PS3.15 Basic Profile"
    codes = (_PROFILE, _SHIFTED) if shifted else (_PROFILE,)
    ds.DeidentificationMethodCodeSequence = DicomSequence(_code(*code) for code in codes)
    ds.Modality, ds.ImageType = "CT", list(technique.image_type)
    ds.BurnedInAnnotation = "NO"
    for name, value in technique.values.items():
        setattr(ds, name, decimal_string(value) if isinstance(value, float) else value)
    _add_picture(ds, hu, geometry, k)
    return ds


def write_slice(path: Path, ds: Dataset) -> None:
    """Write a slice and bring it to the disk."""
    ds.save_as(path, enforce_file_format=True)
    flush_file(path)


def _add_identity(ds: Dataset, volume: Volume, k: int, names: Pseudonyms) -> None:
    series, uids = volume.series, volume.source.sop_instance_uids
    instance = uids[k] if len(set(uids)) == volume.source.geometry.shape[0] else f"{series.series_key}|{k}"
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, names.uid(instance)
    ds.StudyInstanceUID = names.uid(series.study_uid or f"study|{series.series_key}")
    part = f"|{series.sub_series}" if series.sub_series else ""
    ds.SeriesInstanceUID = names.uid((series.series_uid or series.series_key) + part)
    ds.FrameOfReferenceUID = names.uid(volume.geometry.frame_of_reference_uid or f"frame|{series.series_key}")
    ds.SeriesNumber, ds.InstanceNumber = 1, k + 1
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, ds.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta, ds.preamble = meta, b"\0" * 128


def _add_picture(ds: Dataset, hu: HUArray, geometry: VolumeGeometry, k: int) -> None:
    directions, spacing = geometry.directions, geometry.spacing_mm
    ds.ImagePositionPatient = [decimal_string(v) for v in geometry.index_to_lps(np.array([[k, 0.0, 0.0]]))[0]]
    ds.ImageOrientationPatient = [decimal_string(v) for v in (*directions[:, 2], *directions[:, 1])]
    ds.PixelSpacing = [decimal_string(v) for v in spacing[1:]]
    if "SliceThickness" not in ds:
        ds.SliceThickness = decimal_string(spacing[0])
    ds.SpacingBetweenSlices = decimal_string(spacing[0])
    ds.Rows, ds.Columns = hu.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit, ds.PixelRepresentation = 15, 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "HU"
    if (hu == PADDING_HU).any():
        ds.add_new("PixelPaddingValue", "SS", PADDING_HU)
    ds.add_new("PixelData", "OW", np.ascontiguousarray(hu, dtype="<i2").tobytes())


def _header(path: Path) -> Dataset:
    try:
        return pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(_READ))
    except (OSError, InvalidDicomError) as error:
        raise UnreadableFileError(path, "it has changed since the scan was opened", "Open it again.") from error


def _technique(header: Dataset) -> Technique:
    values: dict[str, float | str] = {}
    for name, (lowest, highest) in _NUMBERS.items():
        number = _number(header.get(name))
        if number is not None and lowest <= number <= highest:
            values[name] = round(float(f"{number:.{_DIGITS}g}"), 0 if name in _WHOLE else _DIGITS)
    for name, allowed in _WORDS.items():
        word = str(header.get(name) or "").strip().upper()
        if word in allowed:
            values[name] = word
    kind = tuple(str(part).strip().upper() for part in _many(header.get("ImageType")))
    is_known = len(kind) >= 3 and kind[0] in ("ORIGINAL", "DERIVED") and set(kind) <= _IMAGE_TYPES
    return Technique(
        values,
        kind if is_known else ("DERIVED", "PRIMARY", "AXIAL"),
        str(header.get("StudyDate") or ""),
        str(header.get("SeriesDate") or ""),
    )


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _many(value: Any) -> list[Any]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _code(value: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return code
