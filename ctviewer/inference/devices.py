"""Which device computes, and in which precision."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ctviewer.domain.errors import DeviceError

DEVICE_CHOICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Precision:
    """Number type of the network's arithmetic and why it was chosen."""

    dtype: torch.dtype
    reason: str


def choose_device(wanted: str = "auto") -> str:
    """The device to use: ``"cuda"``, ``"mps"`` or ``"cpu"`` (a CUDA index is kept: ``"cuda:1"``).

    Raises
    ------
    DeviceError
        If a device was asked for that this machine does not have.
    """
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if _has(name))
    family = wanted.partition(":")[0]
    if family not in DEVICE_CHOICES[1:]:
        raise DeviceError(f"There is no device “{wanted}”.", f"Choose one of {', '.join(DEVICE_CHOICES)}.")
    if not _has(wanted):
        raise DeviceError(f"The device “{wanted}” is not available on this machine.", "Choose auto or cpu.")
    return wanted


def fast_precision(device: str) -> Precision:
    """The fastest number type the hardware multiplies natively; whether a model bears it is the segmenter's question.

    bfloat16 where the processor has it in hardware: it is two to three times faster there. Elsewhere it is emulated,
    slower than float32, so float32 stays.
    """
    if device.startswith("cuda") and torch.cuda.get_device_capability(torch.device(device)) >= (8, 0):
        return Precision(torch.bfloat16, "the GPU computes bfloat16 natively")
    if device == "cpu" and _cpu_has_bfloat16():
        return Precision(torch.bfloat16, "the processor computes bfloat16 natively")
    return Precision(torch.float32, "bfloat16 is not native here")


def _has(device: str) -> bool:
    family, _, index = device.partition(":")
    if family == "cuda":
        return torch.cuda.is_available() and (not index or (index.isdigit() and int(index) < torch.cuda.device_count()))
    if family == "mps":
        return torch.backends.mps.is_available()
    return family == "cpu"


def _cpu_has_bfloat16() -> bool:
    """AVX512-BF16 or AMX on x86, BF16 on ARM; False where this torch cannot tell."""
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    if any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16", "arm_bf16")):
        return True
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", bool)())
