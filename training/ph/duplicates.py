"""Pictures of the same patient, recognised by how alike their chests are.

The public collection names no patients, so groups have to be estimated; a wrong estimate lets one patient into both
sides of a split and the score measures memory. Two thorax pictures are compared by the correlation of their blurred
grey values. On the 603 pictures at hand no pair from different classes (hence different patients) out of 120 993
exceeds 0.881, while 175 pairs within a class but across the estimated groups exceed 0.90: those are one patient.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.thorax_picture import GreyPicture

SAME_PATIENT_CORRELATION = 0.90
"""Correlation from which two thorax pictures are taken for one patient (results are equal from 0.88 to 0.92)."""


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two pictures (indices into the list), how alike they are (1 is equal), and whether the files are equal."""

    first: int
    second: int
    correlation: float
    identical: bool


def correlations(pictures: Sequence[GreyPicture]) -> NDArray[np.float64]:
    """Correlation of every pair of blurred pictures of one size, shape ``(N, N)``; a constant picture gives 0."""
    rows = np.stack([ndimage.gaussian_filter(p.astype(np.float64), 1.0)[::2, ::2].ravel() for p in pictures])
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows @ rows.T)


def alike_pairs(pictures: Sequence[GreyPicture], threshold: float = SAME_PATIENT_CORRELATION) -> tuple[AlikePair, ...]:
    """All pairs at least ``threshold`` alike, most alike first."""
    if len(pictures) < 2:
        return ()
    alike = correlations(pictures)
    digests = [hashlib.sha256(p.tobytes()).digest() for p in pictures]
    first, second = np.nonzero(np.triu(alike >= threshold, k=1))
    pairs = [
        AlikePair(int(a), int(b), float(alike[a, b]), digests[a] == digests[b])
        for a, b in zip(first, second, strict=True)
    ]
    return tuple(sorted(pairs, key=lambda p: (-p.correlation, p.first, p.second)))


def joined_groups(groups: Sequence[int], pairs: Sequence[AlikePair]) -> tuple[int, ...]:
    """Group numbers after merging the groups that a pair connects (the smallest number of a set stays)."""
    parent = {g: g for g in groups}

    def root(group: int) -> int:
        while parent[group] != group:
            group = parent[group]
        return group

    for pair in pairs:
        low, high = sorted((root(groups[pair.first]), root(groups[pair.second])))
        parent[high] = low
    return tuple(root(g) for g in groups)
