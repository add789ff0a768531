"""Keeps volume and HU statistics of every segment up to date while the mask changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.segmentation_document import SegmentationDocument

if TYPE_CHECKING:
    from ctviewer.services.structure_statistics import StructureStatistics

DEBOUNCE_MS = 300
Statistics = dict[str, "StructureStatistics"]
"""Measurements by segment key."""


class VolumeMeter(QObject):
    """Measures the displayed mask of the current document, a moment after it stopped changing.

    Parameters
    ----------
    runner
        Going through all voxels takes a fraction of a second, so it is a job.
    """

    measured = Signal(object)
    """`StructureStatistics` by segment key; empty without a mask."""

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._document: SegmentationDocument | None = None
        self._job: JobHandle | None = None
        self._statistics: Statistics = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._measure)

    @property
    def statistics(self) -> Statistics:
        """Last measurement by segment key."""
        return dict(self._statistics)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Measure another document."""
        self.stop()
        if self._document is not None:
            self._document.labels_changed.disconnect(self._restart)
        self._document = document
        self._tell({})
        if document is not None:
            document.labels_changed.connect(self._restart)
            self._restart()

    def stop(self) -> None:
        """Forget what is waiting or running."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _restart(self, _: object = None) -> None:
        self._timer.start()

    def _measure(self) -> None:
        document = self._document
        if document is None:
            return
        is_empty = not document.has_mask and document.preview is None and not document.is_in_gesture
        if is_empty or not document.volume.is_scaled:  # millilitres of voxels of unknown size would be made up
            self._tell({})
            return
        labels, volume, segments = document.displayed_labels, document.volume, document.segments.segments

        def measure(_progress: ProgressCallback, cancel: CancelToken) -> Statistics:
            from ctviewer.services.structure_statistics import structure_statistics

            found = structure_statistics(labels, volume, segments, cancel)
            return {statistics.segment.key: statistics for statistics in found}

        if self._job is not None:
            self._job.cancel()
        self._job = self._runner.submit(measure, Lane.CPU, document.document_id)
        self._job.succeeded.connect(self._tell)

    def _tell(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self.measured.emit(statistics)
