"""The contract of every edit function, and undo and redo over all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctviewer.domain.edits.compose import PaintRule
from ctviewer.domain.labelmap import LabelMap
from tests.domain.all_gestures import (
    GEOMETRY,
    GESTURES,
    HEEDS_LOCKS_ONLY,
    IGNORES_PAINT_OVER,
    Scene,
    random_hu,
    random_labels,
)
from tests.domain.random_gestures import run

SEEDS = 25


def edits(name, rule):
    """Edits of a kind under a rule, with what they were made on."""
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        scene = Scene(random_labels(random), random_hu(random), rule, random)
        before = (scene.labels.copy(), scene.hu.copy())
        edit = GESTURES[name](scene)
        np.testing.assert_array_equal(scene.labels, before[0])  # a tool never changes what it looks at
        np.testing.assert_array_equal(scene.hu, before[1])
        if edit is not None:
            labelmap = LabelMap(GEOMETRY, scene.labels)
            labelmap.apply(edit)
            yield scene, edit, labelmap


@pytest.mark.parametrize("name", list(GESTURES))
def test_it_is_pure_reversible_and_contains_only_changes(name):
    found = 0
    for scene, edit, labelmap in edits(name, PaintRule()):
        found += 1
        assert (edit.before != edit.after).all()
        changed = labelmap.view() != scene.labels
        assert np.count_nonzero(changed) == edit.n_changed > 0
        labelmap.apply(edit.inverse())
        np.testing.assert_array_equal(labelmap.view(), scene.labels)
    assert found >= 3, "the gesture hardly ever does anything: it proves nothing"


@pytest.mark.parametrize("name", list(GESTURES))
def test_it_leaves_locked_segments_alone(name):
    for scene, _, labelmap in edits(name, PaintRule(locked=frozenset({1, 3}))):
        for label in (1, 3):
            np.testing.assert_array_equal(labelmap.view() == label, scene.labels == label)


@pytest.mark.parametrize("name", [name for name in GESTURES if name not in HEEDS_LOCKS_ONLY])
def test_it_stays_within_the_hu_gate(name):
    for scene, _, labelmap in edits(name, PaintRule(hu_range=(-1024, -300))):
        changed = labelmap.view() != scene.labels
        assert (scene.hu[changed] <= -300).all()


@pytest.mark.parametrize("name", [name for name in GESTURES if name not in IGNORES_PAINT_OVER])
def test_it_paints_only_over_what_the_rule_names(name):
    for scene, edit, _ in edits(name, PaintRule(only_over=frozenset({0}))):
        assert (edit.before == 0).all()
        assert (edit.after != 0).all()
        assert scene is not None


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), budget=st.sampled_from([2**40, 8_000, 0]), floor=st.sampled_from([0, 5, 100]))
def test_undo_and_redo_over_all_gestures(seed, budget, floor):
    done = run(seed, 60, budget, floor)
    assert sum(done.made.values()) == 60


def test_every_kind_of_gesture_takes_part():
    done = run(3, 500)
    assert set(done.made) == set(GESTURES)
    assert done.undone > 20
    assert done.redone > 10
    assert done.refused > 10
