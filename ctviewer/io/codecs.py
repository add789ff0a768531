"""Compressed DICOM frames to integers, each by an explicitly named decoder.

Which library decodes what is decided here and not by what happens to be installed: openjpeg for JPEG 2000 and HTJ2K,
CharLS for JPEG-LS, libjpeg-turbo for JPEG baseline, extended and lossless, pydicom for RLE. The size in the codestream
is compared with the header before anything is allocated.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_walk import HeaderError

RLE_LOSSLESS = "1.2.840.10008.1.2.5"

COMPRESSED_SYNTAXES: dict[str, str] = {
    RLE_LOSSLESS: "RLE",
    "1.2.840.10008.1.2.4.50": "JPEG baseline",
    "1.2.840.10008.1.2.4.51": "JPEG extended",
    "1.2.840.10008.1.2.4.57": "JPEG lossless",
    "1.2.840.10008.1.2.4.70": "JPEG lossless, first order",
    "1.2.840.10008.1.2.4.80": "JPEG-LS",
    "1.2.840.10008.1.2.4.81": "JPEG-LS near-lossless",
    "1.2.840.10008.1.2.4.90": "JPEG 2000 lossless",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.201": "HTJ2K lossless",
    "1.2.840.10008.1.2.4.202": "HTJ2K lossless RPCL",
    "1.2.840.10008.1.2.4.203": "HTJ2K",
}
"""Transfer syntaxes that can be decoded."""

LOSSY_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{end}" for end in ("50", "51", "81", "91", "203"))


def decode_frame(data: bytes, instance: Instance) -> AnyArray:
    """Decode one compressed frame.

    Parameters
    ----------
    data
        The frame's codestream.
    instance
        Header; says how large the frame must be.

    Returns
    -------
    AnyArray
        Shape ``(rows, columns)``, integers of the header's width; signed where the codestream says so.

    Raises
    ------
    HeaderError
        If the frame is damaged or does not match the header.
    """
    if not data:
        raise HeaderError("its compressed image is empty")
    if instance.transfer_syntax == RLE_LOSSLESS:
        return _decode_rle(data, instance)
    kind, rows, columns, components = codestream_size(data)
    if (rows, columns) != (instance.rows, instance.columns) or components != 1:
        raise HeaderError(
            f"its compressed image is {columns}×{rows} with {components} channels, its header says "
            f"{instance.columns}×{instance.rows} with 1"
        )
    try:
        decoded = np.asarray(_DECODERS[kind](data))
    except MemoryError as error:
        raise HeaderError("decoding it needs more memory than is allowed") from error
    except (ValueError, RuntimeError, TypeError, OSError, IndexError, struct.error) as error:
        raise HeaderError(f"its compressed image is damaged ({_first_line(error)})") from error
    if decoded.shape != (instance.rows, instance.columns) or decoded.dtype.kind not in "iu":
        raise HeaderError("its compressed image decodes to another size than its header says")
    return _of_allocated_width(decoded, instance.bits_allocated)


def _of_allocated_width(decoded: AnyArray, bits: int) -> AnyArray:
    """Codecs give the narrowest integers for what the codestream says; the bits that the header counts are wider."""
    wanted = np.dtype(f"{decoded.dtype.kind}{max(1, bits // 8)}")
    limits = np.iinfo(wanted)
    if decoded.dtype.itemsize > wanted.itemsize and not limits.min <= decoded.min() <= decoded.max() <= limits.max:
        raise HeaderError(f"its compressed image has larger values than the {bits} bits of its header can hold")
    return decoded.astype(wanted, copy=False)


def codestream_size(data: bytes) -> tuple[str, int, int, int]:
    """Codec, rows, columns and channels that a codestream states in its own header.

    Raises
    ------
    HeaderError
        If it is no codestream known here.
    """
    if data[:4] == b"\xff\x4f\xff\x51":
        return _j2k_size(data, 4)
    if data[4:12] == b"jP  \r\n\x87\n":
        start = data.find(b"\xff\x4f\xff\x51")
        if start > 0:
            return _j2k_size(data, start + 4)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    raise HeaderError("its compressed image has an unknown format")


def _j2k_size(data: bytes, at: int) -> tuple[str, int, int, int]:
    try:
        _, _, x1, y1, x0, y0 = struct.unpack_from(">HHIIII", data, at)
        (channels,) = struct.unpack_from(">H", data, at + 36)
    except struct.error as error:
        raise HeaderError("its compressed image is truncated") from error
    return "j2k", y1 - y0, x1 - x0, channels


def _jpeg_size(data: bytes) -> tuple[str, int, int, int]:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in (0xC0, 0xC1, 0xC2, 0xC3, 0xF7) and at + 10 <= len(data):
            _, rows, columns, channels = struct.unpack_from(">BHHB", data, at + 4)
            return ("jpegls" if marker == 0xF7 else "jpeg"), rows, columns, channels
        at += 2 + length
    raise HeaderError("its compressed image is damaged (no size in its JPEG header)")


def _decode_j2k(data: bytes) -> AnyArray:
    import openjpeg

    return np.asarray(openjpeg.decode(data))


def _decode_jpeg(data: bytes) -> AnyArray:
    import imagecodecs

    return np.asarray(imagecodecs.jpeg_decode(data))


def _decode_jpegls(data: bytes) -> AnyArray:
    import jpeg_ls

    return np.asarray(jpeg_ls.decode(np.frombuffer(data, dtype=np.uint8)))


_DECODERS: dict[str, Callable[[bytes], AnyArray]] = {
    "j2k": _decode_j2k,
    "jpeg": _decode_jpeg,
    "jpegls": _decode_jpegls,
}


def _decode_rle(data: bytes, instance: Instance) -> AnyArray:
    """RLE (PS3.5 annex G) by pydicom, whose output is little endian."""
    from pydicom.pixels.decoders.rle import _rle_decode_frame

    if len(data) < 64:
        raise HeaderError("its compressed image is truncated")
    size = max(1, instance.bits_allocated // 8)
    try:
        pixels = _rle_decode_frame(data, instance.rows, instance.columns, 1, instance.bits_allocated)
    except (ValueError, IndexError, struct.error, NotImplementedError) as error:
        raise HeaderError(f"its compressed image is damaged ({_first_line(error)})") from error
    if len(pixels) != instance.rows * instance.columns * size:
        raise HeaderError("its compressed image is truncated")
    return np.frombuffer(bytes(pixels), dtype=f"<u{size}").reshape(instance.rows, instance.columns)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
