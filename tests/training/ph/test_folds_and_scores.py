"""Folds that keep patients together, and scores against examples counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ph.folds import grouped_folds, picture_folds
from training.ph.scores import (
    area_under_curve,
    calibration_error,
    confusion,
    fitted_temperature,
    group_bootstrap,
    quadratic_kappa,
    score_table,
    tempered,
    wilson_interval,
)


def patients(seed, count=60):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, count)
    classes = rng.integers(0, 4, count)
    classes[:4] = range(4)
    return np.repeat(classes, sizes), np.repeat(np.arange(count) * 3 + 1, sizes)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_no_group_is_in_two_folds_and_every_fold_is_used(seed, folds):
    classes, groups = patients(seed)
    fold = grouped_folds(classes, groups, folds, seed)
    for group in np.unique(groups):
        assert len(set(fold[groups == group].tolist())) == 1
    assert set(fold.tolist()) == set(range(folds))
    assert np.array_equal(fold, grouped_folds(classes, groups, folds, seed)), "same seed, same folds"


def test_classes_are_spread_evenly():
    classes, groups = patients(5, 200)
    fold = grouped_folds(classes, groups, 5)
    for value in range(4):
        shares = np.bincount(fold[classes == value], minlength=5) / (classes == value).sum()
        assert shares.max() - shares.min() < 0.06


def test_too_few_groups_are_refused():
    with pytest.raises(ValueError, match="2 groups"):
        grouped_folds(np.array([0, 1, 1]), np.array([1, 2, 2]), 3)


def test_picture_folds_are_stratified_and_ignore_patients():
    classes, groups = patients(1)
    fold = picture_folds(classes, 5)
    assert any(len(set(fold[groups == g].tolist())) > 1 for g in np.unique(groups))
    for value in range(4):
        counts = np.bincount(fold[classes == value], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_wilson_interval_of_the_source_examples():
    low, high = wilson_interval(144, 161)
    assert (low, high) == pytest.approx((0.8373, 0.9331), abs=2e-4)
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(10, 10)[1] == pytest.approx(1.0)


def test_kappa_knows_how_far_off_a_mistake_is():
    truth = np.repeat(np.arange(4), 10)
    assert quadratic_kappa(confusion(truth, truth, 4)) == 1.0
    near = confusion(truth, np.minimum(truth + 1, 3), 4)
    far = confusion(truth, 3 - truth, 4)
    assert quadratic_kappa(near) > 0.6
    assert quadratic_kappa(far) == pytest.approx(-1.0)
    assert quadratic_kappa(confusion(truth, np.zeros_like(truth), 4)) == pytest.approx(0.0)


def test_area_under_curve_against_counting_pairs():
    rng = np.random.default_rng(3)
    positive, score = rng.random(80) < 0.4, np.round(rng.random(80), 1)
    wins = [(a > b) + 0.5 * (a == b) for a in score[positive] for b in score[~positive]]
    assert area_under_curve(positive, score) == pytest.approx(np.mean(wins))
    assert np.isnan(area_under_curve(np.ones(3, bool), np.ones(3)))


def test_temperature_repairs_overconfidence_and_keeps_the_order():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 4)) * 1.2
    fair = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = np.array([rng.choice(4, p=p) for p in fair])
    boastful = tempered(fair, 0.4)
    found = fitted_temperature(truth, boastful)
    assert found == pytest.approx(2.5, rel=0.1)
    assert calibration_error(truth, tempered(boastful, found)) < 0.03 < calibration_error(truth, boastful)
    assert np.array_equal(tempered(boastful, found).argmax(1), boastful.argmax(1))


def test_intervals_that_draw_patients_are_wider_than_those_that_draw_pictures():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(40), 10)
    truth = np.repeat(rng.integers(0, 4, 40), 10)
    wrong = np.repeat(rng.random(40) < 0.4, 10)
    predicted = np.where(wrong, (truth + 1) % 4, truth)
    by_group = group_bootstrap(truth, predicted, groups, repeats=400)["accuracy"]
    by_picture = group_bootstrap(truth, predicted, np.arange(400), repeats=400)["accuracy"]
    assert by_group[1] - by_group[0] > 2 * (by_picture[1] - by_picture[0])


def test_score_table_of_a_perfect_and_of_an_ignorant_classifier():
    classes, groups = patients(2)
    perfect = score_table(classes, np.eye(4)[classes] * 0.97 + 0.0075, groups)
    assert perfect["accuracy"] == perfect["macro_recall"] == perfect["ph_yes_no_auc"] == 1.0
    assert perfect["confusion"] == np.diag(np.bincount(classes)).tolist()
    ignorant = score_table(classes, np.full((len(classes), 4), 0.25), groups)
    assert ignorant["ph_yes_no_auc"] == 0.5
    assert ignorant["quadratic_kappa"] == pytest.approx(0.0)
