"""The numbers of a volume file: binary or text, plain or compressed, never more of them inflated than asked for."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable
from io import BufferedReader
from typing import Protocol

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.io.volume_file import FormatError, VolumeHeader, check_size, more_than_promised, size_text

BLANKS = b"\0\r\n\t "
"""Bytes that some programs fill a file up with."""

CHUNK_BYTES = 4 * 2**20
MAX_TEXT_BYTES = 64 * 2**20
"""Longest file of numbers written as text that is read: it has to be split in memory."""


class VoxelSource:
    """The stored numbers of a volume file, read in file order; a context manager.

    Never inflates more than is asked for.
    """

    def __init__(self, header: VolumeHeader) -> None:
        check_size(header)
        self._header = header
        self._file = header.data_path.open("rb")
        offset = header.offset
        if offset < 0:
            offset = self._file.seek(0, 2) - header.data_bytes
        self._file.seek(offset)
        if header.encoding == "text":
            self._source: _Stream = _TextStream(self._file, header)
        else:
            self._source = _open_stream(header.encoding, self._file)
            _skip(self._source, header.inner_offset)

    def __enter__(self) -> VoxelSource:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read_into(self, out: AnyArray) -> None:
        """Fill a C-contiguous array of the stored type with the next numbers; machine byte order afterwards.

        Raises
        ------
        FormatError
            If the data end early or are damaged.
        """
        target = out.data.cast("B")
        done = 0
        while done < len(target):
            count = self._source.readinto(target[done : done + CHUNK_BYTES])
            if not count:
                raise FormatError(
                    f"it is truncated (voxels of {size_text(self._header.data_bytes)} are announced, some are missing)",
                    "Copy it again from its source.",
                )
            done += count
        if not self._header.dtype.isnative:
            out.byteswap(inplace=True)

    def check_end(self) -> None:
        """Raise `FormatError` if anything but blank filling follows the last voxel, or as much as a row.

        Bytes too many were inserted before the voxels, or the header says wrongly where they start: then every row is
        cut at the wrong place.
        """
        row = memoryview(bytearray(self._header.geometry.shape[2] * self._header.dtype.itemsize))
        have = 0
        while have < len(row) and (count := self._source.readinto(row[have:])):
            have += count
        if have == len(row):
            raise more_than_promised(self._header, "more")
        if bytes(row[:have]).strip(BLANKS):
            raise more_than_promised(self._header, "1 byte more" if have == 1 else f"{have} bytes more")


class _TextStream:
    """Numbers written as text, as if they were binary."""

    def __init__(self, file: BufferedReader, header: VolumeHeader) -> None:
        k, j, i = header.geometry.shape
        words = file.read(MAX_TEXT_BYTES).split()
        if len(words) != k * j * i:
            raise FormatError(f"it is truncated ({len(words)} numbers instead of {k * j * i})")
        try:
            self._bytes = np.array(words, dtype=np.float64).astype(header.dtype).tobytes()
        except ValueError as error:
            raise FormatError("its numbers are damaged") from error

    def readinto(self, buffer: memoryview, /) -> int:
        count = min(len(buffer), len(self._bytes))
        buffer[:count], self._bytes = self._bytes[:count], self._bytes[count:]
        return count


class _Stream(Protocol):
    """Something bytes can be read from into a buffer."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the start of ``buffer``; 0 at the end."""
        ...


def _open_stream(encoding: str, file: BufferedReader) -> _Stream:
    if encoding == "raw":
        return file
    if encoding == "gzip":
        return _InflatingStream(file, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS))
    if encoding == "zlib":
        return _InflatingStream(file, zlib.decompressobj)
    return _Bzip2Stream(file)


def _skip(source: _Stream, count: int) -> None:
    buffer = memoryview(bytearray(min(count, CHUNK_BYTES)))
    while count > 0:
        got = source.readinto(buffer[: min(count, len(buffer))])
        if not got:
            raise FormatError("it is truncated (it ends inside its header)")
        count -= got


class _InflatingStream:
    """Inflates a deflate stream piece by piece; never holds more than was asked for. Reads joined gzip members."""

    def __init__(self, file: BufferedReader, make: Callable[[], zlib._Decompress]) -> None:
        self._file = file
        self._make = make
        self._inflater = make()
        self._pending = b""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the start of ``buffer`` with inflated bytes; 0 at the end of the stream."""
        while True:
            if not self._pending:
                self._pending = self._file.read(CHUNK_BYTES)
            if self._inflater.eof:
                if not self._pending:
                    return 0
                self._inflater = self._make()
            try:
                part = self._inflater.decompress(self._pending, len(buffer))
            except zlib.error as error:
                raise FormatError("its compressed data are damaged", "Copy it again from its source.") from error
            at_end = not self._pending
            self._pending = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            if part:
                buffer[: len(part)] = part
                return len(part)
            if at_end:
                return 0


class _Bzip2Stream:
    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._inflater = bz2.BZ2Decompressor()

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            while not self._inflater.eof:
                data = self._file.read(CHUNK_BYTES) if self._inflater.needs_input else b""
                part = self._inflater.decompress(data, len(buffer))
                if part:
                    buffer[: len(part)] = part
                    return len(part)
                if not data and self._inflater.needs_input:
                    return 0
        except OSError as error:
            raise FormatError("its compressed data are damaged", "Copy it again from its source.") from error
        return 0
