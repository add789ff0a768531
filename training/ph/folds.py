"""Stratified folds that keep a patient group together; the same for everybody who runs them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


def grouped_folds(classes: IntArray, groups: IntArray, folds: int, seed: int = 0) -> IntArray:
    """Fold number of every picture; all pictures of a group share one, classes are spread evenly.

    Groups are dealt from the largest to the smallest to the fold that then has the most even class counts; equal sizes
    are shuffled by ``seed``.

    Parameters
    ----------
    classes, groups
        Shape ``(N,)``.
    folds
        At least 2.

    Raises
    ------
    ValueError
        If there are fewer groups than folds.
    """
    names, inverse = np.unique(groups, return_inverse=True)
    if folds < 2 or len(names) < folds:
        raise ValueError(f"{len(names)} groups cannot be dealt to {folds} folds.")
    class_count = int(classes.max()) + 1
    table = np.zeros((len(names), class_count))
    np.add.at(table, (inverse, classes), 1)
    shares = table / np.maximum(table.sum(axis=0), 1)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-table[order].max(axis=1), kind="stable")]
    filled = np.zeros((folds, class_count))
    fold_of_group = np.zeros(len(names), dtype=np.int64)
    for group in order:
        after = filled[None] + np.eye(folds)[:, :, None] * shares[group]
        unevenness = after.std(axis=1).sum(axis=1)
        # Among equally even choices the emptiest fold wins, then the lowest number.
        best = min(range(folds), key=lambda f: (round(float(unevenness[f]), 9), float(filled[f].sum()), f))
        filled[best] += shares[group]
        fold_of_group[group] = best
    return fold_of_group[inverse]


def picture_folds(classes: IntArray, folds: int, seed: int = 0) -> IntArray:
    """Stratified folds that ignore patients: the leaky protocol, to show what the leak is worth."""
    fold = np.zeros(len(classes), dtype=np.int64)
    generator = np.random.default_rng(seed)
    for value in np.unique(classes):
        members = generator.permutation(np.flatnonzero(classes == value))
        fold[members] = np.arange(len(members)) % folds
    return fold
