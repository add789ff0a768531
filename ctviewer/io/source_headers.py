"""The headers that a new DICOM object needs from the scan it refers to."""

from __future__ import annotations

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.volume import Volume


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
        If files have changed or gone since the scan was opened.
    """
    wanted = set(volume.source.sop_instance_uids)
    found: dict[str, Dataset] = {}
    for path in volume.series.paths:
        try:
            # Only what the object copies: a scan's private tags may be malformed.
            header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(_COPIED))
        except (OSError, InvalidDicomError) as error:
            raise UnreadableFileError(path, "it has changed since the scan was opened", "Open it again.") from error
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


_COPIED = (
    "SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "StudyID",
    "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "ReferringPhysicianName", "PatientID",
    "IssuerOfPatientID", "PatientName", "PatientBirthDate", "PatientBirthTime", "PatientSex", "PatientAge",
    "PatientSize", "PatientWeight", "PatientIdentityRemoved", "DeidentificationMethod",
    "DeidentificationMethodCodeSequence", "Modality", "FrameOfReferenceUID", "PositionReferenceIndicator",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SpacingBetweenSlices",
    "Rows", "Columns", "ImageType", "LossyImageCompression", "LossyImageCompressionRatio",
    "LossyImageCompressionMethod", "BurnedInAnnotation",
)  # fmt: skip
