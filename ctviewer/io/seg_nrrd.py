"""Segmentations as ``.seg.nrrd``, 3D Slicer's own format: a label map with names, colours and codes in the header."""

from __future__ import annotations

import dataclasses
import gzip
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.region import Region, bounding_box, region_from_mask
from ctviewer.domain.errors import StoreError, UnreadableFileError
from ctviewer.domain.found_structure import Color, FoundStructure, labels_of
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import check_mask_shape
from ctviewer.domain.orientation import canonical_order, reorder_geometry
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.domain.volume import Volume
from ctviewer.io.decoding import decode_labels
from ctviewer.io.grid_match import GRID_TOLERANCE_MM, check_grid, same_place
from ctviewer.io.image_volume import unreadable
from ctviewer.io.nrrd import key_values, read_nrrd_header, read_nrrd_layers
from ctviewer.io.volume_file import FormatError, VolumeHeader, check_size

SEG_NRRD_SUFFIX = ".seg.nrrd"
GZIP_LEVEL = 6

_CONTEXT = "Segmentation category and type - 3D Slicer General Anatomy list"
_REGION_CONTEXT = "Anatomic codes - DICOM master list"
_CATEGORY = CodedConcept("123037004", "Anatomical structure")


def write_seg_nrrd(
    path: Path, labels: LabelArray, volume: Volume, segments: Sequence[Segment] = CHEST_SEGMENTS
) -> None:
    """Write a mask for Slicer on the grid of the scan's file, read it back and compare, then replace.

    Raises
    ------
    GeometryMismatchError
        If the labels have another shape than the volume.
    StoreError
        If the file cannot be written or reads back differently; an older file is untouched.
    """
    check_mask_shape(labels, volume.geometry)
    source = np.ascontiguousarray(volume.source.order.to_source(labels), dtype=np.uint8)
    head = _header(source, volume.source.geometry, segments)

    def verify(temporary: Path) -> None:
        header = read_nrrd_header(temporary)
        found = read_seg_nrrd(temporary, volume)
        if not same_place(header.geometry, volume.source.geometry) or not np.array_equal(
            labels_of(found, segments, labels.shape), labels
        ):
            raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")

    atomic_write(path, partial(_save, head, source), verify, needed_bytes=source.nbytes // 20 + len(head))


def read_seg_nrrd(path: Path, volume: Volume) -> tuple[FoundStructure, ...]:
    """The segments of a ``.seg.nrrd`` on the grid of the scan, or on a part of it (Slicer cuts off empty margins).

    Raises
    ------
    UnreadableFileError
        If it is damaged or names no segments.
    GeometryMismatchError
        If it does not lie on the voxels of the scan.
    """
    try:
        header, layers = read_nrrd_layers(path)
        fields = key_values(path)
        check_size(_with_layers(header, layers))
    except FormatError as error:
        raise unreadable(path, error) from error
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    records = _records(fields)
    if not records:
        raise UnreadableFileError(path, "it names no segments", "Rename it to .nrrd if it is a plain label map.")
    order = canonical_order(header.geometry)
    geometry = reorder_geometry(header.geometry, order)
    box = _box_in(geometry, volume.geometry)
    if box is None:
        check_grid(path.name, geometry, volume.geometry)
    values = _decode(header, layers)
    found = []
    taken: set[tuple[int, int]] = set()
    for record in records:
        layer = _number(record.get("Layer", "0"), path)
        if not 0 <= layer < layers:
            raise UnreadableFileError(path, f"its segment “{record.get('Name', '')[:40]}” lies in a layer it has not")
        value = _number(record.get("LabelValue", "1"), path)
        if (layer, value) in taken:
            raise UnreadableFileError(path, f"two of its segments have the value {value} in one layer")
        taken.add((layer, value))
        mask = order.to_canonical(values[..., layer] == value)
        found.append(_structure(record, mask, box, path))
    return tuple(found)


def _header(source: LabelArray, geometry: VolumeGeometry, segments: Sequence[Segment]) -> bytes:
    vectors = " ".join(_vector(geometry.affine[:3, axis]) for axis in (2, 1, 0))
    k, j, i = geometry.shape
    lines = [
        "NRRD0004",
        "# Complete NRRD file format specification at:",
        "# http://teem.sourceforge.net/nrrd/format.html",
        "type: unsigned char",
        "dimension: 3",
        "space: left-posterior-superior",
        f"sizes: {i} {j} {k}",
        f"space directions: {vectors}",
        "kinds: domain domain domain",
        "encoding: gzip",
        f"space origin: {_vector(geometry.affine[:3, 3])}",
    ]
    for number, segment in enumerate(segments):
        lines += [f"Segment{number}_{name}:={value}" for name, value in _fields(segment, source)]
    lines += [
        "Segmentation_ContainedRepresentationNames:=Binary labelmap|",
        "Segmentation_ConversionParameters:=",
        "Segmentation_MasterRepresentation:=Binary labelmap",
        "Segmentation_ReferenceImageExtentOffset:=0 0 0",
        "Segmentation_SourceRepresentation:=Binary labelmap",
    ]
    return ("\n".join(lines) + "\n\n").encode("utf-8")


def _fields(segment: Segment, source: LabelArray) -> list[tuple[str, str]]:
    box = bounding_box(source == segment.label)
    extent = "0 -1 0 -1 0 -1"
    if box is not None:
        extent = " ".join(f"{box[axis].start} {box[axis].stop - 1}" for axis in (2, 1, 0))
    return [
        ("Color", " ".join(f"{part / 255:.6g}" for part in segment.color)),
        ("ColorAutoGenerated", "0"),
        ("Extent", extent),
        ("ID", segment.key),
        ("LabelValue", str(segment.label)),
        ("Layer", "0"),
        ("Name", _one_line(segment.name)),
        ("NameAutoGenerated", "0"),
        ("Tags", f"TerminologyEntry:{_terminology(segment)}|"),
    ]


def _terminology(segment: Segment) -> str:
    code = segment.code or CodedConcept("85756007", "Tissue")
    parts = [_CONTEXT, _triple(_CATEGORY), _triple(code), _triple(segment.laterality), _REGION_CONTEXT, "^^", "^^"]
    return "~".join(parts)


def _triple(concept: CodedConcept | None) -> str:
    if concept is None:
        return "^^"
    return "^".join(re.sub(r"[\^~|\s]+", " ", part) for part in (concept.scheme, concept.value, concept.meaning))


def _save(head: bytes, source: LabelArray, path: Path) -> None:
    with path.open("wb") as file:
        file.write(head)
        with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=GZIP_LEVEL, mtime=0, filename="") as packed:
            packed.write(source.data)


def _records(fields: dict[str, str]) -> list[dict[str, str]]:
    """Fields of each segment, in the order of their numbers."""
    records: dict[int, dict[str, str]] = {}
    for key, value in fields.items():
        match = re.fullmatch(r"Segment(\d{1,4})_(\w+)", key)
        if match:
            records.setdefault(int(match[1]), {})[match[2]] = value
    return [records[number] for number in sorted(records)]


def _decode(header: VolumeHeader, layers: int) -> LabelArray:
    """Values, shape ``(k, j, i, layers)``; layers are stored side by side, so they are read as wider rows."""
    return decode_labels(_with_layers(header, layers)).reshape(*header.geometry.shape, layers)


def _with_layers(header: VolumeHeader, layers: int) -> VolumeHeader:
    k, j, i = header.geometry.shape
    return dataclasses.replace(header, geometry=VolumeGeometry((k, j, i * layers), header.geometry.affine))


def _box_in(part: VolumeGeometry, whole: VolumeGeometry) -> BBox | None:
    """Where a cut grid lies in the whole one; None if its voxels are not voxels of the whole."""
    start = np.rint(whole.lps_to_index(part.affine[:3, 3])[0]).astype(int)
    box = tuple(slice(int(a), int(a) + n) for a, n in zip(start, part.shape, strict=True))
    if any(s.start < 0 or s.stop > n for s, n in zip(box, whole.shape, strict=True)):
        return None
    found = (box[0], box[1], box[2])
    return found if part.same_grid(whole.crop(found), GRID_TOLERANCE_MM) else None


def _structure(record: dict[str, str], mask: BoolArray, box: BBox | None, path: Path) -> FoundStructure:
    region = region_from_mask(mask)
    if region is not None and box is not None:
        moved = tuple(slice(s.start + b.start, s.stop + b.start) for s, b in zip(region.bbox, box, strict=True))
        region = Region((moved[0], moved[1], moved[2]), region.mask)
    entry = re.search(r"TerminologyEntry:([^|]*)", record.get("Tags", ""))
    parts = entry[1].split("~") if entry else []
    code, side = (_concept(parts[n]) if len(parts) > n else None for n in (2, 3))
    name = record.get("Name") or record.get("ID") or "Segment"
    return FoundStructure(
        name, region, _number(record.get("LabelValue", "1"), path), _color(record.get("Color", "")), code, side
    )


def _concept(triple: str) -> CodedConcept | None:
    scheme, _, rest = triple.partition("^")
    value, _, meaning = rest.partition("^")
    return CodedConcept(value, meaning, scheme) if value else None


def _color(text: str) -> Color | None:
    try:
        red, green, blue = (min(max(round(float(part) * 255), 0), 255) for part in text.split())
    except (ValueError, OverflowError):
        return None
    return (red, green, blue)


def _number(text: str, path: Path) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UnreadableFileError(path, f"“{text[:40]}” in its header is no number") from error


def _vector(values: np.ndarray) -> str:
    return "(" + ",".join(f"{float(v) + 0.0!r}" for v in values) + ")"


def _one_line(text: str) -> str:
    return " ".join(text.split())
