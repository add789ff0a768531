"""What is open, and the intention to open something else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from ctviewer.domain.errors import CTViewerError, UndecidedSeriesError
from ctviewer.domain.planes import Plane
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.cine import Cine
from ctviewer.session.display import DisplayState
from ctviewer.session.journal import Journal
from ctviewer.session.measuring_session import MeasuringSession
from ctviewer.session.messages import Choice, MessageLog
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

Stored = DocumentState | CTViewerError | None
"""What the store had for a series; the reason why it cannot say; None without a store."""

MAXIMUM_OPEN = 6
"""Documents kept in memory, so that going back to one of them is instant."""
MEMORY_BUDGET_BYTES = 2 * 2**30
"""What scans and masks in memory may take together; the current one and the prior beside it stay in any case."""


class Workspace(QObject):
    """Owner of the shared view state and of the open documents.

    Parameters
    ----------
    runner
        Runs everything that takes longer than a frame.
    store
        Where corrections are kept; None shows scans without keeping anything.
    """

    index_changed = Signal(object)
    """The `StudyIndex` that was found, or None."""
    leaving = Signal(object)
    """The `SegmentationDocument` that is still shown and about to be replaced or closed."""
    document_changed = Signal(object)
    """The `SegmentationDocument` now shown, or None."""
    forgotten = Signal(object)
    """A `SegmentationDocument` that is about to leave the memory."""
    opening_changed = Signal(object)
    """The `SeriesRef` being loaded, or None."""
    first_slice_changed = Signal(object)
    """A `Volume` of one slice to look at while the rest is loading, or None."""
    _first_slice_read = Signal(object, object)

    def __init__(self, runner: JobRunner, store: AnnotationStore | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.store = store
        self.messages = MessageLog(self)
        self.display = DisplayState(self)
        self.position = ReadingPosition(self)
        self.viewports = {plane: Viewport(plane, self.position, self) for plane in Plane}
        self.toolbox = ToolBox(self)
        self.cine = Cine(self)
        self.measuring = MeasuringSession(runner, store, self.toolbox, self.position, self.messages, self)
        self.proposals = Proposals(runner, self.messages, self)
        self.review = ReviewWatch(self.position, self.display, self)
        self.guide = SliceGuide(self.position, self)
        self.index: StudyIndex | None = None
        self._document: SegmentationDocument | None = None
        self._open: OrderedDict[str, tuple[SegmentationDocument, Index]] = OrderedDict()
        self._pinned = ""
        self._opening: JobHandle | None = None
        self._opening_series: SeriesRef | None = None
        self._first_slice: Volume | None = None
        self._first_slice_read.connect(self._on_first_slice, Qt.ConnectionType.QueuedConnection)
        self.toolbox.refused.connect(self.messages.warn)
        self.toolbox.requested.connect(self._propose)

    @property
    def document(self) -> SegmentationDocument | None:
        """What is shown."""
        return self._document

    @property
    def first_slice(self) -> Volume | None:
        """What is shown of the series being loaded; the current document is hidden as long, and nothing works on it."""
        return self._first_slice

    @property
    def is_opening(self) -> bool:
        """Whether something is being looked into or loaded."""
        return self._opening is not None

    def open_path(self, path: Path, *more: Path) -> JobHandle:
        """Find out what files or folders hold, list it, and open the most likely chest CT."""

        def look(progress: ProgressCallback, cancel: CancelToken) -> tuple[StudyIndex, SeriesRef]:
            # Imported on the worker: the readers of all formats take longer to load than the window.
            from ctviewer.services import study_loading

            return study_loading.open_path(path, progress, cancel, more)

        return self._start(look, self._on_index, f"Looking into {path.name or path}", "Opening the files")

    def open_known(self, path: Path, series_key: str) -> JobHandle | None:
        """Open a series of the study list: at once if it is still in memory (None then), else from where it lies."""
        if series_key in self._open:
            self._cancel_opening()
            self._show(self._open[series_key][0])
            return None

        def look(progress: ProgressCallback, cancel: CancelToken) -> tuple[StudyIndex, SeriesRef]:
            from ctviewer.services import study_loading

            return study_loading.open_known(path, series_key, progress, cancel)

        return self._start(look, self._on_index, f"Looking into {path.name or path}", "Opening the files")

    def open_demo(self) -> JobHandle:
        """Open the synthetic demo study, which is written on the first call."""

        def write(progress: ProgressCallback, cancel: CancelToken) -> Path:
            from ctviewer.services import demo_study

            return demo_study.demo_study(progress=progress, cancel=cancel)

        return self._start(write, self.open_path, "Preparing the demo study", "Preparing the demo study")

    def open_series(self, series: SeriesRef) -> None:
        """Show a series: at once if it is still in memory, else after loading it."""
        key = series.series_key
        if key in self._open:
            self._cancel_opening()
            self._show(self._open[key][0])
            return
        self._start(
            self.loader(series),
            lambda result: self.show_volume(*result),
            f"Loading {series.label}",
            "Opening the series",
        )
        self._opening_series = series
        self.opening_changed.emit(series)

    def loader(self, series: SeriesRef) -> Callable[[ProgressCallback, CancelToken], tuple[Volume, Stored]]:
        """A job function that loads a series with what the store has for it; see `show_volume` and `keep`."""

        def load(progress: ProgressCallback, cancel: CancelToken) -> tuple[Volume, Stored]:
            from ctviewer.services import study_loading

            first = study_loading.preview_or_none(series)
            if first is not None:
                self._first_slice_read.emit(series, first)
            volume = study_loading.load(series, progress, cancel)
            return volume, self._stored_state(volume)

        return load

    def find_open(self, series_key: str) -> SegmentationDocument | None:
        """A document in memory."""
        entry = self._open.get(series_key)
        return None if entry is None else entry[0]

    def keep(self, volume: Volume, stored: Stored = None) -> SegmentationDocument:
        """Keep a loaded volume in memory without showing it as the current document; parameters of `show_volume`."""
        document = self._made(volume, stored)
        self._remember(document, middle_of(volume))
        if self._document is not None:  # the current one must not be the next to be forgotten
            self._open.move_to_end(self._document.volume.series.series_key)
        return document

    def pin(self, series_key: str | None) -> None:
        """Never forget this document to make room (one at a time); None: none."""
        self._pinned = series_key or ""

    def show_volume(self, volume: Volume, stored: Stored = None) -> SegmentationDocument:
        """Make a loaded volume the current document.

        Parameters
        ----------
        volume
            The scan.
        stored
            What the store had for it; an error if the store could not say; None if there is no store.
        """
        document = self._made(volume, stored)
        self._show(document)
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
            self._forget(closed)

    def shutdown(self) -> None:
        """Stop timers and take back an unfinished gesture, because the window closes."""
        if self._document is not None:
            self.leaving.emit(self._document)
        self._cancel_opening()
        self.cine.stop()
        self.review.stop()
        self.toolbox.cancel()
        self.measuring.cancel()

    def _start(self, function: Callable[..., object], then: Callable[..., object], title: str, doing: str) -> JobHandle:
        self._cancel_opening()
        job = self.runner.submit(function, Lane.IO, title=title)
        self._opening = job
        job.succeeded.connect(then)
        job.failed.connect(lambda error: self._on_failed(error, doing))
        job.ended.connect(lambda: self._on_opening_ended(job))
        return job

    def _cancel_opening(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._end_opening()

    def _on_opening_ended(self, job: JobHandle) -> None:
        if self._opening is job:
            self._end_opening()

    def _end_opening(self) -> None:
        self._opening, self._opening_series, self._first_slice = None, None, None
        self.opening_changed.emit(None)
        self.first_slice_changed.emit(None)

    def _on_first_slice(self, series: SeriesRef, volume: Volume) -> None:
        if self._opening_series is series:
            self._first_slice = volume
            self.first_slice_changed.emit(volume)

    def _on_failed(self, error: BaseException, doing: str) -> None:
        if not isinstance(error, UndecidedSeriesError):
            self.messages.report(error, doing)
            return
        choices = [Choice(answer.text, partial(self.open_series, answer.series)) for answer in error.answers]
        self.messages.ask(error.message, error.hint, choices)

    def _on_index(self, found: tuple[StudyIndex, SeriesRef]) -> None:
        self.index, chosen = found
        self.index_changed.emit(self.index)
        rejected = [item for item in self.index.rejected if item.is_surprising]
        if rejected:
            lines = "\n".join(f"{r.path.name}: {r.reason}" for r in rejected[:200])
            files = "1 file" if len(rejected) == 1 else f"{len(rejected)} files"
            self.messages.warn(f"{files} could not be used.", "The list of series says why.", lines)
        self._opening = None
        self.open_series(chosen)

    def _stored_state(self, volume: Volume) -> Stored:
        """Runs on a worker thread."""
        if self.store is None:
            return None
        series = volume.series
        try:
            return self.store.open_document(
                series.series_key, series.patient_key, volume.hu.shape, series.label, str(series.paths[0].parent)
            )
        except CTViewerError as error:
            return error

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

    def _show(self, document: SegmentationDocument | None) -> None:
        former = self._document
        if former is document:
            return
        if former is not None:
            self.leaving.emit(former)
            self.proposals.reject(former)
            self._remember(former)
            former.revealed.disconnect(self.position.reveal)
        self._document = document
        self.cine.stop()
        self.toolbox.set_document(document)
        self.measuring.set_document(document)
        place: Index | None = None
        if document is not None:
            key = document.volume.series.series_key
            place = self._open[key][1] if key in self._open else None
            document.revealed.connect(self.position.reveal)
            self._remember(document, place)
            for viewport in self.viewports.values():
                viewport.reset()
            self.position.enter_grid(document.volume.hu.shape, place)
        self.review.set_document(document)
        self.guide.set_document(document)
        self.document_changed.emit(document)

    def _propose(self, recipe: Recipe) -> None:
        if self._document is not None:
            self.proposals.start(self._document, recipe)

    def _remember(self, document: SegmentationDocument, place: Index | None = None) -> None:
        key = document.volume.series.series_key
        self._open[key] = (document, place or self.position.index_kji)
        self._open.move_to_end(key)
        kept = {key, self._pinned}
        if self._document is not None:
            kept.add(self._document.volume.series.series_key)
        for oldest in [k for k in self._open if k not in kept]:
            if len(self._open) <= MAXIMUM_OPEN and self._bytes_open() <= MEMORY_BUDGET_BYTES:
                break
            self._forget(self._open[oldest][0])

    def _bytes_open(self) -> int:
        return sum(bytes_of(document) for document, _ in self._open.values())

    def _forget(self, document: SegmentationDocument) -> None:
        self.forgotten.emit(document)
        self._open.pop(document.volume.series.series_key, None)
        self.runner.retire_document(document.document_id)
        document.deleteLater()


def bytes_of(document: SegmentationDocument) -> int:
    """Memory of the scan, its padding and its mask."""
    volume = document.volume
    padding = 0 if volume.padding is None else volume.padding.nbytes
    return volume.hu.nbytes + padding + document.labels.nbytes


def middle_of(volume: Volume) -> Index:
    """Index of the middle voxel."""
    k, j, i = volume.hu.shape
    return (k // 2, j // 2, i // 2)
