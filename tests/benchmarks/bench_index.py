"""Index of 2,000 DICOM files: this program beside GDCM's scanner (through SimpleITK) and pydicom, in one run.

``python -m tests.benchmarks.bench_index [--files 2000] [--rounds 5]``
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import pydicom
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.io.index import index_path
from tests.benchmarks.bench_loading import timed
from tests.benchmarks.dicom_bench_series import write_bench_series

TAGS = ["SeriesInstanceUID", "ImagePositionPatient", "ImageOrientationPatient", "Rows", "Columns", "PixelSpacing"]


def with_simpleitk(folder: Path) -> object:
    """Series identifiers, then the sorted file names: two scans, as its users do it."""
    ids = sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder))
    return [sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), uid) for uid in ids]


def one_simpleitk_scan(folder: Path) -> object:
    return sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder))


def with_pydicom(folder: Path) -> object:
    return [pydicom.dcmread(p, stop_before_pixels=True, specific_tags=TAGS) for p in folder.iterdir()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--syntax", default="explicit")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = arguments.folder or Path(temporary)
        folder = write_bench_series(root / f"index_{arguments.syntax}", arguments.syntax, arguments.files)
        readers: dict[str, Callable[[Path], object]] = {
            "ctviewer": index_path,
            "SimpleITK, one scan": one_simpleitk_scan,
            "SimpleITK, ids and names": with_simpleitk,
            "pydicom, specific tags": with_pydicom,
        }
        assert len(index_path(folder).series[0].paths) == arguments.files
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
        for _ in range(arguments.rounds):
            for name, reader in readers.items():
                times[name].append(timed(lambda reader=reader: reader(folder)))
        base = statistics.median(wall for wall, _ in times["ctviewer"])
        for name, found in times.items():
            wall, cpu = statistics.median(w for w, _ in found), statistics.median(c for _, c in found)
            print(f"{name}: {wall:.3f} s ({cpu:.3f} cpu), {wall / base:.2f}×")


if __name__ == "__main__":
    main()
