"""A minimal walker over DICOM bytes: top-level elements of a header, every length checked, nothing interpreted.

It exists for speed (an index of thousands of files) and for safety: it only slices bytes it has, so a hostile file can
waste at most the bytes it brings. Encodings it does not speak (deflated) are inflated first, elsewhere.
"""

from __future__ import annotations

import contextlib
import struct
from dataclasses import dataclass, field

EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

PIXEL_DATA = 0x7FE00010
FIRST_PIXEL_TAG = 0x7FE00000
FLOAT_PIXEL_DATA = (0x7FE00008, 0x7FE00009)
TRANSFER_SYNTAX = 0x00020010
UNDEFINED = 0xFFFFFFFF

_LONG_VRS = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
_SHORT_VRS = frozenset(
    {b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT"}
    | {b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"}
)
_KNOWN_VRS = _LONG_VRS | _SHORT_VRS

_MEDIA_SOP_CLASS = 0x00020002
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_MAX_DEPTH = 32
_MAX_KEPT_BYTES = 64 * 2**10
"""Longest value that is kept; no wanted header value is near it."""


class HeaderError(ValueError):
    """The bytes are not a complete DICOM header; the text completes “cannot be read: …”.

    Unprintable characters (quoted from a damaged header) become “?”.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("".join(c if c.isprintable() else "?" for c in reason))


class NeedMoreError(Exception):
    """The header goes on beyond the bytes given; ``size`` says how many are needed from the start of the file."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(slots=True)
class RawHeader:
    """Wanted elements as raw bytes, and where the pixels are.

    Parameters
    ----------
    values
        Tag to value bytes (file meta and data set; top level only).
    transfer_syntax
        UID; empty where the file does not say.
    explicit, big_endian
        How the data set is really encoded (a lying file meta is corrected).
    pixel_offset
        Byte offset of the pixel element's value; 0 if there is none.
    pixel_length
        Its length; `UNDEFINED` for encapsulated data.
    is_float
        True where the pixels are float elements.
    """

    values: dict[int, bytes] = field(default_factory=dict)
    transfer_syntax: str = ""
    explicit: bool = True
    big_endian: bool = False
    pixel_offset: int = 0
    pixel_length: int = 0
    is_float: bool = False


def looks_like_dicom(head: bytes) -> bool:
    """Whether the first bytes are a DICOM file, with or without preamble."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 16:
        return False
    group, element = struct.unpack_from("<HH", head)
    if group not in (0x0002, 0x0008) or element > 0x0100:
        return False
    return head[4:6] in _KNOWN_VRS or struct.unpack_from("<I", head, 4)[0] <= 0x100


def walk(data: bytes, file_size: int, wanted: frozenset[int]) -> RawHeader:
    """Read the top-level elements up to the pixel data.

    Parameters
    ----------
    data
        The first bytes of the file (or all of it).
    file_size
        Size of the whole file.
    wanted
        Tags whose values are kept; the transfer syntax always is.

    Raises
    ------
    NeedMoreError
        If the header is longer than ``data``.
    HeaderError
        If the structure is broken or ends before the file says it does.
    """
    header = RawHeader()
    start = 132 if data[128:132] == b"DICM" else 0
    start = _walk_file_meta(data, start, file_size, wanted, header)
    if header.transfer_syntax == DEFLATED:
        header.pixel_offset = start  # where the deflated stream begins
        return header
    header.big_endian = header.transfer_syntax == EXPLICIT_BIG
    header.explicit = _really_explicit(data, start, header)
    _Walker(data, file_size, explicit=header.explicit, big_endian=header.big_endian).dataset(start, wanted, header)
    return header


def walk_inflated(data: bytes, wanted: frozenset[int]) -> RawHeader:
    """Read a data set without file meta in explicit little endian (the content of a deflated file)."""
    header = RawHeader(transfer_syntax=EXPLICIT_LITTLE)
    _Walker(data, len(data), explicit=True, big_endian=False).dataset(0, wanted, header)
    return header


def stated_class(head: bytes) -> str:
    """SOP Class UID in the file header of a DICOM file with a preamble, from its first bytes; empty without one."""
    header = RawHeader()
    if head[128:132] != b"DICM":
        return ""
    with contextlib.suppress(HeaderError, NeedMoreError):  # the class comes early
        _walk_file_meta(head, 132, len(head), frozenset({_MEDIA_SOP_CLASS}), header)
    return header.values.get(_MEDIA_SOP_CLASS, b"").strip(b" \0").decode("ascii", "replace")


def _walk_file_meta(data: bytes, start: int, file_size: int, wanted: frozenset[int], header: RawHeader) -> int:
    """Read group 0002 (explicit by the standard, implicit in some real files); returns where the data set starts."""
    explicit = data[start + 4 : start + 6] in _KNOWN_VRS
    walker = _Walker(data, file_size, explicit=explicit, big_endian=False)
    position = start
    while position + 8 <= file_size:
        if position + 8 > len(data):
            raise NeedMoreError(position + 8)
        if data[position : position + 2] != b"\x02\x00":
            break
        tag, _, length, value = walker.element(position)
        if length == UNDEFINED:
            raise HeaderError("its file header has an element of undefined length")
        walker.need(value, length)
        if tag == TRANSFER_SYNTAX:
            text = data[value : value + length].strip(b" \0")
            header.transfer_syntax = text.decode("ascii", "replace")
        if tag in wanted and length <= _MAX_KEPT_BYTES:
            header.values[tag] = data[value : value + length]
        position = value + length
    return position


def _really_explicit(data: bytes, start: int, header: RawHeader) -> bool:
    """Whether the first element carries a VR; a transfer syntax that says otherwise is wrong."""
    vr = data[start + 4 : start + 6]
    if len(vr) < 2:
        return header.transfer_syntax != IMPLICIT_LITTLE
    return vr in _KNOWN_VRS


class _Walker:
    """Steps over elements of one encoding."""

    def __init__(self, data: bytes, file_size: int, *, explicit: bool, big_endian: bool) -> None:
        order = ">" if big_endian else "<"
        self._data = data
        self._end = len(data)
        self._file_size = file_size
        self._explicit = explicit
        self._short = struct.Struct(order + "HH2sH").unpack_from
        self._implicit = struct.Struct(order + "HHI").unpack_from
        self._length = struct.Struct(order + "I").unpack_from

    def need(self, value: int, length: int) -> None:
        """Check that a value lies inside the file and inside the bytes at hand."""
        end = value + length
        if end > self._file_size:
            raise HeaderError(f"it is truncated ({self._file_size:,} of {end:,} bytes)")
        if end > self._end:
            raise NeedMoreError(end)

    def element(self, position: int) -> tuple[int, bytes, int, int]:
        """Tag, VR (empty if implicit), length and value offset of the element at ``position``."""
        self.need(position, 8)
        group, number, vr, length = self._short(self._data, position)
        tag = group << 16 | number
        if not self._explicit or group == 0xFFFE:
            group, number, length = self._implicit(self._data, position)
            return tag, b"", length, position + 8
        if vr in _SHORT_VRS:
            return tag, vr, length, position + 8
        if vr in _LONG_VRS:
            self.need(position, 12)
            return tag, vr, self._length(self._data, position + 8)[0], position + 12
        raise HeaderError(f"its header is damaged at element ({group:04X},{number:04X})")

    def dataset(self, start: int, wanted: frozenset[int], header: RawHeader) -> None:
        """Fill ``header`` from the elements at ``start`` up to the pixel data or the end of the file.

        The loop is written out for speed: it runs a hundred times per file and thousands of files per study.
        """
        data, end, short, explicit = self._data, self._end, self._short, self._explicit
        values = header.values
        position = start
        while position + 8 <= self._file_size:
            if position + 12 > end:
                tag, vr, length, value = self.element(position)
            else:
                group, number, vr, length = short(data, position)
                tag = group << 16 | number
                if not explicit:
                    length, value = self._length(data, position + 4)[0], position + 8
                elif vr in _SHORT_VRS:
                    value = position + 8
                else:
                    tag, vr, length, value = self.element(position)
            if tag >= FIRST_PIXEL_TAG and self._pixels(tag, length, value, header):
                return
            if length == UNDEFINED:
                position = self.skip_sequence(value, implicit_inside=vr == b"UN" and explicit, depth=0)
                continue
            position = value + length
            if position > end:
                self.need(value, length)
            if tag in wanted and length <= _MAX_KEPT_BYTES:
                content = data[value:position]
                if values.setdefault(tag, content) != content:
                    raise HeaderError(
                        f"element ({tag >> 16:04X},{tag & 0xFFFF:04X}) is there twice and says two things"
                    )

    def _pixels(self, tag: int, length: int, value: int, header: RawHeader) -> bool:
        if tag != PIXEL_DATA and tag not in FLOAT_PIXEL_DATA:
            return False
        header.pixel_offset, header.pixel_length = value, length
        header.is_float = tag != PIXEL_DATA
        return True

    def skip_sequence(self, position: int, *, implicit_inside: bool, depth: int) -> int:
        """Offset after a sequence of undefined length whose first item is at ``position``."""
        if depth > _MAX_DEPTH:
            raise HeaderError(f"its sequences are nested more than {_MAX_DEPTH} deep")
        explicit = self._explicit
        if implicit_inside:  # UN of undefined length holds implicit VR (PS3.5 6.2.2)
            self._explicit = False
        try:
            while True:
                tag, _, length, value = self.element(position)
                if tag == _SEQUENCE_END:
                    return value
                if tag != _ITEM:
                    raise HeaderError("a sequence in its header is broken")
                if length != UNDEFINED:
                    self.need(value, length)
                    position = value + length
                else:
                    position = self._skip_item(value, depth)
        finally:
            self._explicit = explicit

    def _skip_item(self, position: int, depth: int) -> int:
        while True:
            tag, vr, length, value = self.element(position)
            if tag == _ITEM_END:
                return value
            if length == UNDEFINED:
                position = self.skip_sequence(value, implicit_inside=vr == b"UN", depth=depth + 1)
            else:
                self.need(value, length)
                position = value + length
