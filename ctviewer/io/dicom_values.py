"""Typed access to the raw values of a DICOM header."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from typing import Literal

from ctviewer.io import dicom_tags as tags
from ctviewer.io.dicom_walk import HeaderError, RawHeader
from ctviewer.io.limits import AIR_HU, MAX_POSITION_MM

Vector = tuple[float, float, float]
Orientation = tuple[float, float, float, float, float, float]

# The slices of a series repeat most values, so decoding is remembered by the raw bytes.


@lru_cache(maxsize=8192)
def _text(value: bytes) -> str:
    return value.strip(b" \0").decode("latin-1")


@lru_cache(maxsize=8192)
def _number(value: bytes) -> float | None:
    try:
        number = float(value.strip(b" \0").split(b"\\")[0])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@lru_cache(maxsize=8192)
def _numbers(value: bytes) -> tuple[float, ...] | None:
    try:
        numbers = tuple([float(part.strip(b" \0")) for part in value.split(b"\\")])
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


SPACING_RANGE_MM = (1e-3, 1e3)


def is_spacing(values: tuple[float, ...]) -> bool:
    """Whether numbers can be distances between pixels."""
    return all(SPACING_RANGE_MM[0] <= value <= SPACING_RANGE_MM[1] for value in values)


def check_position(position: tuple[float, ...]) -> None:
    """Raise `HeaderError` for a place no scanner reaches."""
    if max(map(abs, position)) > MAX_POSITION_MM:
        raise HeaderError(f"its position {', '.join(f'{v:.4g}' for v in position)} mm is not possible")


UNIT_TOLERANCE, RIGHT_ANGLE_TOLERANCE = 0.01, 1e-3
"""Deviation of a direction's length from 1, and of the cosine between two from 0, that is put down to rounding."""


def orientation_or_none(cosines: tuple[float, ...] | None) -> Orientation | None:
    """Direction cosines if they are two perpendicular unit vectors."""
    if cosines is None:
        return None
    x1, y1, z1, x2, y2, z2 = cosines
    lengths = (math.sqrt(x1 * x1 + y1 * y1 + z1 * z1), math.sqrt(x2 * x2 + y2 * y2 + z2 * z2))
    perpendicular = abs(x1 * x2 + y1 * y2 + z1 * z2)
    if any(abs(length - 1) > UNIT_TOLERANCE for length in lengths) or perpendicular > RIGHT_ANGLE_TOLERANCE:
        return None
    return (x1, y1, z1, x2, y2, z2)


class HeaderValues:
    """Typed access to raw values; malformed ones read as missing unless the image would be misread without them."""

    def __init__(self, header: RawHeader) -> None:
        self._values = header.values
        self._order: Literal["big", "little"] = "big" if header.big_endian else "little"

    def text(self, tag: int) -> str:
        """Text without padding; empty where missing. Latin-1, for codes and UIDs."""
        value = self._values.get(tag)
        return _text(value) if value else ""

    def unsigned(self, tag: int) -> int | None:
        """A 16-bit number; None where missing; a value of another length is refused."""
        value = self._values.get(tag)
        if not value:
            return None
        if len(value) != 2:
            raise HeaderError(f"element ({tag >> 16:04X},{tag & 0xFFFF:04X}) has {len(value)} bytes instead of 2")
        return int.from_bytes(value, self._order)

    def number(self, tag: int) -> float | None:
        """First decimal of a text value; None where missing or malformed."""
        value = self._values.get(tag)
        return _number(value) if value else None

    def vector(self, tag: int, count: int) -> tuple[float, ...] | None:
        """All decimals of a text value; None unless there are ``count``."""
        value = self._values.get(tag)
        numbers = _numbers(value) if value else None
        return numbers if numbers is not None and len(numbers) == count else None

    def orientation(self) -> Orientation | None:
        """Image orientation; None unless two perpendicular unit vectors."""
        return orientation_or_none(self.vector(tags.ORIENTATION, 6))

    def spacing(self) -> tuple[float, float] | None:
        """Pixel spacing ``(between rows, between columns)``; None unless possible."""
        pair = self.vector(tags.PIXEL_SPACING, 2)
        return (pair[0], pair[1]) if pair and is_spacing(pair) else None

    def position(self) -> Vector | None:
        """Image position; None where missing.

        Raises
        ------
        HeaderError
            If it is metres away from any scanner: then the header is damaged.
        """
        found = self.vector(tags.POSITION, 3)
        if found is None:
            return None
        check_position(found)
        return (found[0], found[1], found[2])

    def high_bit(self, stored: int, allocated: int) -> int:
        """High bit; the one that fits the stored bits where the file is wrong."""
        high = self.unsigned(tags.HIGH_BIT)
        return high if high is not None and stored - 1 <= high < allocated else stored - 1

    def padding(self, bits: int, *, is_signed: bool) -> tuple[int, int] | None:
        """Stored padding range; read by the pixel representation, since files often write it with the wrong sign.

        A range that reaches into tissue is a damaged header: then its first value alone counts.
        """
        ends = [
            self._stored(self._values.get(tag), bits, is_signed=is_signed)
            for tag in (tags.PADDING_VALUE, tags.PADDING_LIMIT)
        ]
        first, limit = ends
        if first is None:
            return None
        last = first if limit is None else limit
        slope, intercept = self.number(tags.SLOPE), self.number(tags.INTERCEPT)
        if slope is not None and intercept is not None and max(first, last) * slope + intercept > AIR_HU:
            last = first
        return (min(first, last), max(first, last))

    def _stored(self, value: bytes | None, bits: int, *, is_signed: bool) -> int | None:
        if not value or len(value) not in (2, 4):
            return None
        number = int(struct.unpack(("<", ">")[self._order == "big"] + {2: "H", 4: "I"}[len(value)], value)[0])
        bits = min(bits, len(value) * 8)
        return number - (1 << bits) if is_signed and number >= 1 << (bits - 1) else number
