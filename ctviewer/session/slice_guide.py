"""Where to look next: the slices in the order of what looking at them is worth."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.planes import Plane
from ctviewer.domain.slice_priority import slice_priorities
from ctviewer.session.position import ReadingPosition
from ctviewer.session.segmentation_document import SegmentationDocument

WORTH_A_LOOK = 0.05
"""Below this the guide does not lead to a slice."""


class SliceGuide(QObject):
    """Priority of each axial slice of the current document.

    Parameters
    ----------
    position
        Where the reader is.
    """

    changed = Signal()
    """Priorities, or what was looked at, are different now."""

    def __init__(self, position: ReadingPosition, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._position = position
        self._document: SegmentationDocument | None = None
        self._findings: frozenset[int] = frozenset()
        self._priorities: FloatArray = np.zeros(0)

    @property
    def priorities(self) -> FloatArray:
        """0 to 1 by axial index; empty without a document, all 0 where nothing is known."""
        return self._priorities

    @property
    def reviewed(self) -> frozenset[int]:
        """Slices that were looked at already."""
        return self._document.slices.reviewed if self._document is not None else frozenset()

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Guide through another document."""
        if self._document is not None:
            self._document.slices.doubt_changed.disconnect(self._update)
            self._document.preview_changed.disconnect(self._update)
            self._document.slices.reviewed_changed.disconnect(self.changed)
        self._document = document
        self._findings = frozenset()
        if document is not None:
            document.slices.doubt_changed.connect(self._update)
            document.preview_changed.connect(self._update)
            document.slices.reviewed_changed.connect(self.changed)
        self._update()

    def set_findings(self, slices: Iterable[int]) -> None:
        """Slices of the findings of the check."""
        found = frozenset(slices)
        if found != self._findings:
            self._findings = found
            self._update()

    def next_slice(self) -> int | None:
        """The slice most worth looking at that nobody looked at yet; None if there is none left.

        Peaks come first: the neighbours of a slice that was just corrected look much like it.
        """
        worth = self._priorities
        if not worth.size:
            return None
        left = worth.copy()
        left[[k for k in (*self.reviewed, self._position.index_kji[0]) if k < worth.size]] = 0
        around = np.pad(worth, 1)
        peaks = np.where((worth >= around[:-2]) & (worth >= around[2:]), left, 0)
        for choice in (peaks, left):
            best = int(np.argmax(choice))
            if choice[best] >= WORTH_A_LOOK:
                return best
        return None

    def go_to_next(self) -> bool:
        """Go to `next_slice`; False if there is none."""
        best = self.next_slice()
        if best is not None:
            self._position.set_slice(Plane.AXIAL, best)
        return best is not None

    def _update(self, _: object = None) -> None:
        document = self._document
        if document is None:
            self._priorities = np.zeros(0)
        else:
            shown, slices = document.preview, document.slices
            doubt, overruled = (slices.doubt, slices.overruled) if shown is None else (shown.slice_doubt, {})
            self._priorities = slice_priorities(document.volume.hu.shape[0], doubt, self._findings, overruled)
        self.changed.emit()
