"""Measures correction: ``python -m tests.benchmarks.bench_tools``.

A synthetic thorax of 512×512×300 voxels with a mask of three segments in the real window, with the real store behind
it. A brush of 30 pixels radius is dragged by mouse events; a figure is the time from the event to the end of the
repaint it caused. Each way of finding parts and holes takes turns with scipy's, and the best of the rounds counts.

Runs on the platform QT_QPA_PLATFORM names (default offscreen).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from scipy import ndimage

from ctviewer.domain.edits.between_slices import fill_between
from ctviewer.domain.edits.components import connected_parts, enclosed
from ctviewer.domain.edits.flood import grow_in_volume
from ctviewer.domain.edits.islands import all_but_largest, holes
from ctviewer.domain.edits.livewire import Livewire
from ctviewer.domain.edits.margin import within_distance
from ctviewer.domain.planes import Plane
from ctviewer.domain.study import PatientInfo, SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.slices.view_area import Layout
from ctviewer.gui.theme import apply_theme
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry
from tests.benchmarks.bench_slice_change import SHAPE, SPACING_MM, big_thorax
from tests.support.volumes import geometry

STROKES, MOVES = 200, 12
BRUSH_PX = 30
ROUNDS = 3
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
Row = tuple[str, str, str]


def open_window(hu: np.ndarray, labels: np.ndarray, folder: Path) -> MainWindow:
    """The window on a scan whose mask is drawn already."""
    session = ReadingSession.create(
        AnnotationStore(folder / "annotations.sqlite3", "bench", daily_backup=False),
        ModelRegistry(folder / "none", folder / "models"),
    )
    window = MainWindow(session)
    window.resize(1440, 900)
    window.show()
    grid = geometry(SHAPE, SPACING_MM)
    series = SeriesRef((Path("/nowhere/x.dcm"),), SourceFormat.DICOM, SHAPE, SPACING_MM, series_uid="1.2",
                       modality="CT", patient=PatientInfo("B"), is_synthetic=True)  # fmt: skip
    scan = Volume(hu, grid, series, SourceGrid(grid))
    workspace = session.workspace
    assert workspace.store is not None
    state = workspace.store.open_document(series.series_key, series.patient_key, SHAPE, "", "")
    document = workspace.show_volume(scan, state)
    from ctviewer.domain.edits.mask_edit import edit_between

    edit = edit_between(np.zeros_like(labels), labels)
    assert edit is not None
    document.apply_edit(edit, "Mask")
    settle(2.0)
    return window


def settle(seconds: float = 0.3) -> None:
    """Let timers and jobs run."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)


def strokes(window: MainWindow, plane: Plane) -> tuple[np.ndarray, np.ndarray, int]:
    """Milliseconds of each move with its repaint, and of each release; memory of the undo list in bytes.

    Both have two columns: what the clock says, and what the window's thread itself worked, which a busy machine does
    not lengthen.
    """
    workspace = window.session.workspace
    document = workspace.document
    assert document is not None
    view = window.views.view(plane)
    workspace.toolbox.active, workspace.toolbox.radius_mm = ToolKind.BRUSH, BRUSH_PX * SPACING_MM[1]
    random = np.random.default_rng(3)
    moves, ends = [], []
    held = document._mask.history.nbytes
    for number in range(STROKES):
        document.segments.active_label = 1 + number % 3
        view.viewport.slice_index = int(random.integers(20, view.viewport.slice_count - 20))
        settle(0.02)
        place = QPointF(*random.uniform(0.3, 0.7, 2) * (view.width(), view.height()))
        step = QPointF(*random.uniform(-14, 14, 2))
        _send(view, QEvent.Type.MouseButtonPress, place, LEFT, LEFT)
        QApplication.processEvents()
        for _ in range(MOVES):
            place += step
            start, start_cpu = time.perf_counter(), time.thread_time()
            _send(view, QEvent.Type.MouseMove, place, NONE, LEFT)
            QApplication.processEvents()
            moves.append(((time.perf_counter() - start) * 1000, (time.thread_time() - start_cpu) * 1000))
        start, start_cpu = time.perf_counter(), time.thread_time()
        _send(view, QEvent.Type.MouseButtonRelease, place, LEFT, NONE)
        ends.append(((time.perf_counter() - start) * 1000, (time.thread_time() - start_cpu) * 1000))
    return np.array(moves), np.array(ends), document._mask.history.nbytes - held


def _send(view: object, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    event = QMouseEvent(kind, place, view.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def best_ms(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Best time of each way; they take turns, because the machine is not ours alone."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            times[name].append(_timed(work))
    return {name: min(found) for name, found in times.items()}


def algorithms(hu: np.ndarray, labels: np.ndarray) -> list[Row]:
    """Parts, holes, margins and growth beside what scipy takes for the same voxels."""
    grid = geometry(SHAPE, SPACING_MM)
    lung, air = labels == 1, hu < -300
    corners = np.ones((3, 3, 3), bool)
    seed = tuple(int(n) for n in np.argwhere(lung & (hu < -700))[5000])
    pairs: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        ("islands of a lung, whole label array", lambda: all_but_largest(labels, 1),
         lambda: ndimage.label(labels == 1, corners)),
        ("connected parts of all air, 26 neighbours", lambda: connected_parts(air),
         lambda: ndimage.label(air, corners)),
        ("connected parts of all air, 6 neighbours", lambda: connected_parts(air, by_corners=False),
         lambda: ndimage.label(air)),
        ("holes of a lung, slice by slice", lambda: holes(labels, 1),
         lambda: [ndimage.binary_fill_holes(cut) for cut in labels == 1]),
        ("holes of a lung in 3-D", lambda: holes(labels, 1, per_axial_slice=False),
         lambda: ndimage.binary_fill_holes(labels == 1)),
        ("holes of all air in 3-D", lambda: enclosed(air), lambda: ndimage.binary_fill_holes(air)),
        ("margin of 2 mm round a lung", lambda: within_distance(lung, SPACING_MM, 2.0),
         lambda: ndimage.distance_transform_edt(~lung, sampling=SPACING_MM) <= 2.0),
        ("region grow in a lung", lambda: grow_in_volume(hu, seed, (-1000, -600), grid, 1e4),
         lambda: _grown_by_scipy(hu, seed)),
    ]  # fmt: skip
    rows = []
    for name, ours, theirs in pairs:
        found = best_ms({"ours": ours, "scipy": theirs})
        rows.append((name, f"{found['ours']:.0f} ms", f"{found['scipy'] / found['ours']:.1f}×"))
    return rows


def _grown_by_scipy(hu: np.ndarray, seed: tuple[int, ...]) -> np.ndarray:
    parts, _ = ndimage.label((hu >= -1000) & (hu <= -600))
    return np.asarray(parts == parts[seed])


def interactive(hu: np.ndarray, labels: np.ndarray) -> list[Row]:
    """Fill between slices, and the livewire."""
    grid = geometry(SHAPE, SPACING_MM)
    drawn = labels.copy()
    middle = SHAPE[0] // 2
    drawn[middle - 10 : middle + 10] = 0
    gap = best_ms({"one gap": lambda: fill_between(drawn, 1, grid)})["one gap"]
    every = np.zeros_like(labels)
    every[::20] = labels[::20]
    sparse = best_ms({"all": lambda: fill_between(every, 1, grid)})["all"]
    wire = Livewire(hu[middle], (SPACING_MM[1], SPACING_MM[2]))
    random = np.random.default_rng(4)
    firsts, moves = [], []
    for _ in range(40):
        anchor = random.uniform(100, 400, 2)
        wire.set_anchor((anchor[0], anchor[1]))
        for number in range(20):
            target = anchor + random.uniform(-90, 90, 2)
            start = time.perf_counter()
            wire.path_to((target[0], target[1]))
            (moves if number else firsts).append((time.perf_counter() - start) * 1000)
    return [
        ("fill between two slices 20 apart (a lung)", f"{gap:.0f} ms", ""),
        ("fill a lung drawn on every 20th slice", f"{sparse:.0f} ms", ""),
        ("livewire: preparing a slice", f"{_timed(lambda: Livewire(hu[middle], (0.7, 0.7))):.0f} ms", ""),
        ("livewire: first way from a click", f"p99 {np.percentile(firsts, 99):.0f} ms", ""),
        ("livewire: following the pointer", f"p99 {np.percentile(moves, 99):.1f} ms", ""),
    ]


def main() -> None:
    """Print a table row per figure."""
    application = QApplication(sys.argv[:1])
    apply_theme(application)
    print(f"platform {application.platformName()}, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} CPUs\n", flush=True)
    hu, labels = big_thorax()
    print("| What | Measured | Ratio |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(hu, labels, Path(folder))
        for layout, plane in ((Layout.AXIAL, Plane.AXIAL), (Layout.THREE_PLANES, Plane.CORONAL)):
            window.views.view_layout = layout
            settle()
            moves, ends, held = strokes(window, plane)
            name = "axial view" if layout is Layout.AXIAL else "coronal view of three planes"
            for what, times, aim in (("brush move, input to repaint", moves, 4), ("commit seen by the pen", ends, 16)):
                middle, tail = np.median(times, axis=0), np.percentile(times, 99, axis=0)
                print(f"| {what}, {name} | p50 {middle[0]:.2f} ms, p99 {tail[0]:.2f} ms; the window's own work "
                      f"p50 {middle[1]:.2f}, p99 {tail[1]:.2f} ms ({len(times)}) | "
                      f"p99 {tail[0] / aim:.2f} of {aim} ms; own work {tail[1] / aim:.2f} |")  # fmt: skip
            copies = STROKES * (SHAPE[1] * SHAPE[2] if plane is Plane.AXIAL else SHAPE[0] * SHAPE[2])
            print(
                f"| undo memory of {STROKES} strokes, {name} | {held / 1e6:.2f} MB | "
                f"1/{copies / held:.0f} of copies of their slices ({copies / 1e6:.0f} MB) |",
                flush=True,
            )
        window.close()
    for rows in (algorithms(hu, labels), interactive(hu, labels)):
        for row in rows:
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
