"""Pictures to class probabilities: temperature, ensembles, and the models that are refused."""

import numpy as np
import pytest
import torch
from torch import nn

from ctviewer.domain.errors import CorruptArtefactError, ModelError
from ctviewer.inference.classifier import class_probabilities, picture_tensor, viewed_probabilities
from ctviewer.networks.registry import build
from ctviewer.networks.thorax_net import ThoraxNet, ThoraxNetEnsemble
from tests.support.ph_version import tiny_ph_version


def pictures(count=3, size=64, seed=0):
    return np.random.default_rng(seed).integers(0, 255, (count, size, size)).astype(np.uint8)


def test_probabilities_sum_to_one_and_a_picture_does_not_depend_on_its_batch(tmp_path):
    version = tiny_ph_version(tmp_path / "v")
    together = class_probabilities(pictures(), version, "cpu")
    alone = np.concatenate([class_probabilities(p[None], version, "cpu") for p in pictures()])
    assert together.shape == (3, 4)
    assert np.allclose(together.sum(axis=1), 1)
    assert np.allclose(together, alone, atol=1e-6)


def test_temperature_of_the_manifest_makes_it_less_sure_without_changing_the_order(tmp_path):
    sharp = class_probabilities(pictures(), tiny_ph_version(tmp_path / "a", 0.5), "cpu")
    flat = class_probabilities(pictures(), tiny_ph_version(tmp_path / "b", 3.0), "cpu")
    assert (flat.max(axis=1) < sharp.max(axis=1)).all()
    assert np.array_equal(flat.argsort(axis=1), sharp.argsort(axis=1))


def test_damaged_weights_are_not_used(tmp_path):
    version = tiny_ph_version(tmp_path / "v")
    content = bytearray(version.weights_path.read_bytes())
    content[-1] ^= 1
    version.weights_path.write_bytes(bytes(content))
    with pytest.raises(CorruptArtefactError):
        class_probabilities(pictures(), version, "cpu")


def test_other_kinds_of_models_and_wrong_class_tables_are_refused(tmp_path):
    with pytest.raises(ModelError, match="not a classifier of thorax pictures"):
        class_probabilities(pictures(), tiny_ph_version(tmp_path / "a", crop="body"), "cpu")
    with pytest.raises(ModelError, match="4 probabilities for 2 classes"):
        class_probabilities(pictures(), tiny_ph_version(tmp_path / "b", names=("no", "yes")), "cpu")


def test_ensemble_is_the_mean_of_its_members():
    torch.manual_seed(0)
    ensemble = ThoraxNetEnsemble(2, members=3).eval()
    x = torch.rand(2, 1, 40, 40)
    with torch.inference_mode():
        mean = torch.stack([torch.softmax(m(x), dim=1) for m in ensemble.members]).mean(dim=0)
        assert torch.allclose(torch.softmax(ensemble(x), dim=1), mean, atol=1e-6)


def test_views_agree_for_a_network_that_only_looks_at_the_mean():
    class Constant(nn.Module):
        def forward(self, x):
            return torch.tensor([[1.0, 2.0, 0.0, 0.0]]).repeat(len(x), 1)

    rows = viewed_probabilities(Constant(), torch.rand(2, 1, 16, 16))
    assert np.allclose(rows, torch.softmax(torch.tensor([1.0, 2.0, 0.0, 0.0]), 0).numpy(), atol=1e-6)


def test_input_is_scaled_to_unit_range_and_size():
    tensor = picture_tensor(np.full((2, 160, 160), 255, np.uint8), 96)
    assert tensor.shape == (2, 1, 96, 96)
    assert torch.allclose(tensor, torch.ones(()))
    assert picture_tensor(np.zeros((1, 96, 96), np.uint8), 96).dtype == torch.float32


def test_parameter_counts():
    assert sum(p.numel() for p in ThoraxNet(8).parameters()) == 55004
    ensemble = build("thorax_net_ensemble", members=5, width=8, in_channels=1, classes=4)
    assert sum(p.numel() for p in ensemble.parameters()) == 5 * 55004
