"""Writes a volume as a DICOM CT series (one file per slice, Explicit VR Little Endian).

Made for synthetic volumes (demo study, test input): every attribute is set here, nothing is copied from a patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress

RESCALE_INTERCEPT = -1024
STORED_BITS = 12

SYNTHETIC_PREFIX = "SYNTHETIC"
"""Start of patient name and id of series that no patient was involved in; shown on screen."""


@dataclass(frozen=True, slots=True)
class SeriesHeader:
    """What a synthetic series says about itself.

    Parameters
    ----------
    uid_seed
        All UIDs are derived from it, so the same seed gives the same series again.
    patient_name, patient_id
        Begin with `SYNTHETIC_PREFIX`.
    """

    uid_seed: str
    patient_name: str = f"{SYNTHETIC_PREFIX}^PHANTOM"
    patient_id: str = f"{SYNTHETIC_PREFIX}-PHANTOM"
    study_description: str = "SYNTHETIC chest CT (no patient)"
    series_description: str = "SYNTHETIC thorax phantom"
    comments: str = "SYNTHETIC: computed from formulas, no patient was involved. Not for diagnostic use."
    study_date: str = "20250101"
    study_time: str = "120000"
    kernel: str = "SYNTHETIC"
    contrast_agent: str = "SYNTHETIC contrast"

    def uid(self, part: str) -> str:
        """UID of a part of the series (``"study"``, ``"series"``, ``"frame"``, ``"instance/3"``)."""
        return str(generate_uid(entropy_srcs=[self.uid_seed, part]))


def write_ct_series(
    folder: Path,
    hu: AnyArray,
    geometry: VolumeGeometry,
    header: SeriesHeader,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[Path, ...]:
    """Write one file per slice along array axis 0 and return their paths in this order.

    Parameters
    ----------
    folder
        Existing, writable folder.
    hu
        Shape ``geometry.shape``; clipped to what 12 stored bits hold (-1024 to 3071 HU).
    geometry
        Any orientation; becomes Image Position and Image Orientation (Patient).
    header
        Names and UID seed.

    Raises
    ------
    GeometryMismatchError
        If shape and geometry disagree.
    OSError
        If a file cannot be written.
    OperationCancelled
        If asked to stop; files written so far stay.
    """
    if hu.shape != geometry.shape:
        raise GeometryMismatchError(f"The image has {hu.shape} voxels but its geometry says {geometry.shape}.")
    paths = []
    for k in range(geometry.shape[0]):
        if cancel is not None:
            cancel.raise_if_cancelled()
        dataset = _common(geometry, header)
        _add_slice(dataset, hu[k], geometry, header, k)
        path = folder / f"IM{k + 1:05d}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
        progress(Progress(k + 1, geometry.shape[0], "Writing DICOM files"))
    return tuple(paths)


def _common(geometry: VolumeGeometry, header: SeriesHeader) -> Dataset:
    """Attributes that are the same on all slices."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = header.patient_name
    ds.PatientID = header.patient_id
    ds.PatientBirthDate = ""
    ds.PatientSex = "O"
    ds.PatientComments = header.comments
    ds.StudyInstanceUID = header.uid("study")
    ds.StudyID = "SYNTHETIC"
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = header.study_date
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = header.study_time
    ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ""
    ds.StudyDescription = header.study_description
    ds.Modality = "CT"
    ds.SeriesInstanceUID = header.uid("series")
    ds.SeriesNumber = 1
    ds.AcquisitionNumber = 1
    ds.SeriesDescription = header.series_description
    ds.BodyPartExamined = "CHEST"
    ds.PatientPosition = "HFS"
    ds.FrameOfReferenceUID = geometry.frame_of_reference_uid or header.uid("frame")
    ds.PositionReferenceIndicator = ""
    ds.Manufacturer = "ctviewer (synthetic)"
    ds.ManufacturerModelName = "Thorax phantom"
    ds.SoftwareVersions = "1"
    ds.ConvolutionKernel = header.kernel
    ds.KVP = 120
    ds.ContrastBolusAgent = header.contrast_agent
    ds.SOPClassUID = CTImageStorage
    ds.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    ds.DerivationDescription = header.comments
    ds.ImageComments = header.comments
    ds.ContentQualification = "RESEARCH"
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "00"
    ds.PatientIdentityRemoved = "YES"
    ds.DeidentificationMethod = "No patient: synthetic"
    return ds


def _add_slice(ds: Dataset, hu: AnyArray, geometry: VolumeGeometry, header: SeriesHeader, k: int) -> None:
    """Position, pixels and identity of slice ``k``."""
    directions = geometry.directions
    spacing = geometry.spacing_mm
    ds.SOPInstanceUID = header.uid(f"instance/{k}")
    ds.InstanceNumber = k + 1
    position = geometry.index_to_lps(np.array([[k, 0.0, 0.0]]))[0]
    ds.ImagePositionPatient = [decimal_string(v) for v in position]
    # DICOM: first the direction in which the column index grows, then the one in which the row index grows.
    ds.ImageOrientationPatient = [decimal_string(v) for v in (*directions[:, 2], *directions[:, 1])]
    ds.PixelSpacing = [decimal_string(spacing[1]), decimal_string(spacing[2])]
    ds.SliceThickness = decimal_string(spacing[0])
    ds.SpacingBetweenSlices = decimal_string(spacing[0])
    ds.Rows, ds.Columns = hu.shape
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated = 16
    ds.BitsStored = STORED_BITS
    ds.HighBit = STORED_BITS - 1
    ds.PixelRepresentation = 0
    ds.RescaleIntercept = RESCALE_INTERCEPT
    ds.RescaleSlope = 1
    ds.RescaleType = "HU"
    ds.WindowCenter = ["40", "-600"]
    ds.WindowWidth = ["400", "1500"]
    ds.WindowCenterWidthExplanation = ["MEDIASTINUM", "LUNG"]
    stored = np.clip(hu.astype(np.int32) - RESCALE_INTERCEPT, 0, 2**STORED_BITS - 1)
    ds.add_new("PixelData", "OW", np.ascontiguousarray(stored, dtype="<u2").tobytes())
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta = meta
    ds.preamble = b"\0" * 128


def decimal_string(value: float) -> str:
    """A DICOM decimal string: at most 16 characters, no negative zero."""
    text = f"{value + 0.0:.10f}".rstrip("0").rstrip(".")
    return f"{float(text):.16g}"[:16] if len(text) > 16 else ("0" if text == "-0" else text)
