"""Enhanced multi-frame CT of the phantom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedCTImageStorage

from tests.support.ct_phantom import Grid
from tests.support.dicom_files import SYNTAXES, ct_slice


def write_enhanced(
    path: Path,
    grid: Grid,
    *,
    shuffled: bool = False,
    phases: int = 1,
    syntax: str = "explicit",
    slices: range | None = None,
    uid: str = "",
) -> None:
    """One file with all slices (or some) as frames; geometry in the functional groups only."""
    order = [(phase, k) for phase in range(phases) for k in slices or range(grid.shape[0])]
    if shuffled:
        order = [order[n] for n in np.random.default_rng(1).permutation(len(order))]
    ds = ct_slice(grid, 0)
    if uid:
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = uid
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    for name in (
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "PixelSpacing",
        "SliceThickness",
        "RescaleIntercept",
        "RescaleSlope",
        "RescaleType",
        "AcquisitionNumber",
        "AcquisitionTime",
    ):
        delattr(ds, name)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    ds.NumberOfFrames = len(order)
    ds.SharedFunctionalGroupsSequence = Sequence([_shared(grid)])
    ds.PerFrameFunctionalGroupsSequence = Sequence([_frame(grid, k, phase) for phase, k in order])
    frames = [(grid.slice_hu(k) + 1024).astype("<i2") for _, k in order]
    if syntax == "jpeg_lossless":
        import imagecodecs

        coded = [bytes(imagecodecs.jpeg_encode(f.view("<u2"), lossless=True, bitspersample=16)) for f in frames]
        ds.PixelData = encapsulate(coded)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    else:
        ds.PixelData = np.stack(frames).tobytes()
    ds.file_meta.TransferSyntaxUID = SYNTAXES[syntax]
    pydicom.dcmwrite(path, ds, enforce_file_format=True)


def _shared(grid: Grid) -> Dataset:
    shared, orientation, measures, rescale = Dataset(), Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = [f"{v:.10f}"[:16] for v in (*grid.row, *grid.column)]
    measures.PixelSpacing, measures.SliceThickness = [str(v) for v in grid.pixel_mm], "7.7"
    rescale.RescaleIntercept, rescale.RescaleSlope, rescale.RescaleType = "-1024", "1", "HU"
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PixelValueTransformationSequence = Sequence([rescale])
    return shared


def _frame(grid: Grid, k: int, phase: int) -> Dataset:
    frame, position, content = Dataset(), Dataset(), Dataset()
    position.ImagePositionPatient = [f"{v:.6f}" for v in grid.slice_origin(k)]
    content.TemporalPositionIndex = phase + 1
    content.InStackPositionNumber = k + 1
    frame.PlanePositionSequence = Sequence([position])
    frame.FrameContentSequence = Sequence([content])
    return frame
