"""A finished classifier on pictures it was not trained on: probabilities, and figures where the class is known."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.model_version import ModelVersion
from ctviewer.inference.classifier import class_probabilities
from training.ph.layout import CLASS_FOLDERS, PhDataError, known_groups, pictures_to_score
from training.ph.pictures import read_thorax
from training.ph.scores import score_table

_AT_ONCE = 32


@dataclass(frozen=True, eq=False, slots=True)
class ScoredPictures:
    """What a version says of pictures.

    Parameters
    ----------
    paths
        Pictures that could be used.
    classes
        Index into `training.ph.layout.CLASS_FOLDERS`; None where not known.
    probabilities
        Shape ``(N, 4)``, calibrated.
    patients
        Patient number by the collection's own table; every picture its own where there is none.
    refused
        Pictures that cannot be used, with the reason.
    """

    paths: tuple[Path, ...]
    classes: tuple[int | None, ...]
    probabilities: NDArray[np.float64]
    patients: NDArray[np.int64]
    refused: tuple[tuple[Path, str], ...]

    def figures(self) -> dict[str, Any]:
        """`training.ph.scores.score_table` of the pictures whose class is known; empty if none."""
        known = np.array([index is not None for index in self.classes])
        if not known.any():
            return {}
        truth = np.array([index for index in self.classes if index is not None], dtype=np.int64)
        return score_table(truth, self.probabilities[known], self.patients[known])


def score_pictures(root: Path, model: ModelVersion, labels: Mapping[str, str] | None = None) -> ScoredPictures:
    """Classify pictures of pulmonary-trunk level with a finished version.

    Whether the version has seen them in training is for the caller to know.

    Parameters
    ----------
    root
        A picture, a folder of pictures, or a collection with classes, of which some may be missing.
    labels
        See `training.ph.layout.pictures_of`.

    Raises
    ------
    PhDataError
        If there are no usable pictures.
    """
    found = pictures_to_score(root, labels)
    known = known_groups(root) if root.is_dir() else {}
    used, refused = [], []
    for position, (index, path) in enumerate(found):
        read = read_thorax(path)
        if isinstance(read, str):
            refused.append((path, read))
            continue
        folder = "" if index is None else CLASS_FOLDERS[index]
        used.append((path, index, read.picture, known.get((folder, path.name), 1_000_000 + position)))
    if not used:
        raise PhDataError(f"None of the {len(found)} pictures shows a chest.", f"First: {refused[0][1]}.")
    pictures = np.stack([picture for _, _, picture, _ in used])
    parts = [class_probabilities(pictures[i : i + _AT_ONCE], model) for i in range(0, len(pictures), _AT_ONCE)]
    return ScoredPictures(
        paths=tuple(path for path, _, _, _ in used),
        classes=tuple(index for _, index, _, _ in used),
        probabilities=np.concatenate(parts),
        patients=np.array([patient for _, _, _, patient in used], dtype=np.int64),
        refused=tuple(refused),
    )


def write_scored(scored: ScoredPictures, path: Path) -> None:
    """CSV: for each picture its class, the most probable class and all probabilities, or why it is refused."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "class", "predicted", *CLASS_FOLDERS, "refused"])
        for picture, index, row in zip(scored.paths, scored.classes, scored.probabilities, strict=True):
            truth = "" if index is None else CLASS_FOLDERS[index]
            said = CLASS_FOLDERS[int(row.argmax())]
            writer.writerow([picture.name, truth, said, *(f"{value:.4f}" for value in row), ""])
        for picture, reason in scored.refused:
            writer.writerow([picture.name, "", "", *[""] * len(CLASS_FOLDERS), reason])
