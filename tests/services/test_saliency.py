"""The occlusion map finds the one place a known answer rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ctviewer.domain.errors import OperationCancelled
from ctviewer.domain.prediction import Classification, ModelIdentity
from ctviewer.domain.progress import CancelToken
from ctviewer.inference import classifier
from ctviewer.services.saliency import occlusion_map
from tests.support.registries import registry_with, tiny_classifier

BRIGHT = np.s_[40:60, 100:120]


@pytest.fixture
def found(tmp_path, monkeypatch):
    version = tiny_classifier(tmp_path / "c")

    def brightness(pictures, model, device):  # an answer whose reason is known
        assert model.ref == version.ref
        sure = pictures[(slice(None), *BRIGHT)].astype(float).mean(axis=(1, 2)) / 255
        return np.stack([1 - sure, sure, 0 * sure, 0 * sure], axis=1)

    monkeypatch.setattr(classifier, "class_probabilities", brightness)
    picture = np.zeros((160, 160), np.uint8)
    picture[BRIGHT] = 255
    identity = ModelIdentity("tiny-ph", "1", version.identity.weights_sha256)
    return Classification(("a", "b", "c", "d"), (0.0, 1.0, 0.0, 0.0), 3, picture, identity), registry_with(
        tmp_path, version
    )


def test_the_place_the_answer_rests_on_glows_and_others_do_not(found):
    loss = occlusion_map(*found)
    assert loss.shape == (160, 160)
    assert loss[50, 110] > 0.4
    assert np.unravel_index(loss.argmax(), loss.shape)[0] in range(30, 72)
    assert abs(loss[130, 30]) < 1e-6


def test_it_can_be_cancelled(found):
    token = CancelToken()
    token.cancel()
    with pytest.raises(OperationCancelled):
        occlusion_map(*found, cancel=token)


def test_a_class_that_does_not_depend_on_the_picture_rests_nowhere(found):
    classification, registry = found
    flat = replace(classification, fed_image=np.zeros((160, 160), np.uint8), probabilities=(1.0, 0.0, 0.0, 0.0))
    assert np.abs(occlusion_map(flat, registry)).max() < 1e-6
