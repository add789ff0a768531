"""Surfaces as binary STL files in LPS millimetres."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import StoreError, UnreadableFileError
from ctviewer.domain.surface import Surface

HEADER = b"ctviewer SPACE=LPS UNIT=mm research use"
"""Slicer reads the space from it; an STL must not begin with “solid”, which means text."""

_HEADER_BYTES = 80
_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def write_stl(path: Path, surface: Surface) -> None:
    """Write a surface, read it back and compare every corner, then replace.

    Raises
    ------
    StoreError
        If the file cannot be written or reads back differently; an older file is untouched.
    """
    corners = surface.points[surface.triangles].astype("<f4")
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    records = np.zeros(len(corners), _TRIANGLE)
    records["corners"] = corners
    records["normal"] = normals / np.where(lengths > 0, lengths, 1)
    content = HEADER.ljust(_HEADER_BYTES, b"\0") + np.uint32(len(records)).tobytes() + records.tobytes()

    def write(temporary: Path) -> None:
        temporary.write_bytes(content)

    def verify(temporary: Path) -> None:
        if not np.array_equal(read_stl(temporary), corners):
            raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")

    atomic_write(path, write, verify, needed_bytes=len(content))


def read_stl(path: Path) -> AnyArray:
    """Corners of the triangles of a binary STL file, shape ``(M, 3, 3)``, float32."""
    content = path.read_bytes()
    start = _HEADER_BYTES + 4
    count = int(np.frombuffer(content, "<u4", 1, _HEADER_BYTES)[0]) if len(content) >= start else 0
    if len(content) != start + count * _TRIANGLE.itemsize or len(content) < start:
        raise UnreadableFileError(path, "it is not a binary STL file")
    return np.asarray(np.frombuffer(content, _TRIANGLE, count, start)["corners"])
