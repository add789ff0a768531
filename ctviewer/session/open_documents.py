"""The documents kept in memory, so that going back to one of them is instant, and which of them are forgotten."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal

from ctviewer.session.position import Index
from ctviewer.session.segmentation_document import SegmentationDocument

MAXIMUM_OPEN = 6
"""Documents kept at most."""
MEMORY_BUDGET_BYTES = 2 * 2**30
"""What their scans and masks may take together; the current one and the prior beside it stay in any case."""


class OpenDocuments(QObject):
    """Documents by series, the one used longest ago first, each with the place where the reader left it."""

    forgotten = Signal(object)
    """A `SegmentationDocument` that is about to leave the memory."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: OrderedDict[str, tuple[SegmentationDocument, Index]] = OrderedDict()
        self._pinned = ""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def documents(self) -> list[SegmentationDocument]:
        """All of them."""
        return [document for document, _ in self._entries.values()]

    def find(self, series_key: str) -> SegmentationDocument | None:
        """The document of a series; None if it is not in memory."""
        entry = self._entries.get(series_key)
        return None if entry is None else entry[0]

    def place(self, document: SegmentationDocument) -> Index | None:
        """Where the reader left a document; None if it is not in memory."""
        entry = self._entries.get(key_of(document))
        return None if entry is None else entry[1]

    def pin(self, series_key: str | None) -> None:
        """Never forget this document to make room (one at a time); None: none."""
        self._pinned = series_key or ""

    def remember(
        self, document: SegmentationDocument, place: Index, current: SegmentationDocument | None = None
    ) -> None:
        """Keep a document as the one used last, and forget others beyond the limits.

        Parameters
        ----------
        place
            Where to go on reading it.
        current
            The document on the screen, which stays too.
        """
        key = key_of(document)
        self._entries[key] = (document, place)
        self._entries.move_to_end(key)
        kept = {key, self._pinned}
        if current is not None:
            kept.add(key_of(current))
        for oldest in [k for k in self._entries if k not in kept]:
            if len(self._entries) <= MAXIMUM_OPEN and self._bytes() <= MEMORY_BUDGET_BYTES:
                break
            self.forget(self._entries[oldest][0])

    def renew(self, document: SegmentationDocument) -> None:
        """Make a document in memory the one used last."""
        self._entries.move_to_end(key_of(document))

    def forget(self, document: SegmentationDocument) -> None:
        """Let a document go; what was drawn on it is in the journal."""
        self.forgotten.emit(document)
        self._entries.pop(key_of(document), None)
        document.deleteLater()

    def _bytes(self) -> int:
        return sum(bytes_of(document) for document in self.documents)


def key_of(document: SegmentationDocument) -> str:
    """Series a document belongs to."""
    return document.volume.series.series_key


def bytes_of(document: SegmentationDocument) -> int:
    """Memory of the scan, its padding and its mask."""
    volume = document.volume
    padding = 0 if volume.padding is None else volume.padding.nbytes
    return volume.hu.nbytes + padding + document.labels.nbytes
