"""The annotation store: every committed gesture on disk before the next one starts, every revision for good.

One process writes at a time; a second one reads, and knows who writes. Gestures go through one writer thread, so the
pen never waits for the disk; `AnnotationStore.wait_durable` does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ctviewer.domain.edits.history import Commit
from ctviewer.domain.errors import GeometryMismatchError, StoreError
from ctviewer.domain.outlook import Outlook
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import Segment
from ctviewer.domain.study_row import CaseState
from ctviewer.store import backup, documents, journal, outlooks
from ctviewer.store.access import StoreAccess, login_name
from ctviewer.store.case_states import list_case_states
from ctviewer.store.check import check_store
from ctviewer.store.document_state import DocumentState, GestureInfo, OpenDocument
from ctviewer.store.measurements import MeasurementTable
from ctviewer.store.revision_table import RevisionTable
from ctviewer.store.segment_tables import put_segments
from ctviewer.store.snapshots import SNAPSHOT_EVERY, make_snapshot


class AnnotationStore:
    """Masks and their history in one SQLite file, with what is kept beside them: `revisions` and `measurements`.

    Parameters
    ----------
    path
        The file; created with mode 0600 if missing.
    author
        Name written into every row; default the login name.
    daily_backup
        Make a verified backup once a day in ``backups`` beside the file (in the background).

    Raises
    ------
    StoreError
        If the file is damaged, foreign or made by a newer program, or cannot be created.
    """

    def __init__(self, path: Path, author: str | None = None, *, daily_backup: bool = True) -> None:
        self.path = path
        self._access = StoreAccess(path, author or login_name(), with_daily_backup=daily_backup)
        self._documents: dict[str, OpenDocument] = {}
        self.measurements = MeasurementTable(self._access)
        self.revisions = RevisionTable(self._access, self._open_document)
        self._access.backup_if_due()

    @property
    def author(self) -> str:
        """Name written into rows from now on."""
        return self._access.author

    @author.setter
    def author(self, name: str) -> None:
        self._access.author = name

    @property
    def read_only(self) -> bool:
        """Whether another program holds the store, or its folder cannot be written."""
        return self._access.read_only

    @property
    def read_only_reason(self) -> str:
        """Sentence that says why, with the owner's name; empty if the store can be written."""
        return self._access.read_only_reason

    def open_document(
        self,
        series_key: str,
        patient_key: str,
        shape: tuple[int, int, int],
        series_label: str = "",
        source_path: str = "",
    ) -> DocumentState:
        """Restore the mask of a series as it was left; an unknown series starts empty.

        Raises
        ------
        GeometryMismatchError
            If the series was annotated with another shape.
        StoreError
            If the store cannot be read.
        """
        if not self.read_only:
            identity = documents.Identity(series_key, patient_key, shape, series_label, source_path)
            self._access.writer.call(lambda c: documents.ensure(c, identity, self._access.by()))
        with self._access.reading() as connection:
            record = documents.find(connection, series_key)
            if record is None:
                return DocumentState(None)
            if record.shape != tuple(shape):
                raise GeometryMismatchError(
                    f"The saved mask of this series has the shape {record.shape}, the scan {tuple(shape)}.",
                    "The series on disk is not the one that was annotated.",
                )
            state, replayed = documents.load(connection, record)
        absolute = state.offset + state.position
        count = state.offset + len(state.commits)
        document = OpenDocument(record.id, record.shape, state.offset, absolute, count, replayed)
        self._documents[series_key] = document
        if not self.read_only:
            if absolute != record.position:  # part of the journal was damaged: go on from what could be restored
                self._access.writer.call(lambda c: journal.move_position(c, record.id, absolute, self._access.by()))
            if state.recovery_note:
                self._access.writer.call(lambda c: documents.clear_recovery_note(c, record.id))
            self._snapshot_if_due(document)
        return state

    def append_commit(self, series_key: str, commit: Commit, tool: str, model: ModelIdentity | None = None) -> None:
        """Write a gesture to the journal; returns at once, `wait_durable` says that it is on disk.

        Parameters
        ----------
        tool
            Machine name of the tool (``"brush"``), or ``"model"``.
        model
            Which model version made it, if one did.
        """
        writer, by, document = self._access.writer, self._access.by(), self._open_document(series_key)
        document.position += 1
        document.count = document.position
        document.since_snapshot += SNAPSHOT_EVERY if model is not None else 1
        writer.submit(lambda c: journal.append_gesture(c, document.id, commit, tool, model, by))
        self._snapshot_if_due(document)

    def set_position(self, series_key: str, position: int) -> None:
        """Record an undo or redo: that many gestures are in effect, counted like `DocumentState.position`.

        Raises
        ------
        ValueError
            If there are not that many gestures.
        """
        writer, by, document = self._access.writer, self._access.by(), self._open_document(series_key)
        absolute = document.offset + position
        if not document.offset <= absolute <= document.count:
            raise ValueError(
                f"Argument 'position' is {position}; there are {document.count - document.offset} gestures."
            )
        document.position = absolute
        writer.submit(lambda c: journal.move_position(c, document.id, absolute, by))

    def mark_reviewed(self, series_key: str, slices: Iterable[int], *, reviewed: bool = True) -> None:
        """Record that a person looked at axial slices (or take it back); durable like a gesture."""
        writer, by, document = self._access.writer, self._access.by(), self._open_document(series_key)
        indices = sorted({int(k) for k in slices})
        if not all(0 <= k < document.shape[0] for k in indices):
            raise ValueError(f"Argument 'slices' must lie in 0…{document.shape[0] - 1}, not {indices}.")
        writer.submit(lambda c: documents.mark_reviewed(c, document.id, indices, by, reviewed=reviewed))

    def keep_doubt(
        self, series_key: str, doubt: Sequence[float], slice_mm: float, changed_ml: Mapping[int, float] | None = None
    ) -> None:
        """Keep how unsure the accepted prediction is on each axial slice; durable like a gesture.

        Parameters
        ----------
        doubt
            cm² by axial slice; empty if the model does not say.
        slice_mm
            Distance of the slices.
        changed_ml
            By axial slice, what the prediction changed in an earlier mask.
        """
        writer, by, document = self._access.writer, self._access.by(), self._open_document(series_key)
        values, changed = tuple(doubt), dict(changed_ml or {})

        def write(connection: sqlite3.Connection) -> None:
            documents.keep_doubt(connection, document.id, values, by)
            outlooks.keep_prediction(connection, document.id, [v * slice_mm / 10 for v in values], changed)

        writer.submit(write)

    def keep_findings(self, series_key: str, count: int) -> None:
        """Keep how many findings the check of the mask has now."""
        writer, document = self._access.writer, self._open_document(series_key)
        writer.submit(lambda c: outlooks.keep_findings(c, document.id, count))

    def outlooks(self) -> dict[str, Outlook]:
        """By series key, what is known about the worth of another look at a case."""
        return self._access.read(outlooks.list_outlooks)

    def keep_segments(self, series_key: str, segments: Iterable[Segment], retired: Iterable[Segment] = ()) -> None:
        """Record names, colours and codes of the segments of a series; durable like a gesture."""
        writer, by, document = self._access.writer, self._access.by(), self._open_document(series_key)
        kept, deleted = tuple(segments), tuple(retired)
        writer.submit(lambda c: put_segments(c, document.id, kept, deleted, by))

    def wait_durable(self, timeout_s: float | None = None) -> None:
        """Block until everything handed over is on disk.

        Raises
        ------
        StoreError
            If something could not be written (`NotEnoughSpaceError` when the disk is full). It is kept in order and
            tried again with the next call.
        """
        self._access.wait(timeout_s)

    def case_states(self) -> list[CaseState]:
        """How far the work on each series has come; series without a mask are left out."""
        return self._access.read(list_case_states)

    def gestures(self, series_key: str) -> list[GestureInfo]:
        """The whole journal of a series: who did what, when, with which tool or model."""
        return self._access.read(lambda c: documents.list_gestures(c, series_key))

    def check(self) -> list[str]:
        """Read everything and compare it with its checksums; one sentence per problem."""
        self.wait_durable()
        return check_store(self.path)

    def backup(self, target: Path) -> None:
        """Write a verified copy of the store."""
        self.wait_durable()
        backup.backup_store(self.path, target)

    def close(self) -> None:
        """Write what is left and give the store free.

        Raises
        ------
        StoreError
            If something could not be written; the store is closed all the same.
        """
        self._access.close()

    def __enter__(self) -> AnnotationStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_document(self, series_key: str) -> OpenDocument:
        try:
            return self._documents[series_key]
        except KeyError:
            raise StoreError(f"The annotations of series {series_key[:12]} are not open.") from None

    def _snapshot_if_due(self, document: OpenDocument) -> None:
        if self.read_only or document.since_snapshot < SNAPSHOT_EVERY:
            return
        document.since_snapshot = 0
        writer = self._access.writer

        def make() -> None:
            writer.wait()
            make_snapshot(writer, document.id, document.shape)

        self._access.in_background(make)
