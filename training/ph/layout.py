"""Where the pictures of a collection lie, which class each has, and what is known about its patient.

Two layouts are read: a folder per class, and one folder of ``label (n).png``. In the public collection label 4 is the
control group, so a number alone never decides the class: without class folders the meaning of the labels must be given.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from ctviewer.domain.errors import CTViewerError

CLASS_FOLDERS = ("Control", "Group1", "Group2", "Group3")
"""Folder of each class in rising order of pressure. The number in a file name is not the class (4 is the control)."""

GROUPS_FILE, PATIENTS_FILE = "groups_estimated.csv", "patients.csv"
"""Columns class, file, group_est; or file, patient and, where files of two classes share a name, class."""

_LABELLED = re.compile(r"^(\w+) \((\d+)\)$")
_NUMBER = re.compile(r"\((\d+)\)")
_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"}


class PhDataError(CTViewerError):
    """A picture collection cannot be used for training."""


def pictures_of(root: Path, labels: Mapping[str, str] | None = None) -> list[tuple[int, Path]]:
    """Class index and path of every picture, in the order of classes and numbers.

    Parameters
    ----------
    labels
        Meaning of the labels in file names, ``{"4": "Control", "1": "Group1", …}``; needed where there are no class
        folders, and not used where there are.

    Raises
    ------
    PhDataError
        If a class has no pictures, or a label has no meaning.
    """
    found = _labelled(root, labels)
    for index, folder in enumerate(CLASS_FOLDERS):
        if not any(i == index for i, _ in found):
            raise PhDataError(
                f"The class “{folder}” is missing or holds no pictures.",
                f"A collection needs the folders {', '.join(CLASS_FOLDERS)}, or label (n).png files with --labels.",
            )
    return found


def pictures_to_score(root: Path, labels: Mapping[str, str] | None = None) -> list[tuple[int | None, Path]]:
    """Class index, if known, and path of the pictures of a folder, or of one file; classes may be missing.

    Raises
    ------
    PhDataError
        If there is no picture.
    """
    has_classes = labels is not None or any((root / folder).is_dir() for folder in CLASS_FOLDERS)
    paths = [root] if root.is_file() else _files(root)
    found: list[tuple[int | None, Path]] = (
        list(_labelled(root, labels)) if has_classes and root.is_dir() else [(None, path) for path in paths]
    )
    if not found:
        raise PhDataError(
            f"No pictures were found in {root}.",
            f"Give a picture, a folder of pictures, or one with the folders {', '.join(CLASS_FOLDERS)}.",
        )
    return found


def _labelled(root: Path, labels: Mapping[str, str] | None) -> list[tuple[int, Path]]:
    if any((root / folder).is_dir() for folder in CLASS_FOLDERS):
        return [(i, path) for i, folder in enumerate(CLASS_FOLDERS) for path in _files(root / folder)]
    return sorted(((_class_of(path, labels), path) for path in _files(root)), key=lambda pair: pair[0])


def parsed_labels(text: str | None) -> dict[str, str] | None:
    """``"4=Control,1=Group1"`` as a mapping; raises `PhDataError` for anything else."""
    if not text:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    meanings = {label.strip(): meaning.strip() for label, _, meaning in pairs}
    unknown = sorted(set(meanings.values()) - set(CLASS_FOLDERS))
    if unknown:
        raise PhDataError(
            f"“{unknown[0]}” is not a class.",
            f"Write --labels like 4=Control,1=Group1; known: {', '.join(CLASS_FOLDERS)}.",
        )
    return meanings


def known_groups(root: Path) -> dict[tuple[str, str], int]:
    """Patient number by class folder and file name, from a patient table or the estimated groups; may be empty.

    Files without a class column are known under every class.
    """
    path = next((root / name for name in (PATIENTS_FILE, GROUPS_FILE) if (root / name).exists()), None)
    if path is None:
        return {}
    column = "patient" if path.name == PATIENTS_FILE else "group_est"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [(row.get("class"), row["file"], row[column]) for row in csv.DictReader(file)]
    except (KeyError, ValueError) as error:
        raise PhDataError(f"{path.name} does not have the columns file and {column} ({error}).") from error
    number = {patient: n for n, patient in enumerate(dict.fromkeys(patient for _, _, patient in rows))}
    return {
        (folder, file): number[patient] for own, file, patient in rows for folder in ([own] if own else CLASS_FOLDERS)
    }


def _files(folder: Path) -> list[Path]:
    found = [p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES] if folder.is_dir() else []

    def number(path: Path) -> tuple[int, str]:
        match = _NUMBER.search(path.name)
        return (int(match.group(1)) if match else 0, path.name)

    return sorted(found, key=number)


def _class_of(path: Path, labels: Mapping[str, str] | None) -> int:
    match = _LABELLED.match(path.stem)
    if match is None or labels is None or match.group(1) not in labels:
        meaning = f"the label “{match.group(1)}” has no meaning" if match else "its name is not label (n)"
        raise PhDataError(
            f"{path.name} lies in no class folder and {meaning}.",
            "Give --labels like 4=Control,1=Group1,2=Group2,3=Group3.",
        )
    return CLASS_FOLDERS.index(labels[match.group(1)])
