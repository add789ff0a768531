"""Arrays in memory shared by two processes, without a name in the file system and without a copy."""

from __future__ import annotations

import math
import mmap
import os
import secrets
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from ctviewer.domain.arrays import AnyArray


@dataclass(slots=True)
class SharedArray:
    """An array over shared memory; the memory goes away with the last array that uses it.

    Parameters
    ----------
    array
        The array; zero-filled when created.
    name
        Name of the mapping on Windows; empty elsewhere, where a file descriptor is handed over instead.
    """

    array: AnyArray
    name: str
    _descriptor: int

    @classmethod
    def create(cls, shape: tuple[int, ...], dtype: str) -> SharedArray:
        """Zero-filled array. Pages that are never touched cost nothing."""
        size = max(1, math.prod(shape) * np.dtype(dtype).itemsize)
        if sys.platform == "win32":
            name = f"ctviewer-{secrets.token_hex(16)}"
            return cls(_view(mmap.mmap(-1, size, tagname=name), shape, dtype), name, -1)
        descriptor = _anonymous_file(size)
        return cls(_view(mmap.mmap(descriptor, size), shape, dtype), "", descriptor)

    @classmethod
    def receive(cls, description: dict[str, Any], connection: Connection) -> SharedArray:
        """The array another process handed over with `send`."""
        shape, dtype = tuple(description["shape"]), str(description["dtype"])
        size = max(1, math.prod(shape) * np.dtype(dtype).itemsize)
        if sys.platform == "win32":
            return cls(_view(mmap.mmap(-1, size, tagname=description["name"]), shape, dtype), description["name"], -1)
        descriptor = reduction.recv_handle(connection)
        array = _view(mmap.mmap(descriptor, size), shape, dtype)
        os.close(descriptor)
        return cls(array, "", -1)

    def describe(self) -> dict[str, Any]:
        """Plain values the receiver needs."""
        return {"shape": list(self.array.shape), "dtype": self.array.dtype.str, "name": self.name}

    def send(self, connection: Connection, process_id: int) -> None:
        """Hand the memory over; call after the message that describes it."""
        if self._descriptor >= 0:
            reduction.send_handle(connection, self._descriptor, process_id)

    def close(self) -> None:
        """Give up the descriptor; the array stays valid."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def byte_count(description: dict[str, Any]) -> int:
    """Size of the array that a description announces."""
    return math.prod(description["shape"]) * np.dtype(description["dtype"]).itemsize


def _view(memory: mmap.mmap, shape: tuple[int, ...], dtype: str) -> AnyArray:
    return np.frombuffer(memory, dtype=dtype, count=math.prod(shape)).reshape(shape)


def _anonymous_file(size: int) -> int:
    """Descriptor of a nameless file: memory on Linux (``/dev/shm`` may be tiny in a container), disk elsewhere."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("ctviewer", os.MFD_CLOEXEC)
    else:
        descriptor, path = tempfile.mkstemp()
        os.unlink(path)  # noqa: PTH108
    os.ftruncate(descriptor, size)
    return descriptor
