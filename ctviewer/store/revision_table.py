"""Revisions as the rest of the program sees them: saved masks, their status, and what is in them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.revision import RevisionInfo, RevisionStatus
from ctviewer.store import corrections, documents, revisions
from ctviewer.store.access import StoreAccess
from ctviewer.store.blobs import compress, get_blob, labels_sha256, put_blob
from ctviewer.store.document_state import OpenDocument
from ctviewer.store.snapshots import put_snapshot


class RevisionTable:
    """Saved masks of all series.

    Parameters
    ----------
    access
        The opened store.
    open_document
        Finds an open document by its series key; raises `StoreError` if it is not open.
    """

    def __init__(self, access: StoreAccess, open_document: Callable[[str], OpenDocument]) -> None:
        self._access = access
        self._open_document = open_document

    def save(
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
        writer, document = self._access.writer, self._open_document(series_key)
        labels = np.array(labels, np.uint8, order="C")
        if labels.shape != document.shape:
            raise GeometryMismatchError(f"The mask has shape {labels.shape}, the document {document.shape}.")
        self._access.wait()
        sha256, data = labels_sha256(labels), compress(labels)
        with self._access.reading() as connection:
            basis = documents.basis(connection, document.id, document.shape, labels)
        by = self._access.by()

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
        self._access.backup_if_due()
        return info

    def set_status(self, revision_id: str, status: RevisionStatus) -> RevisionInfo:
        """Move a revision to another status; raises `StoreError` if that step is not allowed."""
        by = self._access.by()

        def write(connection: sqlite3.Connection) -> RevisionInfo:
            revisions.change_status(connection, revision_id, status, by)
            return revisions.get_revision(connection, revision_id)

        return self._access.writer.call(write)

    def select(self, series_key: str | None = None, status: RevisionStatus | None = None) -> list[RevisionInfo]:
        """Revisions of a series (default all) with a status (default any), oldest first."""
        return self._access.read(lambda c: revisions.select_revisions(c, series_key, status))

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

        return self._access.read(read)

    def corrected_slices(self, revision_id: str) -> tuple[int, ...]:
        """Axial indices that a person changed, see `ctviewer.store.corrections`."""
        labels = self.load_labels(revision_id)
        return self._access.read(lambda c: corrections.corrected_slices(c, revision_id, labels))
