"""MetaImage headers (``.mha``, and ``.mhd`` with a neighbouring ``.raw`` or ``.zraw`` as in LUNA16)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import direction_letters
from ctviewer.domain.study import SourceFormat
from ctviewer.io.patient_space import affine_kji
from ctviewer.io.volume_file import FormatError, VolumeHeader, neighbour

MAX_HEADER_BYTES = 256 * 2**10
UNIT_TOLERANCE = 1e-3

_DTYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
_BIG_ENDIAN = ("BinaryDataByteOrderMSB", "ElementByteOrderMSB")
_SPACING = ("ElementSpacing", "ElementSize")
_ORIGIN = ("Offset", "Position", "Origin")
_MATRIX = ("TransformMatrix", "Orientation", "Rotation")


def read_metaimage_header(path: Path) -> VolumeHeader:
    """Header of a MetaImage file.

    Raises
    ------
    FormatError
        If it cannot be used.
    OSError
        If it cannot be opened.
    """
    fields, end = _fields(path)
    if fields.get("NDims") != "3":
        raise FormatError(f"it has {fields.get('NDims', 'no')[:10]} dimensions, and a volume has 3")
    sizes = [int(n) if n == int(n) else 0 for n in _numbers(fields, ("DimSize",), 3)]
    if any(n < 1 for n in sizes):
        raise FormatError(f"its size {fields['DimSize'][:40]} is not possible")
    if fields.get("ElementNumberOfChannels", "1") != "1":
        raise FormatError("it has several values per voxel, and CT has one")
    dtype = _DTYPES.get(fields.get("ElementType", ""))
    if dtype is None:
        raise FormatError(f"its numbers are of the type “{fields.get('ElementType', '')[:40]}”, which CT does not have")
    orders = {_flag(fields, name) for name in _BIG_ENDIAN if name in fields} or {False}
    if len(orders) > 1:
        raise FormatError(f"its header says two things about the order of bytes ({' and '.join(_BIG_ENDIAN)})")
    name = fields.get("ElementDataFile", "")
    local = name.upper() == "LOCAL"
    if name.upper().startswith("LIST"):
        raise FormatError("its voxels are spread over a list of files, which is not supported")
    skip = int(_numbers(fields, ("HeaderSize",), 1)[0]) if "HeaderSize" in fields else 0
    compressed = _flag(fields, "CompressedData")
    if skip < -1 or (skip == -1 and compressed) or (local and skip not in (-1, 0, end)):
        raise FormatError(f"it contradicts itself about where its voxels start (HeaderSize = {skip})")
    if _flag(fields, "BinaryData", default=True) is False:
        raise FormatError("its voxels are written as text, which is not supported")
    geometry = VolumeGeometry((sizes[2], sizes[1], sizes[0]), _affine(fields))
    return VolumeHeader(
        path=path,
        data_path=path if local else neighbour(path, name),
        format=SourceFormat.METAIMAGE,
        geometry=geometry,
        dtype=np.dtype((">" if orders == {True} else "<") + dtype),
        encoding="zlib" if compressed else "raw",
        offset=-1 if skip == -1 else (end if local else max(skip, 0)),
        notes=_orientation_note(fields, geometry),
    )


def _fields(path: Path) -> tuple[dict[str, str], int]:
    """Header fields, and where the data start after the last one (``ElementDataFile``)."""
    with path.open("rb") as file:
        head = file.read(MAX_HEADER_BYTES)
    fields: dict[str, str] = {}
    at = 0
    while at < len(head):
        stop = head.find(b"\n", at)
        if stop < 0:
            stop = len(head)
        name, separator, value = head[at:stop].decode("utf-8", "replace").partition("=")
        at = stop + 1
        if not separator:
            if name.strip():
                raise FormatError("its header is damaged")
            continue
        name, value = name.strip(), value.strip()
        if fields.setdefault(name, value) != value:
            raise FormatError(f"its header says two things about {name[:40]}")
        if name == "ElementDataFile":
            return fields, at
    raise FormatError("its header does not say where the voxels are (ElementDataFile)")


def _affine(fields: dict[str, str]) -> FloatArray:
    if not any(name in fields for name in _MATRIX):
        raise FormatError(
            "it does not say how it lies in the patient (no TransformMatrix), so left and right are unknown",
            "Export it again with a program that keeps the orientation.",
        )
    matrix = np.array(_numbers(fields, _MATRIX, 9)).reshape(3, 3).T  # one triple per file axis
    if np.abs(np.linalg.norm(matrix, axis=0) - 1).max() > UNIT_TOLERANCE:
        raise FormatError("its TransformMatrix is no rotation (its axes are not of length 1)")
    if fields.get("DistanceUnits", "mm").lower() not in ("mm", "", "?"):
        raise FormatError(f"its lengths are in {fields['DistanceUnits'][:20]}, and millimetres are needed")
    spacing = np.array(_numbers(fields, _SPACING, 3))
    if (spacing <= 0).any():
        raise FormatError("its voxel size is not positive")
    return affine_kji(matrix * spacing, np.array(_numbers(fields, _ORIGIN, 3)))


def _orientation_note(fields: dict[str, str], geometry: VolumeGeometry) -> tuple[str, ...]:
    """A note where the three letters (where each axis comes from; ITK ignores them) contradict the matrix."""
    said = fields.get("AnatomicalOrientation", "").upper()
    opposite = {"L": "R", "R": "L", "P": "A", "A": "P", "H": "I", "F": "S"}
    meant = "".join(opposite[direction_letters(geometry.directions[:, axis])[0]] for axis in (2, 1, 0))
    if len(said) != 3 or not set(said) <= set("RLAPIS") or said == meant:
        return ()
    return (f"AnatomicalOrientation says {said}, the TransformMatrix says {meant}: the matrix was used, as ITK does.",)


def _numbers(fields: dict[str, str], names: tuple[str, ...], count: int) -> list[float]:
    said = [fields[name] for name in names if name in fields]
    text = said[0] if said else ""
    try:
        numbers, *others = [[float(part) for part in one.split()] for one in said or [""]]
    except ValueError:
        numbers, others = [], []
    if names is not _SPACING and any(other != numbers for other in others):
        raise FormatError(f"its header says two things about where it lies ({' and '.join(names[:2])})")
    if len(numbers) != count or not np.isfinite(numbers).all() or max(map(abs, numbers)) > 1e12:
        raise FormatError(f"its header is damaged ({names[0]} = “{text[:40]}”)")
    return numbers


def _flag(fields: dict[str, str], name: str, *, default: bool = False) -> bool:
    return fields[name].strip().lower() in ("true", "1", "t", "yes") if name in fields else default
