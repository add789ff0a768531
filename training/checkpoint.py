"""The checkpoint of a run: one file, written whole or not at all, read without running code."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from ctviewer.config.atomic import atomic_write

CHECKPOINT = "checkpoints/last.pt"


def write_checkpoint(run_dir: Path, state: dict[str, Any]) -> None:
    """Put a state in the place of the former one.

    Parameters
    ----------
    state
        Tensors, plain numbers and text, nested in dictionaries and lists: what `read_checkpoint` accepts.
    """
    path = run_dir / CHECKPOINT
    path.parent.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    torch.save(state, buffer)  # into memory: torch would write the temporary file's random name into the file
    atomic_write(path, lambda temp: _write(temp, buffer))


def read_checkpoint(run_dir: Path) -> dict[str, Any] | None:
    """The last state, with tensors on the CPU; None for a run that has not finished an iteration.

    Raises
    ------
    pickle.UnpicklingError
        If the file holds anything but tensors and plain values.
    """
    path = run_dir / CHECKPOINT
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _write(path: Path, buffer: io.BytesIO) -> None:
    path.write_bytes(buffer.getbuffer())
