"""Fine-tuning in the stages of the report."""

import numpy as np
import pytest
import torch

from tests.training.ph.test_protocols import collection
from training.ph.backbone_files import MissingBackboneError, load_efficientnet
from training.ph.fine_tuning import STAGES, FineTunedMethod, FineTuning, Stage, fine_tune


def test_stages_are_those_of_the_report():
    assert [(s.epochs, s.shares) for s in STAGES[:2]] == [(35, (1.0,)), (45, (0.9, 0.8))]
    assert STAGES[2].shares == (0.8, 0.7, 0.6)
    assert (FineTuning().size_px, FineTuning().base_rate) == (256, 1e-3)


def test_each_stage_opens_one_more_part_and_anneals_its_own_rates():
    torch.manual_seed(0)
    network = load_efficientnet(None, classes=4, random_seed=0)
    head, last, before = network.stages()
    changed: list[list[bool]] = []
    rates: list[tuple[int, tuple[float, ...]]] = []
    weights = [part.state_dict() for part in (head, last, before, network.backbone.features[6])]
    kept = [{k: v.clone() for k, v in w.items()} for w in weights]

    def watch(stage, used):
        rates.append((stage, used))
        now = [part.state_dict() for part in (head, last, before, network.backbone.features[6])]
        changed.append([any(not torch.equal(a[k], b[k]) for k in a) for a, b in zip(kept, now, strict=True)])

    settings = FineTuning(32, 1e-3, 4, (Stage(2, (1.0,)), Stage(2, (0.9, 0.8)), Stage(2, (0.8, 0.7, 0.6))))
    pictures = torch.rand(8, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    fine_tune(network, pictures, np.arange(8) % 4, np.arange(8), settings, 0, watch)
    assert changed[1] == [True, False, False, False]
    assert changed[3] == [True, True, False, False]
    assert changed[5] == [True, True, True, False]
    first = [used for stage, used in rates if rates.index((stage, used)) % 2 == 0]
    assert first == [(1e-3,), pytest.approx((9e-4, 8e-4)), pytest.approx((8e-4, 7e-4, 6e-4))]
    assert rates[1][1][0] == pytest.approx(5e-4), "half a cosine over two epochs"


def test_frozen_batch_normalisation_keeps_its_figures():
    network = load_efficientnet(None, classes=4, random_seed=0)
    before = network.backbone.features[0][1].running_mean.clone()
    fine_tune(
        network, torch.rand(4, 1, 32, 32), np.arange(4), np.arange(4), FineTuning(32, 1e-3, 4, (Stage(1, (1.0,)),)), 0
    )
    assert torch.equal(before, network.backbone.features[0][1].running_mean)


def test_as_a_method_it_gives_probabilities_and_needs_weights_or_a_wish_for_random_ones():
    data = collection(patients=8, per_patient=1)
    settings = FineTuning(32, 1e-3, 4, (Stage(1, (1.0,)),))
    method = FineTunedMethod(None, random_seed=1, settings=settings)
    method.fit(data, data.classes, np.arange(8))
    assert method.probabilities(data, np.arange(5)).sum(axis=1) == pytest.approx(np.ones(5))
    with pytest.raises(MissingBackboneError, match="efficientnet_b0_rwightman"):
        FineTunedMethod(None, random_seed=None, settings=settings).fit(data, data.classes, np.arange(8))
