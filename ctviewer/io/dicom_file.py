"""Reading the header of one DICOM file as quickly as possible without trusting it."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from ctviewer.io.dicom_instance import Instance, instance_from_header
from ctviewer.io.dicom_tags import WANTED
from ctviewer.io.dicom_walk import (
    DEFLATED,
    FIRST_PIXEL_TAG,
    UNDEFINED,
    HeaderError,
    NeedMoreError,
    RawHeader,
    walk,
    walk_inflated,
)

FIRST_READ_BYTES = 16 * 2**10
MAX_HEADER_BYTES = 64 * 2**20
"""Longest header that is read; enhanced multi-frame headers reach some megabytes."""

SHORTEST_ELEMENT_BYTES = 8

MAX_INFLATED_BYTES = 512 * 2**20
"""Most bytes a deflated file may inflate to."""


class DeflatedFileError(Exception):
    """The data set is compressed as a whole; `read_deflated_instance` reads it, in a limited process."""


def read_instance(path: Path) -> Instance:
    """The image in a DICOM file, from its header only.

    Raises
    ------
    HeaderError
        If the file is no usable DICOM image; the text completes “cannot be read: …”.
    DeflatedFileError
        If its header is compressed.
    OSError
        If the file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(descriptor).st_size
        data = os.read(descriptor, FIRST_READ_BYTES)
        return read_instance_from(path, descriptor, data, size)
    finally:
        os.close(descriptor)


def read_instance_from(path: Path, descriptor: int, head: bytes, size: int) -> Instance:
    """Like `read_instance`, with an open file whose first bytes are already read."""
    while True:
        try:
            header = walk(head, size, WANTED)
            break
        except NeedMoreError as more:
            head = read_prefix(descriptor, head, more.size, size)
    if header.transfer_syntax == DEFLATED:
        raise DeflatedFileError(path)
    check_pixels_present(header, size)
    check_what_follows(header, descriptor, size)
    return instance_from_header(path, size, header)


def read_prefix(descriptor: int, head: bytes, needed: int, size: int) -> bytes:
    """At least ``needed`` bytes from the start of the file."""
    if needed > MAX_HEADER_BYTES:
        raise HeaderError(f"its header claims to be longer than {MAX_HEADER_BYTES // 2**20} MB")
    wanted = min(size, max(needed + FIRST_READ_BYTES, 2 * len(head)))
    os.lseek(descriptor, len(head), os.SEEK_SET)
    parts = [head]
    have = len(head)
    while have < wanted:
        part = os.read(descriptor, wanted - have)
        if not part:
            raise HeaderError(f"it is truncated ({have:,} of {needed:,} bytes)")
        parts.append(part)
        have += len(part)
    return b"".join(parts)


def check_pixels_present(header: RawHeader, size: int) -> None:
    """Raise `HeaderError` if the pixel element promises more bytes than the file has."""
    if header.pixel_offset and header.pixel_length != UNDEFINED:
        end = header.pixel_offset + header.pixel_length
        if end > size:
            raise HeaderError(f"it is truncated ({size:,} of {end:,} bytes)")


def check_what_follows(header: RawHeader, descriptor: int, size: int) -> None:
    """Raise `HeaderError` if plain pixels are followed by bytes that are no element and no padding.

    Then bytes were inserted somewhere before, and the picture is shifted from there on.
    """
    end = header.pixel_offset + header.pixel_length
    if not header.pixel_offset or header.pixel_length == UNDEFINED or end >= size:
        return
    os.lseek(descriptor, end, os.SEEK_SET)
    rest = os.read(descriptor, FIRST_READ_BYTES)
    is_lone_byte = len(rest) == 1 and header.pixel_length % 2 == 0
    if not rest.strip(b"\0") and not is_lone_byte:
        return
    group = int.from_bytes(rest[:2], "big" if header.big_endian else "little")
    if len(rest) < SHORTEST_ELEMENT_BYTES or group < FIRST_PIXEL_TAG >> 16:
        raise HeaderError(f"its pixels are followed by {size - end:,} bytes that belong to nothing")


def inflate_data_set(path: Path, offset: int) -> bytes:
    """The inflated data set of a deflated file, capped.

    Raises
    ------
    HeaderError
        If the stream is broken or inflates beyond `MAX_INFLATED_BYTES`.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    with path.open("rb") as file:
        file.seek(offset)
        compressed = file.read()
    try:
        data = inflater.decompress(compressed, MAX_INFLATED_BYTES)
    except zlib.error as error:
        raise HeaderError("its compressed content is damaged") from error
    if inflater.unconsumed_tail:
        raise HeaderError(f"its compressed content inflates to more than {MAX_INFLATED_BYTES // 2**20} MB")
    if not inflater.eof:
        raise HeaderError("it is truncated (its compressed content ends too early)")
    return data


def read_deflated_instance(path: Path) -> Instance:
    """The image in a deflated DICOM file; inflates all of it, up to `MAX_INFLATED_BYTES`."""
    with path.open("rb") as file:
        head = file.read(FIRST_READ_BYTES)
    size = path.stat().st_size
    outer = walk(head, size, WANTED)
    return instance_from_header(path, size, inflated_header(inflate_data_set(path, outer.pixel_offset), outer))


def file_meta_length(path: Path) -> int:
    """Where the data set of a deflated file begins: after the file meta group."""
    with path.open("rb") as file:
        head = file.read(FIRST_READ_BYTES)
    return walk(head, len(head), frozenset()).pixel_offset


def inflated_header(data: bytes, outer: RawHeader) -> RawHeader:
    """Header of an inflated data set; keeps the file meta of the outer file."""
    header = walk_inflated(data, WANTED)
    check_pixels_present(header, len(data))
    header.values = outer.values | header.values
    header.transfer_syntax = DEFLATED
    return header
