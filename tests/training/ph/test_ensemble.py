"""The nested protocol must find signal, be at chance on noise, and go on where it was interrupted."""

import numpy as np
import pytest

from tests.training.ph.test_protocols import collection
from training.ph import ensemble_method
from training.ph.ensemble_method import FeatureEnsembleMethod, Fits, Unit, choose, optimistic, vote_shares
from training.ph.feature_table import CUSTOM, STANDARD, FeatureTable
from training.ph.folds import picture_folds
from training.ph.protocols import judge, judge_optimistic


def table(data, signal=0.0, seed=0, width=6):
    """Six small vectors per preprocessing: what a patient looks like, plus the class times ``signal``."""
    rng = np.random.default_rng(seed)
    count = len(np.unique(data.groups))

    def vector():
        own = rng.normal(0, 1, (count, width))[data.groups] + rng.normal(0, 0.05, (len(data.groups), width))
        own += signal * data.classes[:, None]
        return own.astype(np.float32)

    return FeatureTable({name: tuple(vector() for _ in range(6)) for name in (STANDARD, CUSTOM)}, "made up")


@pytest.fixture(scope="module")
def data():
    return collection(patients=32, per_patient=2)


FEW = (*(n for n in range(36) if n % 6 in (2, 4)), 3, 5)
"""kNN after ReliefF and Chi2 on six subsets and two SVMs: enough to choose from, and quick."""


def ensemble(fits):
    return lambda seed: FeatureEnsembleMethod(fits, seed)


def test_nested_is_at_chance_without_signal_where_the_report_rule_is_far_above(data):
    fits = Fits(table(data), candidates=FEW)
    nested = judge(ensemble(fits), data, "nested", folds=3).scores
    report_rule = judge_optimistic(fits, data, "report-optimistic", folds=3).scores
    patients_apart = judge_optimistic(fits, data, "grouped", folds=3).scores
    assert nested["accuracy"] < 0.42
    assert report_rule["accuracy"] > 0.9, "patients leak and the ensemble is chosen on the scored rows"
    assert nested["accuracy"] + 0.15 < patients_apart["accuracy"], "choosing alone is worth this much"
    assert len(report_rule["chosen"]) == 3


def test_shuffled_labels_are_at_chance_under_nested_and_above_when_chosen_on_the_scored_fold(data):
    fits = Fits(table(data, signal=3.0), candidates=FEW)
    real = judge(ensemble(fits), data, "nested", folds=3).scores["accuracy"]
    shuffled = judge(ensemble(fits), data, "nested", folds=3, shuffled=True).scores["accuracy"]
    chosen = judge_optimistic(fits, data, "grouped", folds=3, shuffled=True).scores["accuracy"]
    assert real > 0.9
    assert shuffled < 0.42
    assert chosen > shuffled + 0.1


def test_an_interrupted_run_goes_on_where_it_stopped(data, tmp_path, monkeypatch):
    features = table(data, signal=1.0)
    whole = judge(ensemble(Fits(features, candidates=FEW)), data, "nested", folds=3).probabilities
    plain, fitted = ensemble_method._fit, []

    def interrupted(unit):
        if len(fitted) == 7:
            raise KeyboardInterrupt
        fitted.append(unit.key())
        return plain(unit)

    monkeypatch.setattr(ensemble_method, "_fit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        judge(ensemble(Fits(features, tmp_path, candidates=FEW)), data, "nested", folds=3)
    again = []
    monkeypatch.setattr(ensemble_method, "_fit", lambda unit: again.append(unit.key()) or plain(unit))
    resumed = judge(ensemble(Fits(features, tmp_path, candidates=FEW)), data, "nested", folds=3).probabilities
    assert np.array_equal(resumed, whole)
    assert not set(again) & set(fitted)
    monkeypatch.setattr(ensemble_method, "_fit", lambda unit: pytest.fail("everything is kept"))
    judge(ensemble(Fits(features, tmp_path, candidates=FEW)), data, "nested", folds=3)


def test_damaged_and_foreign_fits_are_not_used(data, tmp_path):
    features = table(data, signal=1.0)
    rows = np.arange(len(data.classes))
    unit = Unit(STANDARD, data.classes, rows[:48], rows[48:], (0, 1))
    right = Fits(features, tmp_path).predictions([unit])[0]
    file = next(tmp_path.glob("fits-*/*.npz"))
    file.write_bytes(file.read_bytes()[:40])
    assert np.array_equal(Fits(features, tmp_path).predictions([unit])[0], right)
    other = Unit(STANDARD, np.roll(data.classes, 1), rows[:48], rows[48:], (0, 1))
    assert unit.key() != other.key()
    assert table(data, signal=2.0).digest != features.digest


def test_two_processes_give_what_one_gives(data):
    features = table(data, signal=1.0)
    rows = np.arange(len(data.classes))
    units = [Unit(p, data.classes, rows[rows % 2 == 0], rows[rows % 2 == 1], (0, 2, 4)) for p in (STANDARD, CUSTOM)]
    one, two = (Fits(features, workers=n).predictions(units) for n in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_ties_go_to_standard_and_custom_is_not_tried_at_100_percent():
    truth = np.arange(12) % 4
    perfect = np.tile(truth, (5, 1)).astype(np.int8)
    poor = np.zeros((5, 12), np.int8)
    assert choose({STANDARD: perfect, CUSTOM: perfect}, truth)[0] == STANDARD
    assert choose({STANDARD: poor, CUSTOM: perfect}, truth)[0] == CUSTOM
    assert choose({STANDARD: perfect}, truth)[0] == STANDARD


def test_vote_shares_are_probabilities_whose_largest_is_the_vote():
    shares = vote_shares(np.array([[0, 3], [2, 3], [2, 1]], np.int8))
    assert np.allclose(shares.sum(axis=1), 1)
    assert shares.argmax(axis=1).tolist() == [2, 3]
    assert shares.min() > 0


def test_optimistic_chooses_per_fold(data):
    fits = Fits(table(data, signal=1.0), candidates=FEW)
    shares, chosen = optimistic(fits, data.classes, picture_folds(data.classes, 2))
    assert shares.shape == (len(data.classes), 4)
    assert [c["member_count"] >= 1 for c in chosen] == [True, True]
