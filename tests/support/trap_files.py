"""What is wrong with the files of the traps: each function writes a series with one oddity, or changes a slice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from tests.support.ct_phantom import Grid
from tests.support.dicom_files import SERIES_UID, ct_slice, save, save_j2k, write_series
from tests.support.enhanced_file import write_enhanced

GRID = Grid()


def with_values(**values: object) -> Callable[[Dataset, int], None]:
    def change(ds: Dataset, _: int) -> None:
        for name, value in values.items():
            setattr(ds, name, value)

    return change


def reversed_numbers(ds: Dataset, k: int) -> None:
    ds.InstanceNumber = str(GRID.shape[0] - k)
    ds.SliceLocation = str(-k)


def random_name(k: int) -> str:
    return f"{(k * 7919) % 104729:06d}.ima"


def duplicate(folder: Path, *, change_pixels: bool) -> None:
    write_series(folder)
    ds = ct_slice(GRID, 20)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.999"
    if change_pixels:
        ds.PixelData = (np.frombuffer(ds.PixelData, "<i2") + 50).astype("<i2").tobytes()
    save(ds, folder / "again.dcm")


def two_phases(folder: Path, told_by: str) -> None:
    for phase in (1, 2):

        def edit(ds: Dataset, k: int, phase: int = phase) -> None:
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.{phase}.{k + 1}"
            ds.InstanceNumber = str(k + 1 + (phase - 1) * GRID.shape[0])
            if told_by == "acquisition":
                ds.AcquisitionNumber = str(phase)
            elif told_by == "time":
                ds.AcquisitionTime = f"10{phase + 10}{k % 60:02d}"
                ds.InstanceNumber = "1"

        write_series(folder, edit=edit, name=lambda k, phase=phase: f"{phase}_{k:03d}.dcm", intercept=lambda _: -1024)


def tilt(degrees: float) -> Grid:
    """Slices turned about the left-right axis, table moving along the body: a gantry tilt."""
    angle = np.radians(degrees)
    column = (0.0, float(np.cos(angle)), float(np.sin(angle)))
    return Grid(column=column, step=(0.0, 0.0, 2.5), shape=(46, 84, 56))


def with_scout(folder: Path) -> None:
    write_series(folder)
    scout = Grid(row=(1, 0, 0), column=(0, 0, -1), shape=(1, 70, 56))
    ds = ct_slice(scout, 0)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.500"
    save(ds, folder / "scout.dcm")


def two_kinds(folder: Path, second: Grid, **values: object) -> None:
    """A series with a second stack in it, far enough away in its UIDs only."""
    write_series(folder)

    def edit(ds: Dataset, k: int) -> None:
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.7.{k + 1}"
        for name, value in values.items():
            setattr(ds, name, value)

    write_series(folder, second, edit, name="second{:04d}.dcm".format)


def uneven() -> Grid:
    steps = np.where(np.arange(49) % 3 == 0, 1.9, 2.5)
    positions = np.cumsum(steps)
    return Grid(shape=(49, 70, 56), offsets_mm=tuple(positions - positions.mean()))


def jitter() -> Grid:
    positions = (np.arange(46) - 22.5) * 2.5 + np.random.default_rng(0).uniform(-0.01, 0.01, 46)
    return replace(GRID, offsets_mm=tuple(positions))


def pixel_size_changes(ds: Dataset, k: int) -> None:
    if k > 30:
        ds.PixelSpacing = ["1.7", "2.2"]


def without_positions(ds: Dataset, _: int) -> None:
    del ds.ImagePositionPatient, ds.ImageOrientationPatient


def without_rescale(ds: Dataset, _: int) -> None:
    del ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType


def unsigned_with_overlay(ds: Dataset, _: int) -> None:
    """12 bits stored, rubbish in the four above."""
    stored = np.clip(np.frombuffer(ds.PixelData, "<i2"), 0, 4095).astype("<u2")
    stored = stored | (np.arange(stored.size, dtype="<u2") % 7 << 12)
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 11
    ds.PixelData = stored.tobytes()


def padding(value: int) -> Callable[[Dataset, int], None]:
    def edit(ds: Dataset, _: int) -> None:
        pixels = np.frombuffer(ds.PixelData, "<i2").reshape(ds.Rows, ds.Columns).copy()
        pixels[:3], pixels[:, -3:] = value, value
        ds.PixelData = pixels.tobytes()
        ds.PixelPaddingValue = value

    return edit


def scaled_orientation(factor: float) -> Callable[[Dataset, int], None]:
    def edit(ds: Dataset, _: int) -> None:
        ds.ImageOrientationPatient = [f"{float(v) * factor:.6f}" for v in ds.ImageOrientationPatient]

    return edit


def skewed_orientation(cosine: float) -> Callable[[Dataset, int], None]:
    return with_values(ImageOrientationPatient=["1", "0", "0", f"{cosine}", f"{(1 - cosine**2) ** 0.5:.8f}", "0"])


def turned_from(first: int, degrees: float) -> Callable[[Dataset, int], None]:
    """The head end of the series is turned a little against the rest."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))

    def edit(ds: Dataset, k: int) -> None:
        if k >= first:
            ds.ImageOrientationPatient = [f"{v:.8f}" for v in (cosine, sine, 0, -sine, cosine, 0)]

    return edit


def one_position(ds: Dataset, _: int) -> None:
    ds.ImagePositionPatient = [f"{v:.6f}" for v in GRID.slice_origin(0)]


def one_slice(**values: object) -> Callable[[Dataset, int], None]:
    def edit(ds: Dataset, k: int) -> None:
        if k == 12:
            for name, value in values.items():
                setattr(ds, name, value)

    return edit


def with_table(folder: Path) -> None:
    """A dose report as a picture, filed under the UID of the series."""
    write_series(folder)
    ds = ct_slice(Grid(shape=(1, 70, 56)), 0)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.600"
    del ds.ImagePositionPatient, ds.ImageOrientationPatient, ds.PixelSpacing
    save(ds, folder / "dose.dcm")


def two_patients(folder: Path) -> None:
    two_kinds(folder, GRID, PatientID="P-2", PatientName="Other^Person")


def copied_twice(folder: Path) -> None:
    write_series(folder / "a")
    write_series(folder / "copy of a")


def moved_slice(along: tuple[float, float, float]) -> Callable[[Dataset, int], None]:
    """One slice lies (as its header says) elsewhere: its pixels are taken there, so that it is right to believe it."""

    def edit(ds: Dataset, k: int) -> None:
        if k == 3:
            ds.ImagePositionPatient = [f"{v + d:.6f}" for v, d in zip(GRID.slice_origin(k), along, strict=True)]

    return edit


def extra_pixels(ds: Dataset, _: int) -> None:
    ds.PixelData = ds.PixelData + bytes(2 * 56 * 4)


def high_bits(ds: Dataset, _: int) -> None:
    """12 bits at the top of 16."""
    stored = np.clip(np.frombuffer(ds.PixelData, "<i2"), 0, 4095).astype("<u2") << 4
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 15
    ds.PixelData = stored.tobytes()


def stored_in_32_bits(ds: Dataset, _: int) -> None:
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 32, 32, 31
    ds.PixelData = np.frombuffer(ds.PixelData, "<i2").astype("<i4").tobytes()


def lying_syntax(uid: str) -> Callable[[Path], None]:
    """Files whose meta header names another transfer syntax than they are written in."""

    def write(folder: Path) -> None:
        true = b"1.2.840.10008.1.2.1\0"
        for path in write_series(folder):
            path.write_bytes(path.read_bytes().replace(true, uid.encode().ljust(len(true), b"\0"), 1))

    return write


def empty_uids(ds: Dataset, _: int) -> None:
    ds.SOPClassUID = ds.SOPInstanceUID = ds.StudyInstanceUID = ds.SeriesInstanceUID = ""


def one_sop_uid(ds: Dataset, _: int) -> None:
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.1"


def private_rubbish(folder: Path) -> None:
    """A private decimal string that is no number; naive iteration over the header raises on it."""

    def edit(ds: Dataset, _: int) -> None:
        ds.private_block(0x01F1, "ELSCINT1", create=True).add_new(0x26, "DS", "98765.43")

    for path in write_series(folder, edit=edit):
        path.write_bytes(path.read_bytes().replace(b"98765.43", b"rubbish!"))


def interleaved(**values: object) -> Callable[[Path], None]:
    """A second stack whose slices lie between those of the first: all positions together look like one thin series."""
    return lambda folder: two_kinds(folder, replace(GRID, center=(0.0, 0.0, 1.25)), **values)


def padding_beyond_12_bits(ds: Dataset, _: int) -> None:
    stored = np.clip(np.frombuffer(ds.PixelData, "<i2"), 0, 4095).astype("<u2")
    stored[:100] = 63536
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 11
    ds.PixelData = stored.tobytes()
    ds.add_new("PixelPaddingValue", "US", 63536)


def padding_range(ds: Dataset, _: int) -> None:
    ds.add_new("PixelPaddingValue", "SS", -2000)
    ds.add_new("PixelPaddingRangeLimit", "SS", 3000)


def position_twice(folder: Path) -> None:
    """The positions of one slice are there a second time, with another value."""
    path = write_series(folder)[12]
    content = path.read_bytes()
    start, end = content.index(b"\x20\0\x32\0DS"), content.index(b"\x20\0\x37\0DS")
    again = content[start:end].replace(b"-61.875", b"+61.875")
    path.write_bytes(content[:end] + again + content[end:])


def compressed_as(bits: int, dtype: str, scale: int) -> Callable[[Path], None]:
    """JPEG 2000 whose codestream counts bits and sign otherwise than the header does (16 bits, signed)."""

    def write(folder: Path) -> None:
        for k in range(GRID.shape[0]):
            ds = ct_slice(GRID, k)
            stored = ((GRID.slice_hu(k) + (1000 if scale > 1 else 0)) // scale).astype(dtype)
            ds.PixelRepresentation = int(np.dtype(dtype).kind == "u")
            ds.BitsAllocated = ds.BitsStored = bits
            ds.HighBit = bits - 1
            ds.RescaleSlope, ds.RescaleIntercept = str(scale), "-1000" if scale > 1 else "0"
            save_j2k(ds, stored, folder / f"{k}.dcm")

    return write


def concatenation(folder: Path) -> None:
    """One enhanced image in two files (PS3.3 C.7.6.16.1.3)."""
    for part, frames in enumerate((range(23), range(23, 46))):
        write_enhanced(folder / f"part{part}.dcm", GRID, slices=frames, uid=f"{SERIES_UID}.{part}")


def oblique_grid() -> Grid:
    """Slices turned about two axes, still closest to axial."""
    a, b = np.radians(17), np.radians(-11)
    turn_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    turn_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    turn = turn_y @ turn_x
    return Grid(row=tuple(turn[:, 0]), column=tuple(turn[:, 1]), shape=(52, 80, 62))
