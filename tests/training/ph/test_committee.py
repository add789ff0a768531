"""The bundled PH committee: repeatable, every kind with the same say."""

import numpy as np
import pytest
import torch

from ctviewer.inference.classifier import picture_tensor
from ctviewer.networks.registry import build
from ctviewer.networks.thorax_committee import EncoderFeatures, middle_view
from tests.training.ph.test_protocols import collection
from training.ph.committee import CommitteeMethod, CommitteeRecipe, encoder_features, encoder_width
from training.ph.network_method import NetworkRecipe, _epoch_order, _sampling_shares
from training.ph.own_features import mediastinum, own_table

QUICK = CommitteeRecipe(
    size_px=32,
    members=1,
    components=5,
    network=NetworkRecipe("thorax_net", {"width": 2}, size_px=96, epochs=2, rate=1e-2),
)


def test_committee_learns_and_is_the_same_for_the_same_seed():
    data = collection(patients=16, per_patient=2, signal=25.0)
    rows, held = np.arange(24), np.arange(24, 32)
    found = []
    for _ in range(2):
        method = CommitteeMethod(QUICK, seed=3)
        method.fit(data, data.classes, rows)
        found.append(method.probabilities(data, held))
    assert np.allclose(found[0], found[1], atol=1e-6)
    assert np.allclose(found[0].sum(axis=1), 1)
    assert (found[0].argmax(axis=1) == data.classes[held]).mean() > 0.4


def test_each_kind_has_the_same_say():
    torch.manual_seed(0)
    committee = build("thorax_committee", width=2, members=2, encoder_width=2).eval()
    pictures = torch.rand(3, 1, 64, 64)
    with torch.inference_mode():
        head = torch.softmax(committee.encoder_head(committee.encoder(pictures)), dim=1)
        whole = torch.softmax(committee(pictures), dim=1)
        for networks in committee.kinds.values():
            for network in networks:
                network.head.weight.zero_()
                network.head.bias.zero_()
        flat = torch.softmax(committee(pictures), dim=1)
    assert torch.allclose(whole.sum(dim=1), torch.ones(3))
    assert torch.allclose(flat, 0.75 * 0.25 + 0.25 * head, atol=1e-5)


def test_mediastinum_of_a_fed_picture_is_its_own_pixels():
    pictures = np.random.default_rng(0).integers(0, 255, (1, 160, 160)).astype(np.uint8)
    cut = mediastinum(pictures)
    assert cut.shape == (1, 96, 96)
    assert torch.equal(middle_view(picture_tensor(pictures, 160)), picture_tensor(cut, 96))


def test_encoder_is_the_bundled_segmentation_network_s():
    encoder = encoder_features()
    fresh = EncoderFeatures(encoder_width())
    assert encoder.count == 2 * 4 * 31 * encoder_width()
    assert not torch.equal(encoder.encoder[0][0][0].weight, fresh.encoder[0][0][0].weight)
    means, maxima = encoder.means_and_maxima(torch.rand(2, 1, 64, 64))
    assert means.shape == maxima.shape == (2, encoder.count // 2)
    assert (maxima >= means - 1e-6).all()


def test_even_sampling_draws_rare_classes_and_patients_with_few_pictures_more_often():
    classes = np.array([0] * 40 + [1] * 8 + [2] * 2)
    groups = np.array([0] * 36 + [1] * 4 + [2] * 8 + [3, 4])
    assert _sampling_shares(classes, groups, 0.0) is None
    shares = _sampling_shares(classes, groups, 1.0)
    assert [shares[classes == c].sum() for c in range(3)] == pytest.approx([1 / 3] * 3)
    assert shares[37] == pytest.approx(3 * shares[0]), "4 pictures against 36: the root of 9"
    half = _sampling_shares(classes, groups, 0.5)
    assert half[classes == 2].sum() < shares[classes == 2].sum()
    order = _epoch_order(np.arange(50), NetworkRecipe("thorax_net"), shares, np.random.default_rng(0))
    assert len(order) == 50


def test_own_features_are_six_finite_vectors_for_both_preprocessings():
    pictures = np.random.default_rng(1).integers(0, 255, (2, 160, 160)).astype(np.uint8)
    table = own_table(pictures)
    for vectors in table.vectors.values():
        assert len(vectors) == 6
        assert all(v.shape[0] == 2 and np.isfinite(v).all() for v in vectors)
    assert "not ImageNet" in table.title
    assert not np.array_equal(table.vectors["standard"][2], table.vectors["custom"][2])
