"""Read one CT, or a mask on the same grid, as an array in the canonical orientation.

Canonical means: index ``(k, j, i)``, k grows toward the head, j toward posterior, i toward the patient's left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

HU_MIN, HU_MAX = -1024, 3071
_HEADER_TAGS = ["ImagePositionPatient", "ImageOrientationPatient", "SOPInstanceUID", "SeriesInstanceUID"]


@dataclass(frozen=True)
class Scan:
    """A CT in canonical orientation.

    Attributes
    ----------
    hu : ndarray of int16, (k, j, i)
        Hounsfield units, clipped to −1024…3071.
    spacing_mm_kji : tuple of float
        Voxel size in mm along k, j, i.
    origin_lps_mm : tuple of float
        LPS position in mm of voxel (0, 0, 0).
    """

    hu: NDArray[np.int16]
    spacing_mm_kji: tuple[float, float, float]
    origin_lps_mm: tuple[float, float, float]

    def k_of_z(self, z_mm: float) -> float:
        """Fractional slice index of an LPS z in mm."""
        return (z_mm - self.origin_lps_mm[2]) / self.spacing_mm_kji[0]

    def index_of(self, point_lps_mm: tuple[float, float, float]) -> tuple[int, int, int]:
        """Voxel (k, j, i) nearest to an LPS point in mm (not clipped to the grid)."""
        x, y, z = (
            (p - o) / s for p, o, s in zip(point_lps_mm, self.origin_lps_mm, reversed(self.spacing_mm_kji), strict=True)
        )
        return round(z), round(y), round(x)


def read_scan(path: Path) -> Scan:
    """Read a DICOM folder or an image file as a `Scan`."""
    image = _canonical(_read_dicom(path) if path.is_dir() else sitk.ReadImage(str(path)))
    hu = np.clip(sitk.GetArrayFromImage(image), HU_MIN, HU_MAX).astype(np.int16)
    spacing_x, spacing_y, spacing_z = image.GetSpacing()
    x, y, z = image.GetOrigin()
    return Scan(hu, (spacing_z, spacing_y, spacing_x), (x, y, z))


def read_mask(path: Path) -> NDArray[np.integer]:
    """Read a label image in canonical orientation, values unchanged."""
    array: NDArray[np.integer] = sitk.GetArrayFromImage(_canonical(sitk.ReadImage(str(path))))
    return array


def write_volume(path: Path, array: NDArray[np.generic], scan: Scan) -> None:
    """Write `array` (k, j, i) on the grid of `scan` as NIfTI; the file appears complete or not at all."""
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(tuple(reversed(scan.spacing_mm_kji)))
    image.SetOrigin(scan.origin_lps_mm)
    part = path.with_name(f".part-{path.name}")
    sitk.WriteImage(image, str(part), useCompression=True)
    part.replace(path)


def _canonical(image: sitk.Image) -> sitk.Image:
    """Permute and flip the axes to the nearest LPS order, and drop what is left of an oblique rotation."""
    oriented = sitk.DICOMOrient(image, "LPS")
    oriented.SetDirection((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    return oriented


def _read_dicom(folder: Path) -> sitk.Image:
    """Read the largest series of a folder, sorted by position along the slice normal."""
    series: dict[str, list[tuple[float, Path]]] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=_HEADER_TAGS)
        if "ImagePositionPatient" not in header:
            continue
        cosines = np.asarray(header.ImageOrientationPatient, dtype=float)
        normal = np.cross(cosines[:3], cosines[3:])
        position = float(np.dot(normal, np.asarray(header.ImagePositionPatient, dtype=float)))
        series.setdefault(str(header.SeriesInstanceUID), []).append((position, path))
    largest = max(series, key=lambda uid: len(series[uid]))
    slices = sorted(series[largest])
    distinct = [pair for n, pair in enumerate(slices) if n == 0 or pair[0] - slices[n - 1][0] > 1e-3]
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(path) for _, path in distinct])
    image = reader.Execute()
    steps = np.diff([position for position, _ in distinct])
    if steps.size:
        spacing_x, spacing_y, _ = image.GetSpacing()
        image.SetSpacing((spacing_x, spacing_y, float(np.median(steps))))
    return image
