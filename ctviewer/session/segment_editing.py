"""New, renamed and deleted segments of the current document."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.compose import compose
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.terms import Term
from ctviewer.session.proposal import Recipe
from ctviewer.session.recorded_mask import DELETE_TOOL
from ctviewer.session.workspace import Workspace

_FIXED = frozenset(segment.label for segment in CHEST_SEGMENTS)


class SegmentEditing(QObject):
    """What can be done to the list of segments.

    Parameters
    ----------
    workspace
        What is open.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def add(self, name: str, term: Term | None, color: tuple[int, int, int] | None = None) -> None:
        """Add a segment and paint it from now on.

        Parameters
        ----------
        name
            As the user typed it.
        term
            Where the SNOMED CT code comes from; None for no code.
        """
        document = self._workspace.document
        if document is None or not name.strip():
            return
        code, laterality, key = (term.code, term.laterality, term.key) if term is not None else (None, None, "")
        try:
            segment = document.segments.add_new(name.strip(), color, code, laterality, key)
        except CTViewerError as error:
            self._workspace.messages.report(error)
            return
        document.segments.active_label = segment.label

    def may_change(self, label: int, doing: str) -> bool:
        """Whether name and existence of a segment may change; if not, a sentence says why.

        Parameters
        ----------
        doing
            What was asked for, as a participle: ``"renamed"``.
        """
        document = self._workspace.document
        row = document.segments.row(label) if document is not None else None
        if document is None or row is None:
            return False
        if label in _FIXED:
            self._workspace.messages.warn(
                f"{row.segment.name} cannot be {doing}: the models and the training know it by this name.",
                "Empty it (Segment menu, Clear) or add a segment of your own.",
            )
            return False
        return True

    def rename(self, label: int, name: str) -> None:
        """Give a segment another name; kept with the mask."""
        document = self._workspace.document
        if document is not None and name.strip() and self.may_change(label, "renamed"):
            document.segments.rename(label, name.strip())

    def delete(self, label: int) -> None:
        """Erase a segment and take it out of the list; undo brings both back."""
        workspace, document = self._workspace, self._workspace.document
        if document is None or not self.may_change(label, "deleted"):
            return
        row = document.segments.row(label)
        if row is not None and row.is_locked:
            workspace.messages.warn(f"{row.segment.name} is locked.", "Unlock it in the segments panel first.")
            return
        name = document.segments.name(label)
        if not np.any(document.labels == label):
            document.segments.retire(label)
            workspace.messages.info(f"{name} had no voxels; it is out of the list.")
            return

        def compute(labels: LabelArray) -> MaskEdit | None:
            region = region_from_mask(labels == label)
            return None if region is None else compose(region, 0, labels)

        workspace.proposals.start(document, Recipe(f"Delete – {name}", DELETE_TOOL, compute, is_previewed=False))
