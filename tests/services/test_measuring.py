"""Measurements as plain values and as a table."""

import csv
import io

import pytest

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.measurement import Measurement, MeasurementKind
from ctviewer.domain.planes import Plane
from ctviewer.services.measuring import COLUMNS, export_csv, measurement_records, stored_records
from ctviewer.store.annotation_store import AnnotationStore
from tests.support.volumes import volume

LENGTH = Measurement(
    "1" * 32, MeasurementKind.LENGTH, Plane.AXIAL, ((-48.0, -20.0, 115.0), (-45.0, -16.0, 115.0)), 3, author="Ada",
    created_at="2024-05-01",
)  # fmt: skip
BOX = Measurement(
    "2" * 32,
    MeasurementKind.ELLIPSE,
    Plane.CORONAL,
    ((-40.0, -15.0, 105.0), (-20.0, -15.0, 125.0)),
    name="=Lung, right",
)


def test_records_say_what_the_window_says():
    first, second = measurement_records(volume(), (LENGTH, BOX))
    assert (first.name, first.slice_index, first.slice_number) == ("Length 3", 3, 9)
    assert (first.quantities[0].value, first.quantities[0].unit) == (5.0, "mm")
    assert (second.name, second.slice_index, second.slice_number) == ("=Lung, right", 5, 6)
    assert second.quantities[0].value == -900


def test_csv_holds_every_number_and_no_formula(tmp_path):
    vol = volume()
    export_csv(tmp_path / "a.csv", vol, measurement_records(vol, (LENGTH, BOX)))
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [(r["quantity"], r["value"], r["unit"]) for r in rows if r["kind"] == "length"] == [("length", "5", "mm")]
    found = {r["quantity"]: r["value"] for r in rows if r["kind"] == "ellipse"}
    assert found["mean"] == "-900"
    assert found["area"] == "314.159"
    assert {r["name"] for r in rows} == {"Length 3", "'=Lung, right"}
    assert "TEST^PATIENT" not in text


def test_a_measurement_without_a_number_keeps_its_row(tmp_path):
    vol = volume()
    outside = Measurement("3" * 32, MeasurementKind.PROBE, Plane.AXIAL, ((500.0, 0.0, 115.0),))
    export_csv(tmp_path / "a.csv", vol, measurement_records(vol, (outside,)))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"))))
    assert [(r["kind"], r["value"]) for r in rows] == [("probe", "")]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(CTViewerError):
        export_csv(tmp_path / "no" / "a.csv", volume(), ())


def test_records_from_the_store(tmp_path):
    vol = volume()
    with AnnotationStore(tmp_path / "a.sqlite3", daily_backup=False) as store:
        store.open_document(vol.series.series_key, vol.series.patient_key, vol.hu.shape)
        store.measurements.put(vol.series.series_key, LENGTH)
        assert [r.measurement_id for r in stored_records(store, vol)] == ["1" * 32]
