"""Scans and masks that lie in folders: two folders with the same names, or masks beside their scans."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.io.dicom_masks import read_dicom_seg
from ctviewer.io.index import index_path
from ctviewer.io.load import load_volume
from ctviewer.io.mask_images import read_labels
from training.importers.labels import check_sides, image_of, mapped, warn, write_case

_SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd")
_MASK_ENDINGS = ("_seg", "_mask", "_labels", "_label", "-seg", "-mask")


def import_folder(
    images: Path, out: Path, labels: Path | None = None, mapping: Mapping[int, int] | None = None
) -> list[TrainingCase]:
    """Cases of image files.

    Parameters
    ----------
    images
        Folder of scans. Names ending in ``_0000`` (nnU-Net) match masks without it.
    labels
        Folder of masks with the names of the scans; default: masks beside the scans, named ``SCAN_seg`` and the like.
    mapping
        Value in the masks → 1 left lung, 2 right lung, 3 trachea; default unchanged.

    Raises
    ------
    TrainingError
        If no pair is found or the sides are swapped.
    """
    pairs = _pairs(images, labels)
    if not pairs:
        raise TrainingError(f"{images} holds no scan with a mask.", "Name masks like their scans, or add _seg.")
    cases = []
    for name, (scan, mask) in sorted(pairs.items()):
        try:
            series = index_path(scan).preselected
            if series is None:
                raise TrainingError(f"{scan.name} cannot be opened.")
            volume = load_volume(series)
            found, unknown = mapped(read_labels(mask, volume), mapping or {1: 1, 2: 2, 3: 3})
        except CTViewerError as error:
            warn(f"{name} is left out. {error}")
            continue
        if unknown:
            warn(f"{mask.name} has values that mean nothing here: {sorted(unknown)}. They become background.")
        check_sides(found, name)
        cases.append(write_case(name, image_of(volume), found, out))
    return cases


def import_dicom_seg(images: Path, out: Path, segmentations: Path | None = None) -> list[TrainingCase]:
    """Cases of CT series and the DICOM Segmentation objects that refer to them.

    Parameters
    ----------
    images
        Folder of the CT series; the segmentations may lie in it too.
    segmentations
        Folder of the segmentations; default the same.

    Raises
    ------
    TrainingError
        If no segmentation belongs to any of the series.
    """
    index = index_path(images)
    taken = {path.resolve() for series in index.series for path in series.paths}
    files = [f for f in sorted((segmentations or images).rglob("*")) if f.is_file() and f.resolve() not in taken]
    cases, refused = [], ""
    for series in index.series:
        volume = load_volume(series)
        for file in files:
            try:
                labels = read_dicom_seg(file, volume)
            except CTViewerError as error:
                refused = f"{file.name}: {error}"
                continue  # of another series, or no segmentation at all
            check_sides(labels, file.name)
            name = f"{series.series_key[:16]}-{file.stem}"
            cases.append(write_case(name, image_of(volume), labels, out, series.patient_key))
    if not cases:
        raise TrainingError(
            f"No segmentation in {segmentations or images} belongs to a CT series in {images}.", refused
        )
    return cases


def _pairs(images: Path, labels: Path | None) -> dict[str, tuple[Path, Path]]:
    scans = {_stem(path): path for path in images.iterdir() if path.name.endswith(_SUFFIXES)}
    if labels is not None:
        masks = {_stem(path): path for path in labels.iterdir() if path.name.endswith(_SUFFIXES)}
        return {
            name: (scan, masks[key])
            for name, scan in scans.items()
            if (key := name if name in masks else name.removesuffix("_0000")) in masks
        }
    return {
        name: (scan, scans[name + ending])
        for name, scan in scans.items()
        for ending in _MASK_ENDINGS
        if name + ending in scans
    }


def _stem(path: Path) -> str:
    return next(path.name.removesuffix(suffix) for suffix in _SUFFIXES if path.name.endswith(suffix))
