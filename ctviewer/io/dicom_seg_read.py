"""DICOM Segmentation objects of any maker, matched to the scan they were made on.

Frames are matched to slices by SOP Instance UID, and their own positions must say the same: an object that refers to
the right slices but lies elsewhere is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
from highdicom.seg import SegmentationTypeValues
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import SegmentationStorage

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.found_structure import FoundStructure, matching_segment
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.grid_match import refuse
from ctviewer.io.source_headers import reference_refusal

POSITION_TOLERANCE_MM = 0.1
"""DICOM positions are decimal strings; some makers round them to a tenth of a millimetre."""


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
        If it belongs to another patient, series, frame of reference or other slices, or lies elsewhere.
    """
    labels = np.zeros(volume.geometry.shape, np.uint8)
    for structure in read_seg_structures(path, volume):
        segment = matching_segment(structure, segments)
        if segment is None:
            raise UnreadableFileError(path, f"it holds “{structure.name}”, which is not in the label table")
        if structure.region is None:
            continue
        target = labels[structure.region.bbox]
        if target[structure.region.mask].any():
            raise UnreadableFileError(path, "its segments overlap")
        target[structure.region.mask] = segment.label
    return labels


def read_seg_structures(path: Path, volume: Volume) -> tuple[FoundStructure, ...]:
    """The segments of a DICOM SEG that was made on this very series; they may overlap.

    Raises
    ------
    UnreadableFileError, GeometryMismatchError
        As `read_dicom_seg`, but for overlaps and unknown segments.
    """
    refusal = reference_refusal(volume)
    if refusal:
        raise ExportRefusedError(f"No DICOM segmentation can be matched to this scan: {refusal}.")
    seg = _read(path)
    _check_belongs(path.name, seg, volume)
    _check_positions(path.name, seg, volume)
    if seg.segmentation_type is SegmentationTypeValues.FRACTIONAL:
        raise UnreadableFileError(path, "it holds probabilities, not a mask")
    return tuple(_structure(path, seg, number, volume) for number in seg.segment_numbers)


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


def _check_belongs(name: str, seg: highdicom.seg.Segmentation, volume: Volume) -> None:
    patient = volume.series.patient.patient_id
    if patient and str(seg.get("PatientID", "")) != patient:
        refuse(name, "belongs to another patient")
    frame = volume.geometry.frame_of_reference_uid
    if frame and str(seg.get("FrameOfReferenceUID", "")) != frame:
        refuse(name, "lies in another frame of reference")
    _, rows, columns = volume.source.geometry.shape
    if (int(seg.Rows), int(seg.Columns)) != (rows, columns):
        refuse(name, f"has {seg.Columns}×{seg.Rows} pixels, the scan {columns}×{rows}")
    known = set(volume.source.sop_instance_uids)
    referred = {str(uid) for _, _, uid in seg.get_source_image_uids()}
    if not referred:
        refuse(name, "does not say on which slices it was made")
    if not referred & known:
        refuse(name, "was made on another series")
    if referred - known:
        refuse(name, f"also refers to {len(referred - known)} slices that the scan does not have")


def _check_positions(name: str, seg: highdicom.seg.Segmentation, volume: Volume) -> None:
    """Every frame must lie where the slice lies that it refers to."""
    geometry = volume.source.geometry
    expected = np.array([geometry.directions[:, 2], geometry.directions[:, 1]]).ravel()
    index = {uid: k for k, uid in enumerate(volume.source.sop_instance_uids)}
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


def _structure(path: Path, seg: highdicom.seg.Segmentation, number: int, volume: Volume) -> FoundStructure:
    try:
        pixels = seg.get_pixels_by_source_instance(
            list(volume.source.sop_instance_uids),
            segment_numbers=[number],
            assert_missing_frames_are_empty=True,
            ignore_spatial_locations=False,
        )
        description = seg.get_segment_description(number)
        kind = description.SegmentedPropertyTypeCodeSequence[0]
        modifiers = [_concept(m) for m in kind.get("SegmentedPropertyTypeModifierCodeSequence", None) or []]
        code, label = _concept(kind), str(description.segment_label)
    except (RuntimeError, ValueError, KeyError, AttributeError, IndexError, TypeError) as error:
        raise UnreadableFileError(path, f"its frames cannot be matched to the slices ({error})") from error
    mask = volume.source.order.to_canonical(np.asarray(pixels)[..., 0] > 0)
    return FoundStructure(label, region_from_mask(mask), number, None, code, modifiers[0] if modifiers else None)


def _concept(item: Dataset) -> CodedConcept:
    return CodedConcept(str(item.CodeValue), str(item.get("CodeMeaning", "")), str(item.CodingSchemeDesignator))
