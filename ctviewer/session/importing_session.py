"""Masks of other programs: shown first, then one undo step of the mask that is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.edits.history import IMPORT_TOOL
from ctviewer.domain.found_structure import import_edit
from ctviewer.domain.segment import Segment
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.proposal import Recipe
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
        """Show what the mask would become with structures in it, for a yes or a no; None if it cannot be edited now.

        Parameters
        ----------
        targets
            For each structure the segment that it replaces, known or new; None leaves it out.
        """
        document = self._workspace.document
        if document is None or not document.can_edit:
            self._workspace.messages.warn("The mask cannot be changed now.", "Finish what is under way first.")
            return None
        table = document.segments
        known = {segment.label: segment for segment in table.segments}
        taken: list[Segment | None] = []
        droppers = []
        for target in targets:
            if target is None or known.get(target.label) == target:
                taken.append(target)
                continue
            added = table.add_new(target.name, target.color, target.code, target.laterality, target.key)
            taken.append(added)
            droppers.append(table.dropper(added.label))
        locked = table.locked
        recipe = Recipe(
            f"Import {mask.path.name}",
            IMPORT_TOOL,
            lambda labels: import_edit(labels, mask.structures, taken, locked),
            on_dropped=lambda: [drop() for drop in droppers],
        )
        return self._workspace.proposals.start(document, recipe)

    def _on_found(self, document: SegmentationDocument, mask: FoundMask) -> None:
        if document is not self._workspace.document:
            return
        if not any(structure.region is not None for structure in mask.structures):
            self._workspace.messages.warn(f"{mask.path.name} holds no voxels on this scan.", "Choose another file.")
            return
        self.found.emit(mask)
