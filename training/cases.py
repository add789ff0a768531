"""Reading the scans and labels a request names."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import HUArray, LabelArray
from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.volume import Volume


@dataclass(frozen=True, eq=False)
class LabelledScan:
    """A scan and its labels on the same grid, canonical order.

    Parameters
    ----------
    hu, labels
        Shape ``(k, j, i)``.
    geometry
        Of both.
    """

    hu: HUArray
    labels: LabelArray
    geometry: VolumeGeometry


def read_case(case: TrainingCase, root: Path) -> LabelledScan:
    """Scan and labels of a case.

    Parameters
    ----------
    case
        What to read.
    root
        Folder relative paths start from (that of the request).

    Raises
    ------
    TrainingError
        If something is missing, damaged or does not fit; names the case.
    """
    try:
        hu, geometry, volume = _read_image(case.image, root)
        labels = _read_labels(root / case.labels, volume)
    except TrainingError:
        raise
    except (CTViewerError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        reason = error.message.rstrip(".") if isinstance(error, CTViewerError) else str(error)
        raise TrainingError(
            f"The case “{case.case_id}” cannot be read: {reason}.",
            "Check that its files are still where they were, or leave the case out.",
        ) from error
    if labels.shape != hu.shape:
        raise TrainingError(
            f"The labels of “{case.case_id}” have {labels.shape} voxels, its scan {hu.shape}.",
            "Accept the scan again, or leave the case out.",
        )
    return LabelledScan(hu, labels, geometry)


def _read_image(image: str | list[str], root: Path) -> tuple[HUArray, VolumeGeometry, Volume | None]:
    if isinstance(image, str) and image.endswith(".npz"):
        arrays = _npz(root / image)
        hu = np.asarray(arrays["hu"], np.int16)
        return hu, VolumeGeometry((hu.shape[0], hu.shape[1], hu.shape[2]), arrays["affine"]), None
    # The readers are imported here so that runs on prepared files do not load them.
    from ctviewer.io.index import index_path
    from ctviewer.io.load import load_volume

    if isinstance(image, str):
        series = index_path(root / image).preselected
    else:
        series = SeriesRef(tuple(root / path for path in image), SourceFormat.DICOM)
    if series is None:
        raise ValueError("no scan was found there")
    volume = load_volume(series)
    if not volume.is_hu:
        raise ValueError("its values are not Hounsfield units")
    if not volume.has_positions:
        raise ValueError("its images carry no positions, so left and right are unknown")
    return volume.hu, volume.geometry, volume


def _read_labels(path: Path, volume: Volume | None) -> LabelArray:
    if path.suffix == ".npz":
        return np.ascontiguousarray(_npz(path)["labels"], np.uint8)
    if volume is None:
        raise ValueError(f"labels in {path.name} need a scan in an image format, not .npz")
    from ctviewer.io.mask_images import read_labels

    return read_labels(path, volume)


def _npz(path: Path) -> Any:
    # Pickled content could run code, so it stays forbidden (numpy's default, said aloud).
    return np.load(path, allow_pickle=False)
