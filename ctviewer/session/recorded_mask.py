"""A mask whose every gesture is remembered: in the undo list, in the journal, and in what segments and slices say."""

from __future__ import annotations

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.history import IMPORT_TOOL, MODEL_TOOL, Commit, EditHistory
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.session.journal import Journal, StoredDocument
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.slice_record import SliceRecord

DELETE_TOOL = "delete segment"
"""Name of the tool in the journal for the deletion of a segment: its undo brings the segment back into the list."""


class RecordedMask:
    """Label map and history of one scan, and their consequences.

    A deleted segment leaves the list and comes back with undo; slices drawn by hand count as reviewed, slices that a
    model or a file drew anew do not any more.

    Parameters
    ----------
    geometry
        Grid of the scan.
    segments, slices
        What follows the gestures.
    stored
        What the store had: labels and gestures from before.
    """

    def __init__(
        self, geometry: VolumeGeometry, segments: SegmentTable, slices: SliceRecord, stored: StoredDocument | None
    ) -> None:
        labels = stored.labels if stored is not None else None
        self._labelmap = LabelMap(geometry, labels)
        self.history = EditHistory(self._labelmap)
        if stored is not None:
            self.history.restore(list(stored.commits), stored.position)
        self._started_with_mask = labels is not None
        self._segments = segments
        self._slices = slices
        self._touched: set[int] = set()
        self.journal: Journal | None = None

    @property
    def labels(self) -> LabelArray:
        """The labels, read-only, ``(k, j, i)``; follows edits."""
        return self._labelmap.view()

    @property
    def was_ever_drawn(self) -> bool:
        """Whether anything was ever drawn or accepted here; an emptied mask counts."""
        return self._started_with_mask or self.history.position > 0

    def stage(self, edit: MaskEdit, *, by_hand: bool = False) -> None:
        """Apply an edit as part of the gesture under way; what is drawn by hand was looked at.

        Raises
        ------
        ValueError
            If the edit was computed for another state of the mask.
        """
        self.history.apply(edit)
        if by_hand:
            axial = edit.bbox[Plane.AXIAL.normal_axis]
            self._touched.update(range(axial.start, axial.stop))

    def abort(self) -> bool:
        """Take back the gesture under way; False if there is none."""
        self._touched.clear()
        if not self.history.is_staging:
            return False
        self.history.abort()
        return True

    def commit(self, name: str, tool: str, model: ModelIdentity | None = None) -> bool:
        """End the gesture and write it to the journal; False if it changed nothing."""
        commit = self.history.commit(name, tool)
        touched, self._touched = self._touched, set()
        if commit is None:
            return False
        if self.journal is not None:
            self.journal.append(commit, tool, model)
        if tool == DELETE_TOOL:
            self._segments.retire(int(commit.edit.before[0]))
        if tool in (MODEL_TOOL, IMPORT_TOOL):
            self._slices.forget_review(commit.edit)
        self._slices.mark_reviewed(touched)
        return True

    def undo(self) -> MaskEdit | None:
        """Take back the last gesture; what it had changed, None if there is none."""
        return self._travelled(self.history.undo())

    def redo(self) -> MaskEdit | None:
        """Do the next undone gesture again; what it changes, None if there is none."""
        return self._travelled(self.history.redo())

    def _travelled(self, commit: Commit | None) -> MaskEdit | None:
        if commit is None:
            return None
        if self.journal is not None:
            self.journal.move(self.history.position)
        if commit.tool == DELETE_TOOL:
            label = int(commit.edit.before[0])
            if self.labels[commit.edit.bbox][commit.edit.changed][0] == label:
                self._segments.bring_back(label)
            else:
                self._segments.retire(label)
        return commit.edit
