"""Optimisers by their formula and usual rate."""

import torch

from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.training_request import TrainingRequest
from training.optimizers import Lion, make_optimizer, peak_rate, weight_decay


def test_lion_by_the_formula() -> None:
    """θ ← θ − lr·(sign(β₁m + (1 − β₁)g) + λθ), m ← β₂m + (1 − β₂)g."""
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(5))
    optimizer = Lion([weight], lr=0.01, betas=(0.9, 0.99), weight_decay=0.1)
    theta, momentum = weight.detach().clone(), torch.zeros(5)
    for _ in range(4):
        gradient = torch.randn(5)
        weight.grad = gradient.clone()
        optimizer.step()
        theta = theta - 0.01 * (torch.sign(0.9 * momentum + 0.1 * gradient) + 0.1 * theta)
        momentum = 0.99 * momentum + 0.01 * gradient
        torch.testing.assert_close(weight.detach(), theta)


def test_each_optimizer_comes_with_its_usual_rate() -> None:
    def request(**changes: object) -> TrainingRequest:
        case = TrainingCase("a", "p", "a.npz", "a.npz")
        return TrainingRequest("r", "mini_unet", {"width": 8}, InputSpec(32, -1000, 400), [case], **changes)  # type: ignore[arg-type]

    assert (peak_rate(request()), weight_decay(request())) == (1e-3, 0.0)
    assert (peak_rate(request(optimizer="lion")), weight_decay(request(optimizer="lion"))) == (1e-4, 1e-2)
    assert peak_rate(request(optimizer="lion", learning_rate=0.5)) == 0.5
    assert peak_rate(request(base_model="there")) < 1e-3
    assert isinstance(make_optimizer(request(optimizer="lion"), [torch.nn.Parameter(torch.ones(1))]), Lion)
