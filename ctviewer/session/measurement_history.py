"""What was done to the measurements of a scan, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ctviewer.domain.measurement import Measurement

Change = tuple[Measurement | None, Measurement | None]
"""A measurement as it is, and as it is to become; None where it is not on the list."""


class MeasurementHistory:
    """Changes in order, and how many of them are in effect.

    Undo belongs to measurements while they are what was changed last, else to the mask.
    """

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._position = 0
        self._is_paused = False
        self.is_latest = False
        """Whether a measurement was changed after the mask."""

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone change can be done again."""
        return self._position < len(self._changes)

    def record(self, before: Measurement | None, after: Measurement | None) -> None:
        """Note a change; what was undone before it cannot be done again."""
        if not self._is_paused:
            self._changes = [*self._changes[: self._position], (before, after)]
            self._position += 1
            self.is_latest = True

    def undo(self) -> Change | None:
        """The change that takes the last one back; None if there is none."""
        if not self.can_undo:
            return None
        self._position -= 1
        before, after = self._changes[self._position]
        return (after, before)

    def redo(self) -> Change | None:
        """The change that was undone last; None if there is none."""
        if not self.can_redo:
            return None
        self._position += 1
        return self._changes[self._position - 1]

    def step_back(self) -> None:
        """The mask was changed: undo belongs to it now."""
        self.is_latest = False

    def clear(self) -> None:
        """Forget everything."""
        self._changes, self._position, self.is_latest = [], 0, False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Changes inside are not recorded."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False
