"""How a method is judged: pooled predictions of rows whose patients the model never saw."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ctviewer.config.atomic import atomic_write
from training.ph.data import PhCollection
from training.ph.ensemble_method import Fits, optimistic
from training.ph.folds import grouped_folds, picture_folds
from training.ph.layout import CLASS_FOLDERS, PhDataError
from training.ph.methods import Method
from training.ph.scores import fitted_temperature, score_table, tempered

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PROTOCOLS = {
    "nested": "patients kept apart, look-alikes merged; whatever is chosen is chosen inside the training part (honest)",
    "grouped": "patients kept apart; the feature ensemble is chosen on the scored fold, others choose nothing",
    "file-groups": "groups as in the file, look-alikes not merged; choices inside the training part",
    "pictures": "pictures split at random (patients leak); choices inside the training part",
    "report-optimistic": "the main report's rule: pictures split at random, the ensemble chosen on the scored fold",
}
AT_RANDOM = ("pictures", "report-optimistic")
CHOSEN_ON_SCORED = ("grouped", "report-optimistic")
"""Protocols under which the feature ensemble is chosen by `training.ph.ensemble_method.optimistic`."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """Pooled out-of-fold predictions and their scores.

    Parameters
    ----------
    probabilities
        Shape ``(N, classes)``, as given by the method.
    calibrated
        The same after a temperature per fold, fitted on an inner split of the training part.
    temperatures
        One per fold; empty without calibration.
    """

    probabilities: FloatArray
    calibrated: FloatArray
    temperatures: tuple[float, ...]
    folds: IntArray
    scores: dict[str, Any]


def folds_of(data: PhCollection, protocol: str, folds: int, seed: int) -> IntArray:
    """Fold number of every picture under a protocol."""
    if protocol in AT_RANDOM:
        return picture_folds(data.classes, folds, seed)
    groups = data.groups_before if protocol == "file-groups" else data.groups
    count = len(np.unique(groups))
    if count < folds:
        raise PhDataError(
            f"{count} patient groups cannot be dealt to {folds} folds.", "Use fewer folds or more patients."
        )
    return grouped_folds(data.classes, groups, folds, seed)


def judge(
    make: Callable[[int], Method],
    data: PhCollection,
    protocol: str = "nested",
    *,
    folds: int = 5,
    seed: int = 0,
    shuffled: bool = False,
    calibrate: bool = False,
    keep: Path | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Judgement:
    """Cross-validate a method.

    Parameters
    ----------
    make
        Seed → fresh method.
    shuffled
        Permute the labels over patient groups first: an honest protocol then gives chance.
    calibrate
        Fit a temperature per fold: the training part is split once more by patient, a method is fitted on four
        fifths of it and its temperature on the rest. Nothing of the outer fold is used.
    keep
        Folder of this method's finished folds; those of the same data and settings are not computed again.
    """
    classes = shuffled_over_groups(data, seed) if shuffled else data.classes
    fold_of = folds_of(data, protocol, folds, seed)
    raw = np.zeros((len(classes), len(CLASS_FOLDERS)))
    calibrated = np.zeros_like(raw)
    temperatures: list[float] = []
    for fold in range(folds):
        started = time.perf_counter()
        held, rows = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        file = keep / f"{_fold_key(data, classes, rows, seed + fold, calibrate=calibrate)}.npz" if keep else None
        raw[held], temperature = _kept_fold(file) or _fitted_fold(
            make, data, classes, held, rows, seed + fold, calibrate=calibrate, file=file
        )
        calibrated[held] = tempered(raw[held], temperature)
        temperatures += [temperature] if calibrate else []
        right = float((raw[held].argmax(axis=1) == classes[held]).mean())
        report(f"fold {fold + 1}/{folds}: accuracy {right:.3f}, {time.perf_counter() - started:.0f} s")
    scores = score_table(classes, calibrated, data.groups)
    if calibrate:
        scores["uncalibrated"] = {
            key: value
            for key, value in score_table(classes, raw, data.groups).items()
            if key in ("log_loss", "calibration_error")
        }
    return Judgement(raw, calibrated, tuple(temperatures), fold_of, scores)


def _fitted_fold(
    make: Callable[[int], Method],
    data: PhCollection,
    classes: IntArray,
    held: IntArray,
    rows: IntArray,
    seed: int,
    *,
    calibrate: bool,
    file: Path | None,
) -> tuple[FloatArray, float]:
    """Probabilities of the held-out rows and the temperature, 1 without calibration; kept in ``file``."""
    method = make(seed)
    method.fit(data, classes, rows)
    probabilities = method.probabilities(data, held)
    temperature = _inner_temperature(make, data, classes, rows, seed) if calibrate else 1.0
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(file, lambda part: np.savez(part, probabilities=probabilities, temperature=temperature))
    return probabilities, temperature


def _kept_fold(file: Path | None) -> tuple[FloatArray, float] | None:
    if file is None or not file.exists():
        return None
    try:
        with np.load(file) as stored:
            return stored["probabilities"], float(stored["temperature"])
    except (OSError, ValueError, KeyError, BadZipFile):
        return None  # damaged: fitted again and replaced


def _fold_key(data: PhCollection, classes: IntArray, rows: IntArray, seed: int, *, calibrate: bool) -> str:
    hashed = hashlib.sha256(f"{seed} {calibrate}".encode())
    for part in (data.pictures, classes, data.groups, rows):
        hashed.update(np.ascontiguousarray(part).tobytes())
    return hashed.hexdigest()[:24]


def judge_optimistic(
    fits: Fits,
    data: PhCollection,
    protocol: str,
    *,
    folds: int = 10,
    seed: int = 0,
    shuffled: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Judgement:
    """The feature ensemble chosen on the very folds that are scored; its scores carry what was chosen."""
    classes = shuffled_over_groups(data, seed) if shuffled else data.classes
    fold_of = folds_of(data, protocol, folds, seed)
    shares, chosen = optimistic(fits, classes, fold_of, report)
    scores = score_table(classes, shares, data.groups)
    scores["chosen"] = chosen
    return Judgement(shares, shares, (), fold_of, scores)


def _inner_temperature(
    make: Callable[[int], Method], data: PhCollection, classes: IntArray, rows: IntArray, seed: int
) -> float:
    inner = grouped_folds(data.classes[rows], data.groups[rows], 5, seed)
    method = make(seed + 100)
    method.fit(data, classes, rows[inner != 0])
    held = rows[inner == 0]
    return fitted_temperature(classes[held], method.probabilities(data, held))


def shuffled_over_groups(data: PhCollection, seed: int) -> IntArray:
    """Labels permuted among groups, so that pictures of one patient still agree."""
    _, first, inverse = np.unique(data.groups, return_index=True, return_inverse=True)
    permuted = np.random.default_rng(seed + 77).permutation(data.classes[first])
    return np.asarray(permuted[inverse], dtype=np.int64)
