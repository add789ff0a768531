"""Injected failures, so that tests can see what a run does when the real thing happens.

``CTVIEWER_TRAINING_FAULT`` names one fault, optionally with the iteration: ``oom``, ``nan@2``, ``kill``, ``slow``;
``gpu_oom`` is a device that never has enough memory (the learner asks for it itself).
"""

from __future__ import annotations

import os
import signal
import time

VARIABLE = "CTVIEWER_TRAINING_FAULT"
_SLOW_S = 0.2


def fault_at(iteration: int) -> str:
    """Name of the fault that is due in an iteration (counted from 1); empty for none."""
    name, _, when = os.environ.get(VARIABLE, "").partition("@")
    return name if name and iteration >= int(when or 1) else ""


def inject(iteration: int) -> None:
    """Fail the way the due fault fails: out of memory, killed, or just slow."""
    fault = fault_at(iteration)
    if fault == "oom":
        raise MemoryError("injected")
    if fault == "kill":
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    if fault == "slow":
        time.sleep(_SLOW_S)
