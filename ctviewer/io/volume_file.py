"""Volume files with a simple layout: a header that says where the numbers are, and the numbers."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.study import SourceFormat
from ctviewer.io.limits import MAX_VOXELS, memory_bytes

CHUNK_BYTES = 4 * 2**20
MAX_DEFLATE_RATIO = 1032
"""Deflate cannot expand more than this; a header that promises more than the file can hold is refused unread."""

MAX_BZIP2_RATIO = 50_000


class FormatError(ValueError):
    """A volume file cannot be used; the text completes “cannot be read: …”. ``hint`` says what to do."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, eq=False)
class VolumeHeader:
    """What a volume file's header says.

    Parameters
    ----------
    path
        The file that was chosen (the header).
    data_path
        The file with the numbers; the same, or a neighbour in the same folder.
    geometry
        Grid in file order ``(k, j, i)``: slowest axis first.
    dtype
        Type of the stored numbers with byte order.
    encoding
        ``"raw"``, ``"gzip"``, ``"zlib"``, ``"bzip2"`` or ``"text"``.
    offset
        Bytes before the (possibly compressed) numbers; −1: the numbers end the file.
    inner_offset
        Bytes to drop after decompression.
    slope, intercept
        Linear map from stored numbers to values.
    notes
        Sentences for the user.
    """

    path: Path
    data_path: Path
    format: SourceFormat
    geometry: VolumeGeometry
    dtype: np.dtype[np.generic]
    encoding: str
    offset: int
    inner_offset: int = 0
    slope: float = 1.0
    intercept: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def data_bytes(self) -> int:
        """Size of the numbers, uncompressed."""
        k, j, i = self.geometry.shape
        return k * j * i * self.dtype.itemsize


def neighbour(header_path: Path, name: str) -> Path:
    """A data file named in a header: a plain, regular file in the same folder, or it is refused.

    Raises
    ------
    FormatError
        If the name leads anywhere else; a header from outside must not choose which files are read.
    """
    if not name or name in (".", "..") or any(c in name for c in "/\\:\0") or "%" in name or " " in name.strip():
        raise FormatError(
            f"its header refers to “{name[:80]}”, and only a plain file name in the same folder is followed",
            "Put the data file beside the header.",
        )
    path = header_path.parent / name
    if path.is_symlink() or not path.is_file():
        raise FormatError(f"its data file {name} is not in the same folder", "Copy both files together.")
    return path


def check_size(header: VolumeHeader) -> None:
    """Raise `FormatError` if the header promises more than the file can hold or this machine may load."""
    k, j, i = header.geometry.shape
    available = header.data_path.stat().st_size - max(header.offset, 0)
    ratio = {"raw": 1, "gzip": MAX_DEFLATE_RATIO, "zlib": MAX_DEFLATE_RATIO, "bzip2": MAX_BZIP2_RATIO}.get(
        header.encoding, 1
    )
    promised = k * j * i if header.encoding == "text" else header.data_bytes
    if promised > available * ratio:
        raise FormatError(
            f"its header promises {i}×{j}×{k} voxels ({_size(header.data_bytes)}) but the file has {_size(available)}",
            "It is truncated or its header is damaged; copy it again.",
        )
    if k * j * i > MAX_VOXELS or header.data_bytes > memory_bytes() // 2:
        raise FormatError(f"its {i}×{j}×{k} voxels ({_size(header.data_bytes)}) do not fit into this machine's memory")


def read_voxels(
    header: VolumeHeader, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> AnyArray:
    """The stored numbers in file order, machine byte order.

    Raises
    ------
    UnreadableFileError
        If the data are damaged, truncated or inflate beyond what the header says.
    """
    try:
        check_size(header)
        out = np.empty(header.geometry.shape, dtype=header.dtype)
        with header.data_path.open("rb") as file:
            _read_into(header, file, out, progress, cancel)
    except FormatError as error:
        raise UnreadableFileError(header.path, str(error), error.hint) from error
    except OSError as error:
        raise UnreadableFileError(header.path, error.strerror or str(error)) from error
    if out.dtype.byteorder not in ("=", "|") and not out.dtype.isnative:
        return out.byteswap(inplace=True).view(out.dtype.newbyteorder("="))
    return out


def _read_into(
    header: VolumeHeader, file: BinaryIO, out: AnyArray, progress: ProgressCallback, cancel: CancelToken | None
) -> None:
    if header.encoding == "text":
        file.seek(header.offset)
        numbers = np.fromstring(file.read(40 * out.size), dtype=np.float64, sep=" ", count=-1)
        if numbers.size != out.size:
            raise FormatError(f"it is truncated ({numbers.size} numbers instead of {out.size})")
        out[...] = numbers.reshape(out.shape).astype(out.dtype)
        return
    offset = header.offset
    if offset < 0:
        offset = file.seek(0, 2) - header.data_bytes
    file.seek(offset)
    source = _open_stream(header.encoding, file)
    _skip(source, header.inner_offset)
    target = out.data.cast("B")
    done = 0
    while done < len(target):
        if cancel is not None:
            cancel.raise_if_cancelled()
        count = source.readinto(target[done : done + CHUNK_BYTES])
        if not count:
            raise FormatError(f"it is truncated ({_size(done)} of {_size(len(target))})", "Copy it again.")
        done += count
        progress(Progress(done, len(target), "Reading voxels"))


class _Stream(Protocol):
    """Something bytes can be read from into a buffer."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the start of ``buffer``; 0 at the end."""
        ...


def _open_stream(encoding: str, file: BinaryIO) -> _Stream:
    if encoding == "raw":
        return file  # type: ignore[return-value]
    if encoding == "gzip":
        return InflatingStream(file, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS))
    if encoding == "zlib":
        return InflatingStream(file, zlib.decompressobj)
    return _Bzip2Stream(file)


def _skip(source: _Stream, count: int) -> None:
    buffer = memoryview(bytearray(min(count, CHUNK_BYTES)))
    while count > 0:
        got = source.readinto(buffer[: min(count, len(buffer))])
        if not got:
            raise FormatError("it is truncated (it ends inside its header)")
        count -= got


class InflatingStream:
    """Inflates a deflate stream piece by piece; never holds more than was asked for. Reads joined gzip members."""

    def __init__(self, file: BinaryIO, make: Callable[[], zlib._Decompress]) -> None:
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
    def __init__(self, file: BinaryIO) -> None:
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


def _size(count: int) -> str:
    for unit, factor in (("TB", 2**40), ("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"
