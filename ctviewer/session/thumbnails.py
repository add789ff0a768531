"""A picture for every series in the list, read in the background when nothing else is being opened."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.workspace import Workspace

MOST = 200
"""Series of one index that get a picture; more nobody scrolls through."""


class ThumbnailLoader(QObject):
    """Reads the middle slice of one series after the other.

    Parameters
    ----------
    workspace
        Whose index is pictured; opening something always goes first.
    """

    loaded = Signal(object, object)
    """`SeriesRef` and a `Volume` of one slice."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._waiting: list[SeriesRef] = []
        self._is_opening = False
        self._job: JobHandle | None = None
        workspace.opening.index_changed.connect(self._on_index)
        workspace.opening.series_changed.connect(self._on_opening)

    def stop(self) -> None:
        """Forget what is waiting."""
        self._waiting = []
        if self._job is not None:
            self._job.cancel()

    def _on_index(self, index: StudyIndex | None) -> None:
        self.stop()
        # A single series is opened anyway, and its picture then comes from the volume.
        self._waiting = list(index.series[:MOST]) if index is not None and len(index.series) > 1 else []

    def _on_opening(self, series: SeriesRef | None) -> None:
        self._is_opening = series is not None
        self._next()

    def _next(self) -> None:
        if self._is_opening or self._job is not None or not self._waiting:
            return
        series = self._waiting.pop(0)

        def read(_progress: ProgressCallback, _cancel: CancelToken) -> Volume | None:
            from ctviewer.services import study_loading

            return study_loading.preview(series)

        self._job = self._workspace.runner.submit(read, Lane.IO)
        self._job.succeeded.connect(lambda volume: self._tell(series, volume))
        self._job.ended.connect(self._on_ended)

    def _tell(self, series: SeriesRef, volume: Volume | None) -> None:
        if volume is not None:
            self.loaded.emit(series, volume)

    def _on_ended(self) -> None:
        self._job = None
        self._next()
