"""Errors a user may meet: each says what happened with the value, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctviewer.domain.study import SeriesRef


_STEERING = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Line ends and changes of the direction of writing."""


def shown(text: str) -> str:
    """A text with foreign words in it as one line that steers neither a terminal nor a line of text."""
    return "".join("?" if c in _STEERING or unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


class CTViewerError(Exception):
    """An expected failure, worded for the user.

    Parameters
    ----------
    message
        What happened, where, with the offending value. One sentence.
    hint
        What the user can do. One sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = shown(message)
        self.hint = shown(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnreadableFileError(CTViewerError):
    """A file exists but holds nothing this program can use."""

    def __init__(self, path: Path | str, reason: str, hint: str = "") -> None:
        super().__init__(f"{Path(path).name} cannot be read: {reason}.", hint)
        self.path = Path(path)
        self.reason = reason


class NoImagesError(CTViewerError):
    """Nothing loadable was found under a path."""

    def __init__(self, path: Path | str, reason: str = "no CT images were found there", hint: str = "") -> None:
        super().__init__(
            f"{path}: {reason}.",
            hint or "Choose a DICOM folder or a NIfTI, NRRD, MHA or MHD file with a CT scan.",
        )
        self.path = Path(path)


class UnreadableSeriesError(CTViewerError):
    """A series cannot be turned into a volume."""

    def __init__(self, series: str, reason: str, hint: str = "", paths: Sequence[Path] = ()) -> None:
        super().__init__(f"Series “{series}” cannot be opened: {reason}.", hint)
        self.series = series
        self.reason = reason
        self.paths = tuple(paths)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to open a series that contradicts itself.

    Parameters
    ----------
    text
        What a button says.
    series
        The series with the contradiction resolved; loads without asking again.
    """

    text: str
    series: SeriesRef


class UndecidedSeriesError(UnreadableSeriesError):
    """The files contradict themselves, and only a person can say which of them is right.

    Parameters
    ----------
    answers
        What can be chosen.
    """

    def __init__(
        self, series: str, reason: str, hint: str, answers: Sequence[Answer], paths: Sequence[Path] = ()
    ) -> None:
        super().__init__(series, reason, hint, paths)
        self.answers = tuple(answers)


class GeometryError(CTViewerError):
    """A grid is not a valid patient-space grid, or two grids that must agree do not."""


class GeometryMismatchError(GeometryError):
    """Two grids that must be the same are not."""


class CorruptArtefactError(CTViewerError):
    """A stored file does not have the content that was recorded for it."""

    def __init__(self, path: Path | str, expected_sha256: str, found: str) -> None:
        super().__init__(
            f"{Path(path).name} is damaged (expected SHA-256 {expected_sha256[:12]}…, found {found}).",
            "It was not used; reinstall it or restore it from a backup.",
        )
        self.path = Path(path)
        self.expected_sha256 = expected_sha256


class UnknownArchitectureError(CTViewerError):
    """A model names a network this program does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"Unknown network architecture “{name}”.", f"Known: {', '.join(sorted(known))}.")
        self.name = name
        self.known = tuple(known)


class ModelError(CTViewerError):
    """A model version cannot be found, read or used."""


class DeviceError(CTViewerError):
    """A compute device is missing or ran out of memory."""


class StoreError(CTViewerError):
    """The annotation store refused or failed an operation; nothing that was saved is lost."""


class DamagedStoreError(StoreError):
    """The annotation store is damaged; a backup can take its place."""


class StoreReadOnlyError(StoreError):
    """The store is held by another program or cannot be written."""


class NotEnoughSpaceError(StoreError):
    """A write needs more room than the disk has (``needed_mb`` 0: not known how much)."""

    def __init__(self, path: Path | str, needed_mb: float, free_mb: float) -> None:
        needed = f"{_megabytes(needed_mb)} needed, " if needed_mb > 0 else ""
        super().__init__(
            f"Not enough disk space to write {Path(path).name}: {needed}{_megabytes(free_mb)} free.",
            "Free some space and try again; the previous file is untouched.",
        )
        self.needed_mb = needed_mb
        self.free_mb = free_mb


class TrainingError(CTViewerError):
    """A training run ended without a model; the active model is unchanged."""


class NotApplicableError(CTViewerError):
    """A result would be meaningless for this input (not HU, not a chest, no contrast…)."""


class ExportRefusedError(CTViewerError):
    """A result cannot be written in a format without saying something untrue."""


class OperationCancelled(Exception):  # noqa: N818 - it is not an error
    """The user asked for the running operation to stop."""


def _megabytes(value: float) -> str:
    return f"{value:.0f} MB" if value >= 10 else f"{value:.1f} MB"
