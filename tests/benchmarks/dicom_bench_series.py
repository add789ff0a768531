"""A 512×512 CT series for benchmarks: a real chest where the data are at hand, else smooth shapes with CT noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import SERIES_UID, ct_slice, save
from tests.support.real_data import real_data_root

UNIQUE_SLICES = 30


def slices_hu(count: int = UNIQUE_SLICES) -> np.ndarray:
    """Shape ``(count, 512, 512)``, int16."""
    real = real_data_root() / "ct" / "lidc_0001_dicom"
    if real.exists():
        hu = load(open_path(real)[1]).hu
        return np.ascontiguousarray(hu[np.linspace(10, len(hu) - 10, count).astype(int)])
    j, i = np.mgrid[-1:1:512j, -1:1:512j]
    body = np.where(i**2 / 0.7 + j**2 / 0.4 < 1, 40.0, -1000.0)
    body[((abs(i) - 0.35) ** 2 / 0.06 + j**2 / 0.15) < 1] = -850
    noise = np.random.default_rng(0).normal(0, 20, (count, 512, 512))
    return np.clip(body + noise, -1024, 3071).astype(np.int16)


def write_bench_series(folder: Path, syntax: str, count: int) -> Path:
    """A series of ``count`` slices; unique content repeats, headers do not."""
    if folder.exists() and len(list(folder.iterdir())) == count:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    unique = slices_hu(min(count, UNIQUE_SLICES))
    small = Grid(shape=(count, 2, 2), slice_mm=1.0, pixel_mm=(0.7, 0.7))
    for n in range(len(unique)):
        ds = ct_slice(small, n)
        ds.Rows = ds.Columns = 512
        block = ds.private_block(0x0019, "BENCH", create=True)
        for element in range(60):  # as many elements as a scanner writes
            block.add_new(element, "LO", f"value {element}")
        ds.PixelData = (unique[n] + 1024).astype("<i2").tobytes()
        save(ds, folder / f"{n:05d}.dcm", syntax)
        for k in range(n + len(unique), count, len(unique)):
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{SERIES_UID}.{k + 1}"
            ds.InstanceNumber = str(k + 1)
            ds.ImagePositionPatient = [f"{v:.6f}" for v in small.slice_origin(k)]
            ds.save_as(folder / f"{k:05d}.dcm", enforce_file_format=True)
    return folder
