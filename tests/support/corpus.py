"""Every geometry trap known from real archives, written from the analytic phantom.

Run ``python -m tests.support.corpus FOLDER`` to write all of them for looking at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from tests.support.ct_phantom import Grid
from tests.support.dicom_files import FRAME_UID, SERIES_UID, ct_slice, save, save_j2k, write_series
from tests.support.enhanced_file import write_enhanced

GRID = Grid()


@dataclass(frozen=True)
class Trap:
    """One trap.

    Parameters
    ----------
    write
        Writes it into an empty folder.
    right
        Number of series that must load with every blob in place.
    others
        Number of other series the index lists (scouts…).
    note
        Words that must be in the notes of the volume.
    refusal
        Words of the sentence with which loading is refused; then ``right`` is 0.
    exclusion
        Words of the reason why the models do not get it.
    not_hu
        Whether the volume must say that its values are no HU.
    rejected
        Words of the reason why some files are left out.
    unopened
        Words of the sentence with which already opening is refused; then ``right`` is 0.
    """

    name: str
    write: Callable[[Path], object]
    right: int = 1
    others: int = 0
    note: str = ""
    refusal: str = ""
    exclusion: str = ""
    not_hu: bool = False
    rejected: str = ""
    unopened: str = ""


def _edit(**values: object) -> Callable[[Dataset, int], None]:
    def change(ds: Dataset, _: int) -> None:
        for name, value in values.items():
            setattr(ds, name, value)

    return change


def _reversed_numbers(ds: Dataset, k: int) -> None:
    ds.InstanceNumber = str(GRID.shape[0] - k)
    ds.SliceLocation = str(-k)


def _random_name(k: int) -> str:
    return f"{(k * 7919) % 104729:06d}.ima"


def _duplicate(folder: Path, *, change_pixels: bool) -> None:
    write_series(folder)
    ds = ct_slice(GRID, 20)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.999"
    if change_pixels:
        ds.PixelData = (np.frombuffer(ds.PixelData, "<i2") + 50).astype("<i2").tobytes()
    save(ds, folder / "again.dcm")


def _two_phases(folder: Path, told_by: str) -> None:
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


def _tilt(degrees: float) -> Grid:
    """Slices turned about the left-right axis, table moving along the body: a gantry tilt."""
    angle = np.radians(degrees)
    column = (0.0, float(np.cos(angle)), float(np.sin(angle)))
    return Grid(column=column, step=(0.0, 0.0, 2.5), shape=(46, 84, 56))


def _with_scout(folder: Path) -> None:
    write_series(folder)
    scout = Grid(row=(1, 0, 0), column=(0, 0, -1), shape=(1, 70, 56))
    ds = ct_slice(scout, 0)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.500"
    save(ds, folder / "scout.dcm")


def _two_kinds(folder: Path, second: Grid, **values: object) -> None:
    """A series with a second stack in it, far enough away in its UIDs only."""
    write_series(folder)

    def edit(ds: Dataset, k: int) -> None:
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.7.{k + 1}"
        for name, value in values.items():
            setattr(ds, name, value)

    write_series(folder, second, edit, name="second{:04d}.dcm".format)


def _uneven() -> Grid:
    steps = np.where(np.arange(49) % 3 == 0, 1.9, 2.5)
    positions = np.cumsum(steps)
    return Grid(shape=(49, 70, 56), offsets_mm=tuple(positions - positions.mean()))


def _jitter() -> Grid:
    positions = (np.arange(46) - 22.5) * 2.5 + np.random.default_rng(0).uniform(-0.01, 0.01, 46)
    return replace(GRID, offsets_mm=tuple(positions))


def _pixel_size_changes(ds: Dataset, k: int) -> None:
    if k > 30:
        ds.PixelSpacing = ["1.7", "2.2"]


def _without_positions(ds: Dataset, _: int) -> None:
    del ds.ImagePositionPatient, ds.ImageOrientationPatient


def _without_rescale(ds: Dataset, _: int) -> None:
    del ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType


def _unsigned_with_overlay(ds: Dataset, _: int) -> None:
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


def _scaled_orientation(factor: float) -> Callable[[Dataset, int], None]:
    def edit(ds: Dataset, _: int) -> None:
        ds.ImageOrientationPatient = [f"{float(v) * factor:.6f}" for v in ds.ImageOrientationPatient]

    return edit


def _skewed_orientation(cosine: float) -> Callable[[Dataset, int], None]:
    return _edit(ImageOrientationPatient=["1", "0", "0", f"{cosine}", f"{(1 - cosine**2) ** 0.5:.8f}", "0"])


def _turned_from(first: int, degrees: float) -> Callable[[Dataset, int], None]:
    """The head end of the series is turned a little against the rest."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))

    def edit(ds: Dataset, k: int) -> None:
        if k >= first:
            ds.ImageOrientationPatient = [f"{v:.8f}" for v in (cosine, sine, 0, -sine, cosine, 0)]

    return edit


def _one_position(ds: Dataset, _: int) -> None:
    ds.ImagePositionPatient = [f"{v:.6f}" for v in GRID.slice_origin(0)]


def _one_slice(**values: object) -> Callable[[Dataset, int], None]:
    def edit(ds: Dataset, k: int) -> None:
        if k == 12:
            for name, value in values.items():
                setattr(ds, name, value)

    return edit


def _with_table(folder: Path) -> None:
    """A dose report as a picture, filed under the UID of the series."""
    write_series(folder)
    ds = ct_slice(Grid(shape=(1, 70, 56)), 0)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.600"
    del ds.ImagePositionPatient, ds.ImageOrientationPatient, ds.PixelSpacing
    save(ds, folder / "dose.dcm")


def _two_patients(folder: Path) -> None:
    _two_kinds(folder, GRID, PatientID="P-2", PatientName="Other^Person")


def _copied_twice(folder: Path) -> None:
    write_series(folder / "a")
    write_series(folder / "copy of a")


def _moved_slice(along: tuple[float, float, float]) -> Callable[[Dataset, int], None]:
    """One slice lies (as its header says) elsewhere: its pixels are taken there, so that it is right to believe it."""

    def edit(ds: Dataset, k: int) -> None:
        if k == 3:
            ds.ImagePositionPatient = [f"{v + d:.6f}" for v, d in zip(GRID.slice_origin(k), along, strict=True)]

    return edit


def _extra_pixels(ds: Dataset, _: int) -> None:
    ds.PixelData = ds.PixelData + bytes(2 * 56 * 4)


def _high_bits(ds: Dataset, _: int) -> None:
    """12 bits at the top of 16."""
    stored = np.clip(np.frombuffer(ds.PixelData, "<i2"), 0, 4095).astype("<u2") << 4
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 15
    ds.PixelData = stored.tobytes()


def _32_bits(ds: Dataset, _: int) -> None:
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 32, 32, 31
    ds.PixelData = np.frombuffer(ds.PixelData, "<i2").astype("<i4").tobytes()


def _lying_syntax(uid: str) -> Callable[[Path], None]:
    """Files whose meta header names another transfer syntax than they are written in."""

    def write(folder: Path) -> None:
        true = b"1.2.840.10008.1.2.1\0"
        for path in write_series(folder):
            path.write_bytes(path.read_bytes().replace(true, uid.encode().ljust(len(true), b"\0"), 1))

    return write


def _empty_uids(ds: Dataset, _: int) -> None:
    ds.SOPClassUID = ds.SOPInstanceUID = ds.StudyInstanceUID = ds.SeriesInstanceUID = ""


def _one_sop_uid(ds: Dataset, _: int) -> None:
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.1"


def _private_rubbish(folder: Path) -> None:
    """A private decimal string that is no number; naive iteration over the header raises on it."""

    def edit(ds: Dataset, _: int) -> None:
        ds.private_block(0x01F1, "ELSCINT1", create=True).add_new(0x26, "DS", "98765.43")

    for path in write_series(folder, edit=edit):
        path.write_bytes(path.read_bytes().replace(b"98765.43", b"rubbish!"))


def _between(**values: object) -> Callable[[Path], None]:
    """A second stack whose slices lie between those of the first: all positions together look like one thin series."""
    return lambda folder: _two_kinds(folder, replace(GRID, center=(0.0, 0.0, 1.25)), **values)


def _padding_beyond_12_bits(ds: Dataset, _: int) -> None:
    stored = np.clip(np.frombuffer(ds.PixelData, "<i2"), 0, 4095).astype("<u2")
    stored[:100] = 63536
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 11
    ds.PixelData = stored.tobytes()
    ds.add_new("PixelPaddingValue", "US", 63536)


def _padding_range(ds: Dataset, _: int) -> None:
    ds.add_new("PixelPaddingValue", "SS", -2000)
    ds.add_new("PixelPaddingRangeLimit", "SS", 3000)


def _position_twice(folder: Path) -> None:
    """The positions of one slice are there a second time, with another value."""
    path = write_series(folder)[12]
    content = path.read_bytes()
    start, end = content.index(b"\x20\0\x32\0DS"), content.index(b"\x20\0\x37\0DS")
    again = content[start:end].replace(b"-61.875", b"+61.875")
    path.write_bytes(content[:end] + again + content[end:])


def _compressed_as(bits: int, dtype: str, scale: int) -> Callable[[Path], None]:
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


def _concatenation(folder: Path) -> None:
    """One enhanced image in two files (PS3.3 C.7.6.16.1.3)."""
    for part, frames in enumerate((range(23), range(23, 46))):
        write_enhanced(folder / f"part{part}.dcm", GRID, slices=frames, uid=f"{SERIES_UID}.{part}")


TRAPS: tuple[Trap, ...] = (
    Trap("plain", write_series),
    Trap("instance numbers reversed", lambda f: write_series(f, edit=_reversed_numbers)),
    Trap("random file names", lambda f: write_series(f, name=_random_name)),
    Trap("feet first", lambda f: write_series(f, edit=_edit(PatientPosition="FFS"))),
    Trap("columns flipped", lambda f: write_series(f, Grid(row=(-1, 0, 0)))),
    Trap("prone", lambda f: write_series(f, Grid(row=(-1, 0, 0), column=(0, -1, 0)), _edit(PatientPosition="HFP"))),
    Trap("feet first prone", lambda f: write_series(f, Grid(row=(1, 0, 0), column=(0, -1, 0)))),
    Trap("coronal", lambda f: write_series(f, Grid(row=(1, 0, 0), column=(0, 0, -1))), exclusion="not axial"),
    Trap("sagittal", lambda f: write_series(f, Grid(row=(0, 1, 0), column=(0, 0, -1))), exclusion="not axial"),
    Trap("oblique", lambda f: write_series(f, oblique_grid())),
    Trap("missing slice", lambda f: write_series(f, skip=(3,)), note="1 slice is missing at z = -48.8 mm"),
    Trap("missing slices", lambda f: write_series(f, skip=(2, 5, 6)), note="3 slices are missing"),
    Trap(
        "duplicate, same pixels", lambda f: _duplicate(f, change_pixels=False), note="there twice with the same pixels"
    ),
    Trap(
        "duplicate, other pixels",
        lambda f: _duplicate(f, change_pixels=True),
        right=0,
        refusal="two different images lie at",
    ),
    Trap("two phases by acquisition", lambda f: _two_phases(f, "acquisition"), right=2),
    Trap("two phases by time", lambda f: _two_phases(f, "time"), right=2),
    Trap("two phases by instance number", lambda f: _two_phases(f, "number"), right=2),
    Trap("gantry tilt 15°", lambda f: write_series(f, _tilt(15)), note="Gantry tilt of 15.0° corrected"),
    Trap("gantry tilt −12°", lambda f: write_series(f, _tilt(-12)), note="Gantry tilt of 12.0° corrected"),
    Trap("localizer inside", _with_scout, others=1),
    Trap("uneven spacing", lambda f: write_series(f, _uneven()), note="Slice distances vary (1.90 to 2.50 mm)"),
    Trap("jitter 0.01 mm", lambda f: write_series(f, _jitter())),
    Trap("MONOCHROME1", lambda f: write_series(f, edit=_edit(PhotometricInterpretation="MONOCHROME1"))),
    Trap("padding −2000", lambda f: write_series(f, edit=padding(-2000))),
    Trap("padding −32768", lambda f: write_series(f, edit=padding(-32768))),
    Trap(
        "pixel size changes", lambda f: write_series(f, edit=_pixel_size_changes), right=0, refusal="pixel size changes"
    ),
    Trap("two frames of reference", lambda f: _two_kinds(f, GRID, FrameOfReferenceUID=FRAME_UID + ".9"), right=2),
    Trap("two orientations", lambda f: _two_kinds(f, Grid(row=(0, 1, 0), column=(0, 0, -1))), right=2),
    Trap("two sizes", lambda f: _two_kinds(f, Grid(shape=(46, 80, 60))), right=2),
    Trap(
        "no positions",
        lambda f: write_series(f, edit=_without_positions),
        right=0,
        others=1,
        note="no positions",
        exclusion="no positions",
    ),
    Trap(
        "no rescale",
        lambda f: write_series(f, edit=_without_rescale, intercept=lambda _: 0.0),
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap("slope 2, intercept per slice", lambda f: write_series(f, slope=2.0, intercept=lambda k: -1000.0 - 2 * k)),
    Trap("fractional slope", lambda f: write_series(f, slope=0.25, intercept=lambda k: -1024.0 + 0.5 * k)),
    Trap("12 bits with overlay bits above", lambda f: write_series(f, edit=_unsigned_with_overlay)),
    Trap("empty UIDs", lambda f: write_series(f, edit=_empty_uids), note="Identity incomplete"),
    Trap("one SOP UID for all", lambda f: write_series(f, edit=_one_sop_uid), note="Identity incomplete"),
    Trap("malformed private tag", _private_rubbish),
    Trap("orientation a little too long", lambda f: write_series(f, edit=_scaled_orientation(1.004))),
    Trap(
        "orientation much too long",
        lambda f: write_series(f, edit=_scaled_orientation(1.2)),
        right=0,
        others=1,
        note="do not say which way they lie",
        exclusion="no positions",
    ),
    Trap(
        "orientation not at right angles",
        lambda f: write_series(f, edit=_skewed_orientation(0.05)),
        right=0,
        others=1,
        note="do not say which way they lie",
        exclusion="no positions",
    ),
    Trap("end turned by 0.4°", lambda f: write_series(f, edit=_turned_from(44, 0.4)), others=1),
    Trap("one position for all", lambda f: write_series(f, edit=_one_position), right=0, refusal="same position"),
    Trap("one slice of another patient", _two_patients, right=2),
    Trap("dose report inside", _with_table, others=1),
    Trap("every file twice", _copied_twice, note="46 images are there twice with the same pixels"),
    Trap(
        "one slice without rescale",
        lambda f: write_series(f, edit=_one_slice(RescaleSlope=None, RescaleIntercept=None)),
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap("one slice moved along", lambda f: write_series(f, edit=_moved_slice((0, 0, 0.9))), note="Slice distances"),
    Trap("one slice moved aside", lambda f: write_series(f, edit=_moved_slice((4.5, 0, 0))), note="displaced sideways"),
    Trap(
        "one slice of another size",
        lambda f: write_series(f, edit=_one_slice(Rows=35)),
        rejected="it holds",
        note="1 slice is missing at z = -26.2",
    ),
    Trap(
        "tilt named but not there",
        lambda f: write_series(f, edit=_edit(GantryDetectorTilt="12")),
        note="names a gantry tilt of 12.0°",
    ),
    Trap("no pixel size", lambda f: write_series(f, edit=_edit(PixelSpacing=None)), right=0, refusal="how large a pix"),
    Trap(
        "negative pixel size",
        lambda f: write_series(f, edit=_edit(PixelSpacing=["-1.75", "2.25"])),
        right=0,
        refusal="how large a pixel is",
    ),
    Trap(
        "negative slope",
        lambda f: write_series(f, edit=_edit(RescaleSlope="-1")),
        right=0,
        others=1,
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap(
        "more pixels than the header says",
        lambda f: write_series(f, edit=_extra_pixels),
        right=0,
        unopened="its header says 56×70 pixels",
    ),
    Trap("12 bits at the top of 16", lambda f: write_series(f, edit=_high_bits)),
    Trap("32 bits", lambda f: write_series(f, edit=_32_bits)),
    Trap("file meta says implicit", _lying_syntax("1.2.840.10008.1.2")),
    Trap("file meta says JPEG 2000", _lying_syntax("1.2.840.10008.1.2.4.90"[:19]), right=1),
    Trap("no frame of reference", lambda f: write_series(f, edit=_edit(FrameOfReferenceUID=None))),
    Trap("enhanced multi-frame", lambda f: write_enhanced(f / "enhanced.dcm", GRID)),
    Trap("enhanced, frames shuffled", lambda f: write_enhanced(f / "enhanced.dcm", GRID, shuffled=True)),
    Trap("enhanced, two phases", lambda f: write_enhanced(f / "enhanced.dcm", GRID, phases=2), right=2),
    Trap("enhanced, in two files", _concatenation),
    Trap("kernels between each other", _between(ConvolutionKernel="B70f"), right=2),
    Trap("acquisitions between each other", _between(AcquisitionNumber="2"), right=2),
    Trap("tube voltages at one place", lambda f: _two_kinds(f, GRID, KVP="140"), right=2),
    Trap("two names under one patient", lambda f: _two_kinds(f, GRID, PatientName="Roe^Jane"), right=2),
    Trap(
        "pixels of 22 cm", lambda f: write_series(f, edit=_edit(PixelSpacing=["175", "225"])), right=0, refusal="12.6 m"
    ),
    Trap(
        "vanishing slope",
        lambda f: write_series(f, edit=_edit(RescaleSlope="1e-30")),
        right=0,
        others=1,
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap("no sign", lambda f: write_series(f, edit=_edit(PixelRepresentation=None)), right=0, unopened="have a sign"),
    Trap(
        "bits counted from the wrong end",
        lambda f: write_series(f, edit=_edit(BitsStored=12)),
        right=0,
        refusal="bits below too",
    ),
    Trap("padding beyond the stored bits", lambda f: write_series(f, edit=_padding_beyond_12_bits)),
    Trap("padding range over everything", lambda f: write_series(f, edit=_padding_range)),
    Trap(
        "endless frames",
        lambda f: write_series(f, edit=_edit(NumberOfFrames="1e300")),
        right=0,
        unopened=r"claims 1e\+300",
    ),
    Trap("a maker's own transfer syntax", _lying_syntax("1.2.840.113619.5.2"), right=0, unopened="a maker's own"),
    Trap("position twice", _position_twice, rejected="twice", note="1 slice is missing at z = -26.2"),
    Trap("codestream of 8 bits, header of 16", _compressed_as(16, "u1", 8)),
    Trap("codestream of 16 bits, header of 8", _compressed_as(8, "i2", 1), right=0, refusal="larger values"),
    Trap("codestream signed, header not", _compressed_as(16, "i2", 1)),
    Trap("enhanced, compressed", lambda f: write_enhanced(f / "enhanced.dcm", GRID, syntax="jpeg_lossless")),
)


def oblique_grid() -> Grid:
    """Slices turned about two axes, still closest to axial."""
    a, b = np.radians(17), np.radians(-11)
    turn_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    turn_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    turn = turn_y @ turn_x
    return Grid(row=tuple(turn[:, 0]), column=tuple(turn[:, 1]), shape=(52, 80, 62))


if __name__ == "__main__":
    for trap in TRAPS:
        folder = Path(sys.argv[1]) / trap.name.replace(" ", "_")
        folder.mkdir(parents=True)
        trap.write(folder)
