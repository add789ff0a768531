"""Looks for obvious mistakes in the mask, and goes to where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ctviewer.domain.planes import Plane
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace

if TYPE_CHECKING:
    from ctviewer.services.mask_check import Finding

AGAIN_MS = 600
"""Quiet time after a change of the mask before it is looked at again."""


class CheckingSession(QObject):
    """Checks the mask of the current document in a job, and again after changes while somebody watches.

    Parameters
    ----------
    workspace
        What is open.
    """

    changed = Signal()
    """Findings, or whether they are being looked for, are different now."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._document: SegmentationDocument | None = None
        self._findings: tuple[Finding, ...] | None = None
        self._job: JobHandle | None = None
        self._watchers = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.check)
        workspace.document_changed.connect(self._set_document)
        self._set_document(workspace.document)

    @property
    def findings(self) -> tuple[Finding, ...] | None:
        """What was found in the mask as it is; None while that is not known."""
        return self._findings

    @property
    def slices(self) -> frozenset[int]:
        """Axial slices of the findings."""
        return frozenset(f.slice_index for f in self._findings or () if f.slice_index is not None)

    def watch(self) -> None:
        """Keep the findings up to date from now on; `unwatch` as often."""
        self._watchers += 1
        if self._findings is None and self._job is None:
            self.check()

    def unwatch(self) -> None:
        """Nobody is looking any more."""
        self._watchers -= 1

    def check(self) -> JobHandle | None:
        """Look at the mask; None if there is none to look at."""
        self._again.stop()
        if self._job is not None:
            self._job.cancel()
        document = self._document
        if document is None:
            return None
        # Copied on the thread that paints: the job must see one moment.
        labels, volume = np.array(document.labels), document.volume
        segments = document.segments.segments

        def look(_progress: object, _cancel: object) -> tuple[Finding, ...]:
            from ctviewer.services.mask_check import check_mask

            return check_mask(labels, volume, segments)

        job = self._workspace.runner.submit(look, Lane.CPU, document.document_id, "Checking the mask")
        self._job = job
        job.succeeded.connect(lambda found: self._on_found(job, found))
        job.failed.connect(lambda error: self._on_failed(job, error))
        job.ended.connect(lambda: self._on_ended(job))
        self.changed.emit()
        return job

    def go_to(self, finding: Finding) -> None:
        """Show the slice of a finding."""
        if finding.slice_index is not None:
            self._workspace.position.set_slice(Plane.AXIAL, finding.slice_index)

    def stop(self) -> None:
        """Stop watching, because the window closes."""
        self._again.stop()

    def _set_document(self, document: SegmentationDocument | None) -> None:
        if self._document is not None:
            self._document.history_changed.disconnect(self._on_mask_changed)
            self._document.slices.doubt_changed.disconnect(self.check)
        self._document = document
        if document is not None:
            document.history_changed.connect(self._on_mask_changed)
            document.slices.doubt_changed.connect(self.check)  # a prediction was accepted: the guide wants to know
        self._on_mask_changed()

    def _on_mask_changed(self) -> None:
        self._findings = None
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self._watchers > 0 and self._document is not None:
            self._again.start()
        self.changed.emit()

    def _on_found(self, job: JobHandle, found: tuple[Finding, ...]) -> None:
        if job is self._job and self._document is not None:
            self._findings = found
            if self._document.has_mask:
                self._document.slices.keep_findings(len(found))

    def _on_failed(self, job: JobHandle, error: BaseException) -> None:
        if job is self._job:
            self._findings = ()
            self._workspace.messages.report(error, "Checking the mask")

    def _on_ended(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = None
            self.changed.emit()
