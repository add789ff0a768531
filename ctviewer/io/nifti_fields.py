"""The bytes of a NIfTI-1 or NIfTI-2 header as fields; what they mean is decided elsewhere."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.io.volume_file import FormatError

HEADER_BYTES = 544


@dataclass(slots=True)
class NiftiFields:
    """Header fields that matter, from either version; see nifti1.h and nifti2.h for their meaning."""

    order: str
    dims: tuple[int, ...]
    datatype: int
    pixdim: tuple[float, ...]
    data_offset: int
    slope: float
    intercept: float
    unit: int
    qform_code: int
    sform_code: int
    quaternion: tuple[float, ...]
    q_origin: tuple[float, ...]
    srows: tuple[float, ...]
    is_pair: bool


def read_fields(path: Path) -> tuple[NiftiFields, bool]:
    """Fields of a file, and whether it is compressed.

    Raises
    ------
    FormatError
        If it is no NIfTI file, or truncated.
    OSError
        If it cannot be opened.
    """
    head, compressed = _first_bytes(path)
    return _parse(head), compressed


def _first_bytes(path: Path) -> tuple[bytes, bool]:
    with path.open("rb") as file:
        head = file.read(2**14)
    if head[:2] != b"\x1f\x8b":
        return head[:HEADER_BYTES], False
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, HEADER_BYTES), True
    except zlib.error as error:
        raise FormatError("its compressed data are damaged", "Copy it again from its source.") from error


def _parse(head: bytes) -> NiftiFields:
    if len(head) < 348:
        raise FormatError(f"it is truncated ({len(head)} bytes)")
    order = "<" if head[:4] in (b"\x5c\x01\0\0", b"\x1c\x02\0\0") else ">"
    (size,) = struct.unpack_from(order + "i", head)
    if size == 348:
        return _parse_1(head, order)
    if size == 540 and len(head) >= 540:
        return _parse_2(head, order)
    raise FormatError("it is not a NIfTI file")


def _parse_1(head: bytes, order: str) -> NiftiFields:
    magic = head[344:348]
    if magic not in (b"n+1\0", b"ni1\0"):
        raise FormatError(
            "it is an Analyze file, which does not say which side is left",
            "Convert it to NIfTI with a program that knows its orientation.",
        )
    read = _reader(head, order)
    dim = read("8h", 40)
    offset = read("f", 108)[0]
    return NiftiFields(
        order=order,
        dims=dim,
        datatype=read("h", 70)[0],
        pixdim=read("8f", 76),
        data_offset=_whole(offset),
        slope=read("f", 112)[0],
        intercept=read("f", 116)[0],
        unit=head[123],
        qform_code=read("h", 252)[0],
        sform_code=read("h", 254)[0],
        quaternion=read("3f", 256),
        q_origin=read("3f", 268),
        srows=read("12f", 280),
        is_pair=magic == b"ni1\0",
    )


def _parse_2(head: bytes, order: str) -> NiftiFields:
    if head[4:8] not in (b"n+2\0", b"ni2\0"):
        raise FormatError("its header is damaged")
    read = _reader(head, order)
    return NiftiFields(
        order=order,
        dims=read("8q", 16),
        datatype=read("h", 12)[0],
        pixdim=read("8d", 104),
        data_offset=read("q", 168)[0],
        slope=read("d", 176)[0],
        intercept=read("d", 184)[0],
        unit=read("i", 500)[0] & 0xFF,
        qform_code=read("i", 344)[0],
        sform_code=read("i", 348)[0],
        quaternion=read("3d", 352),
        q_origin=read("3d", 376),
        srows=read("12d", 400),
        is_pair=head[4:8] == b"ni2\0",
    )


def _reader(head: bytes, order: str) -> Callable[[str, int], tuple[Any, ...]]:
    return lambda layout, at: struct.unpack_from(order + layout, head, at)


def _whole(number: float) -> int:
    if not np.isfinite(number) or number < 0 or number > 2**40:
        raise FormatError("its header is damaged (data offset)")
    return int(number)
