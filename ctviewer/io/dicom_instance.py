"""One DICOM image (or one frame of a multi-frame image) as plain values, from its raw header."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path

from ctviewer.io.dicom_walk import UNDEFINED, HeaderError, RawHeader

Vector = tuple[float, float, float]
Orientation = tuple[float, float, float, float, float, float]

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT_STORAGES = frozenset({"1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"})

MAX_EDGE_PIXELS = 16384
"""Largest row or column count that is believed; CT is 512 or 1024."""

(
    META_SOP_CLASS,
    META_SOP_INSTANCE,
    CHARACTER_SET,
    IMAGE_TYPE,
    SOP_CLASS,
    SOP_INSTANCE,
    STUDY_DATE,
    ACQUISITION_DATE,
    STUDY_TIME,
    ACQUISITION_TIME,
    CONTENT_TIME,
    ACCESSION,
    MODALITY,
    MANUFACTURER,
    STUDY_DESCRIPTION,
    SERIES_DESCRIPTION,
    PATIENT_NAME,
    PATIENT_ID,
    BIRTH_DATE,
    SEX,
    CONTRAST_AGENT,
    BODY_PART,
    SLICE_THICKNESS,
    GANTRY_TILT,
    KERNEL,
    PROTOCOL,
    STUDY_UID,
    SERIES_UID,
    SERIES_NUMBER,
    ACQUISITION_NUMBER,
    INSTANCE_NUMBER,
    POSITION,
    ORIENTATION,
    FRAME_OF_REFERENCE,
    TEMPORAL_POSITION,
    SAMPLES,
    PHOTOMETRIC,
    FRAMES,
    ROWS,
    COLUMNS,
    PIXEL_SPACING,
    BITS_ALLOCATED,
    BITS_STORED,
    HIGH_BIT,
    PIXEL_REPRESENTATION,
    PADDING_VALUE,
    PADDING_LIMIT,
    INTERCEPT,
    SLOPE,
    RESCALE_TYPE,
    BURNED_IN,
) = (
    0x00020002,
    0x00020003,
    0x00080005,
    0x00080008,
    0x00080016,
    0x00080018,
    0x00080020,
    0x00080022,
    0x00080030,
    0x00080032,
    0x00080033,
    0x00080050,
    0x00080060,
    0x00080070,
    0x00081030,
    0x0008103E,
    0x00100010,
    0x00100020,
    0x00100030,
    0x00100040,
    0x00180010,
    0x00180015,
    0x00180050,
    0x00181120,
    0x00181210,
    0x00181030,
    0x0020000D,
    0x0020000E,
    0x00200011,
    0x00200012,
    0x00200013,
    0x00200032,
    0x00200037,
    0x00200052,
    0x00200100,
    0x00280002,
    0x00280004,
    0x00280008,
    0x00280010,
    0x00280011,
    0x00280030,
    0x00280100,
    0x00280101,
    0x00280102,
    0x00280103,
    0x00280120,
    0x00280121,
    0x00281052,
    0x00281053,
    0x00281054,
    0x00280301,
)

WANTED = frozenset(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, int))
"""Tags the walker keeps."""


@dataclass(slots=True)
class Instance:
    """A single-frame image, or one frame of a multi-frame image.

    Parameters
    ----------
    position
        LPS millimetres of the centre of the first pixel, or None.
    orientation
        Direction cosines along a row, then along a column, or None.
    pixel_spacing
        ``(between rows, between columns)`` millimetres, or None.
    slope, intercept
        Rescale to HU, or None where the file has none.
    padding
        Lowest and highest stored value that means “no data”, or None.
    pixel_offset, pixel_length
        Where the pixel element's value lies in the file; length `UNDEFINED` if encapsulated.
    frame
        Frame number from 0 within the file.
    raw
        Undecoded header values, for the few that are needed once per series.
    """

    path: Path
    file_size: int
    transfer_syntax: str
    big_endian: bool
    explicit: bool
    rows: int
    columns: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    frame_count: int
    is_float: bool
    position: Vector | None
    orientation: Orientation | None
    pixel_spacing: tuple[float, float] | None
    slope: float | None
    intercept: float | None
    rescale_type: str
    padding: tuple[int, int] | None
    image_type: tuple[str, ...]
    modality: str
    sop_class: str
    sop_uid: str
    series_uid: str
    study_uid: str
    frame_of_reference: str
    instance_number: int
    acquisition_number: str
    acquisition_time: str
    content_time: str
    temporal_position: str
    kernel: str
    slice_thickness: float | None
    pixel_offset: int
    pixel_length: int
    uids_from_data_set: bool
    frame: int = 0
    raw: dict[int, bytes] = field(default_factory=dict)

    @property
    def frame_bytes(self) -> int:
        """Uncompressed size of one frame."""
        return self.rows * self.columns * self.samples * max(1, self.bits_allocated // 8)

    @property
    def is_encapsulated(self) -> bool:
        """Whether the pixels are compressed frames."""
        return self.pixel_length == UNDEFINED

    @property
    def is_localizer(self) -> bool:
        """Whether it is a scout image."""
        return any("LOCALIZER" in value for value in self.image_type[2:])


def instance_from_header(path: Path, file_size: int, header: RawHeader) -> Instance:
    """Interpret a raw header.

    Raises
    ------
    HeaderError
        If it is not an image this program can use.
    """
    read = _Values(header)
    rows, columns = read.unsigned(ROWS), read.unsigned(COLUMNS)
    if not header.pixel_offset:
        raise HeaderError("it has no image in it")
    if rows is None or columns is None or not (0 < rows <= MAX_EDGE_PIXELS and 0 < columns <= MAX_EDGE_PIXELS):
        raise HeaderError(f"its image size {columns}×{rows} is not possible")
    bits_allocated = read.unsigned(BITS_ALLOCATED) or 16
    bits_stored = read.unsigned(BITS_STORED) or bits_allocated
    if bits_allocated not in (1, 8, 16, 32, 64) or not 0 < bits_stored <= bits_allocated:
        raise HeaderError(f"its pixels of {bits_stored} bits in {bits_allocated} are not possible")
    is_signed = read.unsigned(PIXEL_REPRESENTATION) == 1
    sop_class, sop_uid = read.text(SOP_CLASS), read.text(SOP_INSTANCE)
    return Instance(
        path=path,
        file_size=file_size,
        transfer_syntax=header.transfer_syntax,
        big_endian=header.big_endian,
        explicit=header.explicit,
        rows=rows,
        columns=columns,
        samples=read.unsigned(SAMPLES) or 1,
        photometric=read.text(PHOTOMETRIC),
        bits_allocated=bits_allocated,
        bits_stored=bits_stored,
        high_bit=read.high_bit(bits_stored, bits_allocated),
        is_signed=is_signed,
        frame_count=max(1, int(read.number(FRAMES) or 1)),
        is_float=header.is_float,
        position=read.vector(POSITION, 3),  # type: ignore[arg-type]
        orientation=read.orientation(),
        pixel_spacing=read.spacing(),
        slope=read.number(SLOPE),
        intercept=read.number(INTERCEPT),
        rescale_type=read.text(RESCALE_TYPE).upper(),
        padding=read.padding(is_signed, bits_allocated),
        image_type=tuple(part.strip().upper() for part in read.text(IMAGE_TYPE).split("\\")),
        modality=read.text(MODALITY),
        sop_class=sop_class or read.text(META_SOP_CLASS),
        sop_uid=sop_uid or read.text(META_SOP_INSTANCE),
        series_uid=read.text(SERIES_UID),
        study_uid=read.text(STUDY_UID),
        frame_of_reference=read.text(FRAME_OF_REFERENCE),
        instance_number=int(read.number(INSTANCE_NUMBER) or 0),
        acquisition_number=read.text(ACQUISITION_NUMBER),
        acquisition_time=read.text(ACQUISITION_TIME),
        content_time=read.text(CONTENT_TIME),
        temporal_position=read.text(TEMPORAL_POSITION),
        kernel=read.text(KERNEL),
        slice_thickness=read.number(SLICE_THICKNESS),
        pixel_offset=header.pixel_offset,
        pixel_length=header.pixel_length,
        uids_from_data_set=bool(sop_class and sop_uid),
        raw=header.values,
    )


class _Values:
    """Typed access to raw values; malformed ones read as missing unless the image would be misread without them."""

    def __init__(self, header: RawHeader) -> None:
        self._values = header.values
        self._order = "big" if header.big_endian else "little"

    def text(self, tag: int) -> str:
        value = self._values.get(tag)
        return value.strip(b" \0").decode("latin-1") if value else ""

    def unsigned(self, tag: int) -> int | None:
        value = self._values.get(tag)
        if not value:
            return None
        if len(value) != 2:
            raise HeaderError(f"element ({tag >> 16:04X},{tag & 0xFFFF:04X}) has {len(value)} bytes instead of 2")
        return int.from_bytes(value, self._order)  # type: ignore[arg-type]

    def number(self, tag: int) -> float | None:
        value = self._values.get(tag)
        if not value:
            return None
        try:
            number = float(value.strip(b" \0").split(b"\\")[0])
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def vector(self, tag: int, count: int) -> tuple[float, ...] | None:
        value = self._values.get(tag)
        if not value:
            return None
        try:
            numbers = tuple(float(part.strip(b" \0")) for part in value.split(b"\\"))
        except ValueError:
            return None
        return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None

    def orientation(self) -> Orientation | None:
        cosines = self.vector(ORIENTATION, 6)
        if cosines is None:
            return None
        x1, y1, z1, x2, y2, z2 = cosines
        lengths = (x1 * x1 + y1 * y1 + z1 * z1, x2 * x2 + y2 * y2 + z2 * z2)
        perpendicular = abs(x1 * x2 + y1 * y2 + z1 * z2)
        if any(abs(length - 1) > 0.01 for length in lengths) or perpendicular > 0.01:
            return None
        return (x1, y1, z1, x2, y2, z2)

    def spacing(self) -> tuple[float, float] | None:
        pair = self.vector(PIXEL_SPACING, 2)
        return (pair[0], pair[1]) if pair and min(pair) > 0 else None

    def high_bit(self, stored: int, allocated: int) -> int:
        high = self.unsigned(HIGH_BIT)
        return high if high is not None and stored - 1 <= high < allocated else stored - 1

    def padding(self, is_signed: bool, bits: int) -> tuple[int, int] | None:
        """Stored padding range; read by the pixel representation, since files often write it with the wrong sign."""
        ends = [self._stored(self._values.get(tag), is_signed, bits) for tag in (PADDING_VALUE, PADDING_LIMIT)]
        first, limit = ends
        if first is None:
            return None
        last = first if limit is None else limit
        return (min(first, last), max(first, last))

    def _stored(self, value: bytes | None, is_signed: bool, bits: int) -> int | None:
        if not value or len(value) not in (2, 4):
            return None
        number = int(struct.unpack(("<", ">")[self._order == "big"] + {2: "H", 4: "I"}[len(value)], value)[0])
        bits = min(bits, len(value) * 8)
        return number - (1 << bits) if is_signed and number >= 1 << (bits - 1) else number
