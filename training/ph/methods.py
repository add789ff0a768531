"""Classifiers that are compared: one interface, fitted on training rows only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from skimage.feature import hog
from skimage.transform import resize

from ctviewer.domain.errors import TrainingError
from training.ph.committee import CommitteeMethod, CommitteeRecipe
from training.ph.data import PhCollection
from training.ph.layout import CLASS_FOLDERS
from training.ph.network_method import NetworkMethod, NetworkRecipe

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CLASSES = len(CLASS_FOLDERS)


class Method(Protocol):
    """A classifier before and after fitting."""

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Learn from the given rows; ``classes`` may differ from the collection's own (shuffled-label test)."""

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Shape ``(len(rows), CLASSES)``; each row sums to 1."""


class MajorityMethod:
    """Says how frequent each class was; the baseline that knows nothing about the picture."""

    def __init__(self) -> None:
        self._shares = np.full(CLASSES, 1 / CLASSES)

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Count the classes."""
        self._shares = np.bincount(classes[rows], minlength=CLASSES) / len(rows)

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """The same shares for every row."""
        return np.tile(self._shares, (len(rows), 1))


class LinearMethod:
    """Multinomial logistic regression on standardised features, with a ridge penalty.

    Parameters
    ----------
    features
        Collection → shape ``(N, d)``; computed per picture, so it cannot leak between rows.
    ridge
        Penalty per weight.
    components
        Principal components kept (fitted on the training rows); None keeps all features.
    """

    def __init__(self, features: Callable[[PhCollection], FloatArray], ridge: float, components: int | None) -> None:
        self._features, self._ridge, self._components = features, ridge, components
        self._mean: FloatArray = np.zeros(0)
        self._scale: FloatArray = np.zeros(0)
        self._axes: FloatArray = np.zeros(0)
        self._weights: FloatArray = np.zeros(0)

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Standardise, project and minimise the penalised log loss."""
        x = self._features(data)[rows]
        self._mean, self._scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
        x = (x - self._mean) / self._scale
        count = min(self._components or x.shape[1], *x.shape)
        self._axes = np.linalg.svd(x, full_matrices=False)[2][:count].T if self._components else np.eye(x.shape[1])
        x = np.column_stack([x @ self._axes, np.ones(len(x))])
        target = np.eye(CLASSES)[classes[rows]]

        def loss(flat: FloatArray) -> tuple[float, FloatArray]:
            weights = flat.reshape(x.shape[1], CLASSES)
            p = _softmax(x @ weights)
            penalty = weights.copy()
            penalty[-1] = 0
            value = -np.log(np.maximum((p * target).sum(axis=1), 1e-12)).sum() + self._ridge * (penalty**2).sum() / 2
            return float(value), (x.T @ (p - target) + self._ridge * penalty).ravel()

        found = minimize(loss, np.zeros(x.shape[1] * CLASSES), jac=True, method="L-BFGS-B", options={"maxiter": 300})
        self._weights = found.x.reshape(x.shape[1], CLASSES)

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Apply the fitted projection and weights."""
        x = ((self._features(data)[rows] - self._mean) / self._scale) @ self._axes
        return _softmax(np.column_stack([x, np.ones(len(x))]) @ self._weights)


class NearestMethod:
    """One nearest neighbour by city-block distance: memory of the training pictures, so it shows leaks best."""

    def __init__(self, features: Callable[[PhCollection], FloatArray]) -> None:
        self._features = features
        self._known = np.zeros((0, 0))
        self._classes = np.zeros(0, dtype=np.int64)

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Remember the rows."""
        self._known, self._classes = self._features(data)[rows], classes[rows]

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Nearly 1 for the class of the nearest picture."""
        x = self._features(data)[rows]
        nearest = np.array([np.abs(self._known - one).sum(axis=1).argmin() for one in x])
        return np.eye(CLASSES)[self._classes[nearest]] * 0.96 + 0.01


def framing(data: PhCollection) -> FloatArray:
    """Aspect ratio and chest share of the screen shot, with squares: nothing about the vessels."""
    standard = (data.framing - data.framing.mean(axis=0)) / data.framing.std(axis=0)
    return np.column_stack([standard, standard**2, standard[:, :1] * standard[:, 1:]])


def gradient_histograms(data: PhCollection) -> FloatArray:
    """Histograms of oriented gradients of the thorax picture at 128 px, cells of 16 px."""
    return np.array(
        [
            hog(
                resize(picture, (128, 128), order=1, anti_aliasing=True),
                orientations=9,
                pixels_per_cell=(16, 16),
                cells_per_block=(2, 2),
            )
            for picture in data.pictures
        ]
    )


def _softmax(x: FloatArray) -> FloatArray:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class MethodEntry:
    """A method by name: how to make it, what it is.

    Parameters
    ----------
    recipe
        Of methods that are nothing but networks trained by one recipe.
    """

    make: Callable[[int], Method]
    title: str
    recipe: NetworkRecipe | None = None

    def with_epochs(self, epochs: int) -> MethodEntry:
        """The same with another length of training; says so.

        Raises
        ------
        TrainingError
            If it is no method of networks alone.
        """
        if self.recipe is None:
            raise TrainingError(f"“{self.title}” has no epochs to choose.", "Leave --epochs out.")
        return _networks(replace(self.recipe, epochs=epochs), f"{self.title}, {epochs} epochs")


def _networks(recipe: NetworkRecipe, title: str) -> MethodEntry:
    return MethodEntry(lambda seed: NetworkMethod(recipe, seed), title, recipe)


def _cached(function: Callable[[PhCollection], FloatArray]) -> Callable[[PhCollection], FloatArray]:
    """Compute features of a collection once per method (folds share them)."""
    seen: dict[int, FloatArray] = {}

    def features(data: PhCollection) -> FloatArray:
        if id(data) not in seen:
            seen.clear()
            seen[id(data)] = function(data)
        return seen[id(data)]

    return features


_GRADIENTS = _cached(gradient_histograms)

METHODS: dict[str, MethodEntry] = {
    "majority": MethodEntry(lambda seed: MajorityMethod(), "majority class"),
    "framing": MethodEntry(
        lambda seed: LinearMethod(framing, 1.0, None), "framing of the screen shot only (what the crop gives away)"
    ),
    "hog-linear": MethodEntry(
        lambda seed: LinearMethod(_GRADIENTS, 60.0, 60), "gradient histograms, 60 components, logistic regression"
    ),
    "hog-nearest": MethodEntry(lambda seed: NearestMethod(_GRADIENTS), "gradient histograms, nearest neighbour"),
    "simple-cnn": _networks(
        NetworkRecipe("simple_cnn", {"size_px": 128}, size_px=128, epochs=25, softness=0.0, rate=1e-3),
        "SimpleCNN at 128 px, 2 343 908 parameters",
    ),
    "thorax-net": _networks(NetworkRecipe("thorax_net", {"width": 8}), "thorax net, 55 004 parameters"),
    "thorax-net-ensemble": _networks(
        NetworkRecipe("thorax_net", {"width": 8}, members=3), "three thorax nets, probabilities averaged"
    ),
    "simple-cnn-256": _networks(
        NetworkRecipe("simple_cnn", {"size_px": 256}, size_px=256, epochs=25, softness=0.0, rate=1e-3),
        "SimpleCNN at 256 px, 8 635 364 parameters",
    ),
    "committee": MethodEntry(
        lambda seed: CommitteeMethod(CommitteeRecipe(members=1), seed),
        "thorax committee: nets on thorax and mediastinum, linear layer on the segmentation encoder",
    ),
}
"""Everything ``python -m training ph evaluate`` can judge."""
