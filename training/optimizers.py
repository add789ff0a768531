"""Optimisers: Adam and AdamW of torch, and Lion."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from ctviewer.domain.training_request import TrainingRequest

DEFAULT_RATE = {"adam": 1e-3, "adamw": 1e-3, "lion": 1e-4}
DEFAULT_DECAY = {"adam": 0.0, "adamw": 1e-2, "lion": 1e-2}
FINAL_RATE_SHARE = 0.02
WARM_UP_STEPS = 20
FINE_TUNING_SHARE = 0.3
"""Rate of a run that starts from a trained model, relative to one that starts from random weights."""


class Lion(torch.optim.Optimizer):
    """θ ← θ − lr·(sign(β₁m + (1 − β₁)g) + λθ), m ← β₂m + (1 − β₂)g (Chen et al. 2023).

    Every weight moves by the same amount, so its rate is chosen three to ten times smaller than Adam's.

    Parameters
    ----------
    params, lr
        As for every optimiser.
    betas
        Share of the momentum in the step, and decay of the momentum.
    weight_decay
        λ, decoupled.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            first, second = group["betas"]
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                momentum = state.setdefault("momentum", torch.zeros_like(weight))
                direction = torch.lerp(weight.grad, momentum, first).sign_()
                weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-group["lr"])
                momentum.lerp_(weight.grad, 1 - second)
        return loss


def peak_rate(request: TrainingRequest) -> float:
    """Largest learning rate of a run: the one asked for, or the optimiser's usual one."""
    if request.learning_rate is not None:
        return request.learning_rate
    return DEFAULT_RATE[request.optimizer] * (1.0 if request.base_model is None else FINE_TUNING_SHARE)


def rate_at(step: int, request: TrainingRequest) -> float:
    """Learning rate of a step of a run: a short rise, then a cosine to 2 % of the peak (or constant)."""
    rate = peak_rate(request) * min(1.0, (step + 1) / WARM_UP_STEPS)
    if request.schedule == "constant":
        return rate
    done = min(1.0, step / max(1, request.total_steps))
    return rate * (FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * 0.5 * (1 + math.cos(math.pi * done)))


def weight_decay(request: TrainingRequest) -> float:
    """Weight decay of a run: the one asked for, or the optimiser's usual one."""
    return DEFAULT_DECAY[request.optimizer] if request.weight_decay is None else request.weight_decay


def make_optimizer(request: TrainingRequest, parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
    """The optimiser a request names."""
    kinds: dict[str, Any] = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "lion": Lion}
    optimizer: torch.optim.Optimizer = kinds[request.optimizer](
        parameters, lr=peak_rate(request), weight_decay=weight_decay(request)
    )
    return optimizer
