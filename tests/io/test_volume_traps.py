"""Volume files whose header is wrong or says two things: right, noted or refused, never silently off."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.domain.errors import CTViewerError, UndecidedSeriesError
from ctviewer.domain.volume import Volume
from ctviewer.services.study_loading import find_series, load, open_path
from tests.support.ct_phantom import Grid, blob_errors_mm

GRID = Grid()
Change = Callable[[bytearray], None]


def opened(path: Path) -> Volume:
    return load(open_path(path)[1])


def refusal(path: Path) -> str:
    with pytest.raises(CTViewerError) as caught:
        opened(path)
    return str(caught.value)


def nifti(path: Path, change: Change, qform: int = 1, sform: int = 1) -> Path:
    """The phantom as NIfTI, header bytes changed."""
    affine = np.eye(4)
    affine[:3, :3] = GRID.affine()[:3, 2::-1]
    affine[:3, 3] = GRID.affine()[:3, 3]
    image = nibabel.Nifti1Image(GRID.volume_hu().transpose(2, 1, 0), np.diag([-1, -1, 1, 1]) @ affine)
    image.set_qform(image.affine, qform)
    image.set_sform(image.affine, sform)
    content = bytearray(image.to_bytes())
    change(content)
    path.write_bytes(gzip.compress(bytes(content)) if path.suffix == ".gz" else bytes(content))
    return path


def put(layout: str, at: int, *values: float) -> Change:
    def change(content: bytearray) -> None:
        struct.pack_into("<" + layout, content, at, *values)

    return change


def inserted(at: int, more: bytes) -> Change:
    def change(content: bytearray) -> None:
        content[at:at] = more

    return change


def scaled(at: int, factor: float, layout: str = "3f") -> Change:
    def change(content: bytearray) -> None:
        values = struct.unpack_from("<" + layout, content, at)
        struct.pack_into("<" + layout, content, at, *(value * factor for value in values))

    return change


def _sheared(content: bytearray) -> None:
    struct.pack_into("<f", content, 280 + 4, 0.3)  # x of the second axis


@pytest.mark.parametrize(
    ("change", "forms", "note"),
    [
        (lambda _: None, (1, 1), ""),
        (lambda _: None, (0, 2), ""),
        (lambda _: None, (1, 0), ""),
        (put("f", 112, 0.0), (1, 1), ""),  # scl_slope 0: unscaled
        (put("2f", 112, float("nan"), float("nan")), (1, 1), ""),
        (put("3f", 80, 1.0, 1.0, 1.0), (0, 1), "gives two voxel sizes (2.25×1.75×2.5 mm by the sform, 1×1×1 mm)"),
        (put("f", 268, 100.0), (1, 1), "gives two origins"),
        (put("2f", 124, float("nan"), float("inf")), (1, 1), ""),  # cal_max, cal_min mean nothing here
    ],
)
@pytest.mark.parametrize("name", ["x.nii", "x.nii.gz"])
def test_nifti_is_right(change: Change, forms: tuple[int, int], note: str, name: str, tmp_path: Path) -> None:
    volume = opened(nifti(tmp_path / name, change, *forms))
    assert max(blob_errors_mm(volume).values()) <= 0.01
    assert note in " ".join(volume.notes)
    assert bool(volume.notes) == bool(note)


@pytest.mark.parametrize(
    ("change", "forms", "words"),
    [
        (put("3f", 80, -2.25, 1.75, 2.5), (1, 0), "is not positive"),
        (put("3f", 80, 2.25, 0.0, 2.5), (1, 0), "is not positive"),
        (put("3f", 256, 0.9, 0.9, 0.9), (1, 0), "its qform is no rotation"),
        (put("f", 284, float("nan")), (0, 1), "not a finite number"),
        (put("12f", 280, *([0.0] * 12)), (0, 1), "its voxel size is zero"),
        (_sheared, (0, 1), "not perpendicular"),
        (scaled(280, 3.0, "12f"), (1, 1), "it gives two voxel sizes"),
        (put("B", 123, 1), (0, 1), "m long"),  # metres
        (put("B", 123, 3), (0, 1), "mm long"),  # microns
        (put("2f", 112, 2.0, float("nan")), (1, 1), "scaling (slope 2, intercept nan)"),
        (put("2f", 112, float("inf"), 0.0), (1, 1), "scaling"),
        (inserted(352, b"\1"), (1, 1), "1 byte more"),
        (inserted(352, b"\1" * 20), (1, 1), "20 bytes more"),
        (put("2h", 40, 3, 55), (1, 1), "but the file holds"),
        (put("h", 46, 40), (1, 1), "but the file holds"),
        (put("h", 46, 47), (1, 1), "truncated|promises"),
        (put("3h", 40, 4, 28, 70), (1, 1), "promises|but the file holds"),
        (put("h", 70, 128), (1, 1), "no single number per voxel"),
    ],
)
@pytest.mark.parametrize("name", ["x.nii", "x.nii.gz"])
def test_nifti_is_refused(change: Change, forms: tuple[int, int], words: str, name: str, tmp_path: Path) -> None:
    sentence = refusal(nifti(tmp_path / name, change, *forms))
    assert any(word in sentence for word in words.split("|")), sentence


def test_nifti_with_two_answers_about_the_sides_asks(tmp_path: Path) -> None:
    path = nifti(tmp_path / "x.nii", lambda _: None)
    turned = nibabel.load(path)
    turned.set_qform(np.diag([-1, 1, 1, 1]) @ turned.get_sform(), 1)
    nibabel.save(turned, tmp_path / "both.nii")
    _, chosen = open_path(tmp_path / "both.nii")
    assert "a choice is needed" in chosen.ai_exclusion
    with pytest.raises(UndecidedSeriesError, match="run to L P H by the sform and to R P H by the qform") as asked:
        load(chosen)
    by_sform, by_qform = asked.value.answers
    assert (by_sform.text, by_qform.text) == ("Use the sform (L P H)", "Use the qform (R P H)")
    right = load(by_sform.series)
    assert max(blob_errors_mm(right).values()) <= 0.01
    assert "Sides chosen by hand: axes to L P H by the sform; the qform says R P H." in right.notes
    mirrored = load(by_qform.series)
    assert np.array_equal(mirrored.hu[:, :, ::-1], right.hu)
    assert len({s.series_key for s in (chosen, by_sform.series, by_qform.series)}) == 3
    assert find_series(tmp_path / "both.nii", by_qform.series.series_key).choice == "qform"


def itk_file(path: Path, *, compress: bool = False) -> Path:
    image = sitk.GetImageFromArray(GRID.volume_hu())
    image.SetSpacing([GRID.pixel_mm[1], GRID.pixel_mm[0], GRID.slice_mm])
    image.SetOrigin(GRID.slice_origin(0).tolist())
    sitk.WriteImage(image, str(path), useCompression=compress)
    return path


def replaced(path: Path, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    return path


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            b"AnatomicalOrientation = RAI",
            b"AnatomicalOrientation = LPI",
            "note: says LPI, the TransformMatrix says RAI",
        ),
        (b"TransformMatrix = 1 0 0", b"TransformMatrix = 2 0 0", "no rotation"),
        (b"TransformMatrix = 1 0 0 0 1 0", b"TransformMatrix = 0.8 0.6 0 0 1 0", "not perpendicular"),
        (b"ElementSpacing = 2.25", b"ElementSpacing = -2.25", "not positive"),
        (b"ElementSpacing = 2.25", b"ElementSpacing = 2250", "m long"),
        (b"DimSize = 56 70 46", b"DimSize = 56 70 45", "but the file holds"),
        (b"DimSize = 56 70 46", b"DimSize = 56 70 46 1", "damaged"),
        (b"DimSize = 56 70 46", b"DimSize = 56.5 70 46", "is not possible"),
        (b"ObjectType = Image", b"ObjectType = Image\nDistanceUnits = cm", "millimetres are needed"),
        (b"ObjectType = Image", b"ObjectType = Image\nPosition = 1 2 3", "two things about where it lies"),
        (b"ObjectType = Image", b"ObjectType = Image\nDimSize = 70 56 46", "two things about DimSize"),
        (b"ObjectType = Image", b"ObjectType = Image\nElementByteOrderMSB = True", "order of bytes"),
        (b"ObjectType = Image", b"ObjectType = Image\nHeaderSize = 5", "HeaderSize = 5"),
        (b"Offset = ", b"Offsat = ", "damaged"),
    ],
)
def test_metaimage(compress: bool, old: bytes, new: bytes, words: str, tmp_path: Path) -> None:
    path = replaced(itk_file(tmp_path / "x.mha", compress=compress), old, new)
    if words.startswith("note: "):
        volume = opened(path)
        assert max(blob_errors_mm(volume).values()) <= 0.01
        assert words.removeprefix("note: ") in " ".join(volume.notes)
    else:
        assert words in refusal(path)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"space: left-posterior-superior", b"space: right-anterior-superior", "note: "),
        (b"space: left-posterior-superior", b"space: scanner-xyz", "left and right are unknown"),
        (b"space directions: (2.25,0,0)", b"space directions: (2.25,0.5,0)", "not perpendicular"),
        (b"space directions: (2.25,0,0)", b"space directions: none", "is no direction"),
        (b"space directions: (2.25,0,0)", b"space directions: (2250,0,0)", "m long"),
        (b"sizes: 56 70 46", b"sizes: 56 70 45", "but the file holds"),
        (b"kinds: domain", b'space units: "um" "um" "um"\nkinds: domain', "millimetres are needed"),
        (b"space origin: (", b"space origin: (1e30,0,0)\n# (", "position 1e+30"),
        (b"space: left", b"space: right-anterior-superior\nspace: left", "two things about “space”"),
        (b"endian: little\n", b"", "order the bytes"),
        (b"kinds: domain", b"kinds: list", "not one of space but “list”"),
        (b"encoding:", b"byte skip: -5\nencoding:", "byte skip"),
        (b"space origin:", b"# no origin:", "note: does not say where the scan lies"),
    ],
)
def test_nrrd(compress: bool, old: bytes, new: bytes, words: str, tmp_path: Path) -> None:
    path = replaced(itk_file(tmp_path / "x.nrrd", compress=compress), old, new)
    if not words.startswith("note: "):
        assert words in refusal(path)
        return
    volume = opened(path)
    assert words.removeprefix("note: ") in " ".join(volume.notes)
    expected = sitk.ReadImage(str(path))
    corner = np.asarray(expected.TransformIndexToPhysicalPoint([0, 0, 0]))
    assert np.abs(volume.source.geometry.affine[:3, 3] - corner).max() < 1e-4
