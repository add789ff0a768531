"""A hand-drawn left lung through every format: ``python -m tests.benchmarks.bench_exchange``.

Loads the structure set of ``boost_breast_dicom``, compares its left lung with the mask that came with the scan, writes
it in every format and reads each file with a program that shares no code with the writer.
"""

from __future__ import annotations

import csv
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import highdicom
import nibabel
import numpy as np
import pydicom
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so
import slicerio

from ctviewer.domain.found_structure import labels_of, targets
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.volume import Volume
from ctviewer.io.mask_images import read_labels
from ctviewer.io.stl import read_stl
from ctviewer.services.exporting import FORMATS, export_labels
from ctviewer.services.importing import read_mask
from ctviewer.services.study_loading import load, open_path
from tests.support.foreign_files import sitk_affine
from tests.support.read_back import import_labels
from tests.support.real_data import real_data

LEFT_LUNG_IN_MASK = 3


def main() -> None:
    folder = real_data("ct") / "boost_breast_dicom"
    volume = load(open_path(folder / "ct")[1])
    start = time.perf_counter()
    structures = read_mask(folder / "RTSTRUCT.dcm", volume).structures
    chosen = [t if t in CHEST_SEGMENTS else None for t in targets(structures, CHEST_SEGMENTS)]
    labels = labels_of(structures, chosen, volume.hu.shape)
    print(f"structure set read in {time.perf_counter() - start:.1f} s: {', '.join(s.name for s in structures)}")
    truth = read_labels(folder / "mask_1Heart_2Breast_3LtLung_4TumorBed.nii.gz", volume) == LEFT_LUNG_IN_MASK
    left = labels == 1
    dice = 2 * (left & truth).sum() / (left.sum() + truth.sum())
    center = volume.geometry.index_to_lps(np.argwhere(left).mean(axis=0))[0]
    middle = volume.geometry.index_to_lps((np.array(volume.hu.shape) - 1) / 2)[0]
    print(f"left lung: Dice with the mask {dice:.6f}, {(left != truth).sum()} voxels differ, {left.sum()} voxels")
    print(f"its centre lies {center[0] - middle[0]:.1f} mm to the patient's left of the middle of the scan")
    with tempfile.TemporaryDirectory() as scratch:
        for suffix in FORMATS:
            start = time.perf_counter()
            (path,) = export_labels(Path(scratch) / f"mask{suffix}", labels, volume)
            seconds = time.perf_counter() - start
            same = ""
            if suffix not in (".stl", ".csv"):
                same = f"back here {'exact' if np.array_equal(import_labels(path, volume), labels) else 'DIFFERENT'}, "
            oracle = ORACLES[suffix](path, volume, left)
            print(f"{suffix:14} {path.stat().st_size / 2**20:6.2f} MiB  {seconds:5.1f} s  {same}{oracle}")


def with_sitk(path: Path, volume: Volume, left: np.ndarray) -> str:
    image = sitk.ReadImage(str(path))
    return f"SimpleITK {verdict(volume, sitk.GetArrayFromImage(image), sitk_affine(image), left)}"


def with_nibabel(path: Path, volume: Volume, left: np.ndarray) -> str:
    image = nibabel.load(path)
    affine = (np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine)[:, [2, 1, 0, 3]]
    return f"nibabel {verdict(volume, np.asarray(image.dataobj).transpose(2, 1, 0), affine, left)}"


def with_slicerio(path: Path, volume: Volume, left: np.ndarray) -> str:
    found = slicerio.read_segmentation(str(path))
    affine = np.asarray(found["ijkToLPS"])[:, [2, 1, 0, 3]]
    return f"slicerio {verdict(volume, found['voxels'].transpose(2, 1, 0), affine, left)}"


def with_highdicom(path: Path, volume: Volume, left: np.ndarray) -> str:
    seg = highdicom.seg.segread(path)
    part = seg.get_volume(segment_numbers=[1], allow_missing_positions=True)
    result = verdict(volume, part.array.reshape(part.spatial_shape), part.affine, left)
    return f"highdicom {result}, dciodvfy {dicom_errors(path)} errors"


def with_shoelace(path: Path, volume: Volume, left: np.ndarray) -> str:
    """Volume from the numbers of the contours, and their extent."""
    ds = pydicom.dcmread(path)
    spacing, volume_mm3, points = volume.geometry.spacing_mm[0], 0.0, []
    for contour in ds.ROIContourSequence[0].ContourSequence:
        x, y, z = np.array(contour.ContourData, float).reshape(-1, 3).T
        volume_mm3 += abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2 * spacing
        points.append(np.stack([x, y, z], axis=1))
    expected = left.sum() * volume.geometry.voxel_volume_ml
    places = volume.geometry.index_to_lps(np.argwhere(left))
    half = np.array(volume.geometry.spacing_mm)[[2, 1, 0]] / 2 * (1, 1, 0)
    found = np.concatenate(points)
    off = max(
        np.abs(found.min(axis=0) - (places.min(axis=0) - half)).max(),
        np.abs(found.max(axis=0) - (places.max(axis=0) + half)).max(),
    )
    return (
        f"contours enclose {volume_mm3 / 1000:.2f} ml (voxels {expected:.2f} ml), extent off by {off:.3f} mm, "
        f"dciodvfy {dicom_errors(path)} errors"
    )


def with_corners(path: Path, volume: Volume, left: np.ndarray) -> str:
    a, b, c = read_stl(path).astype(float).transpose(1, 0, 2)
    enclosed = np.einsum("ij,ij->", a, np.cross(b, c)) / 6000
    middle = (np.concatenate([a, b, c]).min(axis=0) + np.concatenate([a, b, c]).max(axis=0)) / 2
    return f"encloses {enclosed:.1f} ml, middle {middle.round(1).tolist()} mm (LPS)"


def with_csv(path: Path, volume: Volume, left: np.ndarray) -> str:
    (row,) = csv.DictReader(path.open(newline="", encoding="utf-8"))
    values = volume.hu[left].astype(float)
    return (
        f"{row['volume_ml']} ml, mean {row['hu_mean']} HU (numpy {values.mean():.3f}), "
        f"median {row['hu_p50']} (numpy {np.median(values):.0f})"
    )


def verdict(volume: Volume, array: np.ndarray, affine: np.ndarray, left: np.ndarray) -> str:
    """Whether another program's voxels lie where ours do, by their place in the patient."""
    index = np.argwhere(array == 1)
    ours = volume.geometry.lps_to_index(index @ affine[:3, :3].T + affine[:3, 3])
    nearest = np.rint(ours).astype(int)
    same = len(index) == left.sum() and bool(left[tuple(nearest.T)].all())
    return f"{'the same voxels' if same else 'OTHER VOXELS'} (off by {np.abs(ours - nearest).max():.5f})"


def dicom_errors(path: Path) -> int:
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    return sum(line.startswith("Error") for line in (done.stdout + done.stderr).splitlines())


ORACLES: dict[str, Callable[[Path, Volume, np.ndarray], str]] = {
    ".nii.gz": with_nibabel, ".nii": with_nibabel, ".seg.nrrd": with_slicerio, ".nrrd": with_sitk, ".mha": with_sitk,
    ".rtstruct.dcm": with_shoelace, ".dcm": with_highdicom, ".stl": with_corners, ".csv": with_csv,
}  # fmt: skip

if __name__ == "__main__":
    main()
