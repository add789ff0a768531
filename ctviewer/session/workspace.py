"""What is open: the document on the screen, those kept in memory, and the view state they share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.planes import Plane
from ctviewer.domain.volume import Volume
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.cine import Cine
from ctviewer.session.display import DisplayState
from ctviewer.session.journal import Journal
from ctviewer.session.lent_window import LentWindow
from ctviewer.session.measuring_session import MeasuringSession
from ctviewer.session.messages import MessageLog
from ctviewer.session.open_documents import OpenDocuments
from ctviewer.session.opening import Opening, Stored
from ctviewer.session.position import Index, ReadingPosition
from ctviewer.session.proposal import Recipe
from ctviewer.session.proposals import Proposals
from ctviewer.session.review_watch import ReviewWatch
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.slice_guide import SliceGuide
from ctviewer.session.tools.toolbox import ToolBox
from ctviewer.session.viewport import Viewport
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.document_state import DocumentState


class Workspace(QObject):
    """Owner of the shared view state and of the open documents.

    Parameters
    ----------
    runner
        Runs everything that takes longer than a frame.
    store
        Where corrections are kept; None shows scans without keeping anything.
    """

    leaving = Signal(object)
    """The `SegmentationDocument` that is still shown and about to be replaced or closed."""
    document_changed = Signal(object)
    """The `SegmentationDocument` now shown, or None."""

    def __init__(self, runner: JobRunner, store: AnnotationStore | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.store = store
        self.messages = MessageLog(self)
        self.display = DisplayState(self)
        self._lent_window = LentWindow(self.display)
        self.position = ReadingPosition(self)
        self.viewports = {plane: Viewport(plane, self.position, self) for plane in Plane}
        self.toolbox = ToolBox(self)
        self.cine = Cine(self)
        self.measuring = MeasuringSession(runner, store, self.toolbox, self.position, self.messages, self)
        self.proposals = Proposals(runner, self.messages, self)
        self.review = ReviewWatch(self.position, self.display, self)
        self.guide = SliceGuide(self.position, self)
        self.documents = OpenDocuments(self)
        self.opening = Opening(runner, store, self.documents, self.messages, self)
        self._document: SegmentationDocument | None = None
        self.documents.forgotten.connect(self.proposals.leave)
        self.documents.forgotten.connect(lambda document: runner.retire_document(document.document_id))
        self.opening.loaded.connect(self.show_volume)
        self.opening.found_in_memory.connect(self._show)
        self.toolbox.refused.connect(self.messages.warn)
        self.toolbox.requested.connect(self._propose)

    @property
    def document(self) -> SegmentationDocument | None:
        """What is shown."""
        return self._document

    def keep(self, volume: Volume, stored: Stored = None, start: Index | None = None) -> SegmentationDocument:
        """Keep a loaded volume in memory without showing it as the current document; parameters of `show_volume`."""
        document = self._made(volume, stored)
        self.documents.remember(document, start or middle_of(volume), self._document)
        if self._document is not None:  # the current one must not be the next to be forgotten
            self.documents.renew(self._document)
        return document

    def show_volume(self, volume: Volume, stored: Stored = None, start: Index | None = None) -> SegmentationDocument:
        """Make a loaded volume the current document.

        Parameters
        ----------
        volume
            The scan.
        stored
            What the store had for it; an error if the store could not say; None if there is no store.
        start
            Voxel to open it at; default the middle.
        """
        document = self._made(volume, stored)
        self._show(document, start)
        return document

    def _made(self, volume: Volume, stored: Stored) -> SegmentationDocument:
        state = stored if isinstance(stored, DocumentState) else None
        document = SegmentationDocument(volume, state, parent=self)
        if state is not None:
            self._keep_journal(document, state)
        elif isinstance(stored, CTViewerError):
            self.messages.report(stored)
        if volume.notes:
            self.messages.warn("\n".join(volume.notes))
        return document

    def close_document(self) -> None:
        """Forget the current document; its gestures are in the journal."""
        if self._document is not None:
            closed = self._document
            self._show(None)
            self.documents.forget(closed)

    def shutdown(self) -> None:
        """Stop timers and take back an unfinished gesture, because the window closes."""
        if self._document is not None:
            self.leaving.emit(self._document)
        self.opening.cancel()
        self.cine.stop()
        self.review.stop()
        self.toolbox.cancel()
        self.measuring.hand.cancel()

    def _keep_journal(self, document: SegmentationDocument, state: DocumentState) -> None:
        store = self.store
        if store is None:
            return
        if store.read_only:
            document.make_read_only(store.read_only_reason)
            self.messages.warn(
                f"Read-only. {store.read_only_reason}",
                "You can look, measure and export in this window, but not change the mask (read-only).",
            )
            return
        journal = Journal(store, document.volume.series.series_key, self.runner, document)
        journal.failed.connect(lambda error: self.messages.report(error, "Saving a correction"))
        document.attach_journal(journal)
        document.segments.definitions_changed.connect(
            lambda: journal.keep_segments(document.segments.segments, document.segments.retired)
        )
        if state.recovery_note:
            self.messages.info(state.recovery_note)
        for problem in state.problems:
            self.messages.warn(problem)

    def _show(self, document: SegmentationDocument | None, start: Index | None = None) -> None:
        former = self._document
        if former is document:
            return
        if former is not None:
            self.leaving.emit(former)
            self.proposals.reject(former)
            self.documents.remember(former, self.position.index_kji, former)
            former.revealed.disconnect(self.position.reveal)
        self._document = document
        self.cine.stop()
        self.toolbox.set_document(document)
        self.measuring.set_document(document)
        place: Index | None = None
        if document is not None:
            place = self.documents.place(document) or start
            document.revealed.connect(self.position.reveal)
            self.documents.remember(document, place or self.position.index_kji, document)
            for viewport in self.viewports.values():
                viewport.reset()
            self.position.enter_grid(document.volume.hu.shape, place)
        self._lent_window.enter(document.volume if document is not None else None)
        self.review.set_document(document)
        self.guide.set_document(document)
        self.document_changed.emit(document)

    def _propose(self, recipe: Recipe) -> None:
        if self._document is not None:
            self.proposals.start(self._document, recipe)


def middle_of(volume: Volume) -> Index:
    """Index of the middle voxel."""
    k, j, i = volume.hu.shape
    return (k // 2, j // 2, i // 2)
