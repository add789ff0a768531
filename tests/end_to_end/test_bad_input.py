"""Whatever is thrown at the command: one sentence, exit code 2, no traceback."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
from tests.support.synthetic import TINY, phantom

ROOT = Path(__file__).resolve().parents[2]


def ctviewer(*arguments: object, data_dir: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CTVIEWER_DATA_DIR": str(data_dir), **more}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "ctviewer", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def ct_files(folder: Path, slices: int = 12) -> list[Path]:
    p = phantom(TINY)
    folder.mkdir(exist_ok=True)
    geometry = p.geometry.crop((slice(0, slices), slice(0, 48), slice(0, 48)))
    return list(write_ct_series(folder, p.hu[:slices], geometry, SeriesHeader(uid_seed="bad input")))


def change_all(folder: Path, change: Callable[[pydicom.Dataset], None]) -> Path:
    for path in ct_files(folder):
        ds = pydicom.dcmread(path)
        change(ds)
        ds.save_as(path, enforce_file_format=False)
    return folder


def nothing_there(folder: Path) -> Path:
    return folder / "missing"


def empty_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def folder_without_images(folder: Path) -> Path:
    folder.mkdir()
    (folder / "notes.txt").write_text("no images")
    (folder / "table.csv").write_text("a,b\n1,2\n")
    return folder


def text_named_dcm(folder: Path) -> Path:
    folder.mkdir()
    (folder / "scan.dcm").write_text("This is not a scan.\n" * 40)
    return folder / "scan.dcm"


def pdf(folder: Path) -> Path:
    folder.mkdir()
    (folder / "report.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    return folder / "report.pdf"


def truncated_dicom(folder: Path) -> Path:
    path = ct_files(folder, 1)[0]
    path.write_bytes(path.read_bytes()[:900])
    return path


def truncated_pixels(folder: Path) -> Path:
    for path in ct_files(folder):
        path.write_bytes(path.read_bytes()[:-2000])
    return folder


def truncated_nifti(folder: Path) -> Path:
    folder.mkdir()
    (folder / "scan.nii.gz").write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc")
    return folder / "scan.nii.gz"


def no_positions(folder: Path) -> Path:
    def strip(ds: pydicom.Dataset) -> None:
        del ds.ImagePositionPatient
        del ds.ImageOrientationPatient

    return change_all(folder, strip)


def localizer_only(folder: Path) -> Path:
    path = ct_files(folder, 1)[0]
    ds = pydicom.dcmread(path)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    ds.save_as(path)
    return folder


def huge_header_dicom(folder: Path) -> Path:
    path = ct_files(folder, 1)[0]
    ds = pydicom.dcmread(path)
    ds.Rows = ds.Columns = 65535
    ds.NumberOfFrames = 25
    ds.save_as(path)
    return path


def huge_header_nifti(folder: Path) -> Path:
    """A NIfTI header that promises 200 GB."""
    folder.mkdir()
    header = bytearray(348)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, 10000, 10000, 1000, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352.0)
    struct.pack_into("<hh", header, 252, 1, 1)
    struct.pack_into("<4f", header, 280, -1, 0, 0, 0)
    struct.pack_into("<4f", header, 296, 0, -1, 0, 0)
    struct.pack_into("<4f", header, 312, 0, 0, 1, 0)
    header[344:348] = b"n+1\0"
    (folder / "scan.nii").write_bytes(bytes(header) + b"\0" * 4 + bytes(1000))
    return folder / "scan.nii"


def not_hounsfield(folder: Path) -> Path:
    def strip(ds: pydicom.Dataset) -> None:
        del ds.RescaleSlope
        del ds.RescaleIntercept
        del ds.RescaleType

    return change_all(folder, strip)


CASES = [
    nothing_there,
    empty_folder,
    folder_without_images,
    text_named_dcm,
    pdf,
    truncated_dicom,
    truncated_pixels,
    truncated_nifti,
    no_positions,
    localizer_only,
    huge_header_dicom,
    huge_header_nifti,
    not_hounsfield,
]


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_bad_input_is_one_sentence(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path / "input")
    done = ctviewer("analyze", path, "--out", tmp_path / "out", "--device", "cpu", data_dir=tmp_path / "data")
    lines = done.stderr.splitlines()
    assert done.returncode == 2, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("ctviewer: ")
    assert len(lines[0]) > 30
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "out" / "report.json").exists()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (nothing_there, "missing"),
        (text_named_dcm, "text"),
        (pdf, "PDF"),
        (localizer_only, "localizer|scout"),
        (no_positions, "position"),
        (truncated_pixels, "truncated|short|incomplete"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_sentence_says_what_is_wrong(make: Callable[[Path], Path], word: str, tmp_path: Path) -> None:
    import re

    done = ctviewer("analyze", make(tmp_path / "input"), "--out", tmp_path / "out", data_dir=tmp_path / "data")
    assert re.search(word, done.stderr), done.stderr


def test_bad_files_beside_good_ones_do_not_stop_the_index(tmp_path: Path) -> None:
    folder = tmp_path / "input"
    ct_files(folder)
    (folder / "scan.dcm").write_text("not a scan\n" * 100)
    done = ctviewer("index", folder, data_dir=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "48×48×12" in done.stdout
    assert "scan.dcm" in done.stdout
