"""The feature ensemble as a method: every choice made inside the training part; and the report's rule, which is not.

Fits are kept on disk one training part at a time under a key of features, rows and labels, so an interrupted run goes
on where it stopped and a second run with the same split only votes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ctviewer.config.atomic import atomic_write
from training.ph.base_classifiers import COUNT, base_classifier, fit_and_predict
from training.ph.data import PhCollection
from training.ph.feature_table import CUSTOM, STANDARD, FeatureTable
from training.ph.folds import grouped_folds
from training.ph.layout import CLASS_FOLDERS
from training.ph.voting import Choice, Predictions, best_choice, vote_counts

CLASSES = len(CLASS_FOLDERS)
INNER_FOLDS = 5
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_worker_vectors: dict[str, tuple[NDArray[np.float32], ...]] = {}


@dataclass(frozen=True, eq=False)
class Unit:
    """One training part: fit the classifiers called ``numbers`` there and predict ``test``."""

    preprocessing: str
    classes: IntArray
    train: IntArray
    test: IntArray
    numbers: tuple[int, ...]

    def key(self) -> str:
        """Identifies everything the predictions depend on besides the features."""
        hashed = hashlib.sha256(f"{self.preprocessing} {self.numbers}".encode())
        for part in (self.train, self.test, self.classes[self.train]):
            hashed.update(np.ascontiguousarray(part).tobytes() + b"|")
        return hashed.hexdigest()[:24]


@dataclass(eq=False)
class Fits:
    """Runs units, on several processes if wanted, and keeps their predictions.

    Parameters
    ----------
    table
        Features of all rows.
    cache
        Folder for predictions; None keeps nothing.
    workers
        Processes; 1 computes in this one.
    candidates
        Numbers of the base classifiers that may be chosen, rising; all by default.
    """

    table: FeatureTable
    cache: Path | None = None
    workers: int = 1
    report: Callable[[str], None] = lambda _: None
    candidates: tuple[int, ...] = tuple(range(COUNT))
    _folder: Path | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.cache is not None:
            self._folder = self.cache / f"fits-{self.table.digest}"
            self._folder.mkdir(parents=True, exist_ok=True)

    def predictions(self, units: Sequence[Unit]) -> list[Predictions]:
        """Predictions of every unit, in order; each is kept as soon as it is there."""
        found = [self._kept(unit) for unit in units]
        missing = [i for i, one in enumerate(found) if one is None]
        done = len(units) - len(missing)
        with self._computed(missing, units) as results:
            for index, one in results:
                found[index] = one
                self._keep(units[index], one)
                done += 1
                self.report(f"  fitted {done} of {len(units)} training parts")
        return [one for one in found if one is not None]

    @contextmanager
    def _computed(self, missing: list[int], units: Sequence[Unit]) -> Iterator[Iterator[tuple[int, Predictions]]]:
        if self.workers < 2 or len(missing) < 2:
            _set_vectors(dict(self.table.vectors))
            yield ((i, _fit(units[i])) for i in missing)
            return
        context = get_context("spawn")
        with ProcessPoolExecutor(
            self.workers, context, initializer=_set_vectors, initargs=(dict(self.table.vectors),)
        ) as pool:
            running = {pool.submit(_fit, units[i]): i for i in missing}
            try:
                yield ((running[future], future.result()) for future in as_completed(running))
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _kept(self, unit: Unit) -> Predictions | None:
        path = self._path(unit)
        if path is None or not path.exists():
            return None
        try:
            with np.load(path) as stored:
                kept: Predictions = stored["predictions"]
                return kept
        except (OSError, ValueError, KeyError, BadZipFile):
            return None  # damaged: fitted again and replaced

    def _keep(self, unit: Unit, predictions: Predictions) -> None:
        path = self._path(unit)
        if path is not None:
            atomic_write(path, lambda temporary: np.savez_compressed(temporary, predictions=predictions))

    def _path(self, unit: Unit) -> Path | None:
        return self._folder / f"{unit.key()}.npz" if self._folder else None


def _set_vectors(vectors: dict[str, tuple[NDArray[np.float32], ...]]) -> None:
    _worker_vectors.clear()
    _worker_vectors.update(vectors)


def _fit(unit: Unit) -> Predictions:
    return fit_and_predict(_worker_vectors[unit.preprocessing], unit.classes, unit.train, unit.test, unit.numbers)


class FeatureEnsembleMethod:
    """The report's ensemble chosen on inner folds of the training part (leakage-free).

    Five inner folds that keep patients together give out-of-fold predictions of all classifiers under both
    preprocessings; ranking, size, triplet, extension, method and preprocessing use only those. The chosen members are
    then fitted on the whole training part.
    """

    def __init__(self, fits: Fits, seed: int = 0) -> None:
        self._fits, self._seed = fits, seed
        self.choice: Choice | None = None
        self.preprocessing = STANDARD
        self._classes: IntArray = np.zeros(0, dtype=np.int64)
        self._rows: IntArray = np.zeros(0, dtype=np.int64)

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Choose the members on inner folds."""
        self._classes, self._rows = classes, rows
        inner = grouped_folds(classes[rows], data.groups[rows], INNER_FOLDS, self._seed)
        parts = [(rows[inner != f], np.flatnonzero(inner == f)) for f in range(INNER_FOLDS)]
        candidates = self._fits.candidates
        units = [Unit(p, classes, train, rows[test], candidates) for p in (STANDARD, CUSTOM) for train, test in parts]
        found = self._fits.predictions(units)
        pooled = {}
        for place, preprocessing in enumerate((STANDARD, CUSTOM)):
            joined = np.zeros((len(candidates), len(rows)), dtype=np.int8)
            for (_, test), one in zip(parts, found[place * INNER_FOLDS :], strict=False):
                joined[:, test] = one
            pooled[preprocessing] = joined
        self.preprocessing, choice = choose(pooled, classes[rows])
        self.choice = replace(choice, members=tuple(candidates[m] for m in choice.members))

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Shares of the members' votes, so that the most voted class has the highest; ties go to the smallest."""
        if self.choice is None:
            raise RuntimeError("The ensemble has not been fitted.")
        unit = Unit(self.preprocessing, self._classes, self._rows, rows, tuple(sorted(self.choice.members)))
        return vote_shares(self._fits.predictions([unit])[0])


def vote_shares(predictions: Predictions) -> FloatArray:
    """Votes as probabilities ``(n, CLASSES)``: half a vote is added to every class, so that none is impossible."""
    counts = vote_counts(predictions, CLASSES).T + 0.5
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def choose(predictions: dict[str, Predictions], truth: IntArray) -> tuple[str, Choice]:
    """Best preprocessing and members; custom is not tried where standard is always right, and ties go to standard."""
    standard = best_choice(predictions[STANDARD], truth, CLASSES)
    if standard.accuracy >= 1.0:
        return STANDARD, standard
    custom = best_choice(predictions[CUSTOM], truth, CLASSES)
    return (CUSTOM, custom) if custom.accuracy > standard.accuracy else (STANDARD, standard)


def optimistic(
    fits: Fits, classes: IntArray, fold_of: IntArray, report: Callable[[str], None] = lambda _: None
) -> tuple[FloatArray, list[dict[str, Any]]]:
    """The report's own rule: everything is chosen by accuracy on the very fold that is scored.

    Returns
    -------
    tuple
        Vote shares ``(N, CLASSES)`` and what was chosen per fold. For showing what the rule is worth, nothing else.
    """
    shares = np.zeros((len(classes), CLASSES))
    chosen: list[dict[str, Any]] = []
    for fold in range(int(fold_of.max()) + 1):
        train, test = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        units = [Unit(p, classes, train, test, fits.candidates) for p in (STANDARD, CUSTOM)]
        predictions = dict(zip((STANDARD, CUSTOM), fits.predictions(units), strict=True))
        preprocessing, choice = choose(predictions, classes[test])
        shares[test] = vote_shares(predictions[preprocessing][list(choice.members)])
        numbered = replace(choice, members=tuple(fits.candidates[m] for m in choice.members))
        chosen.append(described(preprocessing, numbered))
        report(f"fold {fold + 1}: {choice.accuracy:.3f} by {choice.method} of {len(choice.members)}, {preprocessing}")
    return shares, chosen


def described(preprocessing: str, choice: Choice) -> dict[str, Any]:
    """A choice as plain values for a report."""
    return {
        "preprocessing": preprocessing,
        "method": choice.method,
        "accuracy_where_chosen": choice.accuracy,
        "members": [base_classifier(n).title for n in choice.members[:10]],
        "member_count": len(choice.members),
    }
