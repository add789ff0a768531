"""Measures the annotation store: ``python -m tests.benchmarks.bench_store [FOLDER] [GESTURES]``.

A mask of 512×512×300 voxels: one prediction, then brush gestures of 30 pixels. Reports what the pen waits for, when a
gesture is on disk, the size of 200 strokes, reopening after a clean end and after kill -9, and saving a revision.
Synthetic; no patient data. FOLDER decides which disk is measured.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from ctviewer.domain.edits.brush import stroke
from ctviewer.domain.edits.compose import compose
from ctviewer.domain.edits.history import EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.store.annotation_store import AnnotationStore

SHAPE = (300, 512, 512)
GEOMETRY = VolumeGeometry(SHAPE, np.diag([1.0, 0.7, 0.7, 1.0]))
RADIUS_MM = 15 * 0.7
MODEL = ModelIdentity("chest", "1.0", "0" * 64)
STROKES = 200


class Painting:
    """A document with a prediction, and a hand that draws strokes of five moves."""

    def __init__(self, store: AnnotationStore) -> None:
        self.store = store
        self.random = np.random.default_rng(0)
        store.open_document("series", "patient", SHAPE)
        self.labels = LabelMap(GEOMETRY)
        self.history = EditHistory(self.labels)
        self.moves: list[float] = []

    def predict(self) -> float:
        """Two lungs and a trachea of about the size of real ones; returns the seconds the window waits."""
        k, j, i = np.ogrid[:300, :512, :512]
        labels = np.zeros(SHAPE, np.uint8)
        labels[((k - 150) / 130) ** 2 + ((j - 256) / 150) ** 2 + ((i - 150) / 90) ** 2 < 1] = 2
        labels[((k - 150) / 130) ** 2 + ((j - 256) / 150) ** 2 + ((i - 362) / 90) ** 2 < 1] = 1
        labels[150:, 200:225, 245:268] = 3
        self.history.apply(edit_between(self.labels.view(), labels))
        commit = self.history.commit("Segment")
        return timed(lambda: self.store.append_commit("series", commit, "model", MODEL))

    def stroke(self) -> float:
        """One gesture; returns the seconds the pen waited for the store at its end."""
        commit = None
        while commit is None:
            start = self.random.uniform((20, 100, 60), (280, 410, 450))
            label = int(self.random.integers(0, 4))
            for _ in range(5):
                end = start + np.array([0.0, *self.random.uniform(-12, 12, 2)])
                self.moves.append(timed(lambda a=start, b=end, n=label: self._move(n, tuple(a), tuple(b))))
                start = end
            commit = self.history.commit("Brush")
        before = time.perf_counter()
        self.store.append_commit("series", commit, "brush")
        return time.perf_counter() - before

    def _move(self, label: int, start: tuple[float, float, float], end: tuple[float, float, float]) -> None:
        region = stroke(GEOMETRY, Plane.AXIAL, start, end, RADIUS_MM)
        edit = None if region is None else compose(region, label, self.labels.view())
        if edit is not None:
            self.history.apply(edit)


def paint_and_wait_for_death(path: Path, gestures: int, sender: Connection) -> None:
    """Child: paints, reports the labels' checksum, and holds the store open until it is killed."""
    painting = Painting(AnnotationStore(path, author="bench", daily_backup=False))
    painting.predict()
    for _ in range(gestures):
        painting.stroke()
    painting.store.wait_durable()
    time.sleep(3)  # the last snapshot is written beside the painting
    sender.send(painting.labels.view().tobytes())
    time.sleep(3600)


def timed(work: Callable[[], object]) -> float:
    """Seconds a call takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def milliseconds(name: str, seconds: list[float]) -> None:
    values = np.array(seconds) * 1000
    p50, p99 = np.percentile(values, [50, 99])
    print(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {values.max():.2f} ms ({len(values)})")


def bench_painting(path: Path, gestures: int) -> None:
    with AnnotationStore(path, author="bench", daily_backup=False) as store:
        painting = Painting(store)
        waited = painting.predict() * 1000
        print(
            f"prediction to the journal: window waits {waited:.1f} ms, durable after {timed(store.wait_durable):.2f} s"
        )
        held = painting.history.nbytes
        pen, durable = [], []
        for _ in range(gestures):
            waited = painting.stroke()
            pen.append(waited)
            durable.append(waited + timed(store.wait_durable))
            if len(pen) == STROKES:
                report_size(store, painting.history.nbytes - held)
        milliseconds("brush move, 30 px: region, paint rule, mask changed", painting.moves)
        milliseconds("gesture commit seen by the pen", pen)
        milliseconds("gesture durable on disk", durable)
        labels = painting.labels.view()
        print(f"save revision: {timed(lambda: store.revisions.save('series', labels)):.2f} s")
    print(f"database: {path.stat().st_size / 2**20:.1f} MiB after {gestures} strokes and a prediction")
    reopen("reopen after a clean end", path, labels.tobytes())


def report_size(store: AnnotationStore, nbytes: int) -> None:
    connection = sqlite3.connect(store.path)
    stored = connection.execute("SELECT sum(length(delta)) FROM gesture WHERE model_id = ''").fetchone()[0]
    connection.close()
    copies = STROKES * SHAPE[1] * SHAPE[2]
    print(
        f"{STROKES} strokes: {nbytes / 1e6:.2f} MB in memory, {stored / 1e6:.2f} MB in the journal; "
        f"copies of their slices: {copies / 1e6:.0f} MB"
    )


def bench_kill(path: Path, gestures: int) -> None:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=paint_and_wait_for_death, args=(path, gestures, sender))
    child.start()
    labels = receiver.recv()
    child.kill()
    child.join()
    reopen(f"reopen after kill -9 with {gestures} strokes", path, labels)


def reopen(name: str, path: Path, labels: bytes) -> None:
    before = time.perf_counter()
    with AnnotationStore(path, author="bench", daily_backup=False) as store:
        state = store.open_document("series", "patient", SHAPE)
        seconds = time.perf_counter() - before
        intact = state.labels is not None and state.labels.tobytes() == labels
    print(f"{name}: {seconds:.2f} s, {len(state.commits)} gestures in the undo list, mask identical: {intact}")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir())
    gestures = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    print(
        f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, SQLite {sqlite3.sqlite_version}"
    )
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        bench_painting(Path(scratch) / "a.sqlite3", gestures)
        bench_kill(Path(scratch) / "b.sqlite3", gestures)


if __name__ == "__main__":
    main()
