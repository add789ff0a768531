"""How the threads of the numerical libraries wait for each other."""

from __future__ import annotations

import os

SPINCOUNT = "100000"
"""A third of what GNU OpenMP does by itself."""
_CHOSEN_BY_THE_USER = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def spin_less() -> None:
    """Let idle OpenMP threads sleep sooner, unless the user chose how they wait; call it before torch is imported.

    A thread that has finished its part spins until the others have finished theirs. Where another program uses a
    processor, that takes the time the others need, and torch becomes several times slower. Sleeping at once costs as
    much on a quiet computer; a shorter spin costs nothing there (``tests/benchmarks/bench_waiting.py``).
    """
    if not any(name in os.environ for name in _CHOSEN_BY_THE_USER):
        os.environ["GOMP_SPINCOUNT"] = SPINCOUNT
