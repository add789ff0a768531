"""Collects reference cycles on the GUI thread only.

Python collects them on whichever thread happens to allocate next. A QObject in a cycle is then destroyed on a worker
thread, while the GUI thread may be delivering an event to it: a rare segmentation fault that no traceback explains.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 200
"""Garbage of so much time waits; more often costs, less often makes one collection long."""


class GuiThreadCollector(QObject):
    """Does what Python's automatic collection does, by a timer on the thread that made it.

    Parameters
    ----------
    parent
        Qt parent.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over from the automatic collection."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Hand back to the automatic collection."""
        self._timer.stop()
        gc.enable()

    def collect(self) -> int | None:
        """Collect the oldest generation whose turn it is by Python's own thresholds.

        Returns
        -------
        int | None
            The generation; None if no turn has come.
        """
        due = [
            n
            for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most > 0
        ]
        if not due:
            return None
        gc.collect(due[-1])
        return due[-1]
