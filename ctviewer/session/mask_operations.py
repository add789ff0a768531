"""Operations on the whole of a segment: computed in a job, applied as one gesture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.segment_operations import SegmentOperation, operation_edit
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace


class MaskOperations(QObject):
    """Runs `SegmentOperation`s on the active segment of the current document.

    Parameters
    ----------
    workspace
        What is open, and the tools' active segment.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def run(self, operation: SegmentOperation) -> JobHandle | None:
        """Start an operation; None if the mask cannot be edited now."""
        document = self._workspace.document
        if document is None or not document.can_edit or document.is_in_gesture:
            return None
        label = document.segments.active_label
        name = document.segments.name(label)
        if operation is SegmentOperation.SWAP_LUNGS:
            title = operation.value.capitalize()
        else:
            title = f"{operation.value.capitalize()} – {name}"
        # Copied on the thread that paints: the job must see one moment.
        labels, geometry, locked = np.array(document.labels), document.volume.geometry, document.segments.locked
        job = self._workspace.runner.submit(
            lambda _progress, _cancel: operation_edit(operation, labels, label, geometry, locked),
            Lane.CPU,
            document.document_id,
            title,
        )
        job.succeeded.connect(lambda edit: self._apply(document, edit, title))
        job.failed.connect(lambda error: self._workspace.messages.report(error, title))
        return job

    def _apply(self, document: SegmentationDocument, edit: MaskEdit | None, title: str) -> None:
        messages = self._workspace.messages
        if edit is None:
            messages.info(f"{title}: nothing to change.")
            return
        try:
            document.apply_edit(edit, title, "operation")
        except ValueError:
            messages.warn(f"{title} was not applied: the mask was changed meanwhile.", "Try it again.")
