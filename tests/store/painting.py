"""A deterministic painter on a real store: which operations, and which state follows, depends only on the seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ctviewer.domain.annotation import RevisionStatus
from ctviewer.domain.edits.brush import disc
from ctviewer.domain.edits.compose import compose
from ctviewer.domain.edits.history import Commit, EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.document_state import DocumentState

SERIES = "5" * 32
PATIENT = "9" * 32
SHAPE = (16, 48, 48)
GEOMETRY = VolumeGeometry(SHAPE, np.diag([2.5, 0.8, 0.8, 1.0]))
MODEL = ModelIdentity("chest", "1.0", "a" * 64)


@dataclass(frozen=True)
class Expected:
    """What a store must hold after some operations."""

    labels_sha256: str
    position: int
    commits: int
    reviewed: frozenset[int]
    revisions: int
    accepted: int


@dataclass
class Painter:
    """Draws random gestures; with a store it journals them, without one it only predicts the state."""

    seed: int
    store: AnnotationStore | None = None
    reviewed: set[int] = field(default_factory=set)
    revisions: int = 0
    accepted: int = 0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.labels = LabelMap(GEOMETRY)
        self.history = EditHistory(self.labels, budget_bytes=2**30)
        if self.store is not None:
            self.store.open_document(SERIES, PATIENT, SHAPE, "Chest", "/scans/chest")

    def step(self) -> None:
        """One operation; durable when it returns (with a store)."""
        kind = self.random.choice(
            ["brush", "brush", "brush", "erase", "predict", "undo", "redo", "review", "save", "accept"],
            p=[0.25, 0.2, 0.15, 0.1, 0.02, 0.1, 0.06, 0.05, 0.04, 0.03],
        )
        getattr(self, f"_{kind}")()
        if self.store is not None:
            self.store.wait_durable()

    def expected(self) -> Expected:
        """The state the operations so far lead to."""
        return Expected(
            hashlib.sha256(self.labels.view().tobytes()).hexdigest(),
            self.history.position,
            len(self.history),
            frozenset(self.reviewed),
            self.revisions,
            self.accepted,
        )

    def _brush(self, label: int | None = None) -> None:
        center = [float(self.random.uniform(0, n)) for n in SHAPE]
        chosen = int(self.random.integers(1, 4)) if label is None else label
        region = disc(GEOMETRY, list(Plane)[self.random.integers(3)], tuple(center), float(self.random.uniform(1, 8)))
        edit = compose(region, chosen, self.labels.view()) if region is not None else None
        if edit is not None:
            self.history.apply(edit)
            self._commit("Brush", "brush", None)

    def _erase(self) -> None:
        self._brush(label=0)

    def _predict(self) -> None:
        predicted = np.zeros(SHAPE, np.uint8)
        shift = int(self.random.integers(0, 20))
        predicted[:, 4:30, shift : shift + 20] = self.random.integers(1, 4, (SHAPE[0], 26, 20))
        edit = edit_between(self.labels.view(), predicted)
        if edit is not None:
            self.history.apply(edit)
            self._commit("Segment", "model", MODEL)

    def _commit(self, name: str, tool: str, model: ModelIdentity | None) -> None:
        commit: Commit | None = self.history.commit(name)
        if commit is not None and self.store is not None:
            self.store.append_commit(SERIES, commit, tool, model)

    def _undo(self) -> None:
        if self.history.undo() is not None and self.store is not None:
            self.store.set_position(SERIES, self.history.position)

    def _redo(self) -> None:
        if self.history.redo() is not None and self.store is not None:
            self.store.set_position(SERIES, self.history.position)

    def _review(self) -> None:
        slices = {int(k) for k in self.random.integers(0, SHAPE[0], 3)}
        self.reviewed |= slices
        if self.store is not None:
            self.store.mark_reviewed(SERIES, slices)

    def _save(self) -> None:
        self.revisions += 1
        if self.store is not None:
            self.store.save_revision(SERIES, self.labels.view())

    def _accept(self) -> None:
        self.revisions += 1
        self.accepted = 1
        if self.store is not None:
            self.store.save_revision(SERIES, self.labels.view(), status=RevisionStatus.ACCEPTED)


def found_in(store: AnnotationStore) -> tuple[Expected, DocumentState]:
    """What a store holds."""
    state = store.open_document(SERIES, PATIENT, SHAPE)
    labels = np.zeros(SHAPE, np.uint8) if state.labels is None else state.labels
    found = Expected(
        hashlib.sha256(labels.tobytes()).hexdigest(),
        state.offset + state.position,
        state.offset + len(state.commits),
        state.reviewed,
        len(store.revisions(SERIES)),
        len(store.revisions(SERIES, RevisionStatus.ACCEPTED)),
    )
    return found, state


def paint(path: Path, seed: int, steps: int) -> Painter:
    """A store with ``steps`` operations in it, closed."""
    with AnnotationStore(path, author="Ada", daily_backup=False) as store:
        painter = Painter(seed, store)
        for _ in range(steps):
            painter.step()
        return painter
