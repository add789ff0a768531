"""Close calls of the network as an area."""

import numpy as np
import pytest
import torch

from ctviewer.inference.doubt import box_area_cm2, unsure_area_cm2
from ctviewer.inference.preprocess import CropBox


def test_close_calls_are_counted_as_area():
    logits = torch.full((2, 4, 10, 10), -5.0)
    logits[:, 0] = 3.0
    logits[1, 2, :4, :5] = 2.6  # exp(-0.4) = 0.67 as likely
    logits[1, 1, 6:, :5] = 2.0  # 0.37
    assert unsure_area_cm2(logits, 50.0) == [0.0, pytest.approx(10.0)]


def test_adding_a_constant_to_all_classes_changes_nothing():
    logits = torch.from_numpy(np.random.default_rng(0).normal(size=(3, 4, 16, 16)).astype(np.float32))
    assert unsure_area_cm2(logits + 7, 100.0) == unsure_area_cm2(logits, 100.0)


def test_area_of_the_picture():
    assert box_area_cm2(CropBox(-5, 95, 0, 200), (3.0, 2.0, 1.0)) == 400.0
