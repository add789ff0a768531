"""Every geometry trap known from real archives, written from the analytic phantom.

Run ``python -m tests.support.corpus FOLDER`` to write all of them for looking at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.ct_phantom import Grid
from tests.support.dicom_files import FRAME_UID, write_series
from tests.support.enhanced_file import write_enhanced
from tests.support.trap_files import (
    GRID,
    compressed_as,
    concatenation,
    copied_twice,
    duplicate,
    empty_uids,
    extra_pixels,
    high_bits,
    interleaved,
    jitter,
    lying_syntax,
    moved_slice,
    oblique_grid,
    one_position,
    one_slice,
    one_sop_uid,
    padding,
    padding_beyond_12_bits,
    padding_range,
    pixel_size_changes,
    position_twice,
    private_rubbish,
    random_name,
    reversed_numbers,
    scaled_orientation,
    skewed_orientation,
    stored_in_32_bits,
    tilt,
    turned_from,
    two_kinds,
    two_patients,
    two_phases,
    uneven,
    unsigned_with_overlay,
    with_scout,
    with_table,
    with_values,
    without_positions,
    without_rescale,
)


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


TRAPS: tuple[Trap, ...] = (
    Trap("plain", write_series),
    Trap("instance numbers reversed", lambda f: write_series(f, edit=reversed_numbers)),
    Trap("random file names", lambda f: write_series(f, name=random_name)),
    Trap("feet first", lambda f: write_series(f, edit=with_values(PatientPosition="FFS"))),
    Trap("columns flipped", lambda f: write_series(f, Grid(row=(-1, 0, 0)))),
    Trap(
        "prone", lambda f: write_series(f, Grid(row=(-1, 0, 0), column=(0, -1, 0)), with_values(PatientPosition="HFP"))
    ),
    Trap("feet first prone", lambda f: write_series(f, Grid(row=(1, 0, 0), column=(0, -1, 0)))),
    Trap("coronal", lambda f: write_series(f, Grid(row=(1, 0, 0), column=(0, 0, -1))), exclusion="not axial"),
    Trap("sagittal", lambda f: write_series(f, Grid(row=(0, 1, 0), column=(0, 0, -1))), exclusion="not axial"),
    Trap("oblique", lambda f: write_series(f, oblique_grid())),
    Trap("missing slice", lambda f: write_series(f, skip=(3,)), note="1 slice is missing at z = -48.8 mm"),
    Trap("missing slices", lambda f: write_series(f, skip=(2, 5, 6)), note="3 slices are missing"),
    Trap(
        "duplicate, same pixels", lambda f: duplicate(f, change_pixels=False), note="there twice with the same pixels"
    ),
    Trap(
        "duplicate, other pixels",
        lambda f: duplicate(f, change_pixels=True),
        right=0,
        refusal="two different images lie at",
    ),
    Trap("two phases by acquisition", lambda f: two_phases(f, "acquisition"), right=2),
    Trap("two phases by time", lambda f: two_phases(f, "time"), right=2),
    Trap("two phases by instance number", lambda f: two_phases(f, "number"), right=2),
    Trap("gantry tilt 15°", lambda f: write_series(f, tilt(15)), note="Gantry tilt of 15.0° corrected"),
    Trap("gantry tilt −12°", lambda f: write_series(f, tilt(-12)), note="Gantry tilt of 12.0° corrected"),
    Trap("localizer inside", with_scout, others=1),
    Trap("uneven spacing", lambda f: write_series(f, uneven()), note="Slice distances vary (1.90 to 2.50 mm)"),
    Trap("jitter 0.01 mm", lambda f: write_series(f, jitter())),
    Trap("MONOCHROME1", lambda f: write_series(f, edit=with_values(PhotometricInterpretation="MONOCHROME1"))),
    Trap("padding −2000", lambda f: write_series(f, edit=padding(-2000))),
    Trap("padding −32768", lambda f: write_series(f, edit=padding(-32768))),
    Trap(
        "pixel size changes", lambda f: write_series(f, edit=pixel_size_changes), right=0, refusal="pixel size changes"
    ),
    Trap("two frames of reference", lambda f: two_kinds(f, GRID, FrameOfReferenceUID=FRAME_UID + ".9"), right=2),
    Trap("two orientations", lambda f: two_kinds(f, Grid(row=(0, 1, 0), column=(0, 0, -1))), right=2),
    Trap("two sizes", lambda f: two_kinds(f, Grid(shape=(46, 80, 60))), right=2),
    Trap(
        "no positions",
        lambda f: write_series(f, edit=without_positions),
        right=0,
        others=1,
        note="no positions",
        exclusion="no positions",
    ),
    Trap(
        "no rescale",
        lambda f: write_series(f, edit=without_rescale, intercept=lambda _: 0.0),
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap("slope 2, intercept per slice", lambda f: write_series(f, slope=2.0, intercept=lambda k: -1000.0 - 2 * k)),
    Trap("fractional slope", lambda f: write_series(f, slope=0.25, intercept=lambda k: -1024.0 + 0.5 * k)),
    Trap("12 bits with overlay bits above", lambda f: write_series(f, edit=unsigned_with_overlay)),
    Trap("empty UIDs", lambda f: write_series(f, edit=empty_uids), note="Identity incomplete"),
    Trap("one SOP UID for all", lambda f: write_series(f, edit=one_sop_uid), note="Identity incomplete"),
    Trap("malformed private tag", private_rubbish),
    Trap("orientation a little too long", lambda f: write_series(f, edit=scaled_orientation(1.004))),
    Trap(
        "orientation much too long",
        lambda f: write_series(f, edit=scaled_orientation(1.2)),
        right=0,
        others=1,
        note="do not say which way they lie",
        exclusion="no positions",
    ),
    Trap(
        "orientation not at right angles",
        lambda f: write_series(f, edit=skewed_orientation(0.05)),
        right=0,
        others=1,
        note="do not say which way they lie",
        exclusion="no positions",
    ),
    Trap("end turned by 0.4°", lambda f: write_series(f, edit=turned_from(44, 0.4)), others=1),
    Trap("one position for all", lambda f: write_series(f, edit=one_position), right=0, refusal="same position"),
    Trap("one slice of another patient", two_patients, right=2),
    Trap("dose report inside", with_table, others=1),
    Trap("every file twice", copied_twice, note="46 images are there twice with the same pixels"),
    Trap(
        "one slice without rescale",
        lambda f: write_series(f, edit=one_slice(RescaleSlope=None, RescaleIntercept=None)),
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap("one slice moved along", lambda f: write_series(f, edit=moved_slice((0, 0, 0.9))), note="Slice distances"),
    Trap("one slice moved aside", lambda f: write_series(f, edit=moved_slice((4.5, 0, 0))), note="displaced sideways"),
    Trap(
        "one slice of another size",
        lambda f: write_series(f, edit=one_slice(Rows=35)),
        rejected="it holds",
        note="1 slice is missing at z = -26.2",
    ),
    Trap(
        "tilt named but not there",
        lambda f: write_series(f, edit=with_values(GantryDetectorTilt="12")),
        note="names a gantry tilt of 12.0°",
    ),
    Trap(
        "no pixel size",
        lambda f: write_series(f, edit=with_values(PixelSpacing=None)),
        right=0,
        refusal="how large a pix",
    ),
    Trap(
        "negative pixel size",
        lambda f: write_series(f, edit=with_values(PixelSpacing=["-1.75", "2.25"])),
        right=0,
        refusal="how large a pixel is",
    ),
    Trap(
        "negative slope",
        lambda f: write_series(f, edit=with_values(RescaleSlope="-1")),
        right=0,
        others=1,
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap(
        "more pixels than the header says",
        lambda f: write_series(f, edit=extra_pixels),
        right=0,
        unopened="its header says 56×70 pixels",
    ),
    Trap("12 bits at the top of 16", lambda f: write_series(f, edit=high_bits)),
    Trap("32 bits", lambda f: write_series(f, edit=stored_in_32_bits)),
    Trap("file meta says implicit", lying_syntax("1.2.840.10008.1.2")),
    Trap("file meta says JPEG 2000", lying_syntax("1.2.840.10008.1.2.4.90"[:19]), right=1),
    Trap("no frame of reference", lambda f: write_series(f, edit=with_values(FrameOfReferenceUID=None))),
    Trap("enhanced multi-frame", lambda f: write_enhanced(f / "enhanced.dcm", GRID)),
    Trap("enhanced, frames shuffled", lambda f: write_enhanced(f / "enhanced.dcm", GRID, shuffled=True)),
    Trap("enhanced, two phases", lambda f: write_enhanced(f / "enhanced.dcm", GRID, phases=2), right=2),
    Trap("enhanced, in two files", concatenation),
    Trap("kernels between each other", interleaved(ConvolutionKernel="B70f"), right=2),
    Trap("acquisitions between each other", interleaved(AcquisitionNumber="2"), right=2),
    Trap("tube voltages at one place", lambda f: two_kinds(f, GRID, KVP="140"), right=2),
    Trap("two names under one patient", lambda f: two_kinds(f, GRID, PatientName="Roe^Jane"), right=2),
    Trap(
        "pixels of 22 cm",
        lambda f: write_series(f, edit=with_values(PixelSpacing=["175", "225"])),
        right=0,
        refusal="12.6 m",
    ),
    Trap(
        "vanishing slope",
        lambda f: write_series(f, edit=with_values(RescaleSlope="1e-30")),
        right=0,
        others=1,
        not_hu=True,
        note="Hounsfield",
        exclusion="Hounsfield",
    ),
    Trap(
        "no sign",
        lambda f: write_series(f, edit=with_values(PixelRepresentation=None)),
        right=0,
        unopened="have a sign",
    ),
    Trap(
        "bits counted from the wrong end",
        lambda f: write_series(f, edit=with_values(BitsStored=12)),
        right=0,
        refusal="bits below too",
    ),
    Trap("padding beyond the stored bits", lambda f: write_series(f, edit=padding_beyond_12_bits)),
    Trap("padding range over everything", lambda f: write_series(f, edit=padding_range)),
    Trap(
        "endless frames",
        lambda f: write_series(f, edit=with_values(NumberOfFrames="1e300")),
        right=0,
        unopened=r"claims 1e\+300",
    ),
    Trap("a maker's own transfer syntax", lying_syntax("1.2.840.113619.5.2"), right=0, unopened="a maker's own"),
    Trap("position twice", position_twice, rejected="twice", note="1 slice is missing at z = -26.2"),
    Trap("codestream of 8 bits, header of 16", compressed_as(16, "u1", 8)),
    Trap("codestream of 16 bits, header of 8", compressed_as(8, "i2", 1), right=0, refusal="larger values"),
    Trap("codestream signed, header not", compressed_as(16, "i2", 1)),
    Trap("enhanced, compressed", lambda f: write_enhanced(f / "enhanced.dcm", GRID, syntax="jpeg_lossless")),
)


if __name__ == "__main__":
    for trap in TRAPS:
        folder = Path(sys.argv[1]) / trap.name.replace(" ", "_")
        folder.mkdir(parents=True)
        trap.write(folder)
