"""Which patients are held out from training, for ever.

A patient that once measured a model must never train one, and the reverse: otherwise the before/after table of a
retraining would flatter the new model. The ledger only grows; a patient's side never changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.errors import StoreError

HOLDOUT_SHARE = 5
"""One patient in this many is held out."""

_SCHEMA_VERSION = 1


class Side(StrEnum):
    """What a patient's cases are used for."""

    TRAINING = "training"
    HOLDOUT = "holdout"


class HoldoutLedger:
    """Append-only table of patient key → side, kept in one JSON file.

    Parameters
    ----------
    path
        The file; created at the first assignment.

    Raises
    ------
    StoreError
        If the file exists but cannot be understood: guessing would mix the sides.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sides = _read(path)

    def side(self, patient_key: str) -> Side | None:
        """Side of a patient; None if never assigned."""
        return self._sides.get(patient_key)

    def assign(self, patient_keys: Iterable[str]) -> dict[str, Side]:
        """Sides for these patients; new ones are assigned and written down.

        The side of a new patient follows from a hash of its key. Two exceptions keep small collections useful: the
        first patient ever is for training, and as long as nobody is held out the next new patient is.
        """
        keys = list(dict.fromkeys(patient_keys))
        sides = self._with_new(keys)
        if sides != self._sides:
            _write(self._path, sides)  # a side counts only once it is on the disk
            self._sides = sides
        return {key: sides[key] for key in keys}

    def preview(self, patient_keys: Iterable[str]) -> dict[str, Side]:
        """Sides `assign` would give, without writing anything down."""
        keys = list(dict.fromkeys(patient_keys))
        sides = self._with_new(keys)
        return {key: sides[key] for key in keys}

    def _with_new(self, keys: Iterable[str]) -> dict[str, Side]:
        sides = dict(self._sides)
        for key in sorted((k for k in keys if k not in sides), key=_digest):
            sides[key] = _side_for_new(key, sides)
        return sides


def _side_for_new(key: str, sides: Mapping[str, Side]) -> Side:
    if Side.TRAINING not in sides.values():
        return Side.TRAINING
    if Side.HOLDOUT not in sides.values():
        return Side.HOLDOUT
    return Side.HOLDOUT if int(_digest(key), 16) % HOLDOUT_SHARE == 0 else Side.TRAINING


def _write(path: Path, sides: Mapping[str, Side]) -> None:
    document = {"schema_version": _SCHEMA_VERSION, "patients": dict(sides)}
    atomic_write_bytes(path, json.dumps(document, indent=1, sort_keys=True).encode(), mode=0o600)


def _read(path: Path) -> dict[str, Side]:
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): Side(side) for key, side in document["patients"].items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise StoreError(
            f"The list of held-out patients ({path.name}) is damaged: {error}.",
            "Restore it from a backup; training stays off so that no held-out patient is trained on.",
        ) from error


def _digest(key: str) -> str:
    return hashlib.sha256(f"holdout|{key}".encode()).hexdigest()
