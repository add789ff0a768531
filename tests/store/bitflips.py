"""Flip random bits of a store file and compare what is shown with what was painted.

``python -m tests.store.run_bitflips 2000`` runs it 2000 times and prints the report.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import CTViewerError, StoreError
from ctviewer.domain.revision import RevisionInfo
from ctviewer.store.annotation_store import AnnotationStore
from tests.store.painting import PATIENT, SERIES, SHAPE, paint

STEPS = 120


@dataclass
class Report:
    """Result of many runs."""

    runs: int = 0
    refused: int = 0
    """Stores that do not open, with a sentence."""
    told: int = 0
    """Stores that open and say what is damaged."""
    found_by_check: int = 0
    """Stores that show what was painted, while ``check`` finds the damage elsewhere."""
    harmless: int = 0
    """Flips of unused bytes."""
    silently_wrong: list[str] = field(default_factory=list)


@dataclass
class _Seen:
    """What a store shows: the mask, how many gestures are in effect, and every revision with its mask."""

    labels: LabelArray
    position: int
    revisions: list[tuple[RevisionInfo, LabelArray | None]]
    told: list[str]


def flip_runs(folder: Path, runs: int, seed: int, flips: int = 1) -> Report:
    """Make a store, and damage a copy of it in every run; an error that is no sentence ends the runs."""
    source = folder / "source.sqlite3"
    paint(source, 77, STEPS)
    content = source.read_bytes()
    with AnnotationStore(source, author="Ada", daily_backup=False) as store:
        truth = _seen(store)
    chance, report, path = random.Random(seed), Report(), folder / "flipped.sqlite3"
    for _ in range(runs):
        damaged = bytearray(content)
        bits = [chance.randrange(8 * len(damaged)) for _ in range(flips)]
        for bit in bits:
            damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        _judge(report, path, truth, f"bits {bits}")
        for leftover in folder.glob(f"{path.name}*"):
            leftover.unlink()
    return report


def _judge(report: Report, path: Path, truth: _Seen, what: str) -> None:
    report.runs += 1
    try:
        with AnnotationStore(path, author="Ada", daily_backup=False) as store:
            seen = _seen(store)
            problems = store.check()
    except CTViewerError:
        report.refused += 1
        return
    wrong = _differences(seen, truth)
    if seen.told:
        report.told += 1
    elif wrong:
        report.silently_wrong.append(f"{what}: {wrong}")
    elif problems:
        report.found_by_check += 1
    else:
        report.harmless += 1


def _seen(store: AnnotationStore) -> _Seen:
    state = store.open_document(SERIES, PATIENT, SHAPE)
    told = [*state.problems, store.read_only_reason] if store.read_only else list(state.problems)
    revisions: list[tuple[RevisionInfo, LabelArray | None]] = []
    for info in store.revisions.select():
        try:
            revisions.append((info, store.revisions.load_labels(info.revision_id)))
        except StoreError as error:
            told.append(error.message)
            revisions.append((info, None))
    labels = np.zeros(SHAPE, np.uint8) if state.labels is None else state.labels
    return _Seen(labels, state.offset + state.position, revisions, told)


def _differences(seen: _Seen, truth: _Seen) -> str:
    if not np.array_equal(seen.labels, truth.labels):
        return "another mask"
    if seen.position != truth.position:
        return f"{seen.position} gestures in effect instead of {truth.position}"
    if len(seen.revisions) != len(truth.revisions):
        return f"{len(seen.revisions)} revisions instead of {len(truth.revisions)}"
    for (info, labels), (true_info, true_labels) in zip(seen.revisions, truth.revisions, strict=True):
        kept = ("revision_id", "status", "author", "labels_sha256", "reviewed_slices", "model_id", "name")
        changed = [name for name in kept if getattr(info, name) != getattr(true_info, name)]
        if changed or not np.array_equal(labels, true_labels):
            return f"revision {true_info.revision_id}: {changed or 'another mask'}"
    return ""
