"""Opening scans: finding out what files hold, loading a series, and its first slice meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from ctviewer.domain.errors import CTViewerError, UndecidedSeriesError
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.messages import Choice, MessageLog
from ctviewer.session.open_documents import OpenDocuments
from ctviewer.session.position import Index
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.document_state import DocumentState

Stored = DocumentState | CTViewerError | None
"""What the store had for a series; the reason why it cannot say; None without a store."""

MAXIMUM_NAMED = 200
"""Files that could not be used and are listed in a message; the list of series names all."""


class Opening(QObject):
    """One opening at a time; the next one cancels it.

    Parameters
    ----------
    runner
        Its I/O lane reads the files.
    store
        Asked what was drawn on a scan before; None knows nothing.
    documents
        What is in memory and need not be loaded.
    messages
        Where problems and questions are told.
    """

    index_changed = Signal(object)
    """The `StudyIndex` that was found, or None."""
    series_changed = Signal(object)
    """The `SeriesRef` being loaded, or None."""
    first_slice_changed = Signal(object)
    """A `Volume` of one slice to look at while the rest is loading, or None."""
    loaded = Signal(object, object, object)
    """The `Volume` that was asked for, what the store had for it (`Stored`), and the voxel to open it at."""
    found_in_memory = Signal(object)
    """The `SegmentationDocument` that was asked for."""
    _first_slice_read = Signal(object, object)

    def __init__(
        self,
        runner: JobRunner,
        store: AnnotationStore | None,
        documents: OpenDocuments,
        messages: MessageLog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._store = store
        self._documents = documents
        self._messages = messages
        self.index: StudyIndex | None = None
        self._job: JobHandle | None = None
        self._series: SeriesRef | None = None
        self._first_slice: Volume | None = None
        self._first_slice_read.connect(self._on_first_slice, Qt.ConnectionType.QueuedConnection)

    @property
    def first_slice(self) -> Volume | None:
        """What is shown of the series being loaded; the current document is hidden as long, and nothing works on it."""
        return self._first_slice

    @property
    def is_under_way(self) -> bool:
        """Whether something is being looked into or loaded."""
        return self._job is not None

    def open_path(self, path: Path, *more: Path) -> JobHandle:
        """Find out what files or folders hold, list it, and open the most likely chest CT."""

        def look(progress: ProgressCallback, cancel: CancelToken) -> tuple[StudyIndex, SeriesRef]:
            # Imported on the worker: the readers of all formats take longer to load than the window.
            from ctviewer.services import study_loading

            return study_loading.open_path(path, progress, cancel, more)

        return self._start(look, self._on_index, f"Looking into {path.name or path}", "Opening the files")

    def open_known(self, path: Path, series_key: str) -> JobHandle | None:
        """Open a series of the study list: at once if it is still in memory (None then), else from where it lies."""
        if self._is_in_memory(series_key):
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
        if self._is_in_memory(series.series_key):
            return
        self._start(
            self.loader(series),
            lambda result: self.loaded.emit(*result),
            f"Loading {series.label}",
            "Opening the series",
        )
        self._series = series
        self.series_changed.emit(series)

    def loader(self, series: SeriesRef) -> Callable[[ProgressCallback, CancelToken], tuple[Volume, Stored, Index]]:
        """A job function that loads a series with what the store has for it; see `loaded`."""

        def load(progress: ProgressCallback, cancel: CancelToken) -> tuple[Volume, Stored, Index]:
            from ctviewer.domain.opening_level import opening_place
            from ctviewer.services import study_loading

            first = study_loading.preview_or_none(series)
            if first is not None:
                self._first_slice_read.emit(series, first)
            volume = study_loading.load(series, progress, cancel)
            return volume, self.stored_state(volume), opening_place(volume)

        return load

    def stored_state(self, volume: Volume) -> Stored:
        """What the store has for a scan; waits for the disk, so it belongs on a worker thread."""
        if self._store is None:
            return None
        series = volume.series
        try:
            return self._store.open_document(
                series.series_key, series.patient_key, volume.hu.shape, series.label, str(series.paths[0].parent)
            )
        except CTViewerError as error:
            return error

    def cancel(self) -> None:
        """Stop what is under way; nothing of it will be shown."""
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _is_in_memory(self, series_key: str) -> bool:
        document = self._documents.find(series_key)
        if document is None:
            return False
        self.cancel()
        self.found_in_memory.emit(document)
        return True

    def _start(self, function: Callable[..., object], then: Callable[..., object], title: str, doing: str) -> JobHandle:
        self.cancel()
        job = self._runner.submit(function, Lane.IO, title=title)
        self._job = job
        job.succeeded.connect(then)
        job.failed.connect(lambda error: self._on_failed(error, doing))
        job.ended.connect(lambda: self._on_ended(job))
        return job

    def _on_ended(self, job: JobHandle) -> None:
        if self._job is job:
            self._end()

    def _end(self) -> None:
        self._job, self._series, self._first_slice = None, None, None
        self.series_changed.emit(None)
        self.first_slice_changed.emit(None)

    def _on_first_slice(self, series: SeriesRef, volume: Volume) -> None:
        if self._series is series:
            self._first_slice = volume
            self.first_slice_changed.emit(volume)

    def _on_failed(self, error: BaseException, doing: str) -> None:
        if not isinstance(error, UndecidedSeriesError):
            self._messages.report(error, doing)
            return
        choices = [Choice(answer.text, partial(self.open_series, answer.series)) for answer in error.answers]
        self._messages.ask(error.message, error.hint, choices)

    def _on_index(self, found: tuple[StudyIndex, SeriesRef]) -> None:
        self.index, chosen = found
        self.index_changed.emit(self.index)
        rejected = [item for item in self.index.rejected if item.is_surprising]
        if rejected:
            lines = "\n".join(f"{r.path.name}: {r.reason}" for r in rejected[:MAXIMUM_NAMED])
            files = "1 file" if len(rejected) == 1 else f"{len(rejected)} files"
            self._messages.warn(f"{files} could not be used.", "The list of series says why.", lines)
        self._job = None
        self.open_series(chosen)
