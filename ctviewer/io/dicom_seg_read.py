"""DICOM Segmentation objects of any maker, matched to the scan they were made on.

Frames are matched to slices by SOP Instance UID, and their own positions must say the same: an object that refers to
the right slices but lies elsewhere is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
from highdicom.seg import SegmentationTypeValues
from pydicom.dataset import Dataset
from pydicom.uid import SegmentationStorage

from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.found_structure import FoundStructure
from ctviewer.domain.segment import CodedConcept
from ctviewer.io.dicom_objects import PARSE_ERRORS, check_unique, damaged, patient_id, read_object
from ctviewer.io.grid_match import refuse
from ctviewer.io.scan_reference import ScanReference

POSITION_TOLERANCE_MM = 0.1
"""DICOM positions are decimal strings; some makers round them to a tenth of a millimetre."""


def seg_structures(path: Path, scan: ScanReference) -> tuple[FoundStructure, ...]:
    """The segments of a DICOM SEG that was made on this very series; they may overlap.

    Parameters
    ----------
    path
        A segmentation object of any maker, BINARY or LABELMAP. It is parsed here: files from outside are read in the
        decoding process (`ctviewer.io.dicom_masks`).
    scan
        The scan.

    Raises
    ------
    UnreadableFileError
        If it is not a segmentation, or holds probabilities.
    GeometryMismatchError
        If it belongs to another patient, series, frame of reference or other slices, or lies elsewhere.
    """
    data_set = read_object(path, SegmentationStorage, "segmentation")
    try:
        seg = highdicom.seg.Segmentation.from_dataset(data_set, copy=False)
        _check_belongs(path.name, seg, scan)
        _check_positions(path.name, seg, scan)
        if seg.segmentation_type is SegmentationTypeValues.FRACTIONAL:
            raise UnreadableFileError(path, "it holds probabilities, not a mask")
        check_unique(path, [int(item.SegmentNumber) for item in data_set.SegmentSequence])
        return tuple(_structure(path, seg, number, scan) for number in seg.segment_numbers)
    except PARSE_ERRORS as error:
        raise damaged(path, error) from error


def _check_belongs(name: str, seg: highdicom.seg.Segmentation, scan: ScanReference) -> None:
    if scan.patient_id and patient_id(seg) != scan.patient_id:
        refuse(name, "belongs to another patient")
    frame = scan.geometry.frame_of_reference_uid
    if frame and str(seg.get("FrameOfReferenceUID", "")) != frame:
        refuse(name, "lies in another frame of reference")
    _, rows, columns = scan.geometry.shape
    if (int(seg.Rows), int(seg.Columns)) != (rows, columns):
        refuse(name, f"has {seg.Columns}×{seg.Rows} pixels, the scan {columns}×{rows}")
    known = set(scan.sop_uids)
    referred = {str(uid) for _, _, uid in seg.get_source_image_uids()}
    if not referred:
        refuse(name, "does not say on which slices it was made")
    if not referred & known:
        refuse(name, "was made on another series")
    if referred - known:
        refuse(name, f"also refers to {len(referred - known)} slices that the scan does not have")


def _check_positions(name: str, seg: highdicom.seg.Segmentation, scan: ScanReference) -> None:
    """Every frame must lie where the slice lies that it refers to."""
    geometry = scan.geometry
    expected = np.array([geometry.directions[:, 2], geometry.directions[:, 1]]).ravel()
    index = {uid: k for k, uid in enumerate(scan.sop_uids)}
    shared = seg.get("SharedFunctionalGroupsSequence", [Dataset()])[0]
    for frame in seg.get("PerFrameFunctionalGroupsSequence", []):
        cosines = _numbers(frame, shared, "PlaneOrientationSequence", "ImageOrientationPatient", 6)
        if cosines is not None and np.abs(cosines - expected).max() > 1e-3:
            refuse(name, "is flipped or turned against the scan: its rows and columns run in other directions")
        spacing = _numbers(frame, shared, "PixelMeasuresSequence", "PixelSpacing", 2)
        if spacing is not None and not np.allclose(spacing, geometry.spacing_mm[1:], rtol=1e-3):
            refuse(name, f"has pixels of {spacing[1]:.4g}×{spacing[0]:.4g} mm, which the scan has not")
        position = _numbers(frame, shared, "PlanePositionSequence", "ImagePositionPatient", 3)
        slices = [index[uid] for uid in _referred(frame) if uid in index]
        if position is None or not slices:
            continue
        places = geometry.index_to_lps(np.array([(k, 0, 0) for k in slices], float))
        moved = float(np.linalg.norm(places - position, axis=1).min())
        if moved > POSITION_TOLERANCE_MM:
            refuse(name, f"is shifted by {moved:.1f} mm against the slices it refers to")


def _numbers(frame: Dataset, shared: Dataset, group: str, attribute: str, count: int) -> Any:
    for item in (frame, shared):
        sequence = item.get(group)
        if sequence and attribute in sequence[0]:
            try:
                values = np.array([float(v) for v in sequence[0][attribute].value])
            except (TypeError, ValueError):
                return None
            return values if values.shape == (count,) and np.isfinite(values).all() else None
    return None


def _referred(frame: Dataset) -> Iterator[str]:
    for derivation in frame.get("DerivationImageSequence", None) or []:
        for image in derivation.get("SourceImageSequence", None) or []:
            yield str(image.get("ReferencedSOPInstanceUID", ""))


def _structure(path: Path, seg: highdicom.seg.Segmentation, number: int, scan: ScanReference) -> FoundStructure:
    try:
        pixels = seg.get_pixels_by_source_instance(
            list(scan.sop_uids),
            segment_numbers=[number],
            assert_missing_frames_are_empty=True,
            ignore_spatial_locations=False,
        )
        description = seg.get_segment_description(number)
        kind = description.SegmentedPropertyTypeCodeSequence[0]
        modifiers = [_concept(m) for m in kind.get("SegmentedPropertyTypeModifierCodeSequence", None) or []]
        code, label = _concept(kind), str(description.segment_label)
    except RuntimeError as error:
        raise UnreadableFileError(path, f"its frames cannot be matched to the slices ({error})") from error
    mask = scan.order.to_canonical(np.asarray(pixels)[..., 0] > 0)
    return FoundStructure(label, region_from_mask(mask), number, None, code, modifiers[0] if modifiers else None)


def _concept(item: Dataset) -> CodedConcept:
    return CodedConcept(str(item.CodeValue), str(item.get("CodeMeaning", "")), str(item.CodingSchemeDesignator))
