"""Whatever is dropped on the window: one clear sentence each, never a traceback, never a guess."""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import psutil
import pytest

from ctviewer.domain.errors import CTViewerError
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import ct_slice, save, write_series

SMALL = Grid(shape=(6, 40, 36))


def refusal(path: Path) -> str:
    """The sentence with which opening (or loading) a path is refused."""
    with pytest.raises(CTViewerError) as caught:
        load(open_path(path)[1])
    sentence = str(caught.value)
    assert sentence.endswith((".", "…"))
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


def test_missing_path(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nowhere")


def test_empty_folder(tmp_path: Path) -> None:
    assert "the folder is empty" in refusal(tmp_path)


def test_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    assert "no CT images were found" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("letter.dcm", b"Dear colleague, this is not an image. " * 20, "it is a text file, not a DICOM image"),
        ("report.pdf", b"%PDF-1.7 something", "it is a PDF document"),
        ("report.dcm", b"%PDF-1.7 something", "it is a PDF document, not a DICOM image"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 jfif", "it is a JPEG picture"),
        ("nothing.dcm", b"", "it is an empty file"),
        ("scan.dcm.gz", gzip.compress(b"x"), "it is a gzip archive (unpack it first)"),
        ("noise.dcm", bytes(range(256)) * 8, "it is not a DICOM image"),
        ("cut.dcm", b"\0" * 128 + b"DICM", "without an image|no image in it|image size"),
        ("broken.nii.gz", b"\x1f\x8b\x08 this is no gzip stream", "compressed data are damaged|truncated"),
        ("short.nii", b"\x5c\x01\0\0" + b"\0" * 100, "it is truncated"),
        ("words.nrrd", b"hello", "it is not a NRRD file"),
        ("words.mha", b"hello", "its header is damaged"),
    ],
)
def test_file_that_is_something_else(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sentence = refusal(path)
    assert any(word in sentence for word in words.split("|")), sentence


def test_truncated_slice_is_listed_and_its_gap_is_named(tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL)
    paths[3].write_bytes(paths[3].read_bytes()[:-200])
    index, chosen = open_path(tmp_path)
    assert [item.path.name for item in index.rejected] == ["slice0003.dcm"]
    assert "it is truncated" in index.rejected[0].reason
    notes = " ".join(load(chosen).notes)
    assert "1 slice is missing at z = 1.2 mm" in notes
    assert "slice0003.dcm" in notes


def test_truncated_last_slice_is_mentioned_although_it_leaves_no_gap(tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL)
    paths[-1].write_bytes(paths[-1].read_bytes()[:-200])
    assert "1 file of this folder is truncated" in " ".join(load(open_path(tmp_path)[1]).notes)


@pytest.mark.parametrize("syntax", ["rle", "jpegls", "j2k", "jpeg_lossless", "htj2k", "deflated"])
def test_truncated_compressed_slice_names_the_file(syntax: str, tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL, syntax=syntax)
    paths[2].write_bytes(paths[2].read_bytes()[: -len(paths[2].read_bytes()) // 6])
    if syntax == "deflated":
        index, _ = open_path(tmp_path)
        assert [item.path.name for item in index.rejected] == ["slice0002.dcm"]
        return
    volume = load(open_path(tmp_path)[1])
    assert "1 file cannot be read (slice0002.dcm: " in " ".join(volume.notes)
    assert "Left empty: z = -1.2 mm." in " ".join(volume.notes)
    assert volume.padding is not None
    assert [bool(image.all()) for image in volume.padding] == [k == 2 for k in range(6)]
    assert volume.source.sop_instance_uids[2] == ""


@pytest.mark.parametrize("syntax", ["explicit", "rle"])
def test_series_with_many_damaged_slices_is_refused_by_the_first(syntax: str, tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL, syntax=syntax)
    _, chosen = open_path(tmp_path)
    for path in paths[2:5]:
        path.write_bytes(path.read_bytes()[:1800])
    with pytest.raises(CTViewerError, match=r"slice0002\.dcm cannot be read: it is truncated"):
        load(chosen)


def test_file_that_disappears_while_loading_leaves_a_named_gap(tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL)
    _, chosen = open_path(tmp_path)
    paths[1].unlink()
    notes = " ".join(load(chosen).notes)
    assert "1 file cannot be read (slice0001.dcm: it does not exist)" in notes
    assert "1 slice is missing at z = -3.8 mm" in notes


def test_localizer_only_opens_but_is_not_analysed(tmp_path: Path) -> None:
    ds = ct_slice(Grid(row=(1, 0, 0), column=(0, 0, -1), shape=(1, 30, 20)), 0)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    save(ds, tmp_path / "scout.dcm")
    _, chosen = open_path(tmp_path)
    assert "scout" in chosen.ai_exclusion
    assert load(chosen).hu.size == 600


@pytest.mark.parametrize(
    ("rest", "is_refused"),
    [
        (b"x", True),
        (b"\0", True),
        (bytes(64), False),
        (b"noise" * 20, True),
        (b"\xfc\xff\xfc\xffOB\0\0\2\0\0\0\0\0", False),
    ],
)
def test_bytes_after_the_pixels_mean_that_some_were_inserted(rest: bytes, is_refused: bool, tmp_path: Path) -> None:
    (path,) = write_series(tmp_path, Grid(shape=(1, 24, 20)))
    path.write_bytes(path.read_bytes() + rest)
    if is_refused:
        assert f"its pixels are followed by {len(rest)} bytes that belong to nothing" in refusal(path)
    else:
        load(open_path(path)[1])


def test_rows_with_a_value_of_the_wrong_length_are_refused(tmp_path: Path) -> None:
    (path,) = write_series(tmp_path, Grid(shape=(1, 24, 20)))
    us, ul = b"\x28\0\x10\0US\2\0\x18\0", b"\x28\0\x10\0UL\4\0\x18\0\xff\xff"
    content = path.read_bytes()
    assert us in content
    path.write_bytes(content.replace(us, ul))
    assert "element (0028,0010) has 4 bytes instead of 2" in refusal(path)


def test_dicom_that_claims_200_gigabytes(tmp_path: Path) -> None:
    ds = ct_slice(SMALL, 0)
    ds.NumberOfFrames = 800
    ds.Rows = ds.Columns = 11200
    save(ds, tmp_path / "huge.dcm")
    assert "it is truncated (its pixels have 2,880 bytes instead of 200,704,000,000" in refusal(tmp_path)


def test_compressed_frame_of_another_size_is_refused_before_decoding(tmp_path: Path) -> None:
    (path,) = write_series(tmp_path, Grid(shape=(1, 40, 36)), syntax="j2k")
    content = path.read_bytes()
    at = content.index(b"\xff\x4f\xff\x51") + 8
    path.write_bytes(content[:at] + struct.pack(">II", 60000, 60000) + content[at + 8 :])
    assert "its compressed image is 60000×60000" in refusal(path)


def write_nifti(path: Path, change: Callable[[bytearray], None], *, compress: bool = False) -> Path:
    image = nibabel.Nifti1Image(np.zeros((4, 4, 4), np.int16), np.diag([-2.0, -2.0, 2.0, 1.0]))
    image.header.set_qform(image.affine, 1)
    content = bytearray(image.to_bytes())
    change(content)
    path.write_bytes(gzip.compress(bytes(content)) if compress else bytes(content))
    return path


def _huge(content: bytearray) -> None:
    content[42:48] = struct.pack("<3h", 4700, 4700, 4700)


@pytest.mark.parametrize("compress", [False, True])
def test_nifti_that_claims_200_gigabytes(compress: bool, tmp_path: Path) -> None:
    path = write_nifti(tmp_path / ("x.nii.gz" if compress else "x.nii"), _huge, compress=compress)
    assert "its header promises 4700×4700×4700 voxels (193.4 GB) but the file has" in refusal(path)


def _no_codes(content: bytearray) -> None:
    content[252:256] = bytes(4)


def _mirrored_sform(content: bytearray) -> None:
    content[280:284] = struct.pack("<f", 2.0)


def _analyze(content: bytearray) -> None:
    content[344:348] = bytes(4)


def _two_times(content: bytearray) -> None:
    content[40:50] = struct.pack("<5h", 4, 4, 4, 2, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_no_codes, "does not say which side of the patient is left"),
        (_mirrored_sform, "run to R P H by the sform and to L P H by the qform"),
        (_analyze, "Analyze file, which does not say which side is left"),
        (_two_times, "it holds 2 volumes in one file"),
    ],
)
def test_nifti_whose_sides_are_unknown_is_refused(
    change: Callable[[bytearray], None], words: str, tmp_path: Path
) -> None:
    assert words in refusal(write_nifti(tmp_path / "x.nii", change))


NRRD = "NRRD0004\ntype: short\ndimension: 3\nsizes: 4 4 4\n{}encoding: raw\nendian: little\n{}\n"
LPS = "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\n"
MHD = (
    "ObjectType = Image\nNDims = 3\nDimSize = 4 4 4\nElementType = MET_SHORT\n{}Offset = 0 0 0\n"
    "ElementSpacing = 1 1 1\nElementDataFile = {}\n"
)
MATRIX = "TransformMatrix = 1 0 0 0 1 0 0 0 1\n"


def test_nrrd_and_metaimage_without_orientation_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.nrrd").write_bytes(NRRD.format("", "").encode() + bytes(128))
    (tmp_path / "a.mha").write_bytes(MHD.format("", "LOCAL").encode() + bytes(128))
    assert "left and right are unknown" in refusal(tmp_path / "a.nrrd")
    assert "left and right are unknown" in refusal(tmp_path / "a.mha")


@pytest.mark.parametrize(
    "name", ["{outside}", "../secret.raw", "sub/secret.raw", "LIST", "x%03d.raw 1 4 1", "..", "link.raw"]
)
@pytest.mark.parametrize("kind", ["nrrd", "nhdr", "mhd", "mha"])
def test_header_cannot_choose_files_outside_its_folder(kind: str, name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.raw"
    secret.write_bytes(bytes(128))
    folder = tmp_path / "scan"
    folder.mkdir()
    (folder / "link.raw").symlink_to(secret)
    name = name.format(outside=secret)
    text = NRRD.format(LPS, f"data file: {name}\n") if kind in ("nrrd", "nhdr") else MHD.format(MATRIX, name)
    path = folder / f"x.{kind}"
    path.write_text(text)
    assert any(words in refusal(path) for words in ("same folder", "list of files"))


def _memory_grows_less_than(megabytes: int, action: Callable[[], object]) -> None:
    before = psutil.Process().memory_info().rss
    action()
    assert psutil.Process().memory_info().rss - before < megabytes * 2**20


def test_gzip_bomb_stops_at_the_size_its_header_gives(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "x.nii", lambda _: None)
    path.with_suffix(".nii.gz").write_bytes(gzip.compress(path.read_bytes() + bytes(300 * 2**20)))
    _memory_grows_less_than(50, lambda: refusal(path.with_suffix(".nii.gz")))
    assert "promises 4×4×4 voxels (128 bytes), but the file holds more" in refusal(path.with_suffix(".nii.gz"))


def test_deflate_bomb_in_dicom_is_refused_without_using_memory(tmp_path: Path) -> None:
    paths = write_series(tmp_path, Grid(shape=(1, 24, 20)), syntax="deflated")
    content = paths[0].read_bytes()
    start = content.index(b"1.2.840.10008.1.2.1.99") + 22
    meta_end = content.index(b"\x02\0\x12\0", start)
    length = struct.unpack_from("<H", content, meta_end + 6)[0]
    meta_end += 8 + length
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join(deflater.compress(bytes(2**20)) for _ in range(700)) + deflater.flush()
    paths[0].write_bytes(content[:meta_end] + bomb)
    _memory_grows_less_than(50, lambda: refusal(paths[0]))
    assert "inflates to more than 512 MB" in refusal(paths[0])


def test_zip_slip_bomb_and_encryption_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))
    slip, bomb, damaged = tmp_path / "slip.zip", tmp_path / "bomb.zip", tmp_path / "damaged.zip"
    with zipfile.ZipFile(slip, "w") as archive:
        archive.writestr("../../evil.dcm", b"x")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.dcm", bytes(100 * 2**20))
    damaged.write_bytes(bomb.read_bytes()[:-40])
    assert "leads out of the archive" in refusal(slip)
    assert "suspiciously much more" in refusal(bomb)
    assert "archive is damaged" in refusal(damaged)
    assert not list((tmp_path / "data").rglob("*.dcm"))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_member_of_an_archive(method: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("x.dcm", os.urandom(5000))
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[60:100] = bytes(range(40))
    (tmp_path / "a.zip").write_bytes(content)
    assert "a.zip cannot be read: the archive is damaged" in refusal(tmp_path / "a.zip")


def test_archive_with_a_million_entries_is_not_even_listed(tmp_path: Path) -> None:
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x"
    directory = entry * 100_001
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, len(directory), 4, 0)
    (tmp_path / "many.zip").write_bytes(b"PK\3\4" + directory + end)
    _memory_grows_less_than(50, lambda: refusal(tmp_path / "many.zip"))
    assert "it holds more than 100,000 files" in refusal(tmp_path / "many.zip")


@pytest.mark.parametrize(
    "name",
    [
        lambda k: "image.dcm",  # members of one name
        lambda k: f"at 10:30/{k}",
        lambda k: f"{'long' * 80}{k}.dcm",
        lambda k: f"{'d/' * 60}{k}",
        lambda k: "a" if k == 0 else f"a/{k}",
    ],
)
def test_archive_with_names_that_cannot_be_written(
    name: Callable[[int], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for k, path in enumerate(write_series(tmp_path / "s", SMALL)):
            archive.writestr(name(k), path.read_bytes())
    assert load(open_path(tmp_path / "a.zip")[1]).hu.shape == SMALL.shape


def test_folders_that_are_not_searched_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_series(tmp_path / "s", SMALL)
    (tmp_path / "outside").mkdir()
    (tmp_path / "s" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "s" / "circle").symlink_to(tmp_path / "s")
    (tmp_path / "s" / "locked").mkdir()
    (tmp_path / "s" / Path(*("d" * 26))).mkdir(parents=True)
    scandir = os.scandir

    def guarded(path: Path | str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("ctviewer.io.folders.os.scandir", guarded)
    found = {item.path.name: item.reason for item in open_path(tmp_path / "s")[0].rejected}
    assert {name: reason.partition(",")[0] for name, reason in found.items()} == {
        "d": "it lies more than 24 folders deep",
        "link": "it is a link to another folder",
        "locked": "you have no permission to read it",
    }


def test_names_with_line_ends_stay_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "two\nlines\x1b[31m.dcm").write_bytes(b"\0" * 128 + b"DICM")
    assert "two?lines?[31m.dcm" in refusal(tmp_path)


def test_voxels_of_another_file_name_it(tmp_path: Path) -> None:
    nibabel.save(
        nibabel.Nifti1Pair(np.full((4, 4, 4), -900, np.int16), np.diag([-2.0, -2.0, 2.0, 1.0])), tmp_path / "x.hdr"
    )
    assert "it holds the voxels of x.hdr" in refusal(tmp_path / "x.img")
    assert [item.is_surprising for item in open_path(tmp_path)[0].rejected] == [False]


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_series(tmp_path, Grid(shape=(1, 24, 20)))[0]
    if os.geteuid() == 0:  # root may read everything, so the system's answer is played

        def denied(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("ctviewer.io.scan_files.os.open", denied)
    else:
        path.chmod(0)
    assert "you have no permission to read it" in refusal(path)
