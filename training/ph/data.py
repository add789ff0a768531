"""The PH picture collection: one folder per class, pictures normalised, patients grouped, everything odd listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.ph.duplicates import AlikePair, alike_pairs, joined_groups
from training.ph.layout import CLASS_FOLDERS, PhDataError, known_groups, pictures_of
from training.ph.pictures import read_thorax


@dataclass(frozen=True, slots=True)
class Excluded:
    """A picture that is not used, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class PhCollection:
    """Normalised pictures with class and patient group.

    Parameters
    ----------
    names
        ``"Group1/1 (12).png"``.
    pictures
        Shape ``(N, S, S)``, uint8, thorax only; S is `training.ph.pictures.PICTURE_SIZE_PX`.
    framing
        Shape ``(N, 2)``: aspect ratio of the screen shot and share of it inside the chest. Not for the classifier: it
        is what the crop would give away, kept to measure that leak.
    classes
        Index into `CLASS_FOLDERS`.
    groups
        Patient group after merging look-alikes; `groups_before` is the file's own column.
    excluded, repaired
        Pictures left out with the reason; pictures whose coloured marks were filled.
    pairs
        Look-alike pairs.
    """

    names: tuple[str, ...]
    pictures: NDArray[np.uint8]
    framing: NDArray[np.float64]
    classes: NDArray[np.int64]
    groups: NDArray[np.int64]
    groups_before: NDArray[np.int64]
    excluded: tuple[Excluded, ...] = ()
    repaired: tuple[str, ...] = ()
    pairs: tuple[AlikePair, ...] = ()

    @property
    def contradictions(self) -> tuple[AlikePair, ...]:
        """Look-alikes with different classes."""
        return tuple(p for p in self.pairs if self.classes[p.first] != self.classes[p.second])

    def counts(self) -> dict[str, dict[str, int]]:
        """Pictures, estimated groups and merged groups of each class."""
        return {
            folder: {
                "pictures": int((self.classes == i).sum()),
                "groups_in_file": len(set(self.groups_before[self.classes == i].tolist())),
                "groups": len(set(self.groups[self.classes == i].tolist())),
            }
            for i, folder in enumerate(CLASS_FOLDERS)
        }


def read_collection(root: Path, labels: Mapping[str, str] | None = None) -> PhCollection:
    """Read, normalise and group all pictures below ``root``.

    Groups come from ``patients.csv`` or ``groups_estimated.csv`` where there is one, else every picture starts alone;
    look-alikes of one class are then merged.

    Parameters
    ----------
    labels
        Meaning of ``label (n).png`` where there are no class folders; see `training.ph.layout.pictures_of`.

    Raises
    ------
    PhDataError
        If a class folder is missing or empty, or a class has a single group.
    UnreadableFileError
        If a picture cannot be decoded: it must not silently become a blank one.
    """
    files = pictures_of(root, labels)
    known = known_groups(root)
    names, pictures, framing, classes, before = [], [], [], [], []
    excluded: list[Excluded] = []
    repaired: list[str] = []
    for position, (index, path) in enumerate(files):
        name = f"{CLASS_FOLDERS[index]}/{path.name}"
        read = read_thorax(path)
        if isinstance(read, str):
            excluded.append(Excluded(name, read))
            continue
        if read.had_marks:
            repaired.append(name)
        names.append(name)
        pictures.append(read.picture)
        framing.append(read.framing)
        classes.append(index)
        before.append(known.get((CLASS_FOLDERS[index], path.name), 1_000_000 + position))
    if not pictures:
        raise PhDataError(f"None of the {len(files)} pictures shows a chest.", f"First: {excluded[0].reason}.")
    pairs = alike_pairs(pictures)
    same_class = [p for p in pairs if classes[p.first] == classes[p.second]]
    collection = PhCollection(
        names=tuple(names),
        pictures=np.stack(pictures),
        framing=np.array(framing),
        classes=np.array(classes, dtype=np.int64),
        groups=np.array(joined_groups(before, same_class), dtype=np.int64),
        groups_before=np.array(before, dtype=np.int64),
        excluded=tuple(excluded),
        repaired=tuple(repaired),
        pairs=pairs,
    )
    _check_groups(collection)
    return collection


def _check_groups(collection: PhCollection) -> None:
    for folder, count in collection.counts().items():
        if count["groups"] < 2:
            raise PhDataError(
                f"The class “{folder}” has {count['groups']} patient group after merging look-alikes.",
                "A split by patient needs at least two; add pictures of other patients.",
            )
