"""Loading a 512×512×300 series: this program beside SimpleITK, pydicom and a plain read of the same bytes, in one run.

``python -m tests.benchmarks.bench_loading [--slices 300] [--rounds 5] [--folder CACHE]``
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pydicom
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.io.dicom_file import read_instance
from ctviewer.io.index import index_path
from ctviewer.io.load import load_preview, load_volume
from tests.benchmarks.dicom_bench_series import write_bench_series
from tests.benchmarks.memory import peak_over_volume

SYNTAXES = ("explicit", "jpeg_lossless", "jpegls", "rle", "j2k")
PYDICOM_CANNOT = ("jpeg_lossless",)


def plain_read(folder: Path, frame_bytes: int) -> np.ndarray:
    """Only the pixel bytes, into one array: the floor."""
    paths = sorted(folder.iterdir())
    offset = read_instance(paths[0]).pixel_offset
    out = np.empty((len(paths), frame_bytes // 2), np.int16)
    for k, path in enumerate(paths):
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            file.readinto(out[k].data.cast("B"))
    return out


def ours(folder: Path) -> np.ndarray:
    return load_volume(index_path(folder).series[0]).hu


def simpleitk(folder: Path) -> sitk.Image:
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    return reader.Execute()


def with_pydicom(folder: Path) -> np.ndarray:
    sets = sorted((pydicom.dcmread(p) for p in folder.iterdir()), key=lambda ds: float(ds.ImagePositionPatient[2]))
    return np.stack([(ds.pixel_array * ds.RescaleSlope + ds.RescaleIntercept).astype(np.int16) for ds in sets])


def _pixels(path: Path) -> np.ndarray:
    ds = pydicom.dcmread(path)
    return (ds.pixel_array * ds.RescaleSlope + ds.RescaleIntercept).astype(np.int16)


def with_two_processes(folder: Path) -> np.ndarray:
    """Files are named in slice order here, so that sorting costs this peer nothing."""
    with ProcessPoolExecutor(2) as pool:
        return np.stack(list(pool.map(_pixels, sorted(folder.iterdir()), chunksize=8)))


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds, those of the decoding processes included."""
    wall, cpu = time.perf_counter(), processor_s()
    action()
    return time.perf_counter() - wall, processor_s() - cpu


def processor_s() -> float:
    """Processor time of this process and its living children."""
    children = [child.cpu_times() for child in psutil.Process().children()]
    return time.process_time() + sum(times.user + times.system for times in children)


def compare(folder: Path, syntax: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Medians of interleaved rounds, so that other work on the machine hits all alike."""
    readers: dict[str, Callable[[], object]] = {
        "ctviewer": lambda: ours(folder),
        "SimpleITK": lambda: simpleitk(folder),
    }
    if syntax not in PYDICOM_CANNOT:
        readers["pydicom"] = lambda: with_pydicom(folder)
    if syntax == "j2k":
        readers["pydicom, two processes"] = lambda: with_two_processes(folder)
    if syntax == "explicit":
        readers["plain read"] = lambda: plain_read(folder, 512 * 512 * 2)
    assert np.array_equal(ours(folder), sitk.GetArrayFromImage(simpleitk(folder)))  # also warms the cache
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, reader in readers.items():
            times[name].append(timed(reader))
    return {
        name: (statistics.median(w for w, _ in found), statistics.median(c for _, c in found))
        for name, found in times.items()
    }


def first_pixels(folder: Path, rounds: int) -> float:
    """From the drop to the first slice in memory: index of the folder and its middle slice."""
    return statistics.median(timed(lambda: load_preview(index_path(folder).series[0]))[0] for _ in range(rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--syntaxes", nargs="*", default=list(SYNTAXES))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = arguments.folder or Path(temporary)
        for syntax in arguments.syntaxes:
            folder = write_bench_series(root / f"{syntax}_{arguments.slices}", syntax, arguments.slices)
            found = compare(folder, syntax, arguments.rounds)
            row = ", ".join(f"{name} {wall:.3f} s ({cpu:.3f} cpu)" for name, (wall, cpu) in found.items())
            base = found["ctviewer"][0]
            ratios = ", ".join(f"{name} {wall / base:.2f}×" for name, (wall, _) in found.items() if name != "ctviewer")
            print(f"{syntax}: {row}; ctviewer = 1: {ratios}; first slice {first_pixels(folder, 5) * 1000:.0f} ms")
            small = write_bench_series(root / f"{syntax}_12", syntax, 12)
            times_volume, volume_mb = peak_over_volume(folder, small)
            print(f"  peak memory, decoding processes included: {times_volume:.2f} × the volume of {volume_mb:.0f} MB")


if __name__ == "__main__":
    main()
