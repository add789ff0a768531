"""Notices which slices a person really looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from ctviewer.session.display import DisplayState
from ctviewer.session.position import ReadingPosition
from ctviewer.session.segmentation_document import SegmentationDocument

DWELL_MS = 400
"""A slice counts as looked at when the reader stays this long; scrolling past does not count."""


class ReviewWatch(QObject):
    """Marks axial slices as reviewed while a mask is shown on them.

    Parameters
    ----------
    position, display
        Where the reader is, and whether the overlay is visible.
    """

    def __init__(self, position: ReadingPosition, display: DisplayState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._position = position
        self._display = display
        self._document: SegmentationDocument | None = None
        self._dwell = QTimer(self)
        self._dwell.setSingleShot(True)
        self._dwell.setInterval(DWELL_MS)
        self._dwell.timeout.connect(self._look)
        position.moved.connect(self._restart)
        display.overlay_visible_changed.connect(self._restart)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Watch another document."""
        if self._document is not None:
            self._document.preview_changed.disconnect(self._restart)
        self._document = document
        if document is not None:
            document.preview_changed.connect(self._restart)
        self._restart()

    def stop(self) -> None:
        """Stop watching."""
        self._dwell.stop()

    def _restart(self, _: object = None) -> None:
        self._dwell.stop()
        if self._document is not None:
            self._dwell.start()

    def _look(self) -> None:
        document = self._document
        if document is None or document.preview is not None or not self._display.overlay_visible:
            return
        if document.has_mask:
            document.slices.mark_reviewed({self._position.index_kji[0]})
