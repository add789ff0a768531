"""NRRD headers (attached ``.nrrd`` and detached ``.nhdr``)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import SourceFormat
from ctviewer.io.patient_space import affine_kji
from ctviewer.io.volume_file import FormatError, VolumeHeader, neighbour

MAX_HEADER_BYTES = 256 * 2**10
NO_ORIGIN_NOTE = "The file does not say where the scan lies: its first voxel was taken to be at 0, 0, 0 mm."
_MILLIMETRES = frozenset({"", "mm", "millimeter", "millimeters", "millimetre", "millimetres"})

_TYPES = {
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i1": ("signed char", "int8", "int8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_DTYPE_BY_NAME = {name: code for code, names in _TYPES.items() for name in names}
_ENCODINGS = {"raw": "raw", "gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2"} | dict.fromkeys(
    ("txt", "text", "ascii"), "text"
)
_KINDS_OF_SPACE = frozenset({"domain", "space", "none", "???"})
_SPACES = {
    "left-posterior-superior": (1, 1, 1),
    "lps": (1, 1, 1),
    "right-anterior-superior": (-1, -1, 1),
    "ras": (-1, -1, 1),
    "left-anterior-superior": (1, -1, 1),
    "las": (1, -1, 1),
}
"""Sign of each axis of a NRRD space in LPS."""


def read_nrrd_header(path: Path) -> VolumeHeader:
    """Header of a NRRD file.

    Raises
    ------
    FormatError
        If it cannot be used.
    OSError
        If it cannot be opened.
    """
    fields, end = _fields(path)
    return _header(path, fields, end)


def _header(path: Path, fields: dict[str, str], end: int) -> VolumeHeader:
    shape = _shape(fields)
    dtype = _DTYPE_BY_NAME.get(fields.get("type", "").lower())
    if dtype is None:
        raise FormatError(f"its numbers are of the type “{fields.get('type', '')[:40]}”, which CT does not have")
    encoding = _ENCODINGS.get(fields.get("encoding", "").lower())
    if encoding is None:
        raise FormatError(f"its encoding “{fields.get('encoding', '')[:40]}” is not supported")
    order = _byte_order(fields, dtype, encoding)
    name = fields.get("data file") or fields.get("datafile")
    offset = 0 if name else end
    if _integer(fields.get("line skip", fields.get("lineskip", "0")), "line skip"):
        raise FormatError("its data are to be found after skipped lines, which is not supported")
    skip = _integer(fields.get("byte skip", fields.get("byteskip", "0")), "byte skip")
    if skip < -1:
        raise FormatError(f"its voxels would start {-skip} bytes before its data (byte skip)")
    if name and name.startswith("LIST"):
        raise FormatError("its voxels are spread over a list of files, which is not supported")
    _check_kinds(fields)
    inner = 0
    if encoding == "raw":
        offset = -1 if skip == -1 else offset + max(skip, 0)
    else:
        inner = max(skip, 0)
    return VolumeHeader(
        path=path,
        data_path=neighbour(path, name) if name else path,
        format=SourceFormat.NRRD,
        geometry=VolumeGeometry(shape, _affine(fields)),
        dtype=np.dtype(order + dtype),
        encoding=encoding,
        offset=offset,
        inner_offset=inner,
        notes=() if "space origin" in fields else (NO_ORIGIN_NOTE,),
    )


def _byte_order(fields: dict[str, str], dtype: str, encoding: str) -> str:
    orders = {"little": "<", "big": ">"}
    said = fields.get("endian", "little" if dtype.endswith("1") or encoding == "text" else "").lower()
    if said not in orders:
        raise FormatError("it does not say in which order the bytes of its numbers are (endian)")
    return orders[said]


def _check_kinds(fields: dict[str, str]) -> None:
    """Refuse axes that are no directions in space (a list, time, colours), whatever directions they are given."""
    others = [kind for kind in fields.get("kinds", "").split() if kind.lower() not in _KINDS_OF_SPACE]
    if others:
        raise FormatError(f"an axis of it is not one of space but “{others[0][:40]}”")


def read_nrrd_layers(path: Path) -> tuple[VolumeHeader, int]:
    """Header of a NRRD file with several values per voxel as Slicer writes overlapping segments, and how many.

    The first axis is then not one of space (``none``); the geometry is that of the other three.

    Raises
    ------
    FormatError, OSError
        As `read_nrrd_header`.
    """
    fields, end = _fields(path)
    sizes = fields.get("sizes", "").split()
    if fields.get("dimension") != "4" or len(sizes) != 4:
        return read_nrrd_header(path), 1
    if not fields.get("space directions", "").startswith("none"):
        raise FormatError("it has 4 dimensions, and the first is not the list of layers")
    layers = _integer(sizes[0], "sizes")
    if not 0 < layers < 256:
        raise FormatError(f"it has {layers} layers")
    directions = fields["space directions"].removeprefix("none")
    kinds = " ".join(fields.get("kinds", "").split()[1:])
    of_space = {
        **fields,
        "kinds": kinds,
        "dimension": "3",
        "sizes": " ".join(sizes[1:]),
        "space directions": directions,
    }
    return _header(path, of_space, end), layers


def key_values(path: Path) -> dict[str, str]:
    """The ``key:=value`` pairs of a NRRD file.

    Raises
    ------
    FormatError, OSError
        As `read_nrrd_header`.
    """
    lines, _ = _lines(path)
    pairs = (line.partition(":=") for line in lines if ":=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _fields(path: Path) -> tuple[dict[str, str], int]:
    """Header fields (lower-case names), and the offset of the data after the blank line."""
    lines, end = _lines(path)
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith("#") or ":=" in line:
            continue
        name, separator, value = line.partition(":")
        if separator and fields.setdefault(name.strip().lower(), value.strip()) != value.strip():
            raise FormatError(f"its header says two things about “{name.strip()[:40]}”")
    return fields, end


def _lines(path: Path) -> tuple[list[str], int]:
    """Lines of the header after the first, and the offset of the data after the blank line."""
    with path.open("rb") as file:
        head = file.read(MAX_HEADER_BYTES)
    if not re.match(rb"NRRD000[1-5]\r?\n", head):
        raise FormatError("it is not a NRRD file")
    blank = re.search(rb"\r?\n\r?\n", head)
    end = blank.end() if blank else len(head)
    if blank is None and len(head) == MAX_HEADER_BYTES:
        raise FormatError("its header does not end")
    return head[: blank.start() if blank else len(head)].decode("utf-8", "replace").splitlines()[1:], end


def _shape(fields: dict[str, str]) -> tuple[int, int, int]:
    sizes = [_integer(part, "sizes") for part in fields.get("sizes", "").split()]
    if len(sizes) != 3 or fields.get("dimension", "3") != "3":
        raise FormatError(
            f"it has {len(sizes)} dimensions, and a volume has 3", "Export the volume to be read to a file of its own."
        )
    if any(n < 1 for n in sizes):
        raise FormatError(f"its size {'×'.join(str(n) for n in sizes)} is not possible")
    return (sizes[2], sizes[1], sizes[0])


def _affine(fields: dict[str, str]) -> FloatArray:
    space = fields.get("space", "")
    signs = _SPACES.get(space.lower())
    if signs is None:
        said = f"its “space” is {space[:40]}" if space else "it has no “space”"
        raise FormatError(
            f"it does not say how it lies in the patient ({said}), so left and right are unknown",
            "Export it again with a program that keeps the orientation.",
        )
    units = set(re.findall(r'"([^"]*)"', fields.get("space units", "")))
    if not {unit.strip().lower() for unit in units} <= _MILLIMETRES:
        raise FormatError(f"its lengths are in {', '.join(sorted(units))[:40]}, and millimetres are needed")
    vectors = [_vector(part) for part in re.findall(r"\([^)]*\)|none", fields.get("space directions", ""))]
    if len(vectors) != 3:
        raise FormatError("its “space directions” are damaged")
    if not all(map(np.any, vectors)):
        raise FormatError("its voxel size is zero")
    origin = _vector(fields.get("space origin", "(0,0,0)"))
    flip = np.array(signs, dtype=np.float64)
    return affine_kji(np.stack(vectors, axis=1) * flip[:, None], origin * flip)


def _vector(text: str) -> FloatArray:
    try:
        numbers = np.array([float(part) for part in text.strip("() ").split(",")])
    except ValueError as error:
        raise FormatError(f"“{text[:40]}” in its header is no direction") from error
    if numbers.shape != (3,) or not np.isfinite(numbers).all():
        raise FormatError(f"“{text[:40]}” in its header is no direction")
    return numbers


def _integer(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise FormatError(f"“{text[:40]}” in its header is no number ({what})") from error
