"""Loading one 512×512×300 volume file: this program beside SimpleITK and nibabel, in one run, and peak memory.

``python -m tests.benchmarks.bench_volume_files [--slices 300] [--rounds 5] [--folder CACHE]``
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.io.index import index_path
from ctviewer.io.load import load_volume
from tests.benchmarks.bench_loading import timed
from tests.benchmarks.dicom_bench_series import slices_hu
from tests.benchmarks.memory import peak_over_volume

KINDS: dict[str, tuple[str, int, bool]] = {
    "NIfTI int16": ("x.nii", sitk.sitkInt16, False),
    "NIfTI int16 gzip": ("x.nii.gz", sitk.sitkInt16, True),
    "NIfTI float32": ("f.nii", sitk.sitkFloat32, False),
    "NRRD int16 gzip": ("x.nrrd", sitk.sitkInt16, True),
    "MHA int16": ("x.mha", sitk.sitkInt16, False),
    "MHA int16 zlib": ("z.mha", sitk.sitkInt16, True),
}


def write(folder: Path, kind: str, slices: int) -> Path:
    """The file, written once."""
    name, pixel, compress = KINDS[kind]
    path = folder / f"{slices}" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unique = slices_hu()
        image = sitk.GetImageFromArray(np.concatenate([unique] * (slices // len(unique) + 1))[:slices])
        image.SetSpacing((0.7, 0.7, 1.0))
        sitk.WriteImage(sitk.Cast(image, pixel), str(path), useCompression=compress)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        for kind in KINDS:
            path, small = write(folder, kind, arguments.slices), write(folder, kind, 12)
            readers: dict[str, Callable[[Path], object]] = {
                "ctviewer": lambda p: load_volume(index_path(p).series[0]),
                "SimpleITK": lambda p: sitk.ReadImage(str(p)),
            }
            if path.name.endswith((".nii", ".nii.gz")):
                readers["nibabel"] = lambda p: np.array(nibabel.load(p).dataobj)
            times: dict[str, list[float]] = {name: [] for name in readers}
            for _ in range(arguments.rounds):
                for name, reader in readers.items():
                    times[name].append(timed(lambda reader=reader, path=path: reader(path))[0])
            row = ", ".join(f"{name} {statistics.median(found):.3f} s" for name, found in times.items())
            times_volume, volume_mb = peak_over_volume(path, small)
            print(f"{kind}: {row}; peak memory {times_volume:.2f} × the volume of {volume_mb:.0f} MB")


if __name__ == "__main__":
    main()
