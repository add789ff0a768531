"""Which patients are held out from training, for ever.

A patient that once measured a model must never train one, and the reverse: otherwise the before/after table of a
retraining would flatter the new model. The ledger only grows; a patient's side never changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from ctviewer.config.atomic import atomic_write
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
        new = sorted((k for k in keys if k not in self._sides), key=_digest)
        for key in new:
            self._sides[key] = self._side_for_new(key)
        if new:
            self._write()
        return {key: self._sides[key] for key in keys}

    def preview(self, patient_keys: Iterable[str]) -> dict[str, Side]:
        """Sides `assign` would give, without writing anything down."""
        known = dict(self._sides)
        keys = list(dict.fromkeys(patient_keys))
        for key in sorted((k for k in keys if k not in self._sides), key=_digest):
            self._sides[key] = self._side_for_new(key)
        result = {key: self._sides[key] for key in keys}
        self._sides = known
        return result

    def _side_for_new(self, key: str) -> Side:
        if Side.TRAINING not in self._sides.values():
            return Side.TRAINING
        if Side.HOLDOUT not in self._sides.values():
            return Side.HOLDOUT
        return Side.HOLDOUT if int(_digest(key), 16) % HOLDOUT_SHARE == 0 else Side.TRAINING

    def _write(self) -> None:
        document = {"schema_version": _SCHEMA_VERSION, "patients": dict(self._sides)}
        atomic_write(self._path, lambda temp: _dump(document, temp))


def _dump(document: dict[str, object], path: Path) -> None:
    path.write_text(json.dumps(document, indent=1, sort_keys=True), encoding="utf-8")


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
