"""The LUNA16 collection: ``subset*/UID.mhd`` and the lung masks ``seg-lungs-LUNA16/UID.mhd``.

The masks hold 3 and 4 for the lungs and 5 for the trachea. Which of 3 and 4 is the left lung is told both ways in what
is written about the collection, so every scan is decided by its own geometry.
"""

from __future__ import annotations

from pathlib import Path

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.io.index import index_path
from ctviewer.io.load import load_volume
from ctviewer.io.mask_images import read_labels
from training.importers.labels import LEFT, RIGHT, TRACHEA, image_of, leftmost, mapped, warn, write_case

LUNGS, AIRWAY = (3, 4), 5
USUAL_LEFT = 3
"""Taken where a scan shows one lung only."""
_MASKS = "seg-lungs-LUNA16"


def import_luna16(folder: Path, out: Path, masks: Path | None = None) -> list[TrainingCase]:
    """Cases of a LUNA16 folder.

    Parameters
    ----------
    folder
        Holds ``subset0`` … ``subset9`` (any number of them, or the ``.mhd`` files themselves).
    masks
        Folder of the masks; default ``seg-lungs-LUNA16`` in the folder.

    Raises
    ------
    TrainingError
        If there are no scans or no masks.
    """
    masks = masks or folder / _MASKS
    if not masks.is_dir():
        raise TrainingError(f"The lung masks ({masks}) are missing.", "Unpack seg-lungs-LUNA16.zip, or give --masks.")
    scans = sorted({*folder.glob("subset*/*.mhd"), *folder.glob("*.mhd")})
    if not scans:
        raise TrainingError(f"{folder} holds no LUNA16 scans.", "Give the folder that holds subset0, subset1, …")
    cases, left_values = [], []
    for scan in scans:
        mask = masks / scan.name
        if not mask.exists():
            warn(f"{scan.name} has no mask and is left out.")
            continue
        try:
            case, left = _case(scan, mask, out)
        except CTViewerError as error:
            warn(f"{scan.stem} is left out. {error}")
            continue
        cases.append(case)
        left_values.append(left)
    if len(set(left_values)) > 1:
        few = min(set(left_values), key=left_values.count)
        odd = [case.case_id for case, value in zip(cases, left_values, strict=True) if value == few]
        warn(f"The left lung is {few} in {len(odd)} scans and another value in the rest; look at {odd[0]} first.")
    return cases


def _case(scan: Path, mask: Path, out: Path) -> tuple[TrainingCase, int]:
    """A case, and the value its left lung had."""
    series = index_path(scan).preselected
    if series is None:
        raise TrainingError(f"{scan.name} cannot be opened.")
    volume = load_volume(series)
    raw = read_labels(mask, volume)
    labels, left, unknown = decided(raw)
    if unknown:
        told = ", ".join(f"{value} ({count} voxels)" for value, count in unknown.items())
        warn(f"{mask.name} has values that mean nothing here: {told}. They become background.")
    return write_case(scan.stem, image_of(volume), labels, out), left


def decided(raw: LabelArray) -> tuple[LabelArray, int, dict[int, int]]:
    """Labels of a mask in canonical order, the value its left lung had, and unknown values with their voxels."""
    left = leftmost(raw, *LUNGS) or USUAL_LEFT
    right = LUNGS[1] if left == LUNGS[0] else LUNGS[0]
    labels, unknown = mapped(raw, {left: LEFT, right: RIGHT, AIRWAY: TRACHEA})
    return labels, left, unknown
