"""Volume files with a simple layout: a header that says where the numbers are, and the numbers."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import SourceFormat
from ctviewer.io.limits import MAX_VOXELS, memory_bytes

CHUNK_BYTES = 4 * 2**20
MAX_DEFLATE_RATIO = 1032
"""Deflate cannot expand more than this; a header that promises more than the file can hold is refused unread."""

MAX_EXTENT_MM = 5000.0
"""Longer than any scanner's table; a header beyond it is damaged or in other units."""

MAX_BZIP2_RATIO = 50_000
MAX_TEXT_BYTES = 64 * 2**20


class FormatError(ValueError):
    """A volume file cannot be used; the text completes “cannot be read: …”. ``hint`` says what to do.

    Unprintable characters (quoted from a damaged header) become “?”.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__("".join(c if c.isprintable() else "?" for c in reason))
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
    question
        What the header contradicts itself about, so that only a person can decide; completes “cannot be opened: …”.
    answers
        ``(choice, text for a button)`` of what the person can say; ``choice`` is what the reader takes.
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
    question: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def data_bytes(self) -> int:
        """Size of the numbers, uncompressed."""
        k, j, i = self.geometry.shape
        return k * j * i * self.dtype.itemsize

    @property
    def is_plain_int16(self) -> bool:
        """Whether the stored numbers are the values, uncompressed."""
        return self.dtype.newbyteorder("=") == np.int16 and self.encoding == "raw" and self.is_unscaled

    @property
    def is_unscaled(self) -> bool:
        """Whether stored numbers are values."""
        return self.slope == 1.0 and self.intercept == 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the decoding worker."""
        return {
            "path": str(self.path),
            "data_path": str(self.data_path),
            "format": self.format.value,
            "shape": list(self.geometry.shape),
            "dtype": self.dtype.str,
            "encoding": self.encoding,
            "offset": self.offset,
            "inner_offset": self.inner_offset,
            "slope": self.slope,
            "intercept": self.intercept,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> VolumeHeader:
        """Inverse of `to_json`; the place in the patient is not needed to read numbers and stays behind."""
        k, j, i = values["shape"]
        return cls(
            path=Path(values["path"]),
            data_path=Path(values["data_path"]),
            format=SourceFormat(values["format"]),
            geometry=VolumeGeometry((k, j, i), np.eye(4)),
            dtype=np.dtype(values["dtype"]),
            encoding=values["encoding"],
            offset=values["offset"],
            inner_offset=values["inner_offset"],
            slope=values["slope"],
            intercept=values["intercept"],
        )


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
    """Raise `FormatError` if the header promises more than the file can hold or this machine may load.

    A plain file that holds more than the header promises is refused too: with a wrong size the rows would be cut at the
    wrong places.
    """
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
    if header.encoding == "raw" and header.offset >= 0 and available - promised >= i * header.dtype.itemsize:
        raise more_than_promised(header, _size(available))
    if k * j * i > MAX_VOXELS or header.data_bytes > memory_bytes() // 2:
        raise FormatError(f"its {i}×{j}×{k} voxels ({_size(header.data_bytes)}) do not fit into this machine's memory")


def more_than_promised(header: VolumeHeader, held: str) -> FormatError:
    """The refusal of a file with more voxels than its header says."""
    k, j, i = header.geometry.shape
    return FormatError(
        f"its header promises {i}×{j}×{k} voxels ({_size(header.data_bytes)}), but the file holds {held}",
        "Its size is probably wrong in the header; export it again.",
    )


def check_extent(header: VolumeHeader) -> None:
    """Raise `FormatError` if the scan would be longer than a scanner, which means that its unit is not millimetres."""
    extents = [n * mm for n, mm in zip(header.geometry.shape, header.geometry.spacing_mm, strict=True)]
    if max(extents) > MAX_EXTENT_MM:
        spacing = "×".join(f"{mm:.4g}" for mm in reversed(header.geometry.spacing_mm))
        raise FormatError(
            f"its voxels of {spacing} mm would make it {max(extents) / 1000:.3g} m long",
            "Its voxel size or unit is wrong; export it again in millimetres.",
        )


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
                    f"it is truncated (voxels of {_size(self._header.data_bytes)} are announced, some are missing)",
                    "Copy it again from its source.",
                )
            done += count
        if not self._header.dtype.isnative:
            out.byteswap(inplace=True)

    def check_end(self) -> None:
        """Raise `FormatError` if at least one more row follows the last voxel."""
        if self._header.offset < 0 and self._header.encoding == "raw":
            return
        row = memoryview(bytearray(self._header.geometry.shape[2] * self._header.dtype.itemsize))
        have = 0
        while have < len(row):
            count = self._source.readinto(row[have:])
            if not count:
                return
            have += count
        raise more_than_promised(self._header, "more")


class _TextStream:
    """Numbers written as text, as if they were binary."""

    def __init__(self, file: BinaryIO, header: VolumeHeader) -> None:
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
