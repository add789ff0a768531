"""How training slices are drawn: per image, sequential, or buffered, behind one interface.

The sources see a numbered library of studies and a seeded generator; their whole state can be saved and restored, so a
resumed run draws exactly what the uninterrupted one would have drawn.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_request import SamplerSpec
from training.studies import Study, StudyLibrary

Batch = tuple[NDArray[np.float16], LabelArray]
"""Inputs ``(count, S, S)`` and labels ``(count, S, S)``."""


class SliceSource(Protocol):
    """Gives training slices."""

    reads: int
    peak_bytes: int

    def draw(self, count: int) -> Batch:
        """The next slices."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything that decides what comes next, as JSON values."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state."""
        ...


class SlicePicker:
    """Chooses a slice of a study: uniformly, or a share of the draws among slices with certain structures.

    Parameters
    ----------
    rare_label
        Label of the rarest structure.
    rare_share, foreground_share
        Shares of draws among slices with that structure, or with any structure.
    """

    def __init__(self, rare_label: int = 0, rare_share: float = 0.0, foreground_share: float = 0.0) -> None:
        self._rare_label = rare_label
        self._rare_share = rare_share
        self._foreground_share = foreground_share
        self._strata: dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]] = {}

    def pick(self, study: Study, rng: Generator) -> int:
        """Index of a slice."""
        depth = len(study.inputs)
        if self._rare_share + self._foreground_share > 0:
            rare, foreground = self._slices_of(study)
            lot = rng.random()
            if lot < self._rare_share and rare.size:
                return int(rare[rng.integers(rare.size)])
            if self._rare_share <= lot < self._rare_share + self._foreground_share and foreground.size:
                return int(foreground[rng.integers(foreground.size)])
        return int(rng.integers(depth))

    def forget(self) -> None:
        """Drop what is known about studies that are no longer held."""
        self._strata.clear()

    def _slices_of(self, study: Study) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        known = self._strata.get(id(study))
        if known is None:
            rare = np.flatnonzero((study.labels == self._rare_label).any(axis=(1, 2)))
            foreground = np.flatnonzero(((study.labels > 0) & (study.labels != 255)).any(axis=(1, 2)))
            known = self._strata[id(study)] = (rare, foreground)
        return known


class BufferedSource:
    """Holds n studies, draws n·k slices from them at random with replacement, then replaces all n.

    Studies come from a shuffled list; when fewer than n remain it is shuffled anew. Every study weighs the same,
    however many slices it has.

    Parameters
    ----------
    library
        The studies.
    n, k
        Studies held, and average number of slices taken of each.
    rng
        Seeded generator; used by nobody else.
    picker
        How a slice is chosen; uniformly by default.
    """

    def __init__(
        self, library: StudyLibrary, n: int, k: int, rng: Generator, picker: SlicePicker | None = None
    ) -> None:
        self._library = library
        self._n = max(1, min(n, len(library)))
        self._k = k
        self._rng = rng
        self._picker = picker or SlicePicker()
        self._order: list[int] = []
        self._held_indices: list[int] = []
        self._held: list[Study] = []
        self._drawn = self._n * k
        self.reads = 0
        self.peak_bytes = 0

    def draw(self, count: int) -> Batch:
        """The next slices."""
        picked = [self._next() for _ in range(count)]
        return np.stack([image for image, _ in picked]), np.stack([labels for _, labels in picked])

    def state(self) -> dict[str, Any]:
        """Everything that decides what comes next."""
        return {
            "order": list(self._order),
            "held": list(self._held_indices),
            "drawn": self._drawn,
            "reads": self.reads,
            "rng": self._rng.bit_generator.state,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state; the held studies are read again."""
        self._order = list(state["order"])
        self._hold(list(state["held"]))
        self._drawn = int(state["drawn"])
        self.reads = int(state["reads"])
        self._rng.bit_generator.state = state["rng"]

    def _next(self) -> tuple[NDArray[np.float16], LabelArray]:
        if self._drawn >= self._n * self._k:
            if len(self._order) < self._n:
                self._order = [int(index) for index in self._rng.permutation(len(self._library))]
            chosen, self._order = self._order[: self._n], self._order[self._n :]
            self._hold(chosen)
            self._drawn = 0
        study = self._held[int(self._rng.integers(len(self._held)))]
        index = self._picker.pick(study, self._rng)
        self._drawn += 1
        # Copies: a view would keep a dropped study in memory.
        return study.inputs[index].copy(), study.labels[index].copy()

    def _hold(self, indices: list[int]) -> None:
        # Everything is dropped first, so that never more than n studies are in memory.
        self._held, self._held_indices = [], []
        self._picker.forget()
        held_bytes = 0
        for index in indices:
            study = self._library.read(index)
            self.reads += 1
            held_bytes += study.nbytes
            self._held.append(study)
            self._held_indices.append(index)
            self.peak_bytes = max(self.peak_bytes, held_bytes)


class PerImageSource:
    """Reads a random study for every slice and drops it again: the best mixing and the most reading."""

    def __init__(self, library: StudyLibrary, rng: Generator, picker: SlicePicker | None = None) -> None:
        self._library = library
        self._rng = rng
        self._picker = picker or SlicePicker()
        self.reads = 0
        self.peak_bytes = 0

    def draw(self, count: int) -> Batch:
        """The next slices."""
        images, labels = [], []
        for _ in range(count):
            study = self._library.read(int(self._rng.integers(len(self._library))))
            self.reads += 1
            self.peak_bytes = max(self.peak_bytes, study.nbytes)
            index = self._picker.pick(study, self._rng)
            self._picker.forget()
            images.append(study.inputs[index].copy())
            labels.append(study.labels[index].copy())
        return np.stack(images), np.stack(labels)

    def state(self) -> dict[str, Any]:
        """The generator and the count of reads."""
        return {"reads": self.reads, "rng": self._rng.bit_generator.state}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state."""
        self.reads = int(state["reads"])
        self._rng.bit_generator.state = state["rng"]


class SequentialSource:
    """Takes all slices of one study in random order, then goes to the next: the least reading and the worst mixing."""

    def __init__(self, library: StudyLibrary, rng: Generator) -> None:
        self._library = library
        self._rng = rng
        self._index = -1
        self._slices: list[int] = []
        self._study: Study | None = None
        self.reads = 0
        self.peak_bytes = 0

    def draw(self, count: int) -> Batch:
        """The next slices."""
        images, labels = [], []
        for _ in range(count):
            if self._study is None or not self._slices:
                self._study = None
                self._index = (self._index + 1) % len(self._library)
                self._study = self._read()
                self._slices = [int(k) for k in self._rng.permutation(len(self._study.inputs))]
            k = self._slices.pop()
            images.append(self._study.inputs[k].copy())
            labels.append(self._study.labels[k].copy())
        return np.stack(images), np.stack(labels)

    def state(self) -> dict[str, Any]:
        """Study, remaining slices, generator and count of reads."""
        return {
            "index": self._index,
            "slices": list(self._slices),
            "reads": self.reads,
            "rng": self._rng.bit_generator.state,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state; the current study is read again."""
        self._index = int(state["index"])
        self._slices = list(state["slices"])
        self._study = self._read() if self._index >= 0 else None
        self.reads = int(state["reads"])
        self._rng.bit_generator.state = state["rng"]

    def _read(self) -> Study:
        study = self._library.read(self._index)
        self.reads += 1
        self.peak_bytes = max(self.peak_bytes, study.nbytes)
        return study


def make_source(
    spec: SamplerSpec, library: StudyLibrary, n: int, rng: Generator, picker: SlicePicker | None = None
) -> SliceSource:
    """Source of the kind the request names, holding at most n studies."""
    if spec.kind == "buffered":
        return BufferedSource(library, n, spec.k, rng, picker)
    if spec.kind == "per_image":
        return PerImageSource(library, rng, picker)
    return SequentialSource(library, rng)


def studies_within(budget_bytes: float, largest_bytes: int, count: int) -> int:
    """How many studies fit a memory budget: at least 1, at most all.

    Raises
    ------
    TrainingError
        If not even one fits.
    """
    if largest_bytes > budget_bytes:
        raise TrainingError(
            f"The memory limit leaves {budget_bytes / 2**20:.0f} MB for scans, the largest needs "
            f"{largest_bytes / 2**20:.0f} MB.",
            "Raise the memory limit.",
        )
    return max(1, min(count, int(budget_bytes // largest_bytes)))
