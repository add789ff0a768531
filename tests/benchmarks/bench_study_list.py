"""The study list with many rows: reading, searching, sorting, scrolling, and starting a window on it.

QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_study_list 10000
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ctviewer.domain.study import PatientInfo, SeriesRef, SourceFormat
from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.theme import apply_theme
from ctviewer.services import study_listing
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.row_order import SORT_FIELDS, RowFilter
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies


def series(number: int) -> SeriesRef:
    """A made-up chest CT."""
    return SeriesRef(
        (Path(f"/nowhere/{number}/1.dcm"),), SourceFormat.DICOM, (number % 500 + 20, 512, 512),
        series_uid=f"1.2.{number}", study_uid=f"1.{number}", modality="CT", study_date="20240102",
        series_description=f"Lung {number % 7}", study_description="CT thorax",
        patient=PatientInfo(f"P{number}", f"NAME{number % 977}^GIVEN", "19600102", "F"),
    )  # fmt: skip


def timed(what: Callable[[], object], rounds: int = 15) -> str:
    """Median and slowest of several calls in ms, and the processor time, which says more on a busy machine."""
    took, worked = [], []
    for _ in range(rounds):
        started, cpu = time.perf_counter(), time.thread_time()
        what()
        took.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.thread_time() - cpu))
    median, cpu = statistics.median(took), statistics.median(worked)
    return f"median {median:.1f} ms, slowest {max(took):.1f} ms, processor {cpu:.1f} ms"


def predict_half(store: AnnotationStore, count: int) -> None:
    """Give every second series a prediction with doubts and findings, as the store keeps them."""

    def write(connection: sqlite3.Connection) -> None:
        for number in range(0, count, 2):
            key = series(number).series_key
            connection.execute(
                "INSERT INTO document(id, series_key, patient_key, slices, rows, columns, series_label, source_path,"
                " created_at, position) VALUES (?, ?, '', 20, 512, 512, 'Lung', '', '2024', 1)", (number + 1, key),
            )  # fmt: skip
            connection.execute(
                "INSERT INTO gesture(document_id, session_id, place, name, tool, author, created_at, model_id,"
                " model_version, model_sha256, n_changed, nbytes, delta, checksum)"
                " VALUES (?, 1, 0, 'Segment', 'model', '', '2024', 'chest', '1', '', 1, 1, x'00', x'00')",
                (number + 1,),
            )  # fmt: skip
            connection.execute(
                "INSERT INTO outlook(document_id, doubt_ml, findings) VALUES (?, ?, ?)",
                (number + 1, number % 997, number % 4),
            )

    store._access.writer.call(write)


def main(count: int) -> None:
    """Print the figures."""
    application = QApplication.instance() or QApplication([])
    apply_theme(application)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = KnownStudies(folder / "studies.sqlite3")
        started = time.perf_counter()
        known.add((series(number), Path(f"/nowhere/{number}")) for number in range(count))
        print(f"{count} series written in {time.perf_counter() - started:.2f} s")
        store = AnnotationStore(folder / "annotations.sqlite3", daily_backup=False)
        registry = ModelRegistry(folder / "none", folder / "models")
        print(
            "read rows with status (in the background):", timed(lambda: study_listing.list_rows(known, store, registry))
        )
        window = MainWindow(ReadingSession.create(store, registry, known))
        window.resize(1366, 768)
        window.show()
        study_list, page = window.session.study_list, window.pages.study_list
        while len(study_list.rows) < count:
            application.processEvents()
        if not page.isVisible():  # a window with a list begins with it
            window.actions_by_id["study_list"].trigger()
        application.processEvents()
        words = iter(["name5", "p99", "lung 3 name", "p1", "nobody"] * 10)

        def search() -> None:
            study_list.row_filter = RowFilter(next(words))
            application.processEvents()

        print("search to painted rows:", timed(search))
        study_list.row_filter = RowFilter()
        fields = iter(["patient_name", "patient_id", "study_date", "slices", "annotator"] * 10)

        def sort() -> None:
            page.table.sortByColumn(SORT_FIELDS.index(next(fields)), Qt.SortOrder.AscendingOrder)
            application.processEvents()

        print("sort to painted rows:", timed(sort))
        bar = page.table.verticalScrollBar()

        def scroll() -> None:
            bar.setValue(bar.value() + 3 * page.table.rowHeight(0))
            page.table.viewport().repaint()

        print("three rows further to painted rows:", timed(scroll, 200))
        predict_half(store, count)
        print("read rows, half of them predicted:", timed(lambda: study_listing.list_rows(known, store, registry)))
        rows = study_listing.list_rows(known, store, registry)
        study_list._take(([(row, row.words) for row in rows], frozenset()))
        orders = iter([Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder] * 10)

        def sort_by_worth() -> None:
            page.table.sortByColumn(SORT_FIELDS.index("worth"), next(orders))
            application.processEvents()

        print("sort by worth to painted rows:", timed(sort_by_worth))
        print("find the next case:", timed(study_list.next_undone))
        window.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
