"""How training slices are drawn: per image, sequential, buffered or cached, behind one interface.

The sources see a numbered library of studies and a seeded generator; their whole state can be saved and restored, so a
resumed run draws exactly what the uninterrupted one would have drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import SamplerSpec
from training.buffered_source import BufferedSource
from training.cached_source import CachedSource, SliceCache
from training.slice_picker import SlicePicker
from training.slice_source import Batch, IndependentDraws, SliceSource
from training.studies import PreparedLibrary, Study, StudyLibrary


class PerImageSource(IndependentDraws):
    """Reads a random study for every slice and drops it again: the best mixing and the most reading."""

    def __init__(self, library: StudyLibrary, rng: Generator, picker: SlicePicker | None = None) -> None:
        super().__init__(rng, picker)
        self._library = library
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

    def close(self) -> None:
        """Nothing to end."""

    def _read(self) -> Study:
        study = self._library.read(self._index)
        self.reads += 1
        self.peak_bytes = max(self.peak_bytes, study.nbytes)
        return study


def make_source(
    spec: SamplerSpec, library: StudyLibrary, n: int, rng: Generator, picker: SlicePicker | None = None
) -> SliceSource:
    """Source of the kind the request names, holding at most n studies (and as many again where it reads ahead)."""
    if spec.kind == "buffered":
        return BufferedSource(library, n, spec.k, rng, picker, prefetch=spec.prefetch)
    if spec.kind == "cached":
        if not isinstance(library, PreparedLibrary):
            raise TypeError("Only prepared studies can be put into one file.")
        return CachedSource(SliceCache(library), rng, picker)
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
