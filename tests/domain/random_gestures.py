"""Random gestures of every kind, undone and redone at random; whole copies of the mask are the oracle."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ctviewer.domain.edits.history import EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.labelmap import LabelMap
from tests.domain.all_gestures import GEOMETRY, GESTURES, Scene, random_hu, random_labels, random_rule


@dataclass
class Outcome:
    """What a run did: gestures by name, undos and redos, and refused edits."""

    made: Counter = field(default_factory=Counter)
    undone: int = 0
    redone: int = 0
    refused: int = 0
    largest_bytes: int = 0


def run(seed: int, gestures: int, budget_bytes: int = 2**40, floor: int = 100) -> Outcome:
    """Make so many gestures that change something, and check the history after each step.

    Raises
    ------
    AssertionError
        If the mask, the position or the memory is not what it has to be.
    """
    random = np.random.default_rng(seed)
    hu, labelmap = random_hu(random), LabelMap(GEOMETRY, random_labels(random))
    history = EditHistory(labelmap, budget_bytes, floor)
    copies, position, done = [labelmap.view().copy()], 0, Outcome()
    names = list(GESTURES)
    while sum(done.made.values()) < gestures:
        action = random.random()
        if action < 0.15:
            moved = history.undo() is not None
            position -= moved
            done.undone += moved
        elif action < 0.27:
            moved = history.redo() is not None
            position += moved
            done.redone += moved
        elif action < 0.3:
            _refuse(history, labelmap)
            done.refused += 1
        else:
            name = names[random.integers(len(names))]
            edit = GESTURES[name](Scene(labelmap.view(), hu, random_rule(random), random))
            if edit is None:
                continue
            history.apply(edit)
            if history.commit(name) is None:
                raise AssertionError(f"{name} made an edit that changes nothing")
            done.made[name] += 1
            del copies[position + 1 :]
            copies.append(labelmap.view().copy())
            position += 1
        _check(history, labelmap, copies, position, (budget_bytes, floor))
        done.largest_bytes = max(done.largest_bytes, history.nbytes)
    _back_and_forth(history, labelmap, copies, position)
    return done


def _refuse(history: EditHistory, labelmap: LabelMap) -> None:
    """An edit made for another state of the mask is refused and leaves no trace."""
    now = labelmap.view()
    wrong = edit_between((now + 1) % 5, (now + 2) % 5)
    state = (history.position, len(history), history.nbytes, history.can_undo, history.can_redo, now.copy())
    try:
        history.apply(wrong)
    except ValueError:
        pass
    else:
        raise AssertionError("an edit for another state was applied")
    if history.commit("nothing") is not None:
        raise AssertionError("a refused edit was committed")
    after = (history.position, len(history), history.nbytes, history.can_undo, history.can_redo)
    assert after == state[:5]
    assert np.array_equal(labelmap.view(), state[5])


def _check(
    history: EditHistory, labelmap: LabelMap, copies: list[np.ndarray], position: int, policy: tuple[int, int]
) -> None:
    budget, floor = policy
    assert history.position == position
    assert np.array_equal(labelmap.view(), copies[position])
    assert history.nbytes == sum(c.edit.nbytes for c in history._commits)
    # Redo entries are never dropped: only what lies before the present can be.
    assert history.nbytes <= budget or len(history) <= floor or not history.in_effect


def _back_and_forth(history: EditHistory, labelmap: LabelMap, copies: list[np.ndarray], position: int) -> None:
    oldest = position - len(history.in_effect)
    while history.undo() is not None:
        position -= 1
        assert np.array_equal(labelmap.view(), copies[position])
    assert position == oldest
    while history.redo() is not None:
        position += 1
        assert np.array_equal(labelmap.view(), copies[position])
    assert position == len(copies) - 1
