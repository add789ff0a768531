"""A deterministic painter on a real store: which operations, and which state follows, depends only on the seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import AnyArray, LabelArray
from ctviewer.domain.edits.brush import disc
from ctviewer.domain.edits.compose import compose
from ctviewer.domain.edits.history import IMPORT_TOOL, Commit, EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.found_structure import FoundStructure, import_edit
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.revision import RevisionStatus
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.surface import mask_surface
from ctviewer.io.stl import read_stl, write_stl
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
    exported: LabelArray | None = None

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.labels = LabelMap(GEOMETRY)
        self.history = EditHistory(self.labels, budget_bytes=2**30)
        if self.store is not None:
            self.store.open_document(SERIES, PATIENT, SHAPE, "Chest", "/scans/chest")

    def step(self) -> None:
        """One operation; durable when it returns (with a store)."""
        kind = self.random.choice(
            ["brush", "erase", "predict", "undo", "redo", "review", "save", "accept", "import", "export"],
            p=[0.53, 0.1, 0.02, 0.1, 0.06, 0.05, 0.04, 0.03, 0.03, 0.04],
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

    def exported_sha256(self) -> str:
        """Of the surface exported last; empty if there was none."""
        return "" if self.exported is None else _corners_sha256(_corners(self.exported))

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

    def _import(self) -> None:
        """A structure of another program replaces a segment."""
        mask = np.zeros(SHAPE, bool)
        start = self.random.integers(0, 30, 2)
        mask[2:9, start[0] : start[0] + 12, start[1] : start[1] + 15] = True
        structure = FoundStructure("Lung", region_from_mask(mask))
        target = CHEST_SEGMENTS[self.random.integers(3)]
        edit = import_edit(self.labels.view(), [structure], [target], frozenset())
        if edit is not None:
            self.history.apply(edit)
            self._commit("Import", IMPORT_TOOL, None)

    def _export(self) -> None:
        """A surface beside the store, over the last one."""
        if not self.labels.view().any():
            return
        self.exported = self.labels.view().copy()
        if self.store is not None:
            surface = mask_surface(self.exported > 0, GEOMETRY)
            assert surface is not None
            write_stl(exported_path(self.store.path), surface)

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
            self.store.revisions.save(SERIES, self.labels.view())

    def _accept(self) -> None:
        self.revisions += 1
        self.accepted = 1
        if self.store is not None:
            self.store.revisions.save(SERIES, self.labels.view(), status=RevisionStatus.ACCEPTED)


def exported_path(store: Path) -> Path:
    """Where the painter exports to."""
    return store.with_suffix(".stl")


def exported_in(store: Path) -> str:
    """What `Painter.exported_sha256` is about, as it lies on the disk."""
    path = exported_path(store)
    return _corners_sha256(read_stl(path)) if path.exists() else ""


def _corners(labels: LabelArray) -> AnyArray:
    surface = mask_surface(labels > 0, GEOMETRY)
    assert surface is not None
    return surface.points[surface.triangles].astype("<f4")


def _corners_sha256(corners: AnyArray) -> str:
    return hashlib.sha256(np.ascontiguousarray(corners).tobytes()).hexdigest()


def found_in(store: AnnotationStore) -> tuple[Expected, DocumentState]:
    """What a store holds."""
    state = store.open_document(SERIES, PATIENT, SHAPE)
    labels = np.zeros(SHAPE, np.uint8) if state.labels is None else state.labels
    found = Expected(
        hashlib.sha256(labels.tobytes()).hexdigest(),
        state.offset + state.position,
        state.offset + len(state.commits),
        state.reviewed,
        len(store.revisions.select(SERIES)),
        len(store.revisions.select(SERIES, RevisionStatus.ACCEPTED)),
    )
    return found, state


def paint(path: Path, seed: int, steps: int) -> Painter:
    """A store with ``steps`` operations in it, closed."""
    with AnnotationStore(path, author="Ada", daily_backup=False) as store:
        painter = Painter(seed, store)
        for _ in range(steps):
            painter.step()
        return painter
