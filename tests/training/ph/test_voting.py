"""Votes of many classifiers, against every combination tried."""

import itertools

import numpy as np
import pytest

from training.ph.voting import best_choice, best_single, best_triplet, extended, ranking, sorted_vote, vote


def random_predictions(members=12, rows=40, seed=0, skill=0.5):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, rows)
    right = rng.random((members, rows)) < skill
    return np.where(right, truth, rng.integers(0, 4, (members, rows))).astype(np.int8), truth


def test_a_tied_vote_goes_to_the_smallest_class():
    assert vote(np.array([[3], [1]], np.int8), 4).tolist() == [1]
    assert vote(np.array([[3], [1], [3]], np.int8), 4).tolist() == [3]


def test_equal_accuracy_is_ranked_by_number():
    truth = np.array([0, 1, 2, 3])
    predictions = np.array([[0, 1, 2, 0], [0, 1, 2, 3], [3, 1, 2, 3], [0, 1, 2, 3]], np.int8)
    assert ranking(predictions, truth).tolist() == [1, 3, 0, 2]
    assert best_single(predictions, truth).members == (1,)


@pytest.mark.parametrize("seed", range(3))
def test_sorted_vote_is_the_smallest_best_prefix(seed):
    predictions, truth = random_predictions(seed=seed)
    order = ranking(predictions, truth)
    scores = [(vote(predictions[order[:k]], 4) == truth).mean() for k in range(2, 13)]
    choice = sorted_vote(predictions, truth, 4)
    assert len(choice.members) == int(np.argmax(scores)) + 2
    assert choice.accuracy == pytest.approx(max(scores))


@pytest.mark.parametrize("seed", range(3))
def test_triplet_is_the_first_best_of_all(seed):
    predictions, truth = random_predictions(seed=seed)
    order = [int(n) for n in ranking(predictions, truth)]
    best = max(
        itertools.combinations(order, 3),
        key=lambda t: ((vote(predictions[list(t)], 4) == truth).sum(), [-order.index(n) for n in t]),
    )
    choice = best_triplet(predictions, truth)
    assert choice.members == best
    assert choice.accuracy == pytest.approx((vote(predictions[list(best)], 4) == truth).mean())


def test_extension_never_hurts_and_stops():
    predictions, truth = random_predictions(members=30, skill=0.4)
    start = best_triplet(predictions, truth)
    longer = extended(start, predictions, truth, 4)
    assert longer.members[:3] == start.members
    assert longer.accuracy >= start.accuracy
    assert longer.accuracy == pytest.approx((vote(predictions[list(longer.members)], 4) == truth).mean())
    wide = extended(start, predictions, truth, 4, step=5)
    assert wide.accuracy >= start.accuracy


def test_nothing_is_added_to_a_perfect_ensemble():
    truth = np.arange(8) % 4
    predictions = np.tile(truth, (5, 1)).astype(np.int8)
    choice = best_choice(predictions, truth, 4)
    assert (choice.method, choice.members, choice.accuracy) == ("single", (0,), 1.0)
