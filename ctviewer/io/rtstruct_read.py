"""RT Structure Sets of any maker as masks on the scan they were drawn on."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import RTStructureSetStorage

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.contours import polygons_mask
from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.found_structure import Color, FoundStructure
from ctviewer.domain.segment import LEFT, LUNG, RIGHT, CodedConcept
from ctviewer.io.dicom_objects import PARSE_ERRORS, check_unique, damaged, patient_id, read_object
from ctviewer.io.grid_match import refuse
from ctviewer.io.scan_reference import ScanReference

PLANE_TOLERANCE_MM = 0.5
"""How far a contour may lie from the middle of the slice it is drawn on."""

OUTSIDE_TOLERANCE = 1.0
"""How many pixels a contour may reach beyond the picture: body outlines run along its edge."""

CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
MAX_POINTS = 20_000_000

_SIDED = {"44029006": (LUNG, LEFT), "3341006": (LUNG, RIGHT)}


def rtstruct_structures(path: Path, scan: ScanReference) -> tuple[FoundStructure, ...]:
    """The structures of a structure set that was drawn on this very series; they may overlap.

    A voxel belongs to a structure if its centre is inside an odd number of the structure's contours on that slice, so
    both ways of drawing a hole (keyhole, separate inner contour) leave it out; a contour that is there twice counts
    once. Structures without closed contours
    (points, open lines) come back without voxels.

    Raises
    ------
    UnreadableFileError
        If it is no structure set, or damaged.
    GeometryMismatchError
        If it belongs to another patient, series or frame of reference, or its contours do not lie on the slices.
    """
    ds = read_object(path, RTStructureSetStorage, "structure set")
    try:
        _check_belongs(path.name, ds, scan)
        drawn = ds.get("ROIContourSequence", None) or []
        check_unique(path, [int(roi.ROINumber) for roi in ds.get("StructureSetROISequence", None) or []])
        check_unique(path, [int(item.ReferencedROINumber) for item in drawn])
        contours = {int(item.ReferencedROINumber): item for item in drawn}
        codes = {int(item.ReferencedROINumber): _code(item) for item in ds.get("RTROIObservationsSequence", None) or []}
        return tuple(
            _structure(path.name, roi, contours.get(int(roi.ROINumber), Dataset()), codes, scan)
            for roi in ds.get("StructureSetROISequence", None) or []
        )
    except PARSE_ERRORS as error:
        raise damaged(path, error) from error


def _check_belongs(name: str, ds: Dataset, scan: ScanReference) -> None:
    if scan.patient_id and patient_id(ds) != scan.patient_id:
        refuse(name, "belongs to another patient")
    frames = {str(roi.get("ReferencedFrameOfReferenceUID", "")) for roi in ds.get("StructureSetROISequence", [])}
    frames |= {str(f.get("FrameOfReferenceUID", "")) for f in ds.get("ReferencedFrameOfReferenceSequence", None) or []}
    frame = scan.geometry.frame_of_reference_uid
    if frame and frames - {""} and frame not in frames:
        refuse(name, "lies in another frame of reference")
    series, images = _referred(ds)
    if series and scan.series_uid not in series:
        refuse(name, "was drawn on another series")
    foreign = images - set(scan.sop_uids)
    if foreign and len(foreign) == len(images):
        refuse(name, "was drawn on other images")
    if foreign:
        refuse(name, f"also refers to {len(foreign)} slices that the scan does not have")
    if not series and not images:
        refuse(name, "does not say on which scan it was drawn")


def _referred(ds: Dataset) -> tuple[set[str], set[str]]:
    """Series and images that are named anywhere."""
    series: set[str] = set()
    images: set[str] = set()
    for frame in ds.get("ReferencedFrameOfReferenceSequence", None) or []:
        for study in frame.get("RTReferencedStudySequence", None) or []:
            for item in study.get("RTReferencedSeriesSequence", None) or []:
                series.add(str(item.get("SeriesInstanceUID", "")))
                images |= _uids(item)
    for roi in ds.get("ROIContourSequence", None) or []:
        for contour in roi.get("ContourSequence", None) or []:
            images |= _uids(contour)
    return series - {""}, images - {""}


def _uids(item: Dataset) -> set[str]:
    return {str(i.get("ReferencedSOPInstanceUID", "")) for i in item.get("ContourImageSequence", None) or []}


def _structure(
    name: str, roi: Dataset, drawn: Dataset, codes: dict[int, CodedConcept | None], scan: ScanReference
) -> FoundStructure:
    number, label = int(roi.ROINumber), str(roi.get("ROIName", "")).strip()
    by_slice: dict[int, list[FloatArray]] = defaultdict(list)
    for contour in drawn.get("ContourSequence", None) or []:
        if contour.get("ContourGeometricType", "") in CLOSED:
            k, polygon = _on_slice(f"{name} ({label})", contour, scan)
            if contour.ContourGeometricType != CLOSED[0] or not any(np.array_equal(polygon, p) for p in by_slice[k]):
                by_slice[k].append(polygon)
    shape = scan.geometry.shape
    mask = np.zeros(shape, np.bool_)
    for k, polygons in by_slice.items():
        mask[k] = polygons_mask(polygons, shape[1:])
    code = codes.get(number)
    concept, side = _SIDED.get(code.value, (code, None)) if code is not None else (None, None)
    region = region_from_mask(scan.order.to_canonical(mask))
    return FoundStructure(label or f"ROI {number}", region, 0, _color(drawn.get("ROIDisplayColor")), concept, side)


def _on_slice(name: str, contour: Dataset, scan: ScanReference) -> tuple[int, FloatArray]:
    """Slice number along source axis 0, and corners ``(row, column)``."""
    values = np.array(contour.ContourData, dtype=np.float64)
    if values.size % 3 or values.size > MAX_POINTS or not np.isfinite(values).all():
        raise ValueError(f"a contour has {values.size} numbers")
    geometry = scan.geometry
    index = geometry.lps_to_index(values.reshape(-1, 3))
    k = round(float(np.median(index[:, 0])))
    off_mm = float(np.abs(index[:, 0] - k).max()) * geometry.spacing_mm[0]
    referred = _uids(contour)
    if not 0 <= k < geometry.shape[0]:
        refuse(name, "has contours above or below the scan: it is shifted or flipped")
    if off_mm > PLANE_TOLERANCE_MM:
        refuse(name, f"is shifted or turned against the scan: a contour lies {off_mm:.1f} mm beside its slice")
    if referred and scan.sop_uids[k] not in referred:
        refuse(name, "is shifted or flipped against the scan: contours lie on other slices than they refer to")
    beyond = max(
        float((-0.5 - index[:, axis]).max()) if low else float((index[:, axis] - (geometry.shape[axis] - 0.5)).max())
        for axis in (1, 2)
        for low in (True, False)
    )
    if beyond > OUTSIDE_TOLERANCE:
        refuse(name, f"reaches {beyond:.0f} pixels beyond the picture: it is shifted or flipped against the scan")
    return k, index[:, 1:]


def _color(value: Any) -> Color | None:
    try:
        red, green, blue = (min(max(int(v), 0), 255) for v in value)
    except (TypeError, ValueError):
        return None
    return (red, green, blue)


def _code(item: Dataset) -> CodedConcept | None:
    for code in item.get("RTROIIdentificationCodeSequence", None) or []:
        if "CodeValue" in code:
            scheme = str(code.get("CodingSchemeDesignator", ""))
            return CodedConcept(str(code.CodeValue), str(code.get("CodeMeaning", "")), scheme)
    return None
