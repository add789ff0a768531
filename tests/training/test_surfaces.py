"""Surface distances, against MONAI."""

import math

import numpy as np
import pytest
import torch
from monai.metrics import compute_hausdorff_distance, compute_surface_dice

from training.surfaces import surface_figures

SPACING = (2.5, 0.8, 0.8)


def _blob(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    k, j, i = np.mgrid[:18, :24, :22]
    centre = rng.uniform(8, 11, 3)
    return ((k - centre[0]) / 6) ** 2 + ((j - centre[1]) / 8) ** 2 + ((i - centre[2]) / 7) ** 2 < rng.uniform(0.7, 1)


@pytest.mark.parametrize("seed", range(4))
def test_as_monai_measures(seed: int) -> None:
    predicted, truth = _blob(seed), _blob(seed + 100)
    ours = surface_figures(predicted, truth, SPACING, tolerance_mm=1.5)
    tensors = [torch.from_numpy(mask)[None, None].float() for mask in (predicted, truth)]
    hd95 = compute_hausdorff_distance(*tensors, include_background=True, percentile=95, spacing=SPACING)
    dice = compute_surface_dice(*tensors, class_thresholds=[1.5], include_background=True, spacing=SPACING)
    assert ours.hd95_mm == pytest.approx(hd95.item(), rel=1e-4)
    assert ours.surface_dice == pytest.approx(dice.item(), rel=1e-3)


def test_a_shift_is_measured_in_millimetres() -> None:
    truth = np.zeros((10, 20, 20), bool)
    truth[3:6, 5:10, 5:10] = True
    figures = surface_figures(np.roll(truth, 2, axis=0), truth, (3.0, 1.0, 1.0))
    assert figures.hd95_mm == pytest.approx(6.0)
    assert 0 < figures.surface_dice < 1
    assert surface_figures(truth, truth, (3.0, 1.0, 1.0)).surface_dice == 1


def test_an_empty_mask_has_no_surface() -> None:
    truth = np.zeros((4, 4, 4), bool)
    truth[1:3, 1:3, 1:3] = True
    assert math.isnan(surface_figures(np.zeros_like(truth), truth, (1, 1, 1)).hd95_mm)
