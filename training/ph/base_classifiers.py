"""The 378 base classifiers of the main report's ensemble, fitted on training rows only.

63 subsets of the six feature vectors × {NCA, ReliefF, Chi2} × {kNN, SVM}, numbered from 0 in that nesting. Three facts
make a full nested run affordable without changing a result:

* Features are standardised one by one, so the Gram matrix and the city-block distances of a subset are the sums of
  those of its vectors and are computed once per vector.
* NCA starts from principal components and its gradient stays in the span of the training rows, so it runs in their at
  most n − 1 dimensions instead of up to 9216.
* Two vectors with equal values (f3 and f4) make equal classifiers: 47 subsets are computed, 63 are reported.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_selection import chi2
from sklearn.neighbors import NeighborhoodComponentsAnalysis
from sklearn.svm import SVC

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

VECTORS = 6
SELECTORS = ("NCA", "ReliefF", "Chi2")
CLASSIFIERS = ("kNN", "SVM")
SUBSETS: tuple[tuple[int, ...], ...] = tuple(
    chosen for size in range(1, VECTORS + 1) for chosen in combinations(range(VECTORS), size)
)
"""Singles, then pairs, …; lexicographic. 63 of them."""

COUNT = len(SUBSETS) * len(SELECTORS) * len(CLASSIFIERS)
MOST_FEATURES = 250
NEIGHBOURS = 10
NCA_ITERATIONS, NCA_TOLERANCE, NCA_SEED = 300, 1e-4, 42


@dataclass(frozen=True, slots=True)
class BaseClassifier:
    """What a number stands for."""

    number: int
    subset: tuple[int, ...]
    selector: str
    classifier: str

    @property
    def title(self) -> str:
        """For example ``f1+f2+f6, ReliefF, kNN``."""
        return f"{'+'.join(f'f{v + 1}' for v in self.subset)}, {self.selector}, {self.classifier}"


def base_classifier(number: int) -> BaseClassifier:
    """Meaning of a number from 0 to `COUNT` − 1."""
    pair, classifier = divmod(number, len(CLASSIFIERS))
    subset, selector = divmod(pair, len(SELECTORS))
    return BaseClassifier(number, SUBSETS[subset], SELECTORS[selector], CLASSIFIERS[classifier])


class _Vector:
    """One feature vector: training and test rows, standardised and scaled to the training range, and their products."""

    def __init__(self, train: FloatArray, test: FloatArray) -> None:
        self.raw = (train, test)
        mean, sd = train.mean(axis=0), train.std(axis=0)
        sd = np.where(sd > 0, sd, 1.0)
        self.standard = ((train - mean) / sd, (test - mean) / sd)
        self.gram = tuple(part @ self.standard[0].T for part in self.standard)
        span = np.ptp(train, axis=0)
        self.scaled = (train / np.where(span > 0, span, np.inf)).astype(np.float32)
        self.distance = cdist(self.scaled, self.scaled, "cityblock")
        self.low, self.range = train.min(axis=0), np.where(span > 0, span, 1.0)


def fit_and_predict(
    vectors: Sequence[NDArray[np.float32]],
    classes: IntArray,
    train: IntArray,
    test: IntArray,
    numbers: Sequence[int] = range(COUNT),
) -> NDArray[np.int8]:
    """Predictions of base classifiers for the test rows; scalers, selectors and classifiers see training rows only.

    Parameters
    ----------
    vectors
        Six arrays ``(N, d)``.
    numbers
        Which classifiers, all by default.

    Returns
    -------
    NDArray
        Shape ``(len(numbers), len(test))``.
    """
    same = _first_equal(vectors)
    parts = {v: _Vector(vectors[v][train].astype(float), vectors[v][test].astype(float)) for v in set(same)}
    labels = classes[train]
    wanted = set(numbers)
    known: dict[tuple[tuple[int, ...], str, str], NDArray[np.int8]] = {}
    result = np.zeros((len(numbers), len(test)), dtype=np.int8)
    for place, number in enumerate(numbers):
        one = base_classifier(number)
        content = tuple(sorted(same[v] for v in one.subset))
        if (content, one.selector, one.classifier) not in known:
            # Both classifiers of a selection are fitted together: selecting costs far more than they do.
            wanted_kinds = [k for i, k in enumerate(CLASSIFIERS) if number - number % 2 + i in wanted]
            selected = _SELECT[one.selector]([parts[v] for v in content], labels)
            for kind in wanted_kinds:
                known[content, one.selector, kind] = _CLASSIFY[kind](*selected, labels).astype(np.int8)
        result[place] = known[content, one.selector, one.classifier]
    return result


def _first_equal(vectors: Sequence[NDArray[np.float32]]) -> list[int]:
    """For every vector the number of the first one with the same values."""
    first: list[int] = []
    for index, vector in enumerate(vectors):
        equal = [i for i in first if vectors[i].shape == vector.shape and np.array_equal(vectors[i], vector)]
        first.append(equal[0] if equal else index)
    return first


def _nca(parts: Sequence[_Vector], labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """Neighbourhood components (Goldberger et al. 2004): a projection, learned in the span of the training rows."""
    width = sum(part.standard[0].shape[1] for part in parts)
    rows = len(labels)
    if width > rows:
        values, axes = np.linalg.eigh(np.sum([part.gram[0] for part in parts], axis=0))
        kept = np.flatnonzero(values > values[-1] * 1e-10)[::-1]
        scale = np.sqrt(values[kept])
        train = axes[:, kept] * scale
        test = np.sum([part.gram[1] for part in parts], axis=0) @ axes[:, kept] / scale
        # These coordinates are the principal components already, the largest first.
        count = min(MOST_FEATURES, rows - 1, len(kept))
        start = np.eye(count, len(kept))
    else:
        train, test = (np.hstack([part.standard[i] for part in parts]) for i in (0, 1))
        count = min(MOST_FEATURES, width, rows - 1)
        start = PCA(count, svd_solver="full").fit(train).components_
    nca = NeighborhoodComponentsAnalysis(
        count, init=start, max_iter=NCA_ITERATIONS, tol=NCA_TOLERANCE, random_state=NCA_SEED
    )
    with warnings.catch_warnings():
        # The report stops after 300 iterations whether or not it has converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        nca.fit(train, labels)
    return nca.transform(train), nca.transform(test)


def _relief(parts: Sequence[_Vector], labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """ReliefF (Kononenko 1994): features that differ between near pictures of different classes."""
    neighbours, weights = relief_neighbours(np.sum([part.distance for part in parts], axis=0), labels)
    scores = np.concatenate([_relief_scores(part.scaled, neighbours, weights) for part in parts])
    return _selected(parts, scores, "standard")


def relief_neighbours(distance: FloatArray, labels: IntArray) -> tuple[IntArray, NDArray[np.float32]]:
    """Nearest hits and misses of every row and their weights.

    Returns
    -------
    tuple
        Indices and weights, both ``(n, classes · NEIGHBOURS)``: a hit counts −1 per neighbour, a miss of class c
        p(c) / (1 − p(own class)); classes with fewer rows are padded with weight 0.
    """
    rows = len(labels)
    away = distance.copy()
    np.fill_diagonal(away, np.inf)
    shares = np.bincount(labels) / rows
    present = np.flatnonzero(shares)
    indices = np.zeros((rows, len(present) * NEIGHBOURS), dtype=np.int64)
    weights = np.zeros(indices.shape, dtype=np.float32)
    for place, value in enumerate(present):
        members = np.flatnonzero(labels == value)
        nearest = members[np.argsort(away[:, members], axis=1, kind="stable")[:, :NEIGHBOURS]]
        own = labels == value
        usable = np.minimum(NEIGHBOURS, len(members) - own)
        share = np.where(own, -1.0, shares[value] / (1 - np.minimum(shares[labels], 1 - 1e-9)))
        columns = slice(place * NEIGHBOURS, place * NEIGHBOURS + nearest.shape[1])
        indices[:, columns] = nearest
        counted = np.arange(nearest.shape[1])[None] < usable[:, None]
        weights[:, columns] = np.where(counted, (share / np.maximum(usable, 1))[:, None], 0)
    return indices, (weights / rows).astype(np.float32)


def _relief_scores(scaled: NDArray[np.float32], neighbours: IntArray, weights: NDArray[np.float32]) -> FloatArray:
    total = np.zeros(scaled.shape[1])
    for row, (near, weight) in enumerate(zip(neighbours, weights, strict=True)):
        total += weight @ np.abs(scaled[near] - scaled[row])
    return total


def _chi2(parts: Sequence[_Vector], labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """χ² of feature sums per class; features are scaled to 1e-6…1 if any training value is negative."""
    negative = any(part.low.min() < 0 for part in parts)
    scores = []
    for part in parts:
        train = part.raw[0]
        if negative:
            train = 1e-6 + (train - part.low) / part.range * (1 - 1e-6)
        scores.append(np.nan_to_num(chi2(train, labels)[0], nan=0.0))
    return _selected(parts, np.concatenate(scores), "scaled to 1" if negative else "raw")


def _selected(parts: Sequence[_Vector], scores: FloatArray, form: str) -> tuple[FloatArray, FloatArray]:
    """The `MOST_FEATURES` best features (ties: the earlier one) of training and test rows."""
    best = np.argsort(-scores, kind="stable")[:MOST_FEATURES]
    ends = np.cumsum([part.raw[0].shape[1] for part in parts])
    owner = np.searchsorted(ends, best, side="right")
    column = best - (ends - [part.raw[0].shape[1] for part in parts])[owner]
    both = []
    for i in (0, 1):
        values = np.empty((len(parts[0].raw[i]), len(best)))
        for p, part in enumerate(parts):
            mine = owner == p
            source = part.standard[i] if form == "standard" else part.raw[i]
            values[:, mine] = source[:, column[mine]]
            if form == "scaled to 1":
                low, span = part.low[column[mine]], part.range[column[mine]]
                values[:, mine] = 1e-6 + (values[:, mine] - low) / span * (1 - 1e-6)
        both.append(values)
    return both[0], both[1]


def _nearest(train: FloatArray, test: FloatArray, labels: IntArray) -> IntArray:
    """One nearest neighbour by city-block distance; the first training row wins ties."""
    return np.asarray(labels[cdist(test, train, "cityblock").argmin(axis=1)])


def _support_vectors(train: FloatArray, test: FloatArray, labels: IntArray) -> IntArray:
    """Support vector machine with a cubic kernel on newly standardised features."""
    mean, sd = train.mean(axis=0), train.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    machine = SVC(kernel="poly", degree=3, C=1.0, gamma="scale").fit((train - mean) / sd, labels)
    return np.asarray(machine.predict((test - mean) / sd), dtype=np.int64)


_SELECT = {"NCA": _nca, "ReliefF": _relief, "Chi2": _chi2}
_CLASSIFY = {"kNN": _nearest, "SVM": _support_vectors}
