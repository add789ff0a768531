"""Compositions of the committee compared on the same held-out pictures.

Every component (a network, a regression) is cross-validated once and its probabilities are kept; a candidate is a mean
of such columns, so that candidates differ in nothing but their composition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ctviewer.config.atomic import atomic_write
from ctviewer.inference.classifier import VIEWS, picture_tensor, turned
from ctviewer.networks.thorax_committee import KINDS
from training.ph.committee import VIEW_OF_KIND, CommitteeRecipe, encoded_views, linear_head, train_member
from training.ph.data import PhCollection
from training.ph.folds import grouped_folds
from training.ph.layout import CLASS_FOLDERS
from training.ph.methods import LinearMethod
from training.ph.own_features import mediastinum, own_vectors
from training.ph.scores import fitted_temperature, tempered

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Report = Callable[[str], None]

ENCODER = "encoder"
FEATURES = {"maxima": (False, 1), "gradients": (True, 2), "patterns": (True, 3)}
"""Vectors of `training.ph.own_features`: of the mediastinum instead of the thorax, and which."""

RIDGE, COMPONENTS = 60.0, 80


@dataclass(frozen=True, slots=True)
class Candidate:
    """A composition.

    Parameters
    ----------
    parts
        Each has one say; a part is the mean of its components.
    is_geometric
        Probabilities are averaged by their logarithms.
    """

    title: str
    parts: tuple[tuple[str, ...], ...]
    is_geometric: bool = False

    @property
    def components(self) -> tuple[str, ...]:
        """Names of all columns it is made of."""
        return tuple(name for part in self.parts for name in part)

    def probabilities(self, columns: Mapping[str, FloatArray]) -> FloatArray:
        """Shape ``(N, classes)``."""
        means = np.array([np.mean([columns[name] for name in part], axis=0) for part in self.parts])
        if not self.is_geometric:
            return np.asarray(means.mean(axis=0))
        powers = np.exp(np.log(np.maximum(means, 1e-6)).mean(axis=0))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def candidates(members: int = 1) -> dict[str, Candidate]:
    """What is compared; the first is the committee itself, the one the others are held against."""
    nets = {kind: tuple(f"{kind}-{n}" for n in range(members)) for kind in KINDS}
    views, regressions = (nets["whole"], nets["middle"]), tuple((name,) for name in FEATURES)
    return {
        "committee": Candidate("the committee", (*nets.values(), (ENCODER,))),
        "nets": Candidate("nets on thorax and mediastinum only", views),
        "mediastinum": Candidate("nets on the mediastinum only", (nets["middle"],)),
        "nets+regressions": Candidate("the nets and three regressions on features", (*views, *regressions)),
        "nets+regressions, logs": Candidate("the same, logarithms averaged", (*views, *regressions), is_geometric=True),
        "everything": Candidate("committee and three regressions", (*nets.values(), (ENCODER,), *regressions)),
    }


class Columns:
    """Held-out probabilities of every component, kept in a folder as they are computed.

    Parameters
    ----------
    keep
        Folder; what is there of the same pictures and recipe is not computed again.
    """

    def __init__(self, data: PhCollection, recipe: CommitteeRecipe, folds: int, keep: Path, report: Report) -> None:
        self._data, self._recipe, self._folds, self._report = data, recipe, folds, report
        self._pictures = picture_tensor(data.pictures, recipe.size_px)
        self._vectors: dict[str, FloatArray] = {}
        # How many members a kind has changes none of them.
        settings = {key: value for key, value in recipe.to_dict().items() if key != "members"}
        hashed = hashlib.sha256(json.dumps([settings, folds], sort_keys=True).encode())
        for part in (data.pictures, data.classes, data.groups):
            hashed.update(np.ascontiguousarray(part).tobytes())
        self._keep = keep / f"columns-{hashed.hexdigest()[:12]}"
        self._keep.mkdir(parents=True, exist_ok=True)

    def folds_of(self, seed: int) -> IntArray:
        """Fold of every picture in the deal of a seed."""
        return grouped_folds(self._data.classes, self._data.groups, self._folds, seed)

    def column(self, name: str, seed: int) -> FloatArray:
        """Shape ``(N, classes)``: each row from a model that never saw the picture's patient group."""
        fold_of = self.folds_of(seed)
        column = np.zeros((len(fold_of), len(CLASS_FOLDERS)))
        for fold in range(self._folds):
            file = self._keep / f"{seed}-{fold}-{name}.npy"
            held, rows = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
            if not file.exists():
                fitted = self._fitted(name, held, rows, seed + fold)
                atomic_write(file, partial(_saved, column=fitted))
                self._report(f"deal {seed}, fold {fold + 1}/{self._folds}: {name}")
            column[held] = np.load(file)
        return column

    def _fitted(self, name: str, held: IntArray, rows: IntArray, seed: int) -> FloatArray:
        data, recipe = self._data, self._recipe
        if name == ENCODER:
            views = encoded_views(self._pictures)
            weight, bias = (torch.from_numpy(part) for part in linear_head(recipe, views[:, rows], data.classes[rows]))
            return np.asarray(torch.softmax(views[:, held] @ weight.T + bias, dim=-1).double().mean(dim=0).numpy())
        if name in FEATURES:
            method = LinearMethod(lambda _: self._vector(name), RIDGE, COMPONENTS)
            method.fit(data, data.classes, rows)
            return method.probabilities(data, held)
        kind, _, index = name.rpartition("-")
        return self.member(kind, int(index), held, rows, seed)

    def member(
        self,
        kind: str,
        index: int,
        held: IntArray,
        rows: IntArray,
        seed: int,
        start: Mapping[str, Tensor] | None = None,
    ) -> FloatArray:
        """Held-out probabilities of one network of a kind, mean over the views; it starts from given weights or fresh.

        Parameters
        ----------
        held, rows
            Pictures that are predicted, and those it is trained on.
        start
            As `training.ph.network_method.train_network` takes it.
        """
        data, seen = self._data, VIEW_OF_KIND[kind]
        inputs = seen(self._pictures)
        network = train_member(self._recipe, kind, index, inputs, data.groups, data.classes, rows, seed, start)
        with torch.inference_mode():
            parts = [torch.softmax(network(seen(turned(self._pictures[held], *view))), dim=1) for view in VIEWS]
        return np.asarray(torch.stack(parts).double().mean(dim=0).numpy())

    def _vector(self, name: str) -> FloatArray:
        if not self._vectors:
            pictures = self._data.pictures
            both = {False: own_vectors(pictures), True: own_vectors(mediastinum(pictures))}
            self._vectors = {key: both[cut][n].astype(np.float64) for key, (cut, n) in FEATURES.items()}
        return self._vectors[name]


def _saved(path: Path, column: FloatArray) -> None:
    with path.open("wb") as file:
        np.save(file, column)


def calibrated(classes: IntArray, probabilities: FloatArray, fold_of: IntArray) -> FloatArray:
    """Every fold with the temperature that suits the held-out predictions of the other folds."""
    result = np.empty_like(probabilities)
    for fold in np.unique(fold_of):
        held = fold_of == fold
        result[held] = tempered(probabilities[held], fitted_temperature(classes[~held], probabilities[~held]))
    return result


def held_out(columns: Columns, classes: IntArray, members: int, seeds: Sequence[int]) -> dict[str, list[FloatArray]]:
    """Calibrated probabilities of every candidate, one array for each deal of the patients."""
    found: dict[str, list[FloatArray]] = {name: [] for name in candidates(members)}
    for seed in seeds:
        known: dict[str, FloatArray] = {}
        for name, candidate in candidates(members).items():
            for component in candidate.components:
                if component not in known:
                    known[component] = columns.column(component, seed)
            found[name].append(calibrated(classes, candidate.probabilities(known), columns.folds_of(seed)))
    return found


def comparison(
    data: PhCollection,
    recipe: CommitteeRecipe,
    seeds: Sequence[int],
    keep: Path,
    folds: int = 5,
    report: Report = lambda _: None,
) -> dict[str, Any]:
    """Figures of every candidate and their differences from the committee, ready for JSON; see `training.ph.paired`."""
    from training.ph.paired import paired_table

    columns = Columns(data, recipe, folds, keep, report)
    found = held_out(columns, data.classes, recipe.members, seeds)
    rows = paired_table(data.classes, data.groups, found)
    titles = {name: candidate.title for name, candidate in candidates(recipe.members).items()}
    return {
        "members": recipe.members, "deals": list(seeds), "folds": folds,
        "candidates": [{"name": row["name"], "title": titles.get(row["name"], row["name"]), **row} for row in rows],
    }  # fmt: skip
