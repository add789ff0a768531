"""The long proof of undo: ``python -m tests.domain.run_gestures 10000``."""

from __future__ import annotations

import sys
import time

from tests.domain.random_gestures import run


def main(gestures: int, seed: int) -> None:
    """Half without a limit of memory, half with one so small that old gestures are dropped all the time."""
    start = time.perf_counter()
    runs = [run(seed, gestures // 2), run(seed + 1, gestures - gestures // 2, budget_bytes=20_000)]
    seconds = time.perf_counter() - start
    for done in runs:
        total = sum(done.made.values())
        print(f"{total} gestures, {done.undone} undone, {done.redone} redone, {done.refused} wrong edits refused, "
              f"at most {done.largest_bytes / 1000:.0f} kB held")  # fmt: skip
        print("  " + ", ".join(f"{name} {count}" for name, count in done.made.most_common()))
    print(f"undo all gave every former state and redo all every later one; {seconds:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
