"""DICOM CT files of the phantom, written with pydicom; every departure from a plain series is a small edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.support.ct_phantom import Grid

Edit = Callable[[Dataset, int], None]
"""Changes the data set of slice ``k`` before it is written."""

STUDY_UID, SERIES_UID, FRAME_UID = "1.2.826.0.1.3680043.10.1", "1.2.826.0.1.3680043.10.2", "1.2.826.0.1.3680043.10.3"
SYNTAXES = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "big": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "rle": RLELossless,
    "jpegls": JPEGLSLossless,
    "j2k": JPEG2000Lossless,
    "htj2k": HTJ2KLossless,
    "jpeg_lossless": JPEGLosslessSV1,
}


def ct_slice(grid: Grid, k: int, intercept: float = -1024.0, slope: float = 1.0) -> FileDataset:
    """Data set of one slice of the phantom, explicit little endian."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.{k + 1}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = "1.2.826.0.1.3680043.10"
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    ds.StudyDate, ds.StudyTime = "20240102", "101112"
    ds.AcquisitionTime, ds.ContentTime = "101213", f"1013{k % 60:02d}"
    ds.Modality, ds.Manufacturer = "CT", "ACME"
    ds.StudyDescription, ds.SeriesDescription = "Thorax", "Chest 2.5"
    ds.PatientName, ds.PatientID = "Phantom^Three", "P-1"
    ds.BodyPartExamined = "CHEST"
    ds.SliceThickness, ds.SpacingBetweenSlices = "7.7", "8.8"  # wrong on purpose: must never be used
    ds.PatientPosition = "HFS"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = STUDY_UID, SERIES_UID, FRAME_UID
    ds.SeriesNumber, ds.AcquisitionNumber, ds.InstanceNumber = "3", "1", str(k + 1)
    ds.ImagePositionPatient = [f"{v:.6f}" for v in grid.slice_origin(k)]
    ds.ImageOrientationPatient = [f"{v:.10f}"[:16] for v in (*grid.row, *grid.column)]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    _, ds.Rows, ds.Columns = grid.shape
    ds.PixelSpacing = [str(v) for v in grid.pixel_mm]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = str(intercept), str(slope), "HU"
    stored = np.rint((grid.slice_hu(k) - intercept) / slope).astype("<i2")
    ds.PixelData = stored.tobytes()
    return ds


def write_series(
    folder: Path,
    grid: Grid | None = None,
    edit: Edit | None = None,
    name: Callable[[int], str] = "slice{:04d}.dcm".format,
    syntax: str = "explicit",
    intercept: Callable[[int], float] = lambda _: -1024.0,
    slope: float = 1.0,
    skip: tuple[int, ...] = (),
) -> list[Path]:
    """Write a series of the phantom; returns the paths in slice order."""
    grid = grid or Grid()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k in range(grid.shape[0]):
        if k in skip:
            continue
        ds = ct_slice(grid, k, intercept(k), slope)
        if edit is not None:
            edit(ds, k)
        paths.append(folder / name(k))
        save(ds, paths[-1], syntax)
    return paths


def save_j2k(ds: FileDataset, stored: np.ndarray, path: Path) -> None:
    """Write a data set with pixels as JPEG 2000 of their own type, whatever the header says about them."""
    import imagecodecs

    ds.PixelData = encapsulate([bytes(imagecodecs.jpeg2k_encode(stored, level=0, codecformat="j2k"))])
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = JPEG2000Lossless
    pydicom.dcmwrite(path, ds, enforce_file_format=True)


def save(ds: FileDataset, path: Path, syntax: str = "explicit") -> None:
    """Write a data set in a transfer syntax of `SYNTAXES`."""
    uid = SYNTAXES[syntax]
    if syntax in ("rle", "jpegls", "j2k"):
        plugin = {"rle": "pydicom", "jpegls": "pyjpegls", "j2k": "pylibjpeg"}[syntax]
        ds.compress(uid, encoding_plugin=plugin, generate_instance_uid=False)
    elif syntax in ("htj2k", "jpeg_lossless"):
        ds.PixelData = encapsulate([_encode(ds, syntax)])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = uid
    if syntax == "big":
        ds.PixelData = np.frombuffer(ds.PixelData, "<i2").astype(">i2").tobytes()
    pydicom.dcmwrite(path, ds, enforce_file_format=True)


def _encode(ds: Dataset, syntax: str) -> bytes:
    import imagecodecs

    pixels = np.frombuffer(ds.PixelData, "<u2").reshape(ds.Rows, ds.Columns)
    if syntax == "htj2k":
        return bytes(imagecodecs.htj2k_encode(pixels))
    return bytes(imagecodecs.jpeg_encode(pixels, lossless=True, bitspersample=16))
