"""The measurements of the open scans: kept while the program runs, read from the store and written to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.errors import StoreError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole, slice_position
from ctviewer.domain.measurement_values import Quantity, measure
from ctviewer.jobs.job import Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.measurement_history import MeasurementHistory
from ctviewer.session.messages import MessageLog
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.store.annotation_store import AnnotationStore

MAXIMUM_VALUES = 500
"""Measurements whose numbers are remembered; a drag leaves one entry per mouse move."""
NOWHERE = -10.0
"""Slice position of a measurement whose place is not known: near no slice."""


class MeasurementList(QObject):
    """Measurements of the current document; every change is noted in the history and written at once.

    Parameters
    ----------
    runner
        Its store lane reads and waits for the disk.
    store
        Where measurements are kept; None keeps them while the program runs.
    messages
        Where problems are told.
    """

    changed = Signal()
    """Another list, or something in it."""

    def __init__(
        self, runner: JobRunner, store: AnnotationStore | None, messages: MessageLog, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._store = store
        self._messages = messages
        self._document: SegmentationDocument | None = None
        self._lists: dict[str, tuple[Measurement, ...]] = {}
        self._places: dict[str, float] = {}
        self._was_read: set[str] = set()
        self._key = ""
        self._values: dict[Measurement, tuple[Quantity, ...]] = {}
        self._history = MeasurementHistory()

    @property
    def document(self) -> SegmentationDocument | None:
        """What is measured."""
        return self._document

    @property
    def geometry(self) -> VolumeGeometry | None:
        """Grid of the scan that is measured."""
        return self._document.volume.geometry if self._document is not None else None

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Measurements of the current document in the order made."""
        return self._lists.get(self._key, ())

    @property
    def history(self) -> MeasurementHistory:
        """What can be undone and done again."""
        return self._history

    @property
    def author(self) -> str:
        """The person at the program; empty without a store."""
        return self._store.author if self._store is not None else ""

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Go to another document, and read what was measured on it before."""
        if self._document is not None:
            self._document.history_changed.disconnect(self._history.step_back)
        self._document = document
        self._history.clear()
        if document is not None:
            document.history_changed.connect(self._history.step_back)
        # Asked once: for a volume file the key is made from the file system.
        self._key = document.volume.series.series_key if document is not None else ""
        self._values.clear()
        self._places = {}
        if document is not None:
            self._find_places(self.measurements)
            self._read(document)
        self.changed.emit()

    def values(self, measurement: Measurement) -> tuple[Quantity, ...]:
        """Numbers of a measurement; see `ctviewer.domain.measurement_values.measure`."""
        if self._document is None:
            return ()
        if measurement not in self._values:
            if len(self._values) > MAXIMUM_VALUES:
                self._values.clear()
            self._values[measurement] = measure(measurement, self._document.volume)
        return self._values[measurement]

    def place(self, measurement_id: str) -> float:
        """Where a kept measurement lies along the normal of its plane, in slices; `NOWHERE` if that is not known."""
        return self._places.get(measurement_id, NOWHERE)

    def next_number(self, kind: MeasurementKind) -> int:
        """Number of a new measurement of a kind; those with a role have a name of their own and leave no gap."""
        numbers = [m.number for m in self.measurements if m.kind is kind and m.role is MeasurementRole.NONE]
        return max(numbers, default=0) + 1

    def put(self, measurement: Measurement) -> None:
        """Keep a measurement, in the place of the one with its identifier if there is one."""
        key, kept = self._key, self.measurements
        former = next((m for m in kept if m.measurement_id == measurement.measurement_id), None)
        self._history.record(former, measurement)
        if former is not None:
            kept = tuple(measurement if m.measurement_id == measurement.measurement_id else m for m in kept)
        else:
            kept = (*kept, measurement)
        self._lists[key] = kept
        self._find_places((measurement,))
        self._write(lambda store: store.measurements.put(key, measurement))
        self.changed.emit()

    def remove(self, measurement_id: str) -> None:
        """Take a measurement off the list, if it is on it."""
        key = self._key
        removed = next((m for m in self.measurements if m.measurement_id == measurement_id), None)
        if removed is None:
            return
        self._history.record(removed, None)
        self._lists[key] = tuple(m for m in self.measurements if m.measurement_id != measurement_id)
        self._write(lambda store: store.measurements.remove(key, measurement_id))
        self.changed.emit()

    def _find_places(self, measurements: Iterable[Measurement]) -> None:
        geometry = self.geometry
        if geometry is not None:
            self._places.update({m.measurement_id: slice_position(m, geometry) for m in measurements})

    def _write(self, write: Callable[[AnnotationStore], None]) -> None:
        """Hand a change to the store, where the scan is kept there, and tell if it does not reach the disk."""
        store = self._store
        if store is None or self._document is None or self._document.journal is None:
            return
        try:
            write(store)
        except StoreError as error:
            self._messages.report(error)
            return
        job = self._runner.submit(lambda _progress, _cancel: store.wait_durable(), Lane.STORE)
        job.failed.connect(lambda error: self._messages.report(error, "Saving a measurement"))

    def _read(self, document: SegmentationDocument) -> None:
        store, key = self._store, self._key
        if store is None or key in self._was_read:
            return
        job = self._runner.submit(
            lambda _progress, _cancel: store.measurements.of_series(key), Lane.STORE, document.document_id
        )
        job.succeeded.connect(lambda found: self._on_read(key, found))
        job.failed.connect(lambda error: self._messages.report(error, "Reading the measurements"))

    def _on_read(self, key: str, found: tuple[Measurement, ...]) -> None:
        self._was_read.add(key)
        known = {m.measurement_id for m in found}
        # What was drawn before the store answered stays.
        self._lists[key] = (*found, *(m for m in self._lists.get(key, ()) if m.measurement_id not in known))
        if key == self._key:
            self._find_places(found)
            self.changed.emit()
