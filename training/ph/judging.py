"""A method by name, with what it needs from outside, judged under a protocol by name."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctviewer.config.atomic import atomic_write
from ctviewer.domain.errors import CTViewerError
from training.ph.base_classifiers import COUNT, VECTORS, base_classifier
from training.ph.data import PhCollection
from training.ph.ensemble_method import FeatureEnsembleMethod, Fits
from training.ph.feature_table import PREPROCESSINGS, FeatureTable, backbone_table
from training.ph.fine_tuning import FineTunedMethod
from training.ph.methods import METHODS, MethodEntry
from training.ph.own_features import TITLE as OWN_TITLE
from training.ph.own_features import own_table
from training.ph.protocols import CHOSEN_ON_SCORED, Judgement, judge, judge_optimistic

ENSEMBLE, FINE_TUNED = "feature-ensemble", "efficientnet-b0"
FOLDS, ENSEMBLE_FOLDS = 5, 10
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Resources:
    """What the command line says besides method and protocol.

    Parameters
    ----------
    backbones, random_seed
        Folder of ImageNet weights; or the seed of random ones, for who asked for those.
    features
        ``"imagenet"`` (torchvision backbones) or ``"own"``.
    cache
        Folder for features and fits.
    largest_subset
        Most feature vectors joined by a base classifier of the feature ensemble; 6 gives all 378 of them.
    folds
        None: 10 for the feature ensemble as in the report, else 5.
    epochs
        Of a method that is networks alone; None for its own.
    """

    backbones: Path | None = None
    random_seed: int | None = None
    features: str = "imagenet"
    cache: Path | None = None
    workers: int = 1
    largest_subset: int = VECTORS
    folds: int | None = None
    seed: int = 0
    epochs: int | None = None


def judge_named(
    name: str,
    protocol: str,
    data: PhCollection,
    resources: Resources,
    *,
    shuffled: bool = False,
    calibrate: bool = False,
    report: Report = lambda _: None,
) -> tuple[MethodEntry, Judgement]:
    """Cross-validate the method called ``name``.

    Raises
    ------
    CTViewerError
        If there is no such method, or ImageNet weights it needs are missing or wrong.
    """
    if name == ENSEMBLE:
        return _judge_ensemble(protocol, data, resources, shuffled=shuffled, calibrate=calibrate, report=report)
    entry = method_entry(name, resources)
    judgement = judge(
        entry.make,
        data,
        protocol,
        folds=resources.folds or FOLDS,
        seed=resources.seed,
        shuffled=shuffled,
        calibrate=calibrate,
        keep=resources.cache / f"folds-{name}{resources.epochs or ''}" if resources.cache else None,
        report=report,
    )
    return entry, judgement


def method_entry(name: str, resources: Resources) -> MethodEntry:
    """How to make a method other than the feature ensemble; raises `CTViewerError` for an unknown name."""
    if name == FINE_TUNED:
        origin = "ImageNet weights" if resources.random_seed is None else "random weights, not ImageNet"
        return MethodEntry(
            lambda seed: FineTunedMethod(resources.backbones, resources.random_seed, seed),
            f"EfficientNet-B0 fine-tuned in three stages, {origin}",
        )
    if name not in METHODS:
        raise CTViewerError(f"There is no method “{name}”.", f"Known: {', '.join([*METHODS, FINE_TUNED, ENSEMBLE])}.")
    return METHODS[name].with_epochs(resources.epochs) if resources.epochs else METHODS[name]


def feature_table(data: PhCollection, resources: Resources, report: Report) -> FeatureTable:
    """The feature ensemble's features, from the cache as far as they are there."""
    if resources.features == "own":
        return _kept_table(data, resources.cache)
    if resources.features != "imagenet":
        raise CTViewerError(f"There are no features “{resources.features}”.", "Known: imagenet, own.")
    cache = resources.cache or Path(tempfile.mkdtemp(prefix="ph-features-"))
    return backbone_table(data.pictures, cache, resources.backbones, resources.random_seed, report)


def _kept_table(data: PhCollection, cache: Path | None) -> FeatureTable:
    if cache is None:
        return own_table(data.pictures)
    file = cache / f"own-{hashlib.sha256(data.pictures.tobytes()).hexdigest()[:12]}.npz"
    if not file.exists():
        table = own_table(data.pictures)
        arrays = [vector for name in PREPROCESSINGS for vector in table.vectors[name]]
        cache.mkdir(parents=True, exist_ok=True)
        atomic_write(file, lambda part: np.savez(part, *arrays))
    with np.load(file) as stored:
        arrays = [stored[name] for name in stored.files]
    halves = {name: tuple(arrays[i * VECTORS :][:VECTORS]) for i, name in enumerate(PREPROCESSINGS)}
    return FeatureTable(halves, OWN_TITLE)


def _judge_ensemble(
    protocol: str, data: PhCollection, resources: Resources, *, shuffled: bool, calibrate: bool, report: Report
) -> tuple[MethodEntry, Judgement]:
    candidates = tuple(n for n in range(COUNT) if len(base_classifier(n).subset) <= resources.largest_subset)
    if not candidates:
        raise CTViewerError(f"There are no subsets of {resources.largest_subset} vectors.", "Choose 1 to 6.")
    table = feature_table(data, resources, report)
    fits = Fits(table, resources.cache, resources.workers, report, candidates)
    title = f"feature ensemble, {len(candidates)} classifiers, {table.title}"
    entry = MethodEntry(lambda seed: FeatureEnsembleMethod(fits, seed), title)
    folds = resources.folds or ENSEMBLE_FOLDS
    if protocol in CHOSEN_ON_SCORED:
        judgement = judge_optimistic(
            fits, data, protocol, folds=folds, seed=resources.seed, shuffled=shuffled, report=report
        )
        return entry, judgement
    judgement = judge(
        entry.make,
        data,
        protocol,
        folds=folds,
        seed=resources.seed,
        shuffled=shuffled,
        calibrate=calibrate,
        report=report,
    )
    return entry, judgement
