"""Learning from slices without classes: views of one slice find each other, training starts from there."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ctviewer.domain.errors import TrainingError
from training.ph.network_method import NetworkRecipe, train_network
from training.ph.pretraining import chest_slices, contrast, pretrained

RECIPE = NetworkRecipe("thorax_net", {"width": 8}, batch_size=8, epochs=1)


def slices(count=32, side=32):
    coarse = torch.from_numpy(np.random.default_rng(0).random((count, 1, 4, 4), np.float32))
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bilinear")


def test_partners_that_agree_cost_nothing_and_strangers_do():
    embedded = torch.eye(8)
    assert contrast(torch.cat([embedded, embedded]), 0.1) < 0.01
    assert contrast(torch.cat([embedded, embedded.roll(1, 0)]), 0.1) > 5


def test_the_loss_falls_and_the_head_is_left_out():
    said: list[str] = []
    start = pretrained(RECIPE, slices(), epochs=10, report=said.append)
    losses = [float(text.rpartition(" ")[2]) for text in said]
    assert losses[-1] < 0.8 * losses[0]
    assert start
    assert not any(name.startswith("head.") for name in start)


def test_training_starts_from_the_weights_it_is_given():
    start = pretrained(RECIPE, slices(), epochs=1, report=lambda _: None)
    classes, rows = np.zeros(16, np.int64), np.arange(16)
    slow = replace(RECIPE, rate=1e-9, weight_decay=0.0)
    trained = train_network(slow, slices(16), classes, rows, 0, start=start).state_dict()
    fresh = train_network(slow, slices(16), classes, rows, 0).state_dict()
    assert torch.allclose(trained["stem.0.weight"], start["stem.0.weight"], atol=1e-5)
    assert not torch.allclose(fresh["stem.0.weight"], start["stem.0.weight"], atol=1e-5)


def test_references_without_lungs_are_refused_in_one_sentence(tmp_path):
    (tmp_path / "cases.json").write_text("[]")
    with pytest.raises(TrainingError, match=r"No scan in .* shows both lungs"):
        chest_slices(tmp_path)
