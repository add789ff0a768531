"""A prior scan beside the current one, scrolled by position in the patient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.likely_prior import likely_prior
from ctviewer.domain.planes import Plane
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.volume import Volume
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.observed import Observed
from ctviewer.session.position import ReadingPosition
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.viewport import Viewport
from ctviewer.session.workspace import Workspace

OFFSET_RANGE_MM = (-2000.0, 2000.0)


class Comparison(QObject):
    """The prior, where the reader is in it, and how that follows the current scan.

    Positions are patient millimetres. With one frame of reference for both scans the same point is shown. Otherwise the
    offset says how much higher (towards the head) the prior lies; it starts at middle on middle, and whoever unlinks,
    scrolls the prior into place and links again has set it.

    Parameters
    ----------
    workspace
        Owner of the current document and of everything loaded.
    """

    document_changed = Signal(object)
    """The prior's `SegmentationDocument`, or None."""
    is_linked_changed = Signal(object)
    offset_mm_changed = Signal(object)
    beyond_changed = Signal(bool)
    """Whether the current slice lies outside the prior."""

    is_linked: Observed[bool] = Observed(True, "is_linked_changed")
    offset_mm: Observed[float] = Observed(
        0.0,
        "offset_mm_changed",
        lambda _, v: round(min(max(float(v), OFFSET_RANGE_MM[0]), OFFSET_RANGE_MM[1]), 1),
    )
    """Height of a structure in the prior minus its height in the current scan."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._document: SegmentationDocument | None = None
        self._job: JobHandle | None = None
        self._is_following = False
        self._is_beyond = False
        self.position = ReadingPosition(self)
        self.viewport = Viewport(Plane.AXIAL, self.position, self)
        current = workspace.viewports[Plane.AXIAL]
        workspace.position.moved.connect(self._follow_current)
        self.position.moved.connect(self._follow_prior)
        for signal in (current.zoom_changed, current.pan_mm_changed, current.flips_changed, current.slab_changed):
            signal.connect(self._follow_current)
        self.is_linked_changed.connect(self._take_offset)
        self.offset_mm_changed.connect(self._follow_current)
        workspace.document_changed.connect(self._on_current_changed)
        workspace.documents.forgotten.connect(self._on_forgotten)

    @property
    def document(self) -> SegmentationDocument | None:
        """The prior."""
        return self._document

    @property
    def shares_frame(self) -> bool:
        """Whether both scans say that their coordinates are the same ones."""
        pair = self._pair()
        if pair is None:
            return False
        uids = {document.volume.geometry.frame_of_reference_uid for document in pair}
        return len(uids) == 1 and None not in uids and "" not in uids

    @property
    def is_other_patient(self) -> bool:
        """Whether the files name another patient for the prior."""
        pair = self._pair()
        if pair is None:
            return False
        ids = [document.volume.series.patient for document in pair]
        return all(p.patient_id for p in ids) and ids[0].patient_id != ids[1].patient_id

    @property
    def is_beyond(self) -> bool:
        """Whether the current slice lies outside the prior."""
        return self._is_beyond

    def open_path(self, path: Path) -> JobHandle:
        """Load a prior from a file or folder."""
        current = self._workspace.document

        def look(progress: ProgressCallback, cancel: CancelToken) -> SeriesRef:
            from ctviewer.services import study_loading

            index, chosen = study_loading.open_path(path, progress, cancel)
            likely = likely_prior(index, current.volume.series) if current is not None else None
            return likely or chosen

        return self._start(look, self.open_series, f"Looking into {path.name or path}")

    def open_series(self, series: SeriesRef) -> None:
        """Show a series beside the current one: at once if it is in memory, else after loading it."""
        current = self._workspace.document
        if current is not None and series.series_key == current.volume.series.series_key:
            self._workspace.messages.warn("This series is the current one.", "Choose another one to compare it with.")
            return
        found = self._workspace.documents.find(series.series_key)
        if found is not None:
            self.set_document(found)
            return
        self._start(
            self._workspace.opening.loader(series),
            lambda result: self.set_document(self._workspace.keep(*result)),
            f"Loading {series.label}",
        )

    def open_likely(self) -> bool:
        """Show the likely prior among the series that were found with the current one; False if there is none."""
        index, current = self._workspace.opening.index, self._workspace.document
        series = likely_prior(index, current.volume.series) if index is not None and current is not None else None
        if series is not None:
            self.open_series(series)
        return series is not None

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Compare with a document, or with none."""
        if document is self._document:
            return
        self._document = document
        self._workspace.documents.pin(None if document is None else document.volume.series.series_key)
        self.viewport.reset()
        if document is not None:
            self._is_following = True
            self.position.enter_grid(document.volume.hu.shape)
            self._is_following = False
        self._align()
        self.document_changed.emit(document)

    def stop(self) -> None:
        """Stop loading."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # -- following -----------------------------------------------------------------------------------------------------

    def _pair(self) -> tuple[SegmentationDocument, SegmentationDocument] | None:
        current = self._workspace.document
        return None if current is None or self._document is None else (current, self._document)

    def _align(self) -> None:
        """Choose the offset for a new pair."""
        pair = self._pair()
        if pair is None:
            return
        self.is_linked = True
        if self.shares_frame:
            self.offset_mm = 0.0
        else:
            self.offset_mm = _likely_offset_mm(*(document.volume for document in pair))
        self._follow_current()

    def _follow_current(self, _: object = None) -> None:
        pair = self._pair()
        if pair is None or not self.is_linked or self._is_following:
            return
        here = self._workspace.position.index_kji
        there = self._mapped(*pair, here, self.offset_mm)
        count = self.position.shape[0]
        self._set_beyond(is_beyond=not -0.5 <= there[0] <= count - 0.5)
        self._is_following = True
        self.position.index_kji = there
        self._show_same_part(*pair)
        self._is_following = False

    def _follow_prior(self, _: object = None) -> None:
        pair = self._pair()
        if pair is None or not self.is_linked or self._is_following:
            return
        self._is_following = True
        there = self._mapped(pair[1], pair[0], self.position.index_kji, -self.offset_mm)
        self._workspace.position.index_kji = there
        self._set_beyond(is_beyond=False)
        self._is_following = False

    def _mapped(
        self,
        source: SegmentationDocument,
        target: SegmentationDocument,
        index: tuple[int, int, int],
        offset_mm: float,
    ) -> tuple[float, float, float]:
        """Index of the target at the same place; only the slice where the scans do not share a frame."""
        from_grid, to_grid = source.volume.geometry, target.volume.geometry
        start = np.array(index, dtype=np.float64)
        if not self.shares_frame:
            start[1:] = (np.array(from_grid.shape[1:]) - 1) / 2
        point = from_grid.index_to_lps(start)[0] + np.array((0.0, 0.0, offset_mm))
        if not self.shares_frame:  # heights only: put the point on the axis of the other scan
            middle = to_grid.index_to_lps((np.array(to_grid.shape) - 1) / 2)[0]
            point[:2] = middle[:2]
        k, j, i = (float(v) for v in to_grid.lps_to_index(point)[0])
        if not self.shares_frame:
            other = self.position if target is self._document else self._workspace.position
            _, j, i = other.index_kji
        return (k, j, i)

    def _show_same_part(self, current: SegmentationDocument, prior: SegmentationDocument) -> None:
        """Same millimetres per pixel, same part of the body, same slab and mirroring."""
        main, grids = self._workspace.viewports[Plane.AXIAL], (current.volume.geometry, prior.volume.geometry)
        sizes = [max(g.shape[axis] * g.spacing_mm[axis] for axis in (1, 2)) for g in grids]
        self.viewport.zoom = main.zoom * sizes[1] / sizes[0]
        shift = np.zeros(3)
        if self.shares_frame:
            middles = [g.corners_lps().mean(0) for g in grids]
            shift = grids[0].directions.T @ (middles[1] - middles[0])
        down, across = (-1 if flipped else 1 for flipped in main.flips)
        self.viewport.pan_mm = (main.pan_mm[0] + across * float(shift[2]), main.pan_mm[1] + down * float(shift[1]))
        self.viewport.flips = main.flips
        self.viewport.slab = main.slab

    def _take_offset(self) -> None:
        pair = self._pair()
        if not self.is_linked or pair is None:
            return
        if not self.shares_frame:  # what the reader put side by side stays so
            heights = [
                float(document.volume.geometry.index_to_lps(np.array(index, float))[0][2])
                for document, index in zip(
                    pair, (self._workspace.position.index_kji, self.position.index_kji), strict=True
                )
            ]
            self.offset_mm = heights[1] - heights[0]
        self._follow_current()

    def _set_beyond(self, *, is_beyond: bool) -> None:
        if is_beyond != self._is_beyond:
            self._is_beyond = is_beyond
            self.beyond_changed.emit(is_beyond)

    def _on_current_changed(self, document: SegmentationDocument | None) -> None:
        if document is not None and document is self._document:
            self.set_document(None)  # the prior became the current one
        else:
            self._align()

    def _on_forgotten(self, document: SegmentationDocument) -> None:
        if document is self._document:
            self.set_document(None)

    def _start(self, function: Callable[..., object], then: Callable[..., object], title: str) -> JobHandle:
        self.stop()
        job = self._workspace.runner.submit(function, Lane.IO, title=title)
        self._job = job
        job.succeeded.connect(then)
        job.failed.connect(lambda error: self._workspace.messages.report(error, "Opening the prior"))
        return job


def _likely_offset_mm(current: Volume, prior: Volume) -> float:
    """How much higher the prior lies: by the level of the lungs, else by the middles of the scans."""
    # Imported when first used: scipy takes longer to load than the window.
    from ctviewer.domain.level_match import level_offset_mm

    offset_mm = level_offset_mm(current, prior)
    if offset_mm is not None:
        return offset_mm
    heights = [float(volume.geometry.corners_lps()[:, 2].mean()) for volume in (current, prior)]
    return heights[1] - heights[0]
