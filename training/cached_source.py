"""All prepared slices in one memory-mapped file: any slice costs one small read, so nothing has to be buffered."""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path

import numpy as np
from numpy.random import Generator

from ctviewer.config.atomic import atomic_write
from training.slice_picker import SlicePicker
from training.slice_source import Batch, IndependentDraws
from training.studies import PreparedLibrary, Study

RESIDENT_BYTES = 64 * 2**20
"""Pages of the file that may count as this process's memory before they are given back to the system."""


class SliceCache:
    """The slices of a library, one record of input and labels each, in one file.

    Parameters
    ----------
    library
        Prepared studies; the file is written beside them once and belongs to exactly these.
    """

    def __init__(self, library: PreparedLibrary) -> None:
        self._corrected = [library.corrected(index) for index in range(len(library))]
        depths = [library.slices(index) for index in range(len(library))]
        self._starts = np.concatenate([[0], np.cumsum(depths)])
        first = library.read(0)
        size = first.inputs.shape[-1]
        self._record = np.dtype([("input", np.float16, (size, size)), ("labels", np.uint8, (size, size))])
        name = hashlib.sha256("\n".join(library.entries).encode()).hexdigest()[:12]
        self.path = library.folder / f"slices-{name}.bin"
        if not self.path.exists() or self.path.stat().st_size != self._starts[-1] * self._record.itemsize:
            atomic_write(self.path, lambda temp: self._write(temp, library))
        with self.path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._slices = np.frombuffer(self._map, self._record)
        self._touched = 0
        self.peak_bytes = 0

    def __len__(self) -> int:
        return len(self._corrected)

    def study(self, index: int) -> Study:
        """A study as views into the file; nothing is read until they are."""
        part = self._slices[self._starts[index] : self._starts[index + 1]]
        return Study(part["input"], part["labels"], self._corrected[index])

    def touch(self, size: int) -> None:
        """Account for pages that were looked at, and give them back to the system when they are many."""
        self._touched += size
        self.peak_bytes = max(self.peak_bytes, self._touched)
        if self._touched >= RESIDENT_BYTES and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._touched = 0

    @property
    def slice_bytes(self) -> int:
        """Size of a record."""
        return self._record.itemsize

    def _write(self, path: Path, library: PreparedLibrary) -> None:
        with path.open("wb") as file:
            for index in range(len(library)):
                study = library.read(index)
                records = np.empty(len(study.inputs), self._record)
                records["input"], records["labels"] = study.inputs, study.labels
                file.write(records.tobytes())


class CachedSource(IndependentDraws):
    """A random study, then a random slice of it, for every draw: mixes like reading per image, at the cost of disk.

    Parameters
    ----------
    cache
        The slices.
    rng
        Seeded generator; used by nobody else.
    picker
        How a slice is chosen; uniformly by default.
    """

    def __init__(self, cache: SliceCache, rng: Generator, picker: SlicePicker | None = None) -> None:
        super().__init__(rng, picker)
        self._cache = cache
        # Kept, because the picker knows studies by identity.
        self._studies = [cache.study(index) for index in range(len(cache))]

    @property
    def peak_bytes(self) -> int:
        """Most bytes of the file that were in use at once."""
        return self._cache.peak_bytes

    def draw(self, count: int) -> Batch:
        """The next slices."""
        images, labels = [], []
        for _ in range(count):
            study = self._studies[int(self._rng.integers(len(self._studies)))]
            index = self._picker.pick(study, self._rng)
            images.append(study.inputs[index].copy())
            labels.append(study.labels[index].copy())
            self._cache.touch(self._cache.slice_bytes)
        self.reads += count
        return np.stack(images), np.stack(labels)

    def close(self) -> None:
        """Nothing to end: the file is unmapped with the last view of it."""
