"""The buffered source: n studies in memory, k slices of each on average, the next n read meanwhile."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ctviewer.domain.arrays import LabelArray
from training.slice_picker import SlicePicker
from training.slice_source import Batch
from training.studies import Study, StudyLibrary


class BufferedSource:
    """Holds n studies, draws n·k slices from them at random with replacement, then replaces all n.

    Studies come from a shuffled list; when fewer than n remain it is shuffled anew. Every study weighs the same,
    however many slices it has. The order of the studies has a generator of its own, so that it is known in advance and
    reading ahead changes nothing about what is drawn.

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
    prefetch
        Read the next n studies in a thread while these are used: up to 2·n are in memory then.
    """

    def __init__(
        self,
        library: StudyLibrary,
        n: int,
        k: int,
        rng: Generator,
        picker: SlicePicker | None = None,
        *,
        prefetch: bool = False,
    ) -> None:
        self._library = library
        self._n = max(1, min(n, len(library)))
        self._k = k
        self._rng = rng
        self._order_rng = rng.spawn(1)[0]
        self._picker = picker or SlicePicker()
        self._order: list[int] = []
        self._held_indices: list[int] = []
        self._held: list[Study] = []
        self._drawn = self._n * k
        self._reader = ThreadPoolExecutor(1, "prefetch") if prefetch else None
        self._coming: Future[list[Study]] | None = None
        self._next_indices = self._choose()
        self._bytes = 0
        self._bytes_lock = Lock()
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
            "next": list(self._next_indices),
            "drawn": self._drawn,
            "reads": self.reads,
            "rng": self._rng.bit_generator.state,
            "order_rng": self._order_rng.bit_generator.state,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state; the held studies are read again."""
        self._order = list(state["order"])
        self._next_indices = list(state["next"])
        self._drop()
        self._take(list(state["held"]), self._read(list(state["held"])))
        self._drawn = int(state["drawn"])
        self.reads = int(state["reads"])
        self._rng.bit_generator.state = state["rng"]
        self._order_rng.bit_generator.state = state["order_rng"]

    def close(self) -> None:
        """End the reading thread."""
        if self._reader is not None:
            self._reader.shutdown(cancel_futures=True)

    def _next(self) -> tuple[NDArray[np.float16], LabelArray]:
        if self._drawn >= self._n * self._k:
            self._replace()
        study = self._held[int(self._rng.integers(len(self._held)))]
        index = self._picker.pick(study, self._rng)
        self._drawn += 1
        # Copies: a view would keep a dropped study in memory.
        return study.inputs[index].copy(), study.labels[index].copy()

    def _replace(self) -> None:
        """Drop all held studies, take the next ones, and start to read those after them."""
        # The old ones go first, so that never more than n studies, or 2·n with reading ahead, are in memory.
        self._drop()
        indices, coming = self._next_indices, self._coming
        self._coming = None
        self._take(indices, self._read(indices) if coming is None else coming.result())
        self.reads += len(indices)
        self._next_indices = self._choose()
        self._drawn = 0
        if self._reader is not None:
            self._coming = self._reader.submit(self._read, list(self._next_indices))

    def _choose(self) -> list[int]:
        if len(self._order) < self._n:
            self._order = [int(index) for index in self._order_rng.permutation(len(self._library))]
        chosen, self._order = self._order[: self._n], self._order[self._n :]
        return chosen

    def _drop(self) -> None:
        self._account(-sum(study.nbytes for study in self._held))
        self._held, self._held_indices = [], []
        self._picker.forget()

    def _take(self, indices: list[int], studies: list[Study]) -> None:
        self._held, self._held_indices = studies, indices

    def _read(self, indices: list[int]) -> list[Study]:
        studies = []
        for index in indices:
            studies.append(self._library.read(index))
            self._account(studies[-1].nbytes)
        return studies

    def _account(self, change: int) -> None:
        with self._bytes_lock:
            self._bytes += change
            self.peak_bytes = max(self.peak_bytes, self._bytes)
