"""The learning part of a segmentation run: network, weight average, optimiser, one step, one evaluation."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.manifest import ModelVersion
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.networks.registry import BadArgumentsError, UnknownNetworkError, build
from training.losses import make_loss
from training.metrics import SegmentationScore
from training.sources import Batch
from training.studies import PreparedLibrary

LEARNING_RATE = 1e-3
FINE_TUNING_RATE = 3e-4
FINAL_RATE_SHARE = 0.02
WARM_UP_STEPS = 20


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

    def __init__(self, request: TrainingRequest, base: ModelVersion | None, device: str) -> None:
        self._request = request
        self.device = torch.device(device)
        self.bfloat16 = uses_bfloat16(request.precision, self.device)
        torch.manual_seed(request.seed)
        network = _build(request)
        if base is not None:
            _load_base(network, base)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self._loss = make_loss(request.loss, request.class_weights)
        rate = request.learning_rate or (LEARNING_RATE if base is None else FINE_TUNING_RATE)
        self._peak_rate = rate
        optimizer = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[request.optimizer]
        self._optimizer = optimizer(self.network.parameters(), lr=rate)
        self.step_count = 0

    def rate(self, step: int) -> float:
        """Learning rate of a step: a short rise, then a cosine to 2 % of the peak (or constant)."""
        rise = min(1.0, (step + 1) / WARM_UP_STEPS)
        if self._request.schedule == "constant":
            return self._peak_rate * rise
        done = step / max(1, self._request.total_steps)
        fall = FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
        return self._peak_rate * rise * fall

    def step(self, images: Tensor, labels: Tensor) -> float:
        """One weight update on images ``(N, 1, S, S)`` and labels ``(N, S, S)``; returns the loss.

        Raises
        ------
        TrainingError
            If the loss is not a finite number; the weights are untouched then.
        """
        for group in self._optimizer.param_groups:
            group["lr"] = self.rate(self.step_count)
        self.network.train()
        loss = self._forward(images, labels)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                f"Training became unstable: the loss is {value} at step {self.step_count + 1}.",
                "The active model is unchanged; try again with a lower learning rate.",
            )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._optimizer.step()
        self.step_count += 1
        self._update_average()
        return value

    def probe(self, batch_size: int, size_px: int) -> None:
        """One forward and backward pass on zeros that leaves no trace but the memory it needed."""
        before = copy.deepcopy(self.network.state_dict())
        self.network.train()
        images = torch.zeros(batch_size, 1, size_px, size_px)
        self._forward(images, torch.zeros(batch_size, size_px, size_px, dtype=torch.uint8)).backward()
        self._optimizer.zero_grad(set_to_none=True)
        self.network.load_state_dict(before)

    def evaluate(
        self, library: PreparedLibrary, structures: tuple[str, ...], check: Callable[[], None]
    ) -> SegmentationScore:
        """Figures of the averaged weights on every slice of every study of a library.

        Parameters
        ----------
        check
            Called before every batch; may raise to stop.
        """
        score = SegmentationScore(structures)
        with torch.inference_mode():
            for images, truth in _all_batches(library, self._request.batch_size):
                check()
                with self._autocast():
                    logits = self.average(self._to_device(torch.from_numpy(images).float()[:, None])).float()
                target = torch.from_numpy(truth).to(self.device)
                score.add(logits.argmax(1).cpu().numpy(), truth, float(self._loss(logits, target)))
        return score

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

    def _forward(self, images: Tensor, labels: Tensor) -> Tensor:
        with self._autocast():
            logits = self.network(self._to_device(images))
        return self._loss(logits, labels.to(self.device))

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


def _all_batches(library: PreparedLibrary, size: int) -> Iterator[tuple[Any, LabelArray]]:
    for index in range(len(library)):
        study = library.read(index)
        for start in range(0, len(study.inputs), size):
            yield study.inputs[start : start + size], study.labels[start : start + size]
