"""Measurements as plain values for tables, reports and files; no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole, PointLPS, slice_position
from ctviewer.domain.measurement_values import Quantity, measure
from ctviewer.domain.planes import Plane
from ctviewer.domain.volume import Volume
from ctviewer.io.csv_text import csv_bytes
from ctviewer.store.annotation_store import AnnotationStore


@dataclass(frozen=True, slots=True)
class MeasurementRecord:
    """One measurement with everything a reader of a report needs.

    Parameters
    ----------
    name
        The user's name, else the kind with its number.
    kind, plane, role
        See `ctviewer.domain.measurement.Measurement`.
    slice_index, slice_number
        Index along the plane's normal, and the number the window shows (1 is the most cranial, anterior or right).
    quantities
        Numbers with units, the most important first; empty where there are none.
    points_lps
        LPS millimetres.
    """

    measurement_id: str
    name: str
    kind: MeasurementKind
    role: MeasurementRole
    plane: Plane
    slice_index: int
    slice_number: int
    quantities: tuple[Quantity, ...]
    points_lps: tuple[PointLPS, ...]
    author: str
    created_at: str


def measurement_records(volume: Volume, measurements: Iterable[Measurement]) -> tuple[MeasurementRecord, ...]:
    """Measurements of a scan as plain values, in the order given."""
    records = []
    for m in measurements:
        index = round(slice_position(m, volume.geometry))
        count = volume.geometry.shape[m.plane.normal_axis]
        records.append(
            MeasurementRecord(
                measurement_id=m.measurement_id,
                name=m.name or _default_name(m),
                kind=m.kind,
                role=m.role,
                plane=m.plane,
                slice_index=index,
                slice_number=count - index if m.plane is Plane.AXIAL else index + 1,
                quantities=measure(m, volume),
                points_lps=m.points_lps,
                author=m.author,
                created_at=m.created_at,
            )
        )
    return tuple(records)


def stored_records(store: AnnotationStore, volume: Volume) -> tuple[MeasurementRecord, ...]:
    """What the annotation store holds for a scan, as plain values.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    return measurement_records(volume, store.measurements.of_series(volume.series.series_key))


COLUMNS = (
    "series", "study_date", "name", "kind", "role", "plane", "slice", "quantity", "value", "unit", "points_lps_mm",
    "author", "created_at", "series_uid", "measurement_id",
)  # fmt: skip


def table_rows(volume: Volume, records: Iterable[MeasurementRecord]) -> list[tuple[str, ...]]:
    """One row per number, in the order of `COLUMNS`; a measurement without a number has one row with empty value."""
    series = volume.series
    rows: list[tuple[str, ...]] = []
    for record in records:
        points = "; ".join(" ".join(f"{c:.2f}" for c in point) for point in record.points_lps)
        values = [(q.name.value, f"{round(q.value, 3):g}", q.unit) for q in record.quantities]
        for name, value, unit in values or [("", "", "")]:
            rows.append(
                (series.label, series.study_date, record.name, record.kind.value, record.role.value,
                 record.plane.value, str(record.slice_number), name, value, unit, points, record.author,
                 record.created_at, series.series_uid, record.measurement_id)
            )  # fmt: skip
    return rows


def export_csv(path: Path, volume: Volume, records: Iterable[MeasurementRecord]) -> None:
    """Write the table to a file, whole or not at all.

    Raises
    ------
    CTViewerError
        If it cannot be written.
    """
    atomic_write_bytes(path, csv_bytes(COLUMNS, table_rows(volume, records)))


def _default_name(measurement: Measurement) -> str:
    if measurement.role is not MeasurementRole.NONE:
        return measurement.role.value.capitalize()
    return f"{measurement.kind.value.capitalize()} {measurement.number}"
