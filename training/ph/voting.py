"""Choosing classifiers that vote together: sorted majority vote, best triplet, semi-greedy extension.

All choices look only at the predictions and true classes they are given and break ties the same way every time: fewer
members, then the lower number; a tied vote goes to the smallest class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
Predictions = NDArray[np.int8]

TOP = 90
LEAST_GAIN = 1e-7


@dataclass(frozen=True, slots=True)
class Choice:
    """Members of an ensemble and how accurate it was on the rows it was chosen on."""

    method: str
    members: tuple[int, ...]
    accuracy: float


def vote(predictions: Predictions, classes: int) -> IntArray:
    """Most frequent class of every column, the smallest on ties.

    Parameters
    ----------
    predictions
        Shape ``(members, n)``.
    """
    return np.asarray(vote_counts(predictions, classes).argmax(axis=0))


def vote_counts(predictions: Predictions, classes: int) -> IntArray:
    """Votes per class, shape ``(classes, n)``."""
    return np.stack([(predictions == c).sum(axis=0) for c in range(classes)])


def ranking(predictions: Predictions, truth: IntArray) -> IntArray:
    """Numbers of the classifiers from the most accurate on, ties by number."""
    return np.argsort(-(predictions == truth).sum(axis=1), kind="stable")


def best_single(predictions: Predictions, truth: IntArray) -> Choice:
    """The most accurate classifier."""
    best = int(ranking(predictions, truth)[0])
    return Choice("single", (best,), float((predictions[best] == truth).mean()))


def sorted_vote(predictions: Predictions, truth: IntArray, classes: int) -> Choice:
    """The most accurate vote of the top k, k from 2 to all; the smallest such k."""
    order = ranking(predictions, truth)
    counts = np.zeros((classes, len(truth)), dtype=np.int64)
    best, best_hits = 2, -1
    columns = np.arange(len(truth))
    for k, number in enumerate(order, start=1):
        counts[predictions[number], columns] += 1
        hits = int((counts.argmax(axis=0) == truth).sum())
        if k >= 2 and hits > best_hits:
            best, best_hits = k, hits
    return Choice("sorted vote", tuple(int(n) for n in order[:best]), best_hits / len(truth))


def best_triplet(predictions: Predictions, truth: IntArray, top: int = TOP) -> Choice:
    """The best three of the ``top`` most accurate, all tried; the first in rank order wins ties."""
    order = ranking(predictions, truth)[:top]
    ranked = predictions[order]
    target = truth.astype(np.int8)
    best, best_hits = (0, 1, 2), -1
    for a in range(len(order) - 2):
        for b in range(a + 1, len(order) - 1):
            first, second, third = ranked[a], ranked[b], ranked[b + 1 :]
            agreed = np.where(
                first == second,
                first,
                np.where((third == first) | (third == second), third, np.minimum(np.minimum(first, second), third)),
            )
            hits = (agreed == target).sum(axis=1)
            c = int(hits.argmax())
            if hits[c] > best_hits:
                best, best_hits = (a, b, b + 1 + c), int(hits[c])
    return Choice("triplet", tuple(int(order[i]) for i in best), best_hits / len(truth))


def extended(
    choice: Choice, predictions: Predictions, truth: IntArray, classes: int, top: int = TOP, step: int = 1
) -> Choice:
    """A choice with further members as long as they help (semi-greedy).

    In every round the remaining candidates are ordered by what each adds alone; of the first 1 to ``step`` of them the
    number that adds most is taken. With step 1, as in the report's code, one classifier at a time. Stops without a
    gain above `LEAST_GAIN` or when everything is right.
    """
    candidates = [int(n) for n in ranking(predictions, truth)[:top]]
    members = list(choice.members)
    accuracy = choice.accuracy
    columns = np.arange(len(truth))
    counts = vote_counts(predictions[members], classes)
    while accuracy < 1.0:
        left = [n for n in candidates if n not in members]
        alone = [_with(counts, predictions[[n]], columns, truth) for n in left]
        order = [left[i] for i in np.argsort(-np.array(alone), kind="stable")[:step]]
        reached = [_with(counts, predictions[order[:size]], columns, truth) for size in range(1, len(order) + 1)]
        if not reached or max(reached) - accuracy <= LEAST_GAIN:
            break
        size = int(np.argmax(reached)) + 1
        members += order[:size]
        accuracy = reached[size - 1]
        counts = vote_counts(predictions[members], classes)
    method = choice.method if len(members) == len(choice.members) else f"{choice.method} extended"
    return Choice(method, tuple(members), accuracy)


def _with(counts: IntArray, added: Predictions, columns: IntArray, truth: IntArray) -> float:
    more = counts.copy()
    for row in added:
        more[row, columns] += 1
    return float((more.argmax(axis=0) == truth).mean())


def best_choice(predictions: Predictions, truth: IntArray, classes: int) -> Choice:
    """The most accurate of single, sorted vote and extended triplet; ties go to fewer members, then lower numbers."""
    choices: Sequence[Choice] = (
        best_single(predictions, truth),
        sorted_vote(predictions, truth, classes),
        extended(best_triplet(predictions, truth), predictions, truth, classes),
    )
    return min(choices, key=lambda c: (-c.accuracy, len(c.members), sorted(c.members)))
