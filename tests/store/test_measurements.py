"""Measurements in the store: written, changed, removed, there again after a restart and after kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from ctviewer.domain.errors import StoreReadOnlyError
from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole
from ctviewer.domain.planes import Plane
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.schema import MIGRATIONS

KEY, PATIENT, SHAPE = "a" * 32, "b" * 32, (4, 6, 8)
LENGTH = Measurement(
    "1" * 32, MeasurementKind.LENGTH, Plane.CORONAL, ((0.1, 2.0, -3.25), (1e-7, 5.0, 6.0)), 2, "Knoten «ä» 結節",
    MeasurementRole.LEFT_PULMONARY_ARTERY, "Ada", "2024-05-01T10:00:00.000+00:00",
)  # fmt: skip


def opened(path, **options):
    store = AnnotationStore(path, author="Ada", daily_backup=False, **options)
    store.open_document(KEY, PATIENT, SHAPE)
    return store


def test_round_trip_is_exact(tmp_path):
    with opened(tmp_path / "a.sqlite3") as store:
        store.measurements.put(KEY, LENGTH)
        assert store.measurements.of_series(KEY) == (LENGTH,)
        assert store.measurements.of_series("c" * 32) == ()
    with opened(tmp_path / "a.sqlite3") as store:
        assert store.measurements.of_series(KEY) == (LENGTH,)
        assert store.check() == []


def test_change_remove_and_bring_back(tmp_path):
    with opened(tmp_path / "a.sqlite3") as store:
        other = replace(LENGTH, measurement_id="2" * 32, created_at="2024-05-02")
        store.measurements.put(KEY, LENGTH)
        store.measurements.put(KEY, other)
        longer = replace(LENGTH, points_lps=((0.0, 0.0, 0.0), (9.0, 0.0, 0.0)), name="")
        store.measurements.put(KEY, longer)
        assert store.measurements.of_series(KEY) == (longer, other)
        store.measurements.remove(KEY, LENGTH.measurement_id)
        assert store.measurements.of_series(KEY) == (other,)
        store.measurements.put(KEY, longer)
        assert store.measurements.of_series(KEY) == (longer, other)


def test_the_author_is_filled_in(tmp_path):
    with opened(tmp_path / "a.sqlite3") as store:
        store.measurements.put(KEY, replace(LENGTH, author="", created_at=""))
        (found,) = store.measurements.of_series(KEY)
        assert found.author == "Ada"
        assert found.created_at


def test_a_measurement_of_an_unknown_series_holds_nothing_up(tmp_path):
    with opened(tmp_path / "a.sqlite3") as store:
        store.measurements.put("c" * 32, LENGTH)
        store.measurements.put(KEY, LENGTH)
        store.wait_durable(30)
        assert store.measurements.of_series(KEY) == (LENGTH,)


def test_a_second_program_reads_but_does_not_write(tmp_path):
    with (
        opened(tmp_path / "a.sqlite3") as first,
        AnnotationStore(tmp_path / "a.sqlite3", "Bob", daily_backup=False) as second,
    ):
        first.measurements.put(KEY, LENGTH)
        first.wait_durable()
        assert second.measurements.of_series(KEY) == (LENGTH,)
        with pytest.raises(StoreReadOnlyError):
            second.measurements.put(KEY, LENGTH)


def test_a_store_of_the_first_version_is_migrated(tmp_path):
    path = tmp_path / "a.sqlite3"
    connection = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute("PRAGMA application_id = 0x43545641")
    connection.execute("PRAGMA user_version = 1")
    connection.execute(
        "INSERT INTO document(series_key, patient_key, slices, rows, columns, series_label, source_path, created_at)"
        " VALUES (?,?,4,6,8,'','','')", (KEY, PATIENT),
    )  # fmt: skip
    connection.commit()
    connection.close()
    with opened(path) as store:
        store.measurements.put(KEY, LENGTH)
        assert store.measurements.of_series(KEY) == (LENGTH,)


def test_a_damaged_row_is_left_out(tmp_path):
    path = tmp_path / "a.sqlite3"
    with opened(path) as store:
        store.measurements.put(KEY, LENGTH)
        store.measurements.put(KEY, replace(LENGTH, measurement_id="2" * 32))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE measurement SET points_lps = '[[1, 2]]' WHERE id = ?", ("2" * 32,))
    connection.commit()
    connection.close()
    with opened(path) as store:
        assert store.measurements.of_series(KEY) == (LENGTH,)


KILLED = """
import sys
from pathlib import Path
from tests.store.test_measurements import KEY, LENGTH, opened
store = opened(Path(sys.argv[1]))
store.measurements.put(KEY, LENGTH)
store.wait_durable()
print("durable", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")
def test_kill_9_loses_no_measurement(tmp_path):
    path = tmp_path / "a.sqlite3"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "durable\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    with opened(path) as store:
        assert store.measurements.of_series(KEY) == (LENGTH,)
