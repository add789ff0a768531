"""The protocols must show a leak that is there and none that is not: pictures with a known answer."""

import numpy as np
import pytest
import torch

from ctviewer.domain.errors import TrainingError
from training.ph.data import PhCollection
from training.ph.methods import METHODS, LinearMethod, MajorityMethod, NearestMethod
from training.ph.network_method import NetworkMethod, NetworkRecipe, augmented, soft_targets
from training.ph.protocols import judge

TINY = NetworkRecipe("thorax_net", {"width": 2}, size_px=32, epochs=12, batch_size=16, rate=1e-2)


def flat(data: PhCollection) -> np.ndarray:
    return data.pictures.reshape(len(data.pictures), -1).astype(float)


def collection(seed=0, patients=48, per_patient=4, signal=0.0) -> PhCollection:
    """Each patient has a random texture shared by their pictures; the class shifts the brightness by ``signal``."""
    rng = np.random.default_rng(seed)
    classes = np.repeat(np.arange(patients) % 4, per_patient)
    groups = np.repeat(np.arange(patients), per_patient)
    texture = rng.normal(100, 30, (patients, 32, 32))[groups] + rng.normal(0, 2, (len(groups), 32, 32))
    pictures = np.clip(texture + signal * classes[:, None, None], 0, 255).astype(np.uint8)
    names = tuple(f"{g}/{n}" for n, g in enumerate(groups))
    return PhCollection(names, pictures, np.ones((len(groups), 2)), classes, groups, groups)


def test_memory_wins_when_patients_leak_and_is_chance_when_they_do_not():
    """No picture says anything about its class here; only knowing the patient helps."""
    data = collection()
    leaky = judge(lambda seed: NearestMethod(flat), data, "pictures").scores
    honest = judge(lambda seed: NearestMethod(flat), data, "grouped").scores
    assert leaky["accuracy"] > 0.95
    assert honest["accuracy"] < 0.45
    low, high = honest["group_bootstrap_95"]["accuracy"]  # the pictures of a patient are not independent trials
    assert low < 0.25 < high


def test_signal_is_found_under_the_honest_protocol_and_gone_with_shuffled_labels():
    data = collection(signal=25.0)

    def mean(d: PhCollection) -> np.ndarray:
        return flat(d).mean(axis=1, keepdims=True)

    real = judge(lambda seed: LinearMethod(mean, 0.01, None), data).scores
    shuffled = judge(lambda seed: LinearMethod(mean, 0.01, None), data, shuffled=True).scores
    assert real["accuracy"] > 0.95
    assert shuffled["accuracy"] < 0.45


def test_majority_baseline_has_no_kappa():
    scores = judge(lambda seed: MajorityMethod(), collection()).scores
    assert scores["quadratic_kappa"] == pytest.approx(0.0, abs=0.15)


def test_every_row_is_predicted_once_and_calibration_sees_training_rows_only():
    data = collection(signal=25.0)
    seen: list[np.ndarray] = []

    class Spy(MajorityMethod):
        def fit(self, data, classes, rows):
            seen.append(rows)
            super().fit(data, classes, rows)

    judgement = judge(lambda seed: Spy(), data, calibrate=True)
    assert len(judgement.temperatures) == 5
    assert np.allclose(judgement.calibrated.sum(axis=1), 1)
    for fold in range(5):
        held = set(np.flatnonzero(judgement.folds == fold).tolist())
        for rows in seen[2 * fold : 2 * fold + 2]:
            assert not held & set(rows.tolist())
        outer, inner = seen[2 * fold], seen[2 * fold + 1]
        assert set(inner.tolist()) < set(outer.tolist())


def test_network_learns_the_signal_and_is_the_same_for_the_same_seed():
    data = collection(signal=25.0)
    rows = np.flatnonzero(data.groups % 12 < 8)
    held = np.flatnonzero(data.groups % 12 >= 8)
    results = []
    for _ in range(2):
        method = NetworkMethod(TINY, seed=4)
        method.fit(data, data.classes, rows)
        results.append(method.probabilities(data, held))
    assert np.array_equal(results[0], results[1])
    assert (results[0].argmax(axis=1) == data.classes[held]).mean() > 0.6


def test_soft_targets_give_the_neighbour_more_than_the_far_class():
    targets = soft_targets(torch.tensor([0, 2]), 0.1)
    assert targets.sum(dim=1).tolist() == pytest.approx([1, 1])
    assert targets[0].tolist() == sorted(targets[0].tolist(), reverse=True)
    assert targets[1, 1] == targets[1, 3]
    assert soft_targets(torch.tensor([1]), 0.0).tolist() == [[0, 1, 0, 0]]


def test_augmentation_never_mirrors():
    """A picture that is bright on one side stays so."""
    pictures = torch.zeros(64, 1, 32, 32)
    pictures[..., 20:] = 0.8
    moved = augmented(pictures, TINY, torch.Generator().manual_seed(1))
    assert (moved[..., 22:].mean(dim=(1, 2, 3)) > moved[..., :10].mean(dim=(1, 2, 3)) + 0.2).all()


def test_every_listed_method_can_be_made():
    for name, entry in METHODS.items():
        assert entry.make(0) is not None, name
        assert entry.title


def test_networks_can_be_trained_for_other_lengths_and_say_so():
    shorter = METHODS["simple-cnn"].with_epochs(10)
    assert shorter.title.endswith(", 10 epochs")
    assert shorter.recipe is not None
    assert shorter.recipe.epochs == 10
    with pytest.raises(TrainingError, match="no epochs"):
        METHODS["majority"].with_epochs(10)
