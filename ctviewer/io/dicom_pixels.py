"""Pixels of one DICOM image into one slice of the volume."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.io.codecs import COMPRESSED_SYNTAXES, decode_frame
from ctviewer.io.dicom_file import file_meta_length, inflate_data_set
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_walk import DEFLATED, HeaderError
from ctviewer.io.encapsulation import split_frames
from ctviewer.io.rescale import stored_to_hu

STANDARD_SYNTAXES = "1.2.840.10008."

NOT_IMAGES = {
    "SEG": "a segmentation (DICOM SEG)",
    "RTDOSE": "a radiotherapy dose",
    "PR": "a presentation state",
    "SR": "a report (DICOM SR)",
}
"""Modalities whose pixels, if any, are no picture of a patient."""


@dataclass(slots=True)
class SliceResult:
    """What decoding one slice found: padding mask (or None), and whether values were clipped to int16."""

    padding: BoolArray | None
    saturated: bool


def is_native(instance: Instance) -> bool:
    """Whether the pixels are plain little-endian 16-bit values that only need copying."""
    return (
        not instance.is_encapsulated
        and instance.transfer_syntax != DEFLATED
        and instance.bits_allocated == 16
        and instance.samples == 1
        and not instance.is_float
    )


def refusal(instance: Instance) -> str:
    """Why the pixels of an image cannot be used; empty if they can. Completes “cannot be read: …”."""
    if instance.modality in NOT_IMAGES:
        return f"it holds {NOT_IMAGES[instance.modality]}, not images"
    if instance.samples != 1 or "MONOCHROME" not in (instance.photometric or "MONOCHROME2"):
        return f"it is a colour image ({instance.photometric or f'{instance.samples} channels'}), not CT"
    if instance.is_float:
        return "its pixels are floating-point numbers, which CT images do not have"
    if instance.bits_allocated not in (8, 16, 32):
        return f"its pixels have {instance.bits_allocated} bits"
    if instance.is_encapsulated:
        if instance.transfer_syntax not in COMPRESSED_SYNTAXES:
            return f"its compression {instance.transfer_syntax or '(not named)'} is not supported"
        return ""
    if instance.transfer_syntax and not instance.transfer_syntax.startswith(STANDARD_SYNTAXES):
        return (
            f"its transfer syntax {instance.transfer_syntax[:64]} is a maker's own, and the order of its bytes unknown"
        )
    needed = instance.frame_bytes * instance.frame_count
    if instance.pixel_length < needed:
        return f"it is truncated (its pixels have {instance.pixel_length:,} bytes instead of {needed:,})"
    if instance.pixel_length - needed >= instance.columns * max(1, instance.bits_allocated // 8):
        return (
            f"its header says {instance.columns}×{instance.rows} pixels ({needed:,} bytes), but it holds "
            f"{instance.pixel_length:,} bytes of them"
        )
    return ""


def read_slice(instance: Instance, out: NDArray[np.int16]) -> SliceResult:
    """Decode one image into ``out`` as HU.

    Parameters
    ----------
    instance
        The image; its file is opened.
    out
        Shape ``(rows, columns)``, C-contiguous; overwritten.

    Raises
    ------
    HeaderError
        If the pixels are damaged, truncated or of a kind that cannot be used.
    OSError
        If the file cannot be read.
    """
    reason = refusal(instance)
    if reason:
        raise HeaderError(reason)
    stored = read_native(instance, out) if is_native(instance) else _read_other(instance)
    if instance.is_encapsulated and stored.dtype.kind == "i" and not instance.is_signed:
        instance = replace(instance, is_signed=True)  # the codestream knows better than the header
    return SliceResult(*stored_to_hu(stored, instance, out))


def read_native(instance: Instance, out: NDArray[np.int16]) -> AnyArray:
    """Copy uncompressed 16-bit pixels straight into ``out``; returns it as stored integers, native byte order."""
    with instance.path.open("rb", buffering=0) as file:
        file.seek(instance.pixel_offset + instance.frame * instance.frame_bytes)
        buffer = out.data.cast("B")
        done = 0
        while done < len(buffer):
            count = file.readinto(buffer[done:])
            if not count:
                raise HeaderError(f"it is truncated ({len(buffer) - done} bytes of pixels are missing)")
            done += count
    if instance.big_endian:
        out.byteswap(inplace=True)
    return out


def _read_other(instance: Instance) -> AnyArray:
    if instance.is_encapsulated:
        frames = _frames(instance.path, instance.file_size, instance.pixel_offset, instance.frame_count)
        if instance.frame >= len(frames):
            raise HeaderError("it is truncated (frames are missing)")
        return np.ascontiguousarray(decode_frame(frames[instance.frame], instance))
    if instance.transfer_syntax == DEFLATED:
        data = _inflated(instance.path, instance.file_size)
        offset = instance.pixel_offset + instance.frame * instance.frame_bytes
        return _integers(data[offset : offset + instance.frame_bytes], instance)
    with instance.path.open("rb") as file:
        file.seek(instance.pixel_offset + instance.frame * instance.frame_bytes)
        return _integers(file.read(instance.frame_bytes), instance)


@lru_cache(maxsize=1)
def _frames(path: Path, _: int, pixel_offset: int, frame_count: int) -> list[bytes]:
    """Compressed frames of a file; those of the last file are kept, since frames are asked for one by one."""
    with path.open("rb") as file:
        file.seek(pixel_offset)
        return split_frames(file.read(), frame_count)


@lru_cache(maxsize=1)
def _inflated(path: Path, _: int) -> bytes:
    return inflate_data_set(path, file_meta_length(path))


def _integers(data: bytes, instance: Instance) -> AnyArray:
    if len(data) < instance.frame_bytes:
        raise HeaderError("it is truncated (pixels are missing)")
    order = ">" if instance.big_endian else "<"
    values = np.frombuffer(data, dtype=f"{order}u{instance.bits_allocated // 8}")
    return values.astype(values.dtype.newbyteorder("=")).reshape(instance.rows, instance.columns)
