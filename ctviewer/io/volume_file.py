"""What the header of a volume file with a simple layout says, and what it must not promise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import SourceFormat
from ctviewer.io.limits import MAX_VOXELS, memory_bytes, place_problem

MAX_DEFLATE_RATIO = 1032
"""Deflate cannot expand more than this; a header that promises more than the file can hold is refused unread."""

MAX_BZIP2_RATIO = 50_000
"""Chosen: bzip2 shrinks zeros about a million times, which bounds nothing; scans stay far below this."""


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
    name = name.removeprefix("./")
    if name in ("", ".", "..") or any(c in name for c in "/\\:\0%"):
        raise FormatError(
            f"its header refers to “{name[:80]}”, and only a plain file name in the same folder is followed",
            "Put the data file beside the header.",
        )
    path = header_path.parent / name
    if not path.exists():  # copied from a system that does not tell capitals from small letters
        same = (p for p in sorted(header_path.parent.iterdir()) if p.name.casefold() == name.casefold())
        path = next(same, path)
    if path.is_symlink() or not path.is_file():
        raise FormatError(f"its data file {name} is not in the same folder", "Copy both files together.")
    return path


def check_size(header: VolumeHeader) -> None:
    """Raise `FormatError` if the header promises more than the file can hold or this machine may load.

    A plain file that holds at least a row more than the header promises is refused too: with a wrong size the rows
    would be cut at the wrong places. `ctviewer.io.voxel_source.VoxelSource.check_end` looks at a shorter rest.
    """
    k, j, i = header.geometry.shape
    available = header.data_path.stat().st_size - max(header.offset, 0)
    ratio = {"raw": 1, "gzip": MAX_DEFLATE_RATIO, "zlib": MAX_DEFLATE_RATIO, "bzip2": MAX_BZIP2_RATIO}.get(
        header.encoding, 1
    )
    promised = k * j * i if header.encoding == "text" else header.data_bytes
    if promised > available * ratio:
        promise = f"{i}×{j}×{k} voxels ({size_text(header.data_bytes)})"
        raise FormatError(
            f"its header promises {promise} but the file has {size_text(available)}",
            "It is truncated or its header is damaged; copy it again.",
        )
    if header.encoding == "raw" and header.offset >= 0 and available - promised >= i * header.dtype.itemsize:
        raise more_than_promised(header, size_text(available))
    if k * j * i > MAX_VOXELS or header.data_bytes > memory_bytes() // 2:
        raise FormatError(
            f"its {i}×{j}×{k} voxels ({size_text(header.data_bytes)}) do not fit into this machine's memory"
        )


def more_than_promised(header: VolumeHeader, held: str) -> FormatError:
    """The refusal of a file with more voxels than its header says."""
    k, j, i = header.geometry.shape
    return FormatError(
        f"its header promises {i}×{j}×{k} voxels ({size_text(header.data_bytes)}), but the file holds {held}",
        "Its size is probably wrong in the header; export it again.",
    )


def check_extent(header: VolumeHeader) -> None:
    """Raise `FormatError` if the scan cannot be that large or lie there, which means that its unit is wrong."""
    problem = place_problem(header.geometry)
    if problem:
        raise FormatError(problem, "Its voxel size or unit is wrong; export it again in millimetres.")


def size_text(count: int) -> str:
    """A number of bytes as a person reads it."""
    for unit, factor in (("TB", 2**40), ("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"
