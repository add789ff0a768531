"""Runs a network on batches, as fast as the machine allows, and survives a full device memory."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from ctviewer.domain.errors import DeviceError
from ctviewer.domain.progress import CancelToken
from ctviewer.inference.devices import Precision, fast_precision
from ctviewer.inference.folding import fold_batch_norm

logger = logging.getLogger(__name__)

SAFE_AGREEMENT = 0.9995
"""Share of pixels of sample slices that must get the same class in bfloat16 as in float32 for bfloat16 to be used.

The samples are hard slices from the middle of the scan, on the coarse grid. A model that passes agreed on 99.993 % of
the coarse pixels of whole chest scans and, after post-processing, on 99.998 % of their voxels.
"""


class NetworkRunner:
    """A network on a device.

    When the device's memory is full, the batch is halved; when a single slice does not fit, the CPU takes over.

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
        self._fell_back = False
        self._network = fold_batch_norm(network).to(memory_format=torch.channels_last)
        self._place(device)

    def probe_precision(self, images: Tensor, cancel: CancelToken) -> Precision:
        """Decide the number type on sample images: the fast one only if it classifies their pixels alike.

        Parameters
        ----------
        images
            Shape ``(N, channels, S, S)``: a few slices from all over the volume.
        """
        exact = self._classes_one_by_one(images, cancel)
        fast = fast_precision(self.device)
        if fast.dtype is not torch.float32:
            self.precision = fast
            agreement = float((self._classes_one_by_one(images, cancel) == exact).float().mean())
            if agreement < SAFE_AGREEMENT:
                reason = f"bfloat16 agrees on only {agreement:.3%} of the sample pixels"
                fast = Precision(torch.float32, reason)
        # A full GPU may have sent the network to the CPU meanwhile; its types were not probed there.
        self.precision = fast if not self._fell_back else self.precision
        logger.info("computing in %s on %s: %s", self.precision.dtype, self.device, self.precision.reason)
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
