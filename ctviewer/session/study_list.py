"""The study list as a window sees it: its rows, what is next, and keeping it up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.row_order import WORTHIEST_FIRST, RowFilter, in_order
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies

REFRESH_MS = 300
"""Several changes in a row are shown at once."""


class StudyList(QObject):
    """Rows of the study list and what can be done with them.

    Parameters
    ----------
    workspace
        What is open; everything opened there is taken into the list.
    registry
        Says which cases models have learned from.
    known
        Where the list is kept; None keeps an empty one.
    """

    rows_changed = Signal()
    """`rows` is another tuple."""
    added = Signal(int)
    """So many series were found in a watched folder that were not known before."""
    opening = Signal(object)
    """A `StudyRow` of the list is being opened."""

    def __init__(
        self,
        workspace: Workspace,
        registry: ModelRegistry,
        known: KnownStudies | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._registry = registry
        self.known = known
        self._all: list[tuple[StudyRow, str]] = []
        self._rows: tuple[StudyRow, ...] = ()
        self._counts: dict[bool, Counter[CaseStatus]] = {}
        self._missing: frozenset[str] = frozenset()
        self._filter = RowFilter()
        self._order = WORTHIEST_FIRST
        self._visited: set[str] = set()
        self._job: JobHandle | None = None
        self._is_stale = False
        self._is_stopped = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REFRESH_MS)
        self._soon.timeout.connect(self.refresh)
        workspace.opening.index_changed.connect(self._record)
        workspace.document_changed.connect(self._note_opened)

    @property
    def rows(self) -> tuple[StudyRow, ...]:
        """Rows that pass the filter, in the chosen order."""
        return self._rows

    @property
    def is_empty(self) -> bool:
        """Whether no series is known at all."""
        return not self._all

    @property
    def counts(self) -> Mapping[CaseStatus, int]:
        """Number of series by status, whatever the search says."""
        all_series = self._filter.all_series
        if all_series not in self._counts:
            shown = RowFilter(all_series=all_series)
            self._counts[all_series] = Counter(row.status for row, words in self._all if shown.accepts(row, words))
        return self._counts[all_series]

    @property
    def row_filter(self) -> RowFilter:
        """What is shown."""
        return self._filter

    @row_filter.setter
    def row_filter(self, row_filter: RowFilter) -> None:
        if row_filter != self._filter:
            self._filter = row_filter
            self._arrange()

    def sort(self, field: str, *, descending: bool = False) -> None:
        """Order by one of `ctviewer.session.row_order.SORT_FIELDS`; empty for the order of arrival, the latest first.

        Rows that are equal in it stay in the order of arrival.
        """
        self._order = (field, descending)
        self._arrange()

    def refresh(self) -> None:
        """Read the list again, in the background."""
        if self.known is None:
            return
        if self._job is not None:
            self._is_stale = True
            return
        known, store, registry = self.known, self._workspace.store, self._registry

        def read(_progress: ProgressCallback, cancel: CancelToken) -> tuple[list[tuple[StudyRow, str]], frozenset[str]]:
            from ctviewer.services import study_listing

            rows = study_listing.list_rows(known, store, registry)
            return [(row, row.words) for row in rows], study_listing.missing_sources(rows, cancel)

        self._job = self._submit(read, self._take, "Reading the study list")

    def refresh_soon(self, _: object = None) -> None:
        """Read the list again in a moment."""
        if self.known is not None and not self._is_stopped:
            self._soon.start()

    def open_row(self, row: StudyRow) -> JobHandle | None:
        """Open a series of the list."""
        self.opening.emit(row)
        return self._workspace.opening.open_known(Path(row.source_path), row.series_key)

    def next_undone(self) -> StudyRow | None:
        """The next row that nobody has accepted yet, and whose files are there; None if there is none.

        The most worthwhile one that was not open in this session yet; when all were, and where the reader chose another
        order, the next one after the open row.
        """
        document = self._workspace.document
        present = document.volume.series.series_key if document is not None else ""
        place = next((n for n, row in enumerate(self._rows) if row.series_key == present), -1)
        undone = [
            row
            for row in (*self._rows[place + 1 :], *self._rows[: max(place, 0)])
            if not row.status.is_done and not row.is_missing and not row.exclusion and row.series_key != present
        ]
        fresh = [row for row in undone if row.series_key not in self._visited]
        if self._order == WORTHIEST_FIRST and fresh:
            return max(fresh, key=attrgetter("worth"))
        return undone[0] if undone else None

    def open_next_undone(self) -> None:
        """Open it, or say that everything is done."""
        row = self.next_undone()
        if row is None:
            self._workspace.messages.info("Every case on the list is accepted, or its files are missing.")
        else:
            self.open_row(row)

    def locate(self, row: StudyRow, path: Path) -> JobHandle | None:
        """Look for a series that has moved in another folder, and open it there."""
        known = self.known
        if known is None:
            return None

        def look(progress: ProgressCallback, cancel: CancelToken) -> SeriesRef:
            from ctviewer.services import study_listing

            return study_listing.locate(known, row.series_key, path, progress, cancel)

        return self._submit(look, self._on_located, "Looking for the series", f"Looking into {path.name or path}")

    def remove(self, row: StudyRow) -> None:
        """Take a series off the list; annotations of it stay, so an annotated one remains listed."""
        known = self.known
        if known is not None:
            self._submit(
                lambda _progress, _cancel: known.remove(row.series_key), self.refresh_soon, "Removing", lane=Lane.STORE
            )

    def stop(self) -> None:
        """Stop timers, because the window closes; jobs that end later start none."""
        self._is_stopped = True
        self._soon.stop()

    # -- inside --------------------------------------------------------------------------------------------------------

    def _submit(
        self,
        function: Callable[..., object],
        then: Callable[..., object],
        doing: str,
        title: str = "",
        lane: Lane = Lane.IO,
    ) -> JobHandle:
        # Writes go through the lane with one thread: a series is on the list before it is marked as opened.
        job = self._workspace.runner.submit(function, lane, title=title)
        job.succeeded.connect(then)
        job.failed.connect(lambda error: self._workspace.messages.report(error, doing))
        job.ended.connect(lambda: self._on_ended(job))
        return job

    def _on_ended(self, job: JobHandle) -> None:
        if self._job is job:
            self._job = None
            if self._is_stale:
                self._is_stale = False
                self.refresh()

    def _take(self, found: tuple[list[tuple[StudyRow, str]], frozenset[str]]) -> None:
        rows, missing = found
        self._counts.clear()
        self._all = [(replace(r, is_missing=True) if r.series_key in missing else r, words) for r, words in rows]
        self._arrange()

    def _arrange(self) -> None:
        field, descending = self._order
        shown = (row for row, words in self._all if self._filter.accepts(row, words))
        self._rows = in_order(shown, field, descending=descending)
        self.rows_changed.emit()

    def _record(self, index: StudyIndex | None) -> None:
        known = self.known
        if index is None or known is None:
            return

        def write(_progress: ProgressCallback, _cancel: CancelToken) -> None:
            from ctviewer.services import study_listing

            study_listing.record(known, index)

        self._submit(write, self.refresh_soon, "Writing the study list", lane=Lane.STORE)

    def _note_opened(self, document: SegmentationDocument | None) -> None:
        known = self.known
        if document is None or known is None:
            return
        key = document.volume.series.series_key
        self._visited.add(key)

        def write(_progress: ProgressCallback, _cancel: CancelToken) -> None:
            known.mark_opened(key)

        self._submit(write, self.refresh_soon, "Writing the study list", lane=Lane.STORE)

    def _on_located(self, series: SeriesRef) -> None:
        self._workspace.opening.open_series(series)
        self.refresh_soon()
