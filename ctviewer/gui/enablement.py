"""What is possible now, as facts; actions ask for nothing else."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ctviewer.gui.action_spec import Need
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument


class Enablement(QObject):
    """Recomputes the facts whenever something they rest on changes.

    Parameters
    ----------
    session
        What they are about.
    """

    facts_changed = Signal(object)
    """``frozenset`` of `Need` that are met."""

    def __init__(self, session: ReadingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document: SegmentationDocument | None = None
        session.workspace.document_changed.connect(self._watch)
        session.workspace.opening.first_slice_changed.connect(self.update)
        session.analysis.segmenting_changed.connect(self.update)
        session.models.changed.connect(self.update)
        session.workspace.measuring.changed.connect(self.update)
        session.workspace.measuring.selected_changed.connect(self.update)
        self._watch(session.workspace.document)

    @property
    def facts(self) -> frozenset[Need]:
        """What is met now."""
        facts = {Need.NOTHING}
        document = self._session.workspace.document
        if document is None or self._session.workspace.opening.first_slice is not None:
            return frozenset(facts)
        facts.add(Need.DOCUMENT)
        if not document.read_only_reason:
            facts.add(Need.WRITABLE)
        has_preview = document.preview is not None or document.proposal is not None
        facts |= {Need.PREVIEW} if has_preview else {Need.NO_PREVIEW}
        if document.preview is not None:
            facts.add(Need.PREDICTION)
        if not self._session.analysis.is_segmenting and not has_preview:
            facts.add(Need.IDLE_MODEL)
        if document.has_mask and not has_preview:
            facts.add(Need.MASK)
        if document.undo_name:
            facts.add(Need.UNDO)
        if document.redo_name:
            facts.add(Need.REDO)
        measuring = self._session.workspace.measuring
        if measuring.history.can_undo:
            facts.add(Need.UNDO)
        if measuring.history.can_redo:
            facts.add(Need.REDO)
        if measuring.measurements:
            facts.add(Need.MEASUREMENTS)
        if measuring.selected is not None:
            facts.add(Need.SELECTED_MEASUREMENT)
        return frozenset(facts)

    def update(self, _: object = None) -> None:
        """Tell the facts again."""
        self.facts_changed.emit(self.facts)

    def _watch(self, document: SegmentationDocument | None) -> None:
        if self._document is not None:
            self._document.history_changed.disconnect(self.update)
        self._document = document
        if document is not None:
            document.history_changed.connect(self.update)
        self.update()
