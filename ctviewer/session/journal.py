"""Hands every gesture of a document to the store, and knows whether it is on disk yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.history import Commit
from ctviewer.domain.errors import StoreError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import Segment
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner


class StoredDocument(Protocol):
    """What the store knows about a series when it is opened."""

    @property
    def labels(self) -> LabelArray | None:
        """Labels at `position`, ``(k, j, i)``; None if nothing was ever drawn."""

    @property
    def commits(self) -> list[Commit]:
        """Gestures that can be undone or redone."""

    @property
    def position(self) -> int:
        """How many of `commits` are in force."""

    @property
    def reviewed(self) -> frozenset[int]:
        """Axial slices a person looked at or changed."""

    @property
    def slice_doubt(self) -> tuple[float, ...]:
        """How unsure the last prediction was on each axial slice, cm²; empty if not known."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Segments as they were defined last; empty if they were never changed."""

    @property
    def retired_segments(self) -> tuple[Segment, ...]:
        """Deleted ones, which undo may bring back."""

    @property
    def model(self) -> ModelIdentity | None:
        """Model whose prediction was accepted last and is in force."""


class DocumentStore(Protocol):
    """The part of the annotation store a document writes to. Writes return at once and stay in order."""

    def append_commit(self, series_key: str, commit: Commit, tool: str, model: ModelIdentity | None = None) -> None:
        """Record a gesture at the present position; undone gestures after it are gone."""

    def set_position(self, series_key: str, position: int) -> None:
        """Record undo and redo."""

    def mark_reviewed(self, series_key: str, slices: Iterable[int], *, reviewed: bool = True) -> None:
        """Record reviewed slices, or take that back."""

    def keep_doubt(
        self, series_key: str, doubt: Sequence[float], slice_mm: float, changed_ml: Mapping[int, float] | None = None
    ) -> None:
        """Record how unsure the accepted prediction is on each axial slice, and what it changed in an earlier mask."""

    def keep_findings(self, series_key: str, count: int) -> None:
        """Record how many findings the check has."""

    def keep_segments(self, series_key: str, segments: Iterable[Segment], retired: Iterable[Segment]) -> None:
        """Record how the segments are defined now."""

    def wait_durable(self, timeout_s: float | None = None) -> None:
        """Block until everything is on disk; raises `StoreError` if it cannot be written, and keeps it."""


class Journal(QObject):
    """Writer of one document.

    The hand that paints never waits for the disk; a job does, and `failed` says if something did not get there. Nothing
    is lost then: the store keeps it in order and tries again with the next gesture or `retry`.

    Parameters
    ----------
    store, series_key
        Where to write.
    runner
        Its one-thread store lane waits for the disk.
    """

    failed = Signal(object)
    """The `StoreError` of a write that could not be made: what is on the screen is not on disk yet."""
    caught_up = Signal()
    """Everything is on disk."""

    def __init__(self, store: DocumentStore, series_key: str, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._series_key = series_key
        self._runner = runner
        self._handed_over = 0
        self._durable = 0
        self._waited_for = 0
        self._job: JobHandle | None = None

    @property
    def is_caught_up(self) -> bool:
        """Whether everything is known to be on disk."""
        return self._durable == self._handed_over

    def append(self, commit: Commit, tool: str, model: ModelIdentity | None = None) -> None:
        """Write a gesture."""
        self._write(lambda: self._store.append_commit(self._series_key, commit, tool, model))

    def move(self, position: int) -> None:
        """Write an undo or redo."""
        self._write(lambda: self._store.set_position(self._series_key, position))

    def review(self, slices: frozenset[int], *, reviewed: bool = True) -> None:
        """Write which slices were, or no longer are, reviewed."""
        self._write(lambda: self._store.mark_reviewed(self._series_key, slices, reviewed=reviewed))

    def keep_doubt(self, doubt: Sequence[float], slice_mm: float, changed_ml: Mapping[int, float]) -> None:
        """Write how unsure the accepted prediction is by axial slice (cm²), and what it changed in an earlier mask."""
        self._write(lambda: self._store.keep_doubt(self._series_key, doubt, slice_mm, changed_ml))

    def keep_findings(self, count: int) -> None:
        """Write how many findings the check has."""
        self._write(lambda: self._store.keep_findings(self._series_key, count))

    def keep_segments(self, segments: tuple[Segment, ...], retired: tuple[Segment, ...]) -> None:
        """Write names, colours and codes of the segments."""
        self._write(lambda: self._store.keep_segments(self._series_key, segments, retired))

    def retry(self) -> None:
        """Try again to bring everything to disk."""
        if self._job is not None or self.is_caught_up:
            return
        self._waited_for = self._handed_over
        self._job = self._runner.submit(lambda _progress, _cancel: self._store.wait_durable(), Lane.STORE)
        # Methods, not lambdas: they are no longer called once the study is closed and this object destroyed.
        self._job.succeeded.connect(self._on_durable)
        self._job.failed.connect(self._on_failed)

    def _write(self, write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError as error:  # read-only or closed: it was not taken
            self.failed.emit(error)
            return
        self._handed_over += 1
        self.retry()

    def _on_durable(self, _: object = None) -> None:
        self._job = None
        self._durable = self._waited_for
        if self.is_caught_up:
            self.caught_up.emit()
        else:
            self.retry()

    def _on_failed(self, error: BaseException) -> None:
        self._job = None  # the next gesture tries again; looping here would only heat a full disk
        self.failed.emit(error)
