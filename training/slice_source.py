"""What every source of training slices can do, and the part that sources with nothing but a generator share."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ctviewer.domain.arrays import LabelArray
from training.slice_picker import SlicePicker

Batch = tuple[NDArray[np.float16], LabelArray]
"""Inputs ``(count, S, S)`` and labels ``(count, S, S)``."""


class SliceSource(Protocol):
    """Gives training slices."""

    reads: int

    @property
    def peak_bytes(self) -> int:
        """Most bytes of studies that were in memory at once."""
        ...

    def draw(self, count: int) -> Batch:
        """The next slices."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything that decides what comes next, as JSON values."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state."""
        ...

    def close(self) -> None:
        """Let go of threads."""
        ...


class IndependentDraws:
    """A source whose slices are drawn independently of each other: the generator is all there is to remember.

    Parameters
    ----------
    rng
        Seeded generator; used by nobody else.
    picker
        How a slice of a study is chosen; uniformly by default.
    """

    def __init__(self, rng: Generator, picker: SlicePicker | None = None) -> None:
        self._rng = rng
        self._picker = picker or SlicePicker()
        self.reads = 0

    def state(self) -> dict[str, Any]:
        """The generator and the count of reads."""
        return {"reads": self.reads, "rng": self._rng.bit_generator.state}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state."""
        self.reads = int(state["reads"])
        self._rng.bit_generator.state = state["rng"]

    def close(self) -> None:
        """Nothing to end."""
