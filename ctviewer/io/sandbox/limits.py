"""Limits the decoding process puts on itself before it reads anything."""

from __future__ import annotations

import contextlib
import sys

BASE_MEMORY_BYTES = 2 * 2**30
"""Address space for interpreter, libraries and one decoder's scratch; the arrays to be filled come on top."""


def limit_resources() -> None:
    """No core dumps (they would hold patient data) and no file writing."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_memory(array_bytes: int) -> None:
    """Cap the address space for one request."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = BASE_MEMORY_BYTES + array_bytes
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def set_alarm(seconds: float) -> None:
    """Let the system end this process if a request outlives its deadline and the viewer is gone; 0 clears it."""
    if sys.platform == "win32":
        return
    import signal

    signal.setitimer(signal.ITIMER_REAL, seconds)
