"""How a long operation reports progress and learns that it should stop. No Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ctviewer.domain.errors import OperationCancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """One progress report: ``done`` of ``total`` units (``total`` 0 means unknown) and what is being done."""

    done: float
    total: float
    message: str = ""

    @property
    def fraction(self) -> float:
        """Share done, 0 to 1; 0 when the total is unknown."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0


ProgressCallback = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """Drop a report (for callers that do not show any)."""


class CancelToken:
    """A flag one thread raises and another polls; thread-safe."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the operation to stop at its next check."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `OperationCancelled` if a stop was asked for."""
        if self._event.is_set():
            raise OperationCancelled
