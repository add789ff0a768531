"""The annotation store: every committed gesture on disk before the next one starts, every revision for good.

One process writes at a time; a second one reads, and knows who writes. Gestures go through one writer thread, so the
pen never waits for the disk; `AnnotationStore.wait_durable` does.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import logging
import os
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from ctviewer.domain.annotation import RevisionInfo, RevisionStatus
from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.history import Commit
from ctviewer.domain.errors import GeometryMismatchError, StoreError, StoreReadOnlyError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.store import backup, documents, journal, revisions
from ctviewer.store.blobs import compress, get_blob, labels_sha256, put_blob
from ctviewer.store.database import connect_reader, connect_writer, create_file, translated_errors
from ctviewer.store.document_state import DocumentInfo, DocumentState, GestureInfo
from ctviewer.store.lock import LockOwner, OwnerLock
from ctviewer.store.snapshots import SNAPSHOT_EVERY, make_snapshot, put_snapshot
from ctviewer.store.writer import Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")

_READ_ONLY_HINT = "Close the other window to edit here."


@dataclass(slots=True)
class _OpenDocument:
    """What the store remembers of a document between calls; positions are counted from the very first gesture."""

    id: int
    shape: tuple[int, int, int]
    offset: int
    position: int
    count: int
    since_snapshot: int


class AnnotationStore:
    """Masks, their history and their revisions in one SQLite file.

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

    def __init__(self, path: Path, author: str | None = None, daily_backup: bool = True) -> None:
        self.path = path
        self.author = author or login_name()
        self.read_only_reason = ""
        self._documents: dict[str, _OpenDocument] = {}
        self._writer: Writer | None = None
        self._session_id = 0
        self._lock = OwnerLock(path.with_name(path.name + ".lock"))
        self._background = ThreadPoolExecutor(1, thread_name_prefix="annotation-background")
        try:
            self._open()
        except BaseException:
            self._background.shutdown()
            self._lock.release()
            raise
        self._daily_backup = daily_backup
        self._backup_if_due()

    @property
    def read_only(self) -> bool:
        """Whether another program holds the store, or its folder cannot be written."""
        return self._writer is None

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
        if self._writer is not None:
            identity = documents.Identity(series_key, patient_key, shape, series_label, source_path)
            self._writer.call(lambda c: documents.ensure(c, identity, self._by()))
        with self._reading() as connection:
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
        document = _OpenDocument(record.id, record.shape, state.offset, absolute, count, replayed)
        self._documents[series_key] = document
        if self._writer is not None:
            if absolute != record.position:  # part of the journal was damaged: go on from what could be restored
                self._writer.call(lambda c: journal.move_position(c, record.id, absolute, self._by()))
            if state.recovery_note:
                self._writer.call(lambda c: documents.clear_recovery_note(c, record.id))
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
        document, writer, by = self._open_document(series_key), self._writable(), self._by()
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
        document, writer, by = self._open_document(series_key), self._writable(), self._by()
        absolute = document.offset + position
        if not document.offset <= absolute <= document.count:
            raise ValueError(
                f"Argument 'position' is {position}; there are {document.count - document.offset} gestures."
            )
        document.position = absolute
        writer.submit(lambda c: journal.move_position(c, document.id, absolute, by))

    def mark_reviewed(self, series_key: str, slices: Iterable[int], reviewed: bool = True) -> None:
        """Record that a person looked at axial slices (or take it back); durable like a gesture."""
        document, writer, by = self._open_document(series_key), self._writable(), self._by()
        indices = sorted({int(k) for k in slices})
        if not all(0 <= k < document.shape[0] for k in indices):
            raise ValueError(f"Argument 'slices' must lie in 0…{document.shape[0] - 1}, not {indices}.")
        writer.submit(lambda c: documents.mark_reviewed(c, document.id, indices, reviewed, by))

    def wait_durable(self, timeout_s: float | None = None) -> None:
        """Block until everything handed over is on disk.

        Raises
        ------
        StoreError
            If something could not be written (`NotEnoughSpaceError` when the disk is full). It is kept in order and
            tried again with the next call.
        """
        if self._writer is not None:
            self._writer.wait(timeout_s)

    def save_revision(
        self,
        series_key: str,
        labels: LabelArray,
        status: RevisionStatus = RevisionStatus.DRAFT,
        name: str = "",
        image_sha256: str = "",
        model: ModelIdentity | None = None,
    ) -> RevisionInfo:
        """Save the mask for good; durable when it returns. Takes about a second for a large scan: run it in a job.

        Parameters
        ----------
        labels
            The mask as shown, shape of the document; not kept.
        status
            ``ACCEPTED`` makes it a training case and supersedes the accepted revision before it.
        model
            Prediction it rests on; default the last one in the journal.
        """
        document, writer = self._open_document(series_key), self._writable()
        labels = np.array(labels, np.uint8, order="C")
        if labels.shape != document.shape:
            raise GeometryMismatchError(f"The mask has shape {labels.shape}, the document {document.shape}.")
        self.wait_durable()
        sha256, data = labels_sha256(labels), compress(labels)
        with self._reading() as connection:
            basis = documents.basis(connection, document.id, document.shape, labels)
        by = self._by()

        def write(connection: sqlite3.Connection) -> RevisionInfo:
            put_blob(connection, sha256, labels, data)
            if basis.fits_journal:
                put_snapshot(connection, document.id, basis.gesture_id, sha256)
            new = revisions.NewRevision(
                document_id=document.id,
                gesture_id=basis.gesture_id,
                name=name,
                author=by.name,
                created_at=by.at,
                labels_sha256=sha256,
                image_sha256=image_sha256,
                reviewed_slices=json.dumps(documents.reviewed_slices(connection, document.id)),
                model_id=model.model_id if model else basis.model_id,
                model_version=model.version if model else basis.model_version,
                changed_voxels=basis.changed_voxels,
                source_path=documents.source_path(connection, document.id),
            )
            return revisions.get_revision(connection, revisions.insert_revision(connection, new, status, by))

        info = writer.call(write)
        self._backup_if_due()
        return info

    def accept(self, revision_id: str) -> RevisionInfo:
        """Make a draft a training case; the accepted revision of the series before it becomes superseded."""
        return self.set_status(revision_id, RevisionStatus.ACCEPTED)

    def set_status(self, revision_id: str, status: RevisionStatus) -> RevisionInfo:
        """Move a revision to another status; raises `StoreError` if that step is not allowed."""
        by = self._by()

        def write(connection: sqlite3.Connection) -> RevisionInfo:
            revisions.change_status(connection, revision_id, status, by)
            return revisions.get_revision(connection, revision_id)

        return self._writable().call(write)

    def revisions(self, series_key: str | None = None, status: RevisionStatus | None = None) -> list[RevisionInfo]:
        """Revisions of a series (default all) with a status (default any), oldest first."""
        return self._read(lambda c: revisions.select_revisions(c, series_key, status))

    def load_labels(self, revision_id: str) -> LabelArray:
        """The mask of a revision, shape ``(k, j, i)``; its hash is verified.

        Raises
        ------
        StoreError
            If there is no such revision or its mask is damaged.
        """

        def read(connection: sqlite3.Connection) -> LabelArray:
            info = revisions.get_revision(connection, revision_id)
            return get_blob(connection, info.labels_sha256, info.shape)

        return self._read(read)

    def documents(self) -> list[DocumentInfo]:
        """All series that were ever annotated here."""
        return self._read(documents.list_all)

    def gestures(self, series_key: str) -> list[GestureInfo]:
        """The whole journal of a series: who did what, when, with which tool or model."""
        return self._read(lambda c: documents.list_gestures(c, series_key))

    def check(self) -> list[str]:
        """Read everything and compare it with its checksums; one sentence per problem."""
        self.wait_durable()
        return backup.check_store(self.path)

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
        self._background.shutdown(cancel_futures=True)
        writer, self._writer = self._writer, None
        try:
            if writer is not None:
                with contextlib.suppress(StoreError):  # close() reports it
                    writer.call(lambda c: documents.end_session(c, self._session_id, _now()))
                writer.close()
        finally:
            self._lock.release()

    def __enter__(self) -> AnnotationStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        owner = LockOwner(self.author, socket.gethostname(), os.getpid(), _now())
        if not self.path.exists():
            create_file(self.path)
        if os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
            holder = self._lock.acquire(owner)
            self.read_only_reason = holder.sentence if holder is not None else ""
        else:
            self.read_only_reason = f"The annotations in {self.path.parent} cannot be written by this user."
        if self.read_only_reason:
            connect_reader(self.path).close()
            return
        connection = connect_writer(self.path)
        self._writer = Writer(self.path, connection)
        self._session_id = self._writer.call(lambda c: documents.begin_session(c, owner))

    def _writable(self) -> Writer:
        if self._writer is None:
            raise StoreReadOnlyError(self.read_only_reason or "The annotations are closed.", _READ_ONLY_HINT)
        return self._writer

    def _open_document(self, series_key: str) -> _OpenDocument:
        try:
            return self._documents[series_key]
        except KeyError:
            raise StoreError(f"The annotations of series {series_key[:12]} are not open.") from None

    def _by(self) -> journal.Author:
        return journal.Author(self._session_id, self.author, _now())

    def _snapshot_if_due(self, document: _OpenDocument) -> None:
        writer = self._writer
        if writer is None or document.since_snapshot < SNAPSHOT_EVERY:
            return
        document.since_snapshot = 0

        def make() -> None:
            writer.wait()
            make_snapshot(writer, document.id, document.shape)

        self._in_background(make)

    def _backup_if_due(self) -> None:
        if self._writer is not None and self._daily_backup:
            self._in_background(lambda: backup.daily_backup(self.path, self.path.parent / "backups"))

    def _in_background(self, task: Callable[[], object]) -> None:
        def run() -> None:
            try:
                task()
            except StoreError as error:
                logger.warning("background work on %s: %s", self.path.name, error)

        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._background.submit(run)

    def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        self.wait_durable()
        with self._reading() as connection:
            return read(connection)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = connect_reader(self.path)
        try:
            with translated_errors(self.path):
                connection.execute("BEGIN")  # one consistent moment for all reads
                yield connection
        finally:
            connection.close()


def login_name() -> str:
    """Name of the logged-in person; ``"unknown"`` where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
