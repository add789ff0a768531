"""From the drop of a series on the real window to its first painted slice, and to the whole scan.

``python -m tests.benchmarks.bench_first_slice [--slices 300] [--rounds 7] [--folder CACHE]``
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication, QWidget

from ctviewer.app.composition import build_window
from ctviewer.domain.planes import Plane
from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.theme import apply_theme
from ctviewer.services import study_loading
from tests.benchmarks.dicom_bench_series import write_bench_series


class PaintWatch(QObject):
    """When a widget with something to show was painted first."""

    def __init__(self, widget: QWidget, has_picture: Callable[[], bool]) -> None:
        super().__init__(widget)
        self._has_picture = has_picture
        self.at: float | None = None
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.at is None and self._has_picture():
            self.at = time.perf_counter()
        return False


def wait(application: QApplication, condition: Callable[[], bool]) -> None:
    while not condition():
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)


def once(application: QApplication, window: MainWindow, folder: Path) -> tuple[float, float]:
    """Milliseconds to the first slice and to the whole scan."""
    workspace = window.session.workspace
    workspace.close_document()
    view = window.views.view(Plane.AXIAL)
    watches = [
        PaintWatch(window.pages.first_slice, lambda: window.pages.first_slice.volume is not None),
        PaintWatch(view, lambda: view.document is not None),
    ]
    window.pages.first_slice.set_volume(None)
    application.processEvents()
    start = time.perf_counter()
    workspace.opening.open_path(folder)
    wait(application, lambda: watches[1].at is not None)
    wait(application, lambda: not workspace.opening.is_under_way)
    first = min(watch.at for watch in watches if watch.at is not None)
    return (first - start) * 1000, (watches[1].at - start) * 1000  # type: ignore[operator]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--syntaxes", nargs="*", default=["explicit", "jpegls", "j2k"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CTVIEWER_DATA_DIR"] = temporary
        root = arguments.folder or Path(temporary)
        application = QApplication([])
        apply_theme(application)
        window = build_window()
        window.resize(1440, 900)
        window.show()
        study_loading.warm_up()  # the program does it a moment after the window is up
        for syntax in arguments.syntaxes:
            folder = write_bench_series(root / f"{syntax}_{arguments.slices}", syntax, arguments.slices)
            once(application, window, folder)
            found = [once(application, window, folder) for _ in range(arguments.rounds)]
            first, whole = (statistics.median(times) for times in zip(*found, strict=True))
            print(f"{syntax}: first slice painted after {first:.0f} ms, the whole scan after {whole:.0f} ms")
        window.close()


if __name__ == "__main__":
    main()
