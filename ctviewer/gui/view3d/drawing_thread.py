"""Draws pictures one after the other on a thread of its own; only the newest that waits is drawn."""

from __future__ import annotations

import logging
import threading
import time

from PySide6.QtCore import QObject, Signal

from ctviewer.gui.view3d.offscreen import working_window
from ctviewer.gui.view3d.picture import Picture

logger = logging.getLogger(__name__)

STOP_S = 10.0


class DrawingThread(QObject):
    """Owner of the thread and of the drawing context in it.

    Drawing takes 10 to 100 ms where the processor does it; the window never waits for it.
    """

    drawn = Signal(object, object, float)
    """RGBA array ``(height, width, 4)``, the `Picture` it shows, and the seconds it took."""
    failed = Signal()
    """There is nothing to draw with."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._wanted: Picture | None = None
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def want(self, picture: Picture) -> None:
        """Ask for a picture; it replaces one that still waits."""
        with self._condition:
            self._wanted = picture
            self._condition.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="view3d", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join(STOP_S)
            self._thread = None

    # -- on the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        name = working_window()
        if self._is_stopping:
            return
        if not name:
            logger.warning("no OpenGL context draws here")
            self.failed.emit()
            return
        from ctviewer.gui.view3d.scene import Scene

        scene = Scene(name)
        while (picture := self._next()) is not None:
            start = time.perf_counter()
            pixels = scene.draw(picture)
            self.drawn.emit(pixels, picture, time.perf_counter() - start)
        scene.close()

    def _next(self) -> Picture | None:
        with self._condition:
            while self._wanted is None and not self._is_stopping:
                self._condition.wait()
            picture, self._wanted = self._wanted, None
            return None if self._is_stopping else picture
