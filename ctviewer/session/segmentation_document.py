"""An open series with its mask: every change of it, undo, and what is shown before it is made."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.compose import PaintRule, compose
from ctviewer.domain.edits.history import MODEL_TOOL, Commit
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.region import Region
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.prediction import ModelIdentity, Prediction
from ctviewer.domain.volume import Volume
from ctviewer.session.journal import Journal, StoredDocument
from ctviewer.session.proposal import Proposal, Recipe
from ctviewer.session.recorded_mask import RecordedMask
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.slice_record import SliceRecord


class SegmentationDocument(QObject):
    """Volume, label map and history of one open series.

    Every change of the mask goes through here. A gesture is `paint` any number of times, then `end_gesture`; it becomes
    one undo step and one journal entry. While a prediction is previewed, the mask itself is untouched and cannot be
    edited. A proposal is a gesture that waits: its voxels are shown, but it is neither an undo step nor in the journal
    until it is accepted.

    Parameters
    ----------
    volume
        The scan.
    stored
        What the store had: labels and history from before.
    """

    labels_changed = Signal(object)
    """The displayed labels changed inside this box ``(k, j, i)``; None: anywhere."""
    history_changed = Signal()
    preview_changed = Signal(object)
    """The previewed `Prediction`, or None."""
    proposal_changed = Signal(object)
    """The `Proposal` that waits for a yes or a no, or None."""
    revealed = Signal(object)
    """Undo or redo changed this box: bring it into view."""

    def __init__(self, volume: Volume, stored: StoredDocument | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document_id = uuid.uuid4().hex
        self.volume = volume
        self.segments = SegmentTable(parent=self)
        if stored is None:
            self.slices = SliceRecord(parent=self)
        else:
            self.slices = SliceRecord(stored.reviewed, stored.slice_doubt, self)
            self.segments.take_over(stored.segments, stored.retired_segments)
        self._mask = RecordedMask(volume.geometry, self.segments, self.slices, stored)
        self._read_only_reason = ""
        self._preview: Prediction | None = None
        self._preview_labels: LabelArray | None = None
        self._proposal: Proposal | None = None
        self._model: ModelIdentity | None = None if stored is None else stored.model

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def labels(self) -> LabelArray:
        """Labels of the mask itself, read-only, ``(k, j, i)``; follows edits."""
        return self._mask.labels

    @property
    def displayed_labels(self) -> LabelArray:
        """Labels the views draw: the preview while there is one, else the mask."""
        return self._mask.labels if self._preview_labels is None else self._preview_labels

    @property
    def preview(self) -> Prediction | None:
        """Prediction waiting to be accepted or rejected."""
        return self._preview

    @property
    def proposal(self) -> Proposal | None:
        """Change that is shown and waits to be accepted or rejected."""
        return self._proposal

    @property
    def gestures_in_effect(self) -> tuple[Commit, ...]:
        """Gestures the mask consists of, oldest first, as far as they are in memory."""
        return self._mask.history.in_effect

    @property
    def model(self) -> ModelIdentity | None:
        """Model whose prediction was accepted last, also before a restart; None if drawn by hand or not known."""
        return self._model

    @property
    def has_mask(self) -> bool:
        """Whether anything was ever drawn or accepted here; an emptied mask counts, so this costs nothing to ask."""
        return self._mask.was_ever_drawn

    def attach_journal(self, journal: Journal) -> None:
        """Write every gesture from now on."""
        self._mask.journal = journal
        self.slices.attach_journal(journal)

    @property
    def journal(self) -> Journal | None:
        """Where gestures are written."""
        return self._mask.journal

    # -- gestures ------------------------------------------------------------------------------------------------------

    @property
    def can_edit(self) -> bool:
        """Whether tools may change the mask now."""
        return self._preview is None and self._proposal is None and not self._read_only_reason

    @property
    def read_only_reason(self) -> str:
        """Why the mask cannot be changed at all (somebody else has the annotations open); empty if it can."""
        return self._read_only_reason

    def make_read_only(self, reason: str) -> None:
        """Refuse changes: what would not be kept must not be drawn."""
        self._read_only_reason = reason
        self.history_changed.emit()

    @property
    def is_in_gesture(self) -> bool:
        """Whether a gesture is under way (a proposal is not)."""
        return self._mask.history.is_staging and self._proposal is None

    def paint(self, region: Region, label: int, rule: PaintRule | None = None) -> bool:
        """Give a region a label as part of the gesture under way.

        Parameters
        ----------
        region
            Where.
        label
            New label; 0 erases.
        rule
            Limits besides the locked segments, which always apply.

        Returns
        -------
        bool
            Whether any voxel changed.
        """
        if not self.can_edit:
            return False
        rule = rule or PaintRule()
        guarded = PaintRule(rule.locked | self.segments.locked, rule.only_over, rule.hu_range)
        edit = compose(region, label, self._mask.labels, guarded, self.volume.hu)
        if edit is None:
            return False
        self._stage(edit, by_hand=True)
        return True

    def end_gesture(self, name: str, tool: str = "") -> bool:
        """Make the gesture one undo step and write it; False if it changed nothing."""
        return self._commit(name, tool, None)

    def abort_gesture(self) -> None:
        """Take back the gesture under way, or the proposal."""
        had_proposal, self._proposal = self._proposal is not None, None
        if self._mask.abort():
            self.labels_changed.emit(None)
        if had_proposal:
            self.proposal_changed.emit(None)
            self.history_changed.emit()

    def apply_edit(self, edit: MaskEdit, name: str, tool: str = "", model: ModelIdentity | None = None) -> None:
        """Apply a finished edit as one undo step.

        Raises
        ------
        ValueError
            If the edit was computed for another state of the mask.
        """
        self._stage(edit)
        self._commit(name, tool, model)

    # -- proposals -----------------------------------------------------------------------------------------------------

    def propose(self, edit: MaskEdit | None, recipe: Recipe) -> None:
        """Show a change, in place of the one that is shown now, until `accept_proposal` or `reject_proposal`.

        Parameters
        ----------
        edit
            Computed for the mask without any proposal; None: with these settings nothing changes.

        Raises
        ------
        ValueError
            If the edit was computed for another state of the mask; nothing is shown then.
        """
        if self._mask.abort():
            self.labels_changed.emit(None)
        self._proposal = None
        if edit is not None:
            self._stage(edit)
        self._proposal = Proposal.of(recipe, edit)
        self.proposal_changed.emit(self._proposal)
        self.history_changed.emit()

    def accept_proposal(self) -> None:
        """Make the proposal one undo step."""
        proposal, self._proposal = self._proposal, None
        if proposal is None:
            return
        self.proposal_changed.emit(None)
        if not self._commit(proposal.recipe.title, proposal.recipe.tool, None):
            self.history_changed.emit()

    def reject_proposal(self) -> None:
        """Drop the proposal; the mask is as it was."""
        if self._proposal is not None:
            self.abort_gesture()

    # -- undo ----------------------------------------------------------------------------------------------------------

    @property
    def undo_name(self) -> str:
        """What `undo` would take back; empty if nothing."""
        return self._mask.history.undo_name if self.can_edit else ""

    @property
    def redo_name(self) -> str:
        """What `redo` would do again; empty if nothing."""
        return self._mask.history.redo_name if self.can_edit else ""

    def undo(self) -> bool:
        """Take back the last gesture and reveal where it was."""
        return self.can_edit and self._travelled(self._mask.undo())

    def redo(self) -> bool:
        """Do the next undone gesture again and reveal where it is."""
        return self.can_edit and self._travelled(self._mask.redo())

    # -- preview -------------------------------------------------------------------------------------------------------

    def show_preview(self, prediction: Prediction) -> None:
        """Show a prediction instead of the mask until `accept_preview` or `reject_preview`.

        Raises
        ------
        GeometryMismatchError
            If it is not on the grid of the scan.
        """
        if not prediction.geometry.same_grid(self.volume.geometry):
            raise GeometryMismatchError("The prediction does not lie on the grid of this scan; it is not shown.")
        self.abort_gesture()
        self.segments.merge(prediction.segments)
        self._set_preview(prediction)

    def show_preview_labels(self, labels: LabelArray) -> None:
        """Show what accepting would make of the mask, instead of the whole prediction."""
        if self._preview is not None:
            self._preview_labels = labels
            self.labels_changed.emit(None)

    def accept_preview(self, edit: MaskEdit | None) -> None:
        """Turn the preview into the mask, as one undo step.

        Parameters
        ----------
        edit
            From the mask to what `ctviewer.session.preview_outcome.preview_outcome` makes of it; None: they are equal.
        """
        prediction = self._preview
        if prediction is None:
            return
        self._preview = self._preview_labels = None  # silently: the mask is about to hold the same voxels
        if edit is not None:
            self.apply_edit(edit, f"Segment with {prediction.model.name or prediction.model.model_id}",
                            MODEL_TOOL, prediction.model)  # fmt: skip
        self._model = prediction.model
        self.preview_changed.emit(None)
        self.labels_changed.emit(None)
        self.history_changed.emit()
        self.slices.keep_doubt(prediction.slice_doubt, edit, self.volume.geometry)

    def reject_preview(self) -> None:
        """Drop the preview; the mask is as it was."""
        if self._preview is not None:
            self._set_preview(None)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _stage(self, edit: MaskEdit, *, by_hand: bool = False) -> None:
        self._mask.stage(edit, by_hand=by_hand)
        if self._preview is None:
            self.labels_changed.emit(edit.bbox)

    def _commit(self, name: str, tool: str, model: ModelIdentity | None) -> bool:
        if not self._mask.commit(name, tool, model):
            return False
        self.history_changed.emit()
        return True

    def _travelled(self, edit: MaskEdit | None) -> bool:
        if edit is None:
            return False
        self.labels_changed.emit(edit.bbox)
        self.revealed.emit(edit.bbox)
        self.history_changed.emit()
        return True

    def _set_preview(self, prediction: Prediction | None) -> None:
        self._preview = prediction
        self._preview_labels = None if prediction is None else prediction.labels
        self.preview_changed.emit(prediction)
        self.labels_changed.emit(None)
        self.history_changed.emit()
