"""Save a revision of the mask, accept a case for training, write the mask to a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.revision import RevisionInfo, RevisionStatus
from ctviewer.domain.volume import Volume
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.workspace import Workspace


class SavingSession(QObject):
    """Everything that makes the mask of the current document outlive the session.

    Parameters
    ----------
    workspace
        What is open, and the store.
    """

    revision_saved = Signal(object)
    """The new `RevisionInfo`."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def save_revision(self, name: str = "") -> JobHandle | None:
        """Save the mask as a draft revision; None if there is nothing to save."""
        return self._save(RevisionStatus.DRAFT, name)

    def accept_case(self, *, all_slices: bool = True, name: str = "") -> JobHandle | None:
        """Save the mask as an accepted revision, from which models may learn.

        Parameters
        ----------
        all_slices
            The whole scan was checked; else only the slices marked as reviewed count in training.
        """
        document = self._workspace.document
        if document is not None and all_slices:
            document.slices.mark_reviewed(range(document.volume.hu.shape[0]))
        return self._save(RevisionStatus.ACCEPTED, name)

    def export_labels(self, path: Path, *, smooth: bool = False) -> JobHandle | None:
        """Write the mask beside the scan, on the scan's own grid (format by file name).

        Parameters
        ----------
        smooth
            Whether surfaces are smoothed.
        """
        document = self._workspace.document
        if document is None:
            return None
        volume, labels, model = document.volume, np.array(document.labels), document.model
        segments = document.segments.segments

        def write(_progress: object, _cancel: object) -> tuple[Path, ...]:
            from ctviewer.services import exporting

            return exporting.export_labels(path, labels, volume, segments, model, smooth=smooth)

        job = self._workspace.runner.submit(write, Lane.IO, title=f"Writing {path.name}")
        job.succeeded.connect(self._on_exported)
        job.failed.connect(lambda error: self._workspace.messages.report(error, "Writing the mask"))
        return job

    def _on_exported(self, written: tuple[Path, ...]) -> None:
        first, others = written[0], len(written) - 1
        more = f" and {others} more beside it" if others else ""
        self._workspace.messages.info(f"The mask was written to {first}{more}.")

    def _save(self, status: RevisionStatus, name: str) -> JobHandle | None:
        document, store, messages = self._workspace.document, self._workspace.store, self._workspace.messages
        if document is None:
            return None
        if not document.can_edit:
            messages.warn("The prediction is not part of the mask yet.", "Accept it (Enter) or reject it (Esc) first.")
            return None
        if not document.has_mask:
            messages.warn("There is no mask to save yet.", "Segment the scan (S) or draw with the brush (B) first.")
            return None
        if store is None or document.journal is None:
            reason = store.read_only_reason if store is not None else ""
            messages.warn(f"Revisions cannot be saved here. {reason}".strip(), "Export the mask to a file instead.")
            return None
        # Copied here, on the thread that paints: the worker must see one moment.
        labels, volume = np.array(document.labels), document.volume
        job = self._workspace.runner.submit(
            _revision_job(store.revisions.save, volume, labels, status, name, document.model), Lane.STORE,
            title="Saving the revision",
        )  # fmt: skip
        job.succeeded.connect(lambda info: self._on_saved(info, volume))
        job.failed.connect(lambda error: messages.report(error, "Saving the revision"))
        return job

    def _on_saved(self, info: RevisionInfo, volume: Volume) -> None:
        if info.status is RevisionStatus.ACCEPTED:
            slices = f"{len(info.reviewed_slices)} of {volume.hu.shape[0]} slices"
            self._workspace.messages.info(f"The case is accepted; {slices} count in the next training.")
        else:
            self._workspace.messages.info("The revision is saved.")
        self.revision_saved.emit(info)


def _revision_job(
    save: Callable[..., RevisionInfo],
    volume: Volume,
    labels: LabelArray,
    status: RevisionStatus,
    name: str,
    model: ModelIdentity | None,
) -> Callable[..., RevisionInfo]:

    def run(_progress: object, _cancel: object) -> RevisionInfo:
        image_sha256 = hashlib.sha256(np.ascontiguousarray(volume.hu).data).hexdigest()
        return save(volume.series.series_key, labels, status=status, name=name, image_sha256=image_sha256, model=model)

    return run
