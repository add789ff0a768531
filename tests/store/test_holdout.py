"""The hold-out ledger: a patient never changes sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctviewer.domain.errors import NotEnoughSpaceError, StoreError
from ctviewer.store.holdout import HoldoutLedger, Side


def test_the_first_patient_trains_and_the_second_measures(tmp_path):
    ledger = HoldoutLedger(tmp_path / "holdout.json")
    assert ledger.assign(["a"]) == {"a": Side.TRAINING}
    assert ledger.assign(["b"]) == {"b": Side.HOLDOUT}


@given(st.lists(st.lists(st.text("abcdef0123456789", min_size=4, max_size=8), max_size=6), max_size=8))
def test_sides_never_change_whatever_comes_later(tmp_path_factory, rounds):
    path = tmp_path_factory.mktemp("ledger") / "holdout.json"
    given_so_far: dict[str, Side] = {}
    for keys in rounds:
        preview = HoldoutLedger(path).preview(keys)
        sides = HoldoutLedger(path).assign(keys)
        assert preview == sides
        for key, side in sides.items():
            assert given_so_far.setdefault(key, side) is side


def test_about_one_patient_in_five_is_held_out(tmp_path):
    sides = HoldoutLedger(tmp_path / "h.json").assign(f"patient-{n}" for n in range(500))
    share = sum(s is Side.HOLDOUT for s in sides.values()) / 500
    assert 0.14 < share < 0.26


def test_a_damaged_ledger_is_refused_not_guessed(tmp_path):
    path = tmp_path / "h.json"
    path.write_text('{"patients": {"a": "sometimes"}}')
    with pytest.raises(StoreError, match="damaged"):
        HoldoutLedger(path)


def test_a_side_that_could_not_be_written_down_was_not_given(tmp_path, monkeypatch):
    ledger = HoldoutLedger(tmp_path / "h.json")
    ledger.assign(["a"])

    def full(*_, **__):
        raise NotEnoughSpaceError("h.json", 1, 0)

    monkeypatch.setattr("ctviewer.store.holdout.atomic_write_bytes", full)
    with pytest.raises(NotEnoughSpaceError):
        ledger.assign(["a", "b"])
    assert ledger.side("b") is None
    monkeypatch.undo()
    assert ledger.assign(["a", "b"]) == HoldoutLedger(tmp_path / "h.json").preview(["a", "b"])
