"""A reader who does whatever comes to mind, for a few seconds here and for twenty minutes by command.

python -m tests.end_to_end.test_random_session 20 1     # minutes, seed
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.theme import apply_theme
from ctviewer.jobs.garbage import GuiThreadCollector
from ctviewer.session.reading_session import ReadingSession
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies
from tests.support.random_reader import RandomReader, left_behind
from tests.support.retraining_desk import write_scan
from tests.support.synthetic import TINY
from tests.support.version_folders import tiny_segmentation_version

pytestmark = [pytest.mark.gui, pytest.mark.slow]
SECONDS = 15.0
PATIENTS = ("SYNTHETIC-A", "SYNTHETIC-B", "SYNTHETIC-C", "SYNTHETIC-D", "SYNTHETIC-E")


def make_desk(folder: Path) -> tuple[MainWindow, list[Path]]:
    """The window on five small synthetic scans, with a real store and a tiny real model."""
    tiny_segmentation_version(folder / "bundled" / "chest" / "1.0.0")
    scans = [write_scan(folder / "scans" / patient, patient, TINY) for patient in PATIENTS]
    store = AnnotationStore(folder / "annotations.sqlite3", author="tester", daily_backup=False)
    registry = ModelRegistry(folder / "bundled", folder / "models")
    session = ReadingSession.create(store, registry, KnownStudies(folder / "studies.sqlite3"))
    return MainWindow(session, layout_file=folder / "window.ini"), scans


@pytest.mark.parametrize("seed", [1])
def test_nothing_breaks_whatever_the_reader_does(qtbot, tmp_path, seed):
    apply_theme(QApplication.instance())
    window, scans = make_desk(tmp_path)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    diary = RandomReader(window, scans, seed).run(SECONDS, sample_every_s=1.0)
    window.close()
    assert diary.faults == []
    assert sum(diary.steps.values()) > 20
    assert diary.samples[-1][4] <= 2  # the window, and perhaps a dialog that is just closing


def main(minutes: float, seed: int) -> int:
    """Read for so many minutes, print what was measured, and return the exit code."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    apply_theme(application)
    threads = set(threading.enumerate())
    with tempfile.TemporaryDirectory(prefix="ctviewer-random-") as folder:
        window, scans = make_desk(Path(folder))
        window.resize(1280, 800)
        window.show()
        reader = RandomReader(window, scans, seed)
        collector = GuiThreadCollector()  # as the program itself has it
        collector.start()
        started = time.monotonic()
        diary = reader.run(60 * minutes)
        window.close()
        collector.stop()
        left = left_behind(threads)
    every = max(1, len(diary.samples) // 20)
    for seconds, memory, n_threads, timers, windows in diary.samples[::every]:
        print(f"{seconds:7.0f} s  {memory:7.1f} MiB  {n_threads} threads  {timers} timers  {windows} windows")
    print(f"{sum(diary.steps.values())} steps in {time.monotonic() - started:.0f} s, seed {seed}")
    print(f"memory slope over the second half: {diary.slope_mib_per_min:+.2f} MiB/min")
    print(f"left behind: {left or 'nothing'}")
    print(f"faults: {len(diary.faults)}")
    for fault in diary.faults[:10]:
        print(fault)
    print({name: n for name, n in diary.steps.items() if name.startswith("error")})
    return 1 if diary.faults or left else 0


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
