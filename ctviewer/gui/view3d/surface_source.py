"""Keeps the surfaces of the displayed mask up to date in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.gui.view3d.picture import Body
from ctviewer.gui.view3d.surfaces import Surface, build_surfaces
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.messages import MessageLog
from ctviewer.session.segmentation_document import SegmentationDocument

DEBOUNCE_MS = 600
"""An edit rebuilds the surfaces when the hand has rested this long."""
BODY_SPACING_MM = 2.0


class SurfaceSource(QObject):
    """Builds surfaces while somebody looks at them.

    Parameters
    ----------
    runner
        Runs the building.
    messages
        Where failures are told.
    """

    built = Signal(object)
    """Tuple of `Surface`, empty without a mask."""
    body_built = Signal(object)
    """A `Body`."""
    is_building_changed = Signal(bool)

    def __init__(self, runner: JobRunner, messages: MessageLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._messages = messages
        self._document: SegmentationDocument | None = None
        self._job: JobHandle | None = None
        self._body_job: JobHandle | None = None
        self._is_watched = False
        self._is_stale = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._build)

    @property
    def is_building(self) -> bool:
        """Whether surfaces are being built."""
        return self._job is not None

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Build for another document."""
        if document is self._document:
            return
        self.stop()
        if self._document is not None:
            self._document.labels_changed.disconnect(self._on_changed)
        self._document = document
        if document is not None:
            document.labels_changed.connect(self._on_changed)
        self.built.emit(())
        self._is_stale = True
        self._build_if_watched()

    def set_watched(self, is_watched: bool) -> None:
        """Build only while the result is on the screen."""
        self._is_watched = is_watched
        self._build_if_watched()

    def stop(self) -> None:
        """Forget what waits or runs."""
        self._timer.stop()
        for job in (self._job, self._body_job):
            if job is not None:
                job.cancel()
        self._job = self._body_job = None
        self.is_building_changed.emit(False)

    def build_body(self) -> None:
        """Downsample the scan for volume rendering."""
        document = self._document
        if document is None or self._body_job is not None:
            return
        volume = document.volume

        def sample(_progress: ProgressCallback, _cancel: CancelToken) -> Body:
            import numpy as np

            k, j, i = (max(1, round(BODY_SPACING_MM / mm)) for mm in volume.geometry.spacing_mm)
            affine = np.array(volume.geometry.affine)
            affine[:3, :3] *= (k, j, i)
            hu = np.ascontiguousarray(volume.hu[::k, ::j, ::i])
            return Body(hu, type(volume.geometry)(hu.shape, affine))

        self._body_job = self._runner.submit(sample, Lane.CPU, document.document_id)
        self._body_job.succeeded.connect(self._on_body)

    def _on_body(self, body: Body) -> None:
        self._body_job = None
        self.body_built.emit(body)

    def _on_changed(self, _: object) -> None:
        self._is_stale = True
        if self._is_watched:
            self._timer.start()

    def _build_if_watched(self) -> None:
        if self._is_watched and self._is_stale:
            self._build()

    def _build(self) -> None:
        document = self._document
        if document is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._is_stale = False
        labels, geometry = document.displayed_labels, document.volume.geometry
        wanted = tuple(row.segment.label for row in document.segments.rows)

        def build(progress: ProgressCallback, cancel: CancelToken) -> tuple[Surface, ...]:
            return build_surfaces(labels, geometry, wanted, progress, cancel)

        job = self._runner.submit(build, Lane.CPU, document.document_id, title=self.tr("Building surfaces"))
        self._job = job
        job.succeeded.connect(lambda surfaces: self._on_built(job, surfaces))
        job.failed.connect(lambda error: self._messages.report(error, self.tr("Building the 3-D surfaces")))
        job.ended.connect(lambda: self._on_ended(job))
        self.is_building_changed.emit(True)

    def _on_built(self, job: JobHandle, surfaces: tuple[Surface, ...]) -> None:
        if job is self._job:
            self.built.emit(surfaces)

    def _on_ended(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = None
            self.is_building_changed.emit(False)
