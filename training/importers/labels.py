"""What all imports share: label values mapped, sides verified by geometry, labels written as a case."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.volume import Volume

LEFT, RIGHT, TRACHEA = 1, 2, 3
LABELS_FOLDER = "labels"


def mapped(labels: LabelArray, mapping: Mapping[int, int]) -> tuple[LabelArray, dict[int, int]]:
    """Labels with other values, and how many voxels had a value that the mapping does not know (now background)."""
    table = np.zeros(256, np.uint8)
    for value, label in mapping.items():
        table[value] = label
    values, counts = np.unique(labels, return_counts=True)
    unknown = {int(v): int(c) for v, c in zip(values, counts, strict=True) if v and int(v) not in mapping}
    return table[labels], unknown


def leftmost(labels: LabelArray, one: int, other: int) -> int | None:
    """Which of two values lies on the patient's left; None where one of them is missing.

    Parameters
    ----------
    labels
        Canonical order: the last axis runs to the patient's left.
    """
    places = [np.nonzero((labels == value).any(axis=(0, 1)))[0] for value in (one, other)]
    if not places[0].size or not places[1].size:
        return None
    columns = np.arange(labels.shape[2])
    means = [float((labels == value).sum(axis=(0, 1)) @ columns / (labels == value).sum()) for value in (one, other)]
    return one if means[0] > means[1] else other


def check_sides(labels: LabelArray, name: str) -> None:
    """Refuse labels whose left lung lies on the right: a model that learns from them calls one lung the other.

    Raises
    ------
    TrainingError
        If the two lungs are swapped.
    """
    if leftmost(labels, LEFT, RIGHT) == RIGHT:
        raise TrainingError(
            f"In “{name}” the left lung (label {LEFT}) lies on the patient's right.",
            "Say which values mean which side with --map, for example --map 1=2 2=1 3=3.",
        )


def write_case(
    name: str, image: str | list[str], labels: LabelArray, out: Path, patient: str = "", **more: Any
) -> TrainingCase:
    """Write the labels of a case into ``out/labels`` and describe the case."""
    folder = out / LABELS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.npz"
    np.savez_compressed(path, labels=np.ascontiguousarray(labels, np.uint8))
    return TrainingCase(name, patient or name, image, str(path.resolve()), **more)


def image_of(volume: Volume) -> str | list[str]:
    """How a case names the files of a scan."""
    paths = [str(path.resolve()) for path in volume.series.paths]
    return paths if len(paths) > 1 else paths[0]


def warn(sentence: str) -> None:
    """Tell the person at the terminal; the import goes on."""
    sys.stderr.write(f"Warning: {sentence}\n")
