"""The learning part of a segmentation run: network, weight average, optimiser, one step, one evaluation."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.networks.registry import BadArgumentsError, UnknownNetworkError, build
from training.faults import fault_at
from training.losses import make_loss
from training.metrics import SegmentationScore
from training.optimizers import make_optimizer, rate_at
from training.slice_source import Batch
from training.studies import PreparedLibrary
from training.team import Team, share_batch_norm


@dataclass(frozen=True, eq=False)
class StepResult:
    """What a weight update saw: the loss of the whole batch, and the classes ``(N, S, S)`` this process predicted."""

    loss: float
    classes: LabelArray


class SegmentationLearner:
    """Holds everything that changes during training, except what the sampler and the augmentation hold.

    Parameters
    ----------
    request
        The run.
    base
        Model version to start from; its weights are verified before they are loaded.
    device
        Torch device.

    Raises
    ------
    TrainingError
        If the network cannot be built or the base model does not fit it.
    """

    def __init__(
        self, request: TrainingRequest, base: ModelVersion | None, device: str, team: Team | None = None
    ) -> None:
        self._request = request
        self._team = team or Team()
        self.device = torch.device(device)
        self.bfloat16 = uses_bfloat16(request.precision, self.device)
        torch.manual_seed(request.seed)
        network = _build(request)
        if base is not None:
            _load_base(network, base)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(requires_grad=False)
        self._loss = make_loss(request.loss, request.class_weights)
        self._optimizer = make_optimizer(request, self.network.parameters())
        self._fell_back = False
        self._wrapped = self._shared_network()
        self.step_count = 0
        self.micro_batch = request.batch_size // self._team.size
        self.notes: list[str] = []

    def step(self, images: Tensor, labels: Tensor) -> StepResult:
        """One weight update on images ``(N, 1, S, S)`` and labels ``(N, S, S)``: this process's part of the batch.

        When the device's memory is full, the batch goes through in halves whose gradients add up; when a single slice
        does not fit, the CPU takes over. `notes` says so.

        Raises
        ------
        TrainingError
            If the loss is not a finite number; the weights are untouched then.
        """
        for group in self._optimizer.param_groups:
            group["lr"] = rate_at(self.step_count, self._request)
        self.network.train()
        result = self._fitting_gradients(images, labels)
        self._optimizer.step()
        self.step_count += 1
        self._update_average()
        return result

    def _fitting_gradients(self, images: Tensor, labels: Tensor) -> StepResult:
        """`_gradients` in pieces that the memory can hold."""
        while True:
            self._optimizer.zero_grad(set_to_none=True)
            try:
                return self._gradients(images, labels)
            except torch.OutOfMemoryError:
                self._make_room()

    def _gradients(self, images: Tensor, labels: Tensor) -> StepResult:
        """Forward and backward in pieces of `micro_batch` slices."""
        total, classes = 0.0, []
        for start in range(0, len(images), self.micro_batch):
            part = slice(start, start + self.micro_batch)
            share = len(images[part]) / len(images)
            if fault_at(1) == "gpu_oom" and not self._fell_back:
                raise torch.OutOfMemoryError("injected")
            last = start + self.micro_batch >= len(images)
            with nullcontext() if last or self._wrapped is None else self._wrapped.no_sync():
                logits = self._logits(images[part])
                loss = self._loss(self._team.together(logits), self._team.together(labels[part].to(self.device)))
                value = float(loss.detach())
                if not math.isfinite(value):
                    raise TrainingError(
                        f"Training became unstable: the loss is {value} at step {self.step_count + 1}.",
                        "The active model is unchanged; try again with a lower learning rate.",
                    )
                (loss * share).backward()
            total += value * share
            classes.append(logits.detach().argmax(1).to(torch.uint8).cpu().numpy())
        return StepResult(total, np.concatenate(classes))

    def _make_room(self) -> None:
        """Halve the pieces of a batch, or go to the CPU when they were single slices."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        if self.micro_batch > 1:
            self.micro_batch //= 2
            self.notes.append(f"The device's memory was full; training goes on with {self.micro_batch} slices at once.")
            return
        if self._fell_back or self._team.size > 1:
            raise MemoryError("not even one slice fits")
        self._fell_back = True
        self.notes.append("The device's memory is too small for this model; training goes on, slower, on the CPU.")
        self.device = torch.device("cpu")
        self.network.to(self.device)
        self.average.to(self.device)
        self._optimizer.load_state_dict(self._optimizer.state_dict())  # moves what it remembers to the weights' device
        self.bfloat16 = uses_bfloat16(self._request.precision, self.device)
        self.micro_batch = self._request.batch_size

    def _shared_network(self) -> nn.parallel.DistributedDataParallel | None:
        """With several processes: one batch normalisation and averaged gradients, as if it were one process."""
        if self._team.size == 1:
            return None
        share_batch_norm(self.network)
        return nn.parallel.DistributedDataParallel(
            self.network,
            device_ids=[self.device.index or 0] if self.device.type == "cuda" else None,
            find_unused_parameters=self._request.architecture == "attention_unet_plus_plus_v1",  # its gates are dead
        )

    def probe(self, batch_size: int, size_px: int) -> None:
        """One forward and backward pass on zeros that leaves no trace but the memory it needed."""
        before = copy.deepcopy(self.network.state_dict())
        self.network.train()
        count = batch_size // self._team.size
        images = torch.zeros(count, 1, size_px, size_px)
        self._fitting_gradients(images, torch.zeros(count, size_px, size_px, dtype=torch.uint8))
        self._optimizer.zero_grad(set_to_none=True)
        self.network.load_state_dict(before)

    def evaluate(
        self, library: PreparedLibrary, structures: tuple[str, ...], check: Callable[[], None]
    ) -> list[SegmentationScore]:
        """Figures of the averaged weights on every slice, one score per study of a library.

        Parameters
        ----------
        check
            Called before every batch; may raise to stop.
        """
        own: dict[int, SegmentationScore] = {}
        for index in range(self._team.rank, len(library), self._team.size):
            own[index] = score = SegmentationScore(structures)
            with torch.inference_mode():
                for images, truth in _batches(library, index, self._request.batch_size):
                    check()
                    with self._autocast():
                        logits = self.average(self._to_device(torch.from_numpy(images).float()[:, None])).float()
                    target = torch.from_numpy(truth).to(self.device)
                    score.add(logits.argmax(1).cpu().numpy(), truth, float(self._loss(logits, target)))
        by_study = {index: score for part in self._team.gather(own) for index, score in part.items()}
        return [by_study[index] for index in range(len(library))]

    def state(self) -> dict[str, Any]:
        """Weights, averaged weights, optimiser and step."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step_count": self.step_count,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from `state`."""
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step_count = int(state["step_count"])

    def _logits(self, images: Tensor) -> Tensor:
        with self._autocast():
            logits: Tensor = (self._wrapped or self.network)(self._to_device(images))
        return logits.float()

    def _to_device(self, images: Tensor) -> Tensor:
        return images.to(self.device).contiguous(memory_format=torch.channels_last)

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.bfloat16)

    def _update_average(self) -> None:
        # A young average follows quickly, else it would remember the random start.
        decay = min(self._request.weight_average, self.step_count / (self.step_count + 9))
        with torch.no_grad():
            for kept, new in zip(_tensors(self.average), _tensors(self.network), strict=True):
                if kept.is_floating_point():
                    kept.lerp_(new, 1 - decay)
                else:
                    kept.copy_(new)


def uses_bfloat16(precision: str, device: torch.device) -> bool:
    """Whether to compute in bfloat16: as asked, or where the hardware has it."""
    if precision != "auto":
        return precision == "bfloat16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    if device.type == "cpu":
        supported = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
        return bool(supported and supported() and torch.cpu._is_avx512_bf16_supported())
    return False


def to_tensors(batch: Batch) -> tuple[Tensor, Tensor]:
    """A drawn batch as images ``(N, 1, S, S)`` float32 and labels ``(N, S, S)`` uint8."""
    images, labels = batch
    return torch.from_numpy(images.astype(np.float32))[:, None], torch.from_numpy(labels)


def _build(request: TrainingRequest) -> nn.Module:
    try:
        return build(request.architecture, **request.arguments)
    except (UnknownNetworkError, BadArgumentsError) as error:
        raise TrainingError(str(error), "See “python -m training networks”.") from error


def _load_base(network: nn.Module, base: ModelVersion) -> None:
    base.verify()
    try:
        network.load_state_dict(load_file(base.weights_path))
    except RuntimeError as error:
        raise TrainingError(
            f"The weights of {base.ref} do not fit the network that was asked for.",
            f"It is a {base.manifest.architecture} with {base.manifest.arguments}.",
        ) from error


def _tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters()
    yield from module.buffers()


def _batches(library: PreparedLibrary, index: int, size: int) -> Iterator[tuple[Any, LabelArray]]:
    study = library.read(index)
    for start in range(0, len(study.inputs), size):
        yield study.inputs[start : start + size], study.labels[start : start + size]
