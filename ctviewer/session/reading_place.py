"""Where the reader left off in a series, kept so that it reopens exactly there."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from ctviewer.domain.errors import StoreError
from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import Window
from ctviewer.jobs.job import Lane
from ctviewer.session.position import Index
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace
from ctviewer.store.study_index import KnownStudies

logger = logging.getLogger(__name__)

REST_MS = 1500
"""The place is written when the hand has rested this long, so that a power cut loses no more than that."""


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Slice, window, layout, zoom and pan, and which segments are drawn fainter.

    Parameters
    ----------
    index_kji
        Voxel looked at.
    window
        Grey-value window.
    views
        Per plane (its value): magnification, and displacement ``(right, down)`` in millimetres.
    layout
        Name of the arrangement of the views; empty for unknown.
    opacities
        Opacity by key of the segment, of those that are not opaque.
    """

    index_kji: Index
    window: Window
    views: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    layout: str = ""
    opacities: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line of JSON."""
        window = [self.window.center_hu, self.window.width_hu, self.window.name]
        values = {"index": self.index_kji, "window": window, "views": self.views, "layout": self.layout}
        return json.dumps({**values, "opacities": self.opacities} if self.opacities else values)

    @classmethod
    def from_json(cls, text: str) -> ReadingPlace | None:
        """The place a line stands for; None if it stands for none."""
        try:
            values = json.loads(text)
            k, j, i = (int(n) for n in values["index"])
            center, width, name = values["window"]
            views = {str(p): (float(v[0]), float(v[1]), float(v[2])) for p, v in values["views"].items()}
            opacities = {str(key): float(share) for key, share in values.get("opacities", {}).items()}
            window = Window(float(center), float(width), str(name))
            return cls((k, j, i), window, views, str(values["layout"]), opacities)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None


class PlaceKeeper(QObject):
    """Writes down where the reader is, and goes there again when the series is opened again.

    Parameters
    ----------
    workspace
        What is open, and the shared view state.
    known
        Where places are kept; None keeps nothing.
    """

    layout_restored = Signal(str)
    """Name of the arrangement of the views the reader had in this series."""

    def __init__(self, workspace: Workspace, known: KnownStudies | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._known = known
        self.layout = ""
        """Present arrangement of the views, told by the window."""
        self._written = ""
        self._followed: SegmentationDocument | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._write_present)
        if known is None:
            return
        workspace.leaving.connect(self._leave)
        workspace.document_changed.connect(self._enter)
        workspace.position.moved.connect(self._touch)
        workspace.display.window_changed.connect(self._touch)
        for viewport in workspace.viewports.values():
            viewport.zoom_changed.connect(self._touch)
            viewport.pan_mm_changed.connect(self._touch)

    def set_layout(self, layout: str) -> None:
        """Say how the views are arranged now."""
        if layout != self.layout:
            self.layout = layout
            self._touch()

    def stop(self) -> None:
        """Stop the timer, because the window closes."""
        self._rest.stop()

    def _touch(self, _: object = None) -> None:
        if self._known is not None and self._workspace.document is not None and not self._rest.isActive():
            self._rest.start()

    def _present(self) -> ReadingPlace:
        workspace = self._workspace
        views = {plane.value: (v.zoom, *v.pan_mm) for plane, v in workspace.viewports.items()}
        rows = workspace.document.segments.rows if workspace.document is not None else ()
        opacities = {row.segment.key: row.opacity for row in rows if row.opacity < 1}
        return ReadingPlace(workspace.position.index_kji, workspace.display.window, views, self.layout, opacities)

    def _write_present(self) -> None:
        document, known = self._workspace.document, self._known
        if document is None or known is None:
            return
        key, text = document.volume.series.series_key, self._present().to_json()
        if text != self._written:
            self._written = text
            job = self._workspace.runner.submit(lambda _progress, _cancel: known.set_place(key, text), Lane.STORE)
            job.failed.connect(lambda error: logger.warning("the reading place is not kept: %s", error))

    def _leave(self, _: SegmentationDocument) -> None:
        self._follow(None)
        self._rest.stop()
        self._write_present()

    def _enter(self, document: SegmentationDocument | None) -> None:
        if document is None or self._known is None:
            return
        self._follow(document)
        try:
            place = ReadingPlace.from_json(self._known.place(document.volume.series.series_key))
        except StoreError as error:
            logger.warning("the reading place cannot be read: %s", error)
            return
        if place is not None:
            self._go(place)
            for row in document.segments.rows:
                document.segments.set_opacity(row.segment.label, place.opacities.get(row.segment.key, row.opacity))
        self._rest.stop()

    def _follow(self, document: SegmentationDocument | None) -> None:
        if self._followed is not None:
            self._followed.segments.row_changed.disconnect(self._touch)
        self._followed = document
        if document is not None:
            document.segments.row_changed.connect(self._touch)

    def _go(self, place: ReadingPlace) -> None:
        workspace = self._workspace
        if place.layout:
            self.layout_restored.emit(place.layout)
        workspace.display.window = place.window
        for plane, (zoom, right, down) in place.views.items():
            if plane in (p.value for p in workspace.viewports):
                viewport = workspace.viewports[Plane(plane)]
                viewport.zoom = zoom
                viewport.pan_mm = (right, down)
        workspace.position.index_kji = place.index_kji
