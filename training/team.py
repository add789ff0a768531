"""The processes of one run: one, or several started by ``torchrun`` on the devices of one or more computers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed
from torch import Tensor, nn

from ctviewer.domain.errors import TrainingError

T = TypeVar("T")

PATIENCE = timedelta(hours=2)
"""How long the others wait while the first process prepares the scans."""


@dataclass(frozen=True, slots=True)
class Team:
    """Place of this process among those of the run.

    Parameters
    ----------
    rank, size
        Number of this process, and how many there are.
    local_rank
        Number on this computer; chooses its GPU.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def is_first(self) -> bool:
        """Whether this process writes the run folder."""
        return self.rank == 0

    def rows(self, batch_size: int) -> slice:
        """Part of the team's batch that belongs to this process.

        Raises
        ------
        TrainingError
            If the batch cannot be shared equally.
        """
        if batch_size % self.size:
            raise TrainingError(
                f"A batch of {batch_size} cannot be shared by {self.size} processes.",
                f"Choose a batch size that is a multiple of {self.size}.",
            )
        share = batch_size // self.size
        return slice(self.rank * share, (self.rank + 1) * share)

    def first_does(self, work: Callable[[], T]) -> T:
        """Let the first process do something, then the others the same: they find it done on the shared storage."""
        if self.size == 1:
            return work()
        result = work() if self.is_first else None
        torch.distributed.barrier()
        if result is None:
            result = work()
        torch.distributed.barrier()
        return result

    def gather(self, value: Any) -> list[Any]:
        """The values of all processes, in the order of their ranks."""
        if self.size == 1:
            return [value]
        values: list[Any] = [None] * self.size
        torch.distributed.all_gather_object(values, value)
        return values

    def together(self, local: Tensor) -> Tensor:
        """The tensors of all processes, one after the other along the first axis; gradients find their way back."""
        if self.size == 1:
            return local
        gathered: Tensor = _Gathered.apply(local.contiguous(), self.rank, self.size)
        return gathered


def join_team() -> Team:
    """Team of this process, from the environment ``torchrun`` sets; a team of one without it."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return Team()
    team = Team(int(os.environ["RANK"]), size, int(os.environ.get("LOCAL_RANK", "0")))
    if not torch.distributed.is_initialized():
        backend = "nccl" if torch.cuda.is_available() else "gloo"
        torch.distributed.init_process_group(backend, timeout=PATIENCE)
    return team


def leave_team() -> None:
    """Close the connections, so that no process waits for this one."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


class _Summed(torch.autograd.Function):
    """Sum over all processes; the gradient of a summand is the sum of their gradients."""

    @staticmethod
    def forward(_: Any, local: Tensor) -> Tensor:
        total = local.clone()
        torch.distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:
        total = gradient.contiguous().clone()
        torch.distributed.all_reduce(total)
        return total


class _Gathered(torch.autograd.Function):
    """Tensors of all processes along the first axis; each gets back the sum of the gradients of its own part."""

    @staticmethod
    def forward(context: Any, local: Tensor, rank: int, size: int) -> Tensor:
        context.part = slice(rank * len(local), (rank + 1) * len(local))
        parts = [torch.empty_like(local) for _ in range(size)]
        torch.distributed.all_gather(parts, local)
        return torch.cat(parts)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        total = gradient.contiguous().clone()
        torch.distributed.all_reduce(total)
        return total[context.part], None, None


class SharedBatchNorm2d(nn.BatchNorm2d):
    """Batch normalisation over the batch of the whole team, on every device (torch's own needs GPUs).

    Parameters and state are those of `torch.nn.BatchNorm2d`.
    """

    def forward(self, image: Tensor) -> Tensor:
        """Normalised image ``(N, C, H, W)``."""
        if not self.training:
            return super().forward(image)
        values = image.float()
        pixels = values.shape[0] * values.shape[2] * values.shape[3]
        own = torch.cat([values.sum((0, 2, 3)), values.square().sum((0, 2, 3)), values.new_tensor([float(pixels)])])
        everyone: Tensor = _Summed.apply(own)
        count = everyone[-1]
        mean, square = everyone[:-1].div(count).chunk(2)
        variance = (square - mean.square()).clamp_min(0)
        self._follow(mean.detach(), (variance * count / (count - 1)).detach())
        scale = self.weight * torch.rsqrt(variance + self.eps)
        shift = self.bias - mean * scale
        return (values * scale[:, None, None] + shift[:, None, None]).to(image.dtype)

    @torch.no_grad()
    def _follow(self, mean: Tensor, variance: Tensor) -> None:
        momentum = 0.1 if self.momentum is None else self.momentum
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(variance, momentum)
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)


def share_batch_norm(network: nn.Module) -> nn.Module:
    """Let all batch normalisations of a network see the batch of the whole team; in place."""
    for module in network.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = SharedBatchNorm2d
    return network
