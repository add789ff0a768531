"""Measuring the open scan: what there is, the selection, and what undo is about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole, PointLPS
from ctviewer.domain.measurement_values import Quantity
from ctviewer.domain.planes import Plane
from ctviewer.domain.volume import Volume
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.measurement_history import Change, MeasurementHistory
from ctviewer.session.measurement_list import MeasurementList
from ctviewer.session.measuring_hand import MeasuringHand
from ctviewer.session.messages import MessageLog
from ctviewer.session.observed import Observed
from ctviewer.session.position import ReadingPosition
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.toolbox import ToolBox
from ctviewer.store.annotation_store import AnnotationStore

NO_SCALE = "This series does not say how large a pixel is, so it cannot be measured."
NO_SCALE_HINT = "Measure on a series with a known pixel spacing."


class MeasuringSession(QObject):
    """The measurements of the current document; `hand` draws and drags them, `MeasurementList` keeps them.

    Parameters
    ----------
    runner
        Its store lane reads and waits for the disk.
    store
        Where measurements are kept; None keeps them while the program runs.
    toolbox
        Says what the left button draws.
    position
        Where the reader is; jumping to a measurement moves it.
    messages
        Where problems are told.
    """

    changed = Signal()
    """Another list, or something in it."""
    selected_changed = Signal(object)
    """Identifier of the selected measurement, or None."""
    visible_changed = Signal(object)

    visible: Observed[bool] = Observed(True, "visible_changed")
    """Whether views draw measurements, and the hand finds them."""

    def __init__(
        self,
        runner: JobRunner,
        store: AnnotationStore | None,
        toolbox: ToolBox,
        position: ReadingPosition,
        messages: MessageLog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._position = position
        self._messages = messages
        self._kept = MeasurementList(runner, store, messages, self)
        self._kept.changed.connect(self.changed)
        self._selected: str | None = None
        self.hand = MeasuringHand(self, toolbox)

    # -- what there is -------------------------------------------------------------------------------------------------

    @property
    def volume(self) -> Volume | None:
        """Scan that is measured."""
        document = self._kept.document
        return None if document is None else document.volume

    @property
    def geometry(self) -> VolumeGeometry | None:
        """Grid of the scan; None if nothing is open."""
        return self._kept.geometry

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Measurements of the current document in the order made; a dragged one as it is at this moment."""
        kept, dragged = self._kept.measurements, self.hand.dragged
        if dragged is None:
            return kept
        return tuple(dragged if m.measurement_id == dragged.measurement_id else m for m in kept)

    @property
    def selected(self) -> Measurement | None:
        """The selected measurement."""
        return self.find(self._selected) if self._selected is not None else None

    def find(self, measurement_id: str) -> Measurement | None:
        """A measurement of the current document; None if it has none of this identifier."""
        return next((m for m in self.measurements if m.measurement_id == measurement_id), None)

    def with_role(self, role: MeasurementRole) -> Measurement | None:
        """The newest measurement that is evidence of something."""
        return next((m for m in reversed(self.measurements) if m.role is role), None)

    def values(self, measurement: Measurement) -> tuple[Quantity, ...]:
        """Numbers of a measurement of the current document; see `ctviewer.domain.measurement_values.measure`."""
        return self._kept.values(measurement)

    def near(self, plane: Plane, slice_index: int, reach: float = 0.5) -> list[tuple[Measurement, float]]:
        """Measurements drawn in a plane within so many slices, each with its distance in slices."""
        found = []
        for measurement in self.measurements:
            if measurement.plane is plane:
                away = abs(self._kept.place(measurement.measurement_id) - slice_index)
                if away <= reach:
                    found.append((measurement, away))
        return found

    # -- changing the list ---------------------------------------------------------------------------------------------

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Work on another document, and read what was measured on it before."""
        self.hand.cancel()
        self.select(None)
        self._kept.set_document(document)

    def add(
        self,
        kind: MeasurementKind,
        plane: Plane,
        points_lps: Iterable[PointLPS],
        role: MeasurementRole = MeasurementRole.NONE,
        author: str | None = None,
    ) -> Measurement | None:
        """Keep a new measurement and select it; None if the scan cannot be measured, which is told.

        Parameters
        ----------
        role
            What it is evidence of; it takes the place of an earlier one.
        author
            Default the person at the program.
        """
        if not self.may_measure():
            return None
        former = self.with_role(role) if role is not MeasurementRole.NONE else None
        if former is not None:
            self.remove(former.measurement_id)
        by = self._kept.author if author is None else author
        made_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        measurement = Measurement(
            uuid.uuid4().hex, kind, plane, tuple(points_lps), self._kept.next_number(kind), "", role, by, made_at
        )
        self._kept.put(measurement)
        self.select(measurement.measurement_id)
        return measurement

    def keep(self, measurement: Measurement) -> None:
        """Keep a measurement in the place of the one with its identifier; its author is the person at the program."""
        self._kept.put(replace(measurement, author=self._kept.author))

    def rename(self, measurement_id: str, name: str) -> None:
        """Give a measurement another name; an empty one restores the default."""
        measurement = self.find(measurement_id)
        if measurement is not None and measurement.name != name.strip():
            self._kept.put(replace(measurement, name=name.strip()))

    def remove(self, measurement_id: str) -> None:
        """Take a measurement off the list."""
        if self.find(measurement_id) is None:
            return
        self.hand.let_go()
        if self._selected == measurement_id:
            self.select(None)
        self._kept.remove(measurement_id)

    def select(self, measurement_id: str | None) -> None:
        """Select a measurement, so that its handles show and Delete removes it."""
        if measurement_id != self._selected:
            self._selected = measurement_id
            self.selected_changed.emit(measurement_id)

    def go_to(self, measurement_id: str) -> None:
        """Select a measurement and move the reading position onto it."""
        measurement = self.find(measurement_id)
        geometry = self._kept.geometry
        if measurement is None or geometry is None:
            return
        self.select(measurement_id)
        k, j, i = geometry.lps_to_index(measurement.points.mean(axis=0))[0]
        self._position.index_kji = (float(k), float(j), float(i))

    def may_measure(self) -> bool:
        """Whether the current scan can be measured; if not, the reason is told."""
        if self.volume is None:
            return False
        if not self.volume.is_scaled:
            self._messages.warn(NO_SCALE, NO_SCALE_HINT)
            return False
        return True

    # -- undo ----------------------------------------------------------------------------------------------------------

    @property
    def history(self) -> MeasurementHistory:
        """What can be undone and done again."""
        return self._kept.history

    @property
    def undoes_next(self) -> bool:
        """Whether undo is about a measurement: one was changed after the mask, or the mask has nothing to undo."""
        document, history = self._kept.document, self._kept.history
        return document is not None and history.can_undo and (history.is_latest or not document.undo_name)

    @property
    def redoes_next(self) -> bool:
        """Whether redo is about a measurement; see `undoes_next`."""
        document, history = self._kept.document, self._kept.history
        return document is not None and history.can_redo and (history.is_latest or not document.redo_name)

    def undo(self) -> bool:
        """Take back the last change of a measurement; False if there is none."""
        return self._travel(self._kept.history.undo())

    def redo(self) -> bool:
        """Do the last undone change again; False if there is none."""
        return self._travel(self._kept.history.redo())

    def _travel(self, step: Change | None) -> bool:
        if step is None:
            return False
        now, then = step
        with self._kept.history.paused():
            if then is None and now is not None:
                self.remove(now.measurement_id)
            elif then is not None:
                self._kept.put(then)
                self.go_to(then.measurement_id)
        self.changed.emit()
        return True
