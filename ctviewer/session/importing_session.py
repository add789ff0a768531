"""Masks of other programs become part of the mask that is open, as one undo step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between
from ctviewer.domain.segment import Segment
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.journal import IMPORT_TOOL
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace

if TYPE_CHECKING:
    from ctviewer.services.importing import FoundMask


class ImportingSession(QObject):
    """Reads mask files for the current document.

    Parameters
    ----------
    workspace
        What is open.
    """

    found = Signal(object)
    """The `FoundMask` of the file that was asked for: somebody has to say what its structures become."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def read(self, path: Path) -> JobHandle | None:
        """Read a mask file in a job; `found` says what is in it."""
        document = self._workspace.document
        if document is None:
            return None
        volume, segments = document.volume, document.segments.segments

        def read(_progress: object, _cancel: object) -> FoundMask:
            from ctviewer.services.importing import read_mask

            return read_mask(path, volume, segments)

        job = self._workspace.runner.submit(read, Lane.IO, document.document_id, f"Reading {path.name}")
        job.succeeded.connect(lambda mask: self._on_found(document, mask))
        job.failed.connect(lambda error: self._workspace.messages.report(error, "Reading the mask"))
        return job

    def apply(self, mask: FoundMask, targets: Sequence[Segment | None]) -> JobHandle | None:
        """Put structures into the mask; None if it cannot be edited now.

        Parameters
        ----------
        targets
            For each structure the segment that it replaces, known or new; None leaves it out.
        """
        document = self._workspace.document
        if document is None or not document.can_edit or document.is_in_gesture:
            self._workspace.messages.warn("The mask cannot be changed now.", "Finish what is under way first.")
            return None
        document.segments.merge(tuple(target for target in targets if target is not None))
        # Copied on the thread that paints: the job must see one moment.
        labels, locked = np.array(document.labels), document.segments.locked

        def place(_progress: object, _cancel: object) -> MaskEdit | None:
            return import_edit(labels, mask, targets, locked)

        title = f"Import {mask.path.name}"
        job = self._workspace.runner.submit(place, Lane.CPU, document.document_id, title)
        job.succeeded.connect(lambda edit: self._on_placed(document, edit, title))
        job.failed.connect(lambda error: self._workspace.messages.report(error, title))
        return job

    def _on_found(self, document: SegmentationDocument, mask: FoundMask) -> None:
        if document is not self._workspace.document:
            return
        if not any(structure.region is not None for structure in mask.structures):
            self._workspace.messages.warn(f"{mask.path.name} holds no voxels on this scan.", "Choose another file.")
            return
        self.found.emit(mask)

    def _on_placed(self, document: SegmentationDocument, edit: MaskEdit | None, title: str) -> None:
        messages = self._workspace.messages
        if edit is None:
            messages.info(f"{title}: the mask holds the same voxels already.")
            return
        try:
            document.apply_edit(edit, title, IMPORT_TOOL)
        except ValueError:
            messages.warn(f"{title} was not applied: the mask was changed meanwhile.", "Try it again.")
            return
        document.revealed.emit(edit.bbox)
        messages.info(f"{title} is one step: Ctrl+Z takes it back.")


def import_edit(
    current: LabelArray, mask: FoundMask, targets: Sequence[Segment | None], locked: frozenset[int]
) -> MaskEdit | None:
    """The edit that makes segments equal to structures of a file; None if nothing would change.

    Parameters
    ----------
    current
        Shape ``(k, j, i)``.
    targets
        For each structure the segment that it replaces; None leaves it out. Where structures overlap, the later wins.
    locked
        Labels that keep every voxel they have and get no new one.
    """
    from ctviewer.domain.found_structure import labels_of

    taken = [None if t is None or t.label in locked else t for t in targets]
    imported = labels_of(mask.structures, taken, (current.shape[0], current.shape[1], current.shape[2]))
    replaced = np.zeros(256, np.bool_)
    replaced[[t.label for t in taken if t is not None]] = True
    wanted = np.where(replaced[current] & (imported == 0), 0, current)
    guarded = np.zeros(256, np.bool_)
    guarded[list(locked)] = True
    wanted = np.where((imported > 0) & ~guarded[current], imported, wanted)
    return edit_between(current, np.asarray(wanted, np.uint8))
