"""One DICOM image (or one frame of a multi-frame image) as plain values, from its raw header."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctviewer.io import dicom_tags as tags
from ctviewer.io.dicom_values import HeaderValues, Orientation, Vector
from ctviewer.io.dicom_walk import UNDEFINED, HeaderError, RawHeader

ENHANCED_CT_STORAGES = frozenset({"1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"})

MAX_EDGE_PIXELS = 16384
"""Largest row or column count that is believed; CT is 512 or 1024."""

MAX_FRAMES = 20_000


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
    tube_voltage: str
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

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the decoding worker; the raw header stays behind."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "raw"}
        return values | {"path": str(self.path)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Instance:
        """Inverse of `to_json`."""
        return cls(**tuples_for_lists(values) | {"path": Path(values["path"])})


def tuples_for_lists(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they were before JSON made lists of tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def instance_from_header(path: Path, file_size: int, header: RawHeader) -> Instance:
    """Interpret a raw header.

    Raises
    ------
    HeaderError
        If it is not an image this program can use.
    """
    read = HeaderValues(header)
    rows, columns = read.unsigned(tags.ROWS), read.unsigned(tags.COLUMNS)
    if not header.pixel_offset:
        kind = read.text(tags.MODALITY)
        raise HeaderError(
            f"it is a DICOM file of the kind {kind} without an image" if kind else "it has no image in it"
        )
    if rows is None or columns is None or not (0 < rows <= MAX_EDGE_PIXELS and 0 < columns <= MAX_EDGE_PIXELS):
        raise HeaderError(f"its image size {columns}×{rows} is not possible")
    bits_allocated, bits_stored = _bits(read)
    is_signed = _is_signed(read, header)
    sop_class, sop_uid = read.text(tags.SOP_CLASS), read.text(tags.SOP_INSTANCE)
    return Instance(
        path=path,
        file_size=file_size,
        transfer_syntax=header.transfer_syntax,
        big_endian=header.big_endian,
        explicit=header.explicit,
        rows=rows,
        columns=columns,
        samples=read.unsigned(tags.SAMPLES) or 1,
        photometric=read.text(tags.PHOTOMETRIC),
        bits_allocated=bits_allocated,
        bits_stored=bits_stored,
        high_bit=read.high_bit(bits_stored, bits_allocated),
        is_signed=is_signed,
        frame_count=_frame_count(read),
        is_float=header.is_float,
        position=read.position(),
        orientation=read.orientation(),
        pixel_spacing=read.spacing(),
        slope=read.number(tags.SLOPE),
        intercept=read.number(tags.INTERCEPT),
        rescale_type=read.text(tags.RESCALE_TYPE).upper(),
        padding=read.padding(bits_allocated, is_signed=is_signed),
        image_type=tuple(part.strip().upper() for part in read.text(tags.IMAGE_TYPE).split("\\")),
        modality=read.text(tags.MODALITY),
        sop_class=sop_class or read.text(tags.META_SOP_CLASS),
        sop_uid=sop_uid or read.text(tags.META_SOP_INSTANCE),
        series_uid=read.text(tags.SERIES_UID),
        study_uid=read.text(tags.STUDY_UID),
        frame_of_reference=read.text(tags.FRAME_OF_REFERENCE),
        instance_number=int(read.number(tags.INSTANCE_NUMBER) or 0),
        acquisition_number=read.text(tags.ACQUISITION_NUMBER),
        acquisition_time=read.text(tags.ACQUISITION_TIME),
        content_time=read.text(tags.CONTENT_TIME),
        temporal_position=read.text(tags.TEMPORAL_POSITION),
        tube_voltage=read.text(tags.TUBE_VOLTAGE),
        kernel=read.text(tags.KERNEL),
        slice_thickness=read.number(tags.SLICE_THICKNESS),
        pixel_offset=header.pixel_offset,
        pixel_length=header.pixel_length,
        uids_from_data_set=bool(sop_class and sop_uid),
        raw=header.values,
    )


def _bits(read: HeaderValues) -> tuple[int, int]:
    """Bits of a pixel in the file, and how many of them are its value."""
    allocated = read.unsigned(tags.BITS_ALLOCATED) or 16
    stored = read.unsigned(tags.BITS_STORED) or allocated
    if allocated not in (1, 8, 16, 32, 64) or not 0 < stored <= allocated:
        raise HeaderError(f"its pixels of {stored} bits in {allocated} are not possible")
    return allocated, stored


def _is_signed(read: HeaderValues, header: RawHeader) -> bool:
    representation = read.unsigned(tags.PIXEL_REPRESENTATION)
    if representation not in (0, 1) and not header.is_float:
        raise HeaderError("it does not say whether its pixel values have a sign (PixelRepresentation)")
    return representation == 1


def _frame_count(read: HeaderValues) -> int:
    count = max(1.0, read.number(tags.FRAMES) or 1.0)
    if count > MAX_FRAMES:
        raise HeaderError(f"it claims {count:.6g} frames")
    return int(count)
