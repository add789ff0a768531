"""Runs a network on batches, as fast as the machine allows, and survives a full device memory."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from ctviewer.domain.errors import DeviceError
from ctviewer.domain.progress import CancelToken
from ctviewer.inference.devices import Precision, fast_precision
from ctviewer.inference.folding import fold_batch_norm
from ctviewer.inference.openvino_runtime import OpenVinoNetwork, try_openvino

logger = logging.getLogger(__name__)

SAFE_AGREEMENT = 0.9995
"""Share of pixels of a few sample slices that must get the same class as in float32 for bfloat16 to be used.

The samples come from the scan that is being segmented, so this tests this model on this scan and promises nothing about
others. What it let pass so far: the bundled model on three real scans agreed on 99.989 to 99.997 % of all pixels
that the network sees (`tests/benchmarks/RESULTS.md`).
"""


class NetworkRunner:
    """A network on a device.

    On a CPU the network runs in OpenVINO where that can translate it, else in torch; on a GPU always in torch. When the
    device's memory is full, the batch is halved; when a single slice does not fit, the CPU takes over.

    Parameters
    ----------
    network
        In evaluation mode; changed (moved, batch normalisation folded).
    device
        From `choose_device`.
    """

    def __init__(self, network: nn.Module, device: str) -> None:
        self.device = device
        self.precision = Precision(torch.float32, "not probed yet")
        self.largest_batch: int | None = None
        self.notes: list[str] = []
        self.runtime = "torch"
        self._fell_back = False
        self._compiled: OpenVinoNetwork | None = None
        self._network = fold_batch_norm(network).to(memory_format=torch.channels_last)
        self._place(device)

    def probe_precision(self, images: Tensor, cancel: CancelToken) -> Precision:
        """Decide runtime and number type on sample images: the fastest that classifies their pixels like plain float32.

        Parameters
        ----------
        images
            Shape ``(N, channels, S, S)``: a few slices from all over the volume.
        """
        exact = self._classes_one_by_one(images, cancel)
        slow = Precision(torch.float32, "bfloat16 is not native here")
        fast = fast_precision(self.device)
        reason = fast.reason
        for precision in (fast, slow) if fast.dtype is not torch.float32 else (slow,):
            for compiled in self._runtimes(images, precision):
                self.precision, self._compiled = Precision(precision.dtype, reason), compiled
                if precision is slow and compiled is None:
                    break
                agreement = float((self._classes_one_by_one(images, cancel) == exact).float().mean())
                if agreement >= SAFE_AGREEMENT:
                    return self._decided()
                reason = f"{precision.dtype} agrees on only {agreement:.3%} of the sample pixels"
        return self._decided()

    def _runtimes(self, images: Tensor, precision: Precision) -> Iterator[OpenVinoNetwork | None]:
        """What could compute, the fastest first; None is torch."""
        if self.device == "cpu":
            compiled = try_openvino(self._network, images, bfloat16=precision.dtype is torch.bfloat16)
            if compiled is not None:
                yield compiled
        yield None

    def _decided(self) -> Precision:
        # A full GPU may have sent the network to the CPU meanwhile; its types were not probed there.
        if self._fell_back:
            self.precision = Precision(torch.float32, "fallback from a full device")
        self.runtime = "torch" if self._compiled is None else "OpenVINO"
        logger.info("%s in %s on %s: %s", self.runtime, self.precision.dtype, self.device, self.precision.reason)
        return self.precision

    def _classes_one_by_one(self, images: Tensor, cancel: CancelToken) -> Tensor:
        classes = []
        for image in images:
            cancel.raise_if_cancelled()
            classes.append(self(image[None]).argmax(dim=1).cpu())
        return torch.cat(classes)

    @torch.inference_mode()
    def __call__(self, images: Tensor) -> Tensor:
        """Logits as float32 on the runner's device, ``(N, classes, S, S)`` or ``(N, classes)``.

        Raises
        ------
        DeviceError
            If not even one slice fits into memory.
        """
        start, parts = 0, []
        while start < len(images):
            size = min(self.largest_batch or len(images), len(images) - start)
            try:
                parts.append(self._run(images[start : start + size]))
            except torch.OutOfMemoryError:
                self._make_room(size)
            else:
                start += size
        return torch.cat([part.to(self.device) for part in parts])

    def _run(self, images: Tensor) -> Tensor:
        if self._compiled is not None:
            try:
                return self._compiled(images)
            except RuntimeError as error:
                logger.warning("OpenVINO failed, torch goes on: %s", error)
                self._compiled, self.runtime = None, "torch"
        images = images.to(self.device, memory_format=torch.channels_last)
        with self._autocast():
            logits: Tensor = self._network(images)
        return logits.float()

    def _autocast(self) -> AbstractContextManager[object]:
        if self.precision.dtype is torch.float32:
            return nullcontext()
        return torch.autocast(self.device.partition(":")[0], dtype=self.precision.dtype)

    def _make_room(self, failed_batch: int) -> None:
        """Halve the batch, or go to the CPU when it was a single slice."""
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
        if failed_batch > 1:
            self.largest_batch = failed_batch // 2
            self.notes.append(
                f"The memory of {self.device} was full; continued with {self.largest_batch} slices at once."
            )
        elif self.device != "cpu":
            self.notes.append(f"The memory of {self.device} is too small for this model; continued on the CPU.")
            self.device, self.largest_batch, self._fell_back = "cpu", None, True
            self.precision = Precision(torch.float32, "fallback from a full device")
            self._place("cpu")
        else:
            raise DeviceError(
                "There is not enough memory to run the model on a single slice.",
                "Close other programs, or use a model with a smaller input.",
            )

    def _place(self, device: str) -> None:
        try:
            self._network = self._network.to(device)
        except torch.OutOfMemoryError:
            self._make_room(1)
