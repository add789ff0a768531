"""NIfTI-1 and NIfTI-2 headers. Sides are taken from the file or it is refused; they are never guessed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import direction_letters
from ctviewer.domain.study import SourceFormat
from ctviewer.io.patient_space import affine_kji, ras_to_lps
from ctviewer.io.volume_file import FormatError, VolumeHeader, neighbour

HEADER_BYTES = 544
_DTYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
_UNIT_MM = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
QUATERNION_TOLERANCE = 1e-3
DIRECTION_TOLERANCE = 0.02
"""Largest difference of direction cosines between sform and qform put down to rounding (about 1 degree)."""


@dataclass(slots=True)
class _Fields:
    """Header fields that matter, from either version."""

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


SFORM, QFORM = "sform", "qform"
"""What can be chosen where the two contradict each other."""


def read_nifti_header(path: Path, choice: str = "") -> VolumeHeader:
    """Header of a ``.nii``, ``.nii.gz`` or ``.hdr``/``.img`` file.

    Parameters
    ----------
    choice
        `SFORM` or `QFORM` where a person decided between them; empty to ask where they differ.

    Raises
    ------
    FormatError
        If it cannot be used.
    OSError
        If it cannot be opened.
    """
    head, compressed = _first_bytes(path)
    fields = _parse(head)
    data_path = path
    if fields.is_pair:
        data_path = neighbour(path, path.with_suffix(".img").name)
    shape = _shape(fields)
    place = _place(fields, choice)
    if fields.datatype not in _DTYPES:
        raise FormatError(f"its numbers have NIfTI type {fields.datatype}, which is no single number per voxel")
    offset = fields.data_offset
    if not fields.is_pair and offset < 352:
        raise FormatError(f"its voxels would start at byte {offset}, inside its header")
    slope, intercept = _scaling(fields)
    return VolumeHeader(
        path=path,
        data_path=data_path,
        format=SourceFormat.NIFTI,
        geometry=VolumeGeometry(shape, affine_kji(place.affine[:3, :3], place.affine[:3, 3])),
        dtype=np.dtype(fields.order + _DTYPES[fields.datatype]),
        encoding="gzip" if compressed else "raw",
        offset=0 if compressed else offset,
        inner_offset=offset if compressed else 0,
        slope=slope,
        intercept=intercept,
        notes=place.notes,
        question=place.question,
        answers=place.answers,
    )


def _scaling(fields: _Fields) -> tuple[float, float]:
    """Slope and intercept; a slope of 0 or “not a number” means that there is none."""
    slope, intercept = fields.slope, fields.intercept
    if slope == 0 or np.isnan(slope):
        return 1.0, 0.0
    if not np.isfinite([slope, intercept]).all():
        raise FormatError(f"its scaling (slope {slope:g}, intercept {intercept:g}) is not possible")
    return slope, intercept


def _first_bytes(path: Path) -> tuple[bytes, bool]:
    with path.open("rb") as file:
        head = file.read(2**14)
    if head[:2] != b"\x1f\x8b":
        return head[:HEADER_BYTES], False
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, HEADER_BYTES), True
    except zlib.error as error:
        raise FormatError("its compressed data are damaged", "Copy it again from its source.") from error


def _parse(head: bytes) -> _Fields:
    if len(head) < 348:
        raise FormatError(f"it is truncated ({len(head)} bytes)")
    order = "<" if head[:4] in (b"\x5c\x01\0\0", b"\x1c\x02\0\0") else ">"
    (size,) = struct.unpack_from(order + "i", head)
    if size == 348:
        return _parse_1(head, order)
    if size == 540 and len(head) >= 540:
        return _parse_2(head, order)
    raise FormatError("it is not a NIfTI file")


def _parse_1(head: bytes, order: str) -> _Fields:
    magic = head[344:348]
    if magic not in (b"n+1\0", b"ni1\0"):
        raise FormatError(
            "it is an Analyze file, which does not say which side is left",
            "Convert it to NIfTI with a program that knows its orientation.",
        )
    read = _reader(head, order)
    dim = read("8h", 40)
    offset = read("f", 108)[0]
    return _Fields(
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


def _parse_2(head: bytes, order: str) -> _Fields:
    if head[4:8] not in (b"n+2\0", b"ni2\0"):
        raise FormatError("its header is damaged")
    read = _reader(head, order)
    return _Fields(
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


def _shape(fields: _Fields) -> tuple[int, int, int]:
    count = fields.dims[0]
    if not 2 <= count <= 7:
        raise FormatError(f"it has {count} dimensions")
    sizes = [*fields.dims[1 : 1 + count], 1][: max(3, count)]
    if any(n < 1 for n in sizes):
        raise FormatError(f"its size {'×'.join(str(n) for n in sizes)} is not possible")
    if any(n > 1 for n in sizes[3:]):
        raise FormatError(
            f"it holds {int(np.prod([float(n) for n in sizes[3:]]))} volumes in one file, and one is needed",
            "Export the volume to be read to a file of its own.",
        )
    return (sizes[2], sizes[1], sizes[0])


@dataclass(slots=True)
class _Place:
    """Where the voxels lie (file axes to LPS), and what has to be said or asked about it."""

    affine: FloatArray
    notes: tuple[str, ...] = ()
    question: str = ""
    answers: tuple[tuple[str, str], ...] = ()


def _place(fields: _Fields, choice: str) -> _Place:
    """From whichever of sform and qform is set; where they contradict each other, a person has to choose."""
    scale = _UNIT_MM.get(fields.unit & 7, 1.0)
    sform = _sform(fields, scale) if fields.sform_code > 0 else None
    qform = _qform(fields, scale) if fields.qform_code > 0 else None
    if sform is not None and qform is not None:
        return _compare(sform, qform, choice)
    if sform is not None:
        return _Place(sform, _compare_voxel_size(sform, fields, scale))
    if qform is not None:
        return _Place(qform)
    raise FormatError(
        "it does not say which side of the patient is left (sform and qform codes are both 0)",
        "Export it again with a program that keeps the orientation.",
    )


def _sform(fields: _Fields, scale: float) -> FloatArray:
    affine = np.eye(4)
    affine[:3] = np.array(fields.srows, dtype=np.float64).reshape(3, 4) * scale
    return _finite(ras_to_lps(affine))


def _qform(fields: _Fields, scale: float) -> FloatArray:
    """Quaternion to affine as in nifti1.h, method 2."""
    b, c, d = (float(v) for v in fields.quaternion)
    if not b * b + c * c + d * d <= 1.0 + QUATERNION_TOLERANCE:
        raise FormatError(
            f"its qform is no rotation (quaternion {b:.3g}, {c:.3g}, {d:.3g})",
            "Its header is damaged; left and right would be a guess.",
        )
    if not min(fields.pixdim[1:4]) > 0:
        raise FormatError(f"its voxel size {_mm(np.array(fields.pixdim[1:4]))} is not positive")
    a = np.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    if a < 1e-7:  # the quaternion is not normalised: a half turn
        norm = np.sqrt(b * b + c * c + d * d) or 1.0
        a, b, c, d = 0.0, b / norm, c / norm, d / norm
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    steps = np.array(fields.pixdim[1:4], dtype=np.float64) * scale
    if fields.pixdim[0] < 0:
        steps[2] *= -1
    affine = np.eye(4)
    affine[:3, :3] = rotation * steps
    affine[:3, 3] = np.array(fields.q_origin, dtype=np.float64) * scale
    return _finite(ras_to_lps(affine))


def _finite(affine: FloatArray) -> FloatArray:
    if not np.isfinite(affine).all() or np.abs(affine).max() > 1e6:
        raise FormatError("its position in the patient is not a finite number")
    if (np.linalg.norm(affine[:3, :3], axis=0) < 1e-6).any():
        raise FormatError("its voxel size is zero")
    return affine


def _compare(sform: FloatArray, qform: FloatArray, choice: str) -> _Place:
    """Ask about contradicting directions, refuse two voxel sizes, mention a different origin."""
    lengths = [np.linalg.norm(a[:3, :3], axis=0) for a in (sform, qform)]
    difference = np.abs(sform[:3, :3] / lengths[0] - qform[:3, :3] / lengths[1]).max()
    if difference > DIRECTION_TOLERANCE:
        return _ask_about_sides(sform, qform, choice)
    if np.abs(lengths[0] / lengths[1] - 1).max() > 0.01:
        raise FormatError(
            f"it gives two voxel sizes ({_mm(lengths[0])} by the sform, {_mm(lengths[1])} by the qform)",
            "Export it again.",
        )
    moved = float(np.linalg.norm(sform[:3, 3] - qform[:3, 3]))
    if moved > 0.1:
        return _Place(sform, (f"The file gives two origins {moved:.1f} mm apart (sform, qform); the sform was used.",))
    return _Place(sform)


def _ask_about_sides(sform: FloatArray, qform: FloatArray, choice: str) -> _Place:
    said = {SFORM: _sides(sform), QFORM: _sides(qform)}
    if choice in said:
        other = QFORM if choice == SFORM else SFORM
        note = f"Sides chosen by hand: axes to {said[choice]} by the {choice}; the {other} says {said[other]}."
        return _Place(sform if choice == SFORM else qform, (note,))
    question = (
        f"it says two things about the patient's sides: its axes run to {said[SFORM]} by the sform and to "
        f"{said[QFORM]} by the qform"
    )
    if said[SFORM] == said[QFORM]:
        cosines = [float(np.dot(_unit(sform[:3, axis]), _unit(qform[:3, axis]))) for axis in range(3)]
        question += f", turned by {np.degrees(np.arccos(min(cosines))):.1f}°"
    return _Place(sform, (), question, tuple((form, f"Use the {form} ({said[form]})") for form in said))


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector))


def _sides(affine: FloatArray) -> str:
    """Side each file axis runs to, in letters."""
    return " ".join(direction_letters(affine[:3, axis]) for axis in range(3))


def _compare_voxel_size(sform: FloatArray, fields: _Fields, scale: float) -> tuple[str, ...]:
    """A note where the voxel size beside the sform is another one; some programs leave it at 1 or 0."""
    size = np.array(fields.pixdim[1:4], dtype=np.float64) * scale
    lengths = np.linalg.norm(sform[:3, :3], axis=0)
    if np.isfinite(size).all() and (size > 0).all() and np.abs(lengths / size - 1).max() > 0.01:
        return (f"The file gives two voxel sizes ({_mm(lengths)} by the sform, {_mm(size)}); the sform was used.",)
    return ()


def _mm(lengths: FloatArray) -> str:
    return "×".join(f"{n:.3g}" for n in lengths) + " mm"
