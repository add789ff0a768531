"""Undo and redo: random gestures all the way back and forth, within the budget, whatever fails in between."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctviewer.domain.edits.brush import ball, stroke
from ctviewer.domain.edits.compose import compose
from ctviewer.domain.edits.history import EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane
from tests.domain.grids import straight_geometry

SHAPE = (8, 16, 18)
GEOMETRY = straight_geometry(SHAPE)


class Hand:
    """Makes random gestures of one to four strokes."""

    def __init__(self, seed, geometry=GEOMETRY, **policy):
        self.random = np.random.default_rng(seed)
        self.geometry = geometry
        self.map = LabelMap(geometry, self.random.integers(0, 3, geometry.shape).astype(np.uint8))
        self.history = EditHistory(self.map, **policy)

    def edit(self):
        low, high = np.zeros(3), np.array(self.geometry.shape)
        a, b = self.random.uniform(low, high), self.random.uniform(low, high)
        radius = float(self.random.uniform(0.5, 6))
        if self.random.random() < 0.5:
            region = ball(self.geometry, tuple(a), radius)
        else:
            region = stroke(self.geometry, list(Plane)[self.random.integers(3)], tuple(a), tuple(b), radius)
        return None if region is None else compose(region, int(self.random.integers(0, 4)), self.map.view())

    def gesture(self, name="gesture"):
        for _ in range(int(self.random.integers(1, 5))):
            edit = self.edit()
            if edit is not None:
                self.history.apply(edit)
        return self.history.commit(name)

    def look(self):
        return self.map.view().copy()


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), count=st.integers(0, 60))
def test_undo_all_is_the_start_and_redo_all_is_the_end(seed, count):
    hand = Hand(seed)
    states = [hand.look()]
    for _ in range(count):
        commit = hand.gesture()
        states += [hand.look()] if commit is not None else []
    assert hand.history.position == len(hand.history) == len(states) - 1
    for expected in reversed(states[:-1]):
        assert hand.history.undo() is not None
        np.testing.assert_array_equal(hand.map.view(), expected)
    assert hand.history.undo() is None
    for expected in states[1:]:
        assert hand.history.redo() is not None
        np.testing.assert_array_equal(hand.map.view(), expected)
    assert hand.history.redo() is None


def test_ten_thousand_random_gestures_go_back_and_forth():
    """Gestures, undos and redos mixed; a plain list of whole copies is the oracle."""
    hand = Hand(1, straight_geometry((4, 7, 9)), budget_bytes=2**40)
    chance = np.random.default_rng(2)
    copies, position = [hand.look()], 0
    for _ in range(10_000):
        action = chance.random()
        if action < 0.5:
            if hand.gesture() is not None:
                del copies[position + 1 :]
                copies.append(hand.look())
                position += 1
        elif action < 0.8:
            position -= hand.history.undo() is not None
        else:
            position += hand.history.redo() is not None
        assert hand.history.position == position
        assert np.array_equal(hand.map.view(), copies[position])
    while hand.history.undo() is not None:
        pass
    np.testing.assert_array_equal(hand.map.view(), copies[0])
    while hand.history.redo() is not None:
        pass
    np.testing.assert_array_equal(hand.map.view(), copies[-1])


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), budget=st.integers(0, 20_000), floor=st.integers(0, 12))
def test_the_budget_is_observed_and_the_floor_is_kept(seed, budget, floor):
    hand = Hand(seed, budget_bytes=budget, minimum_commits=floor)
    committed, states = 0, [hand.look()]
    for _ in range(40):
        if hand.gesture() is not None:
            committed += 1
            states.append(hand.look())
        assert hand.history.nbytes <= budget or len(hand.history) <= max(floor, 1) or hand.history.nbytes == 0
        assert len(hand.history) >= min(floor, committed)
        assert hand.history.nbytes == sum(c.edit.nbytes for c in hand.history._commits)
        assert hand.history.position == committed  # dropping old gestures does not move the journal's position
    kept = len(hand.history)
    for back in range(kept):
        assert hand.history.undo() is not None
        np.testing.assert_array_equal(hand.map.view(), states[committed - back - 1])
    assert hand.history.undo() is None
    assert hand.history.position == committed - kept


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_a_failing_apply_leaves_history_and_mask_unchanged(seed):
    hand = Hand(seed)
    for _ in range(5):
        hand.gesture()
    wrong = edit_between((hand.look() + 1) % 5, (hand.look() + 2) % 5)
    before = (hand.look(), hand.history.position, len(hand.history), hand.history.can_undo, hand.history.can_redo)
    with pytest.raises(ValueError, match="another state"):
        hand.history.apply(wrong)
    np.testing.assert_array_equal(hand.map.view(), before[0])
    assert before[1:] == (
        hand.history.position, len(hand.history), hand.history.can_undo, hand.history.can_redo
    )  # fmt: skip
    assert hand.history.commit("nothing") is None


def test_a_failing_undo_or_redo_leaves_the_position(monkeypatch):
    hand = Hand(4)
    while len(hand.history) < 3:
        hand.gesture()
    hand.history.undo()
    state = hand.look()

    def fail(_):
        raise MemoryError

    monkeypatch.setattr(hand.map, "apply", fail)
    for step in (hand.history.undo, hand.history.redo):
        with pytest.raises(MemoryError):
            step()
        assert hand.history.position == 2
    monkeypatch.undo()
    np.testing.assert_array_equal(hand.map.view(), state)
    assert hand.history.redo() is not None


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_abort_takes_back_the_gesture_under_way(seed):
    hand = Hand(seed)
    hand.gesture()
    before = hand.look()
    for _ in range(4):
        edit = hand.edit()
        if edit is not None:
            hand.history.apply(edit)
            assert not hand.history.can_undo
    hand.history.abort()
    np.testing.assert_array_equal(hand.map.view(), before)
    assert hand.history.commit("nothing") is None


def test_a_gesture_that_changes_nothing_is_not_recorded():
    hand = Hand(1)
    edit = hand.edit()
    hand.history.apply(edit)
    hand.history.apply(edit.inverse())
    assert hand.history.commit("nothing") is None
    assert len(hand.history) == 0


def test_names_and_a_new_gesture_after_undo():
    hand = Hand(3)
    for name in ("first", "second", "third"):
        while hand.gesture(name) is None:
            pass
    history = hand.history
    assert (history.undo_name, history.redo_name) == ("third", "")
    history.undo()
    assert (history.undo_name, history.redo_name) == ("second", "third")
    while hand.gesture("other") is None:
        pass
    assert (history.undo_name, history.redo_name, len(history)) == ("other", "", 3)


def test_restore_takes_over_after_a_restart():
    hand = Hand(5)
    while len(hand.history) < 6:
        hand.gesture(f"gesture {len(hand.history)}")
    hand.history.undo()
    again = EditHistory(LabelMap(GEOMETRY, hand.look()))
    again.restore(list(hand.history._commits), 5)
    assert (again.undo_name, again.redo_name, again.position) == ("gesture 4", "gesture 5", 5)
    again.redo()
    hand.history.redo()
    while again.undo() is not None:
        hand.history.undo()
    np.testing.assert_array_equal(again._labelmap.view(), hand.map.view())
