"""Compositions compared on the same held-out pictures, and what a paired interval says."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.ph.test_committee import QUICK
from tests.training.ph.test_protocols import collection
from training.ph.candidates import Candidate, candidates, comparison
from training.ph.card import compositions_text
from training.ph.paired import middle_class, paired_table


def test_every_candidate_is_a_mean_of_columns():
    columns = {"a": np.array([[1.0, 0.0]]), "b": np.array([[0.0, 1.0]]), "c": np.array([[0.5, 0.5]])}
    assert Candidate("", (("a", "b"), ("c",))).probabilities(columns).tolist() == [[0.5, 0.5]]
    assert Candidate("", (("a",), ("c",))).probabilities(columns).tolist() == [[0.75, 0.25]]
    logs = Candidate("", (("a",), ("c",)), is_geometric=True).probabilities(columns)
    assert logs.sum() == pytest.approx(1)
    assert logs[0, 0] > 0.99
    assert next(iter(candidates(2))) == "committee"


def test_a_clearly_better_candidate_has_an_interval_off_zero_and_a_copy_none():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 200)
    groups = np.arange(200) // 2
    right = np.eye(4)[truth] * 0.8 + 0.05
    wrong = rng.dirichlet(np.ones(4), 200)
    rows = {row["name"]: row for row in paired_table(truth, groups, {"first": [wrong], "copy": [wrong],
                                                                     "better": [right]}, repeats=100)}  # fmt: skip
    assert rows["copy"]["difference"]["accuracy"] == 0
    assert rows["copy"]["difference_95"]["log_loss"] == [0, 0]
    assert rows["better"]["difference_95"]["accuracy"][0] > 0
    assert rows["better"]["difference_95"]["log_loss"][1] < 0
    assert "difference" not in rows["first"]
    found = {"deals": [0, 1], "members": 1, "folds": 5,
             "candidates": [{"title": name, **row} for name, row in rows.items()]}  # fmt: skip
    assert "| copy |" in compositions_text(found)
    assert "(+0.000 to +0.000)" not in compositions_text(found)
    assert "<br>+" in compositions_text(found)
    assert compositions_text({}) == ""


def test_the_middle_class_halves_the_probability():
    assert middle_class(np.array([[0.4, 0.05, 0.05, 0.5], [0.6, 0.2, 0.1, 0.1], [0, 0, 0, 1.0]])).tolist() == [2, 0, 3]


def test_columns_are_kept_and_not_computed_again(tmp_path):
    data = collection(patients=16, per_patient=2, signal=25.0)
    recipe = replace(QUICK, network=replace(QUICK.network, epochs=1))
    said: list[str] = []
    first = comparison(data, recipe, [0], tmp_path / "kept", folds=2, report=said.append)
    assert len(said) == 2 * 7  # folds, components
    assert [row["name"] for row in first["candidates"]][:2] == ["committee", "nets"]
    assert comparison(data, recipe, [0], tmp_path / "kept", folds=2, report=said.append) == first
    assert len(said) == 2 * 7
