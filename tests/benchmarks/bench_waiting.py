"""Measures how threads of torch wait for each other: ``python -m tests.benchmarks.bench_waiting``.

The bundled segmentation network on the CPU, with as many threads as processors, alone and beside one other busy
process; OpenMP's own way of waiting against the one the program chooses. Ways take turns, each in a fresh process.
Where the system allows it, they run at the highest priority, so that nothing but the named process is beside them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
WAYS = {
    "OpenMP's default": {},
    "spinning briefly": {"GOMP_SPINCOUNT": "10000"},
    "passive": {"OMP_WAIT_POLICY": "PASSIVE"},
}
ROUNDS, MEASURE_S, BATCH = 5, 2.5, 8
_VARIABLES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "OMP_NUM_THREADS")


def main() -> None:
    """Print a Markdown table, or, as a child, one rate."""
    if sys.argv[1:]:
        print(_rate(sys.argv[1] == "beside", sys.argv[2] == "train"))
        return
    found: dict[tuple[str, str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for what in ("infer", "train"):
            for beside in ("alone", "beside"):
                for way, setting in WAYS.items():
                    found.setdefault((what, way, beside), []).append(_child(setting, beside, what))
    print("| Network and way of waiting | alone | beside a busy process |")
    print("|---|---|---|")
    for what, title in (("infer", "inference"), ("train", "training")):
        for way in WAYS:
            cells = [found[what, way, beside] for beside in ("alone", "beside")]
            shown = " | ".join(f"{median(rates):.1f} slices/s ({min(rates):.1f}–{max(rates):.1f})" for rates in cells)
            print(f"| {title}, {way} | {shown} |")


def _child(setting: dict[str, str], beside: str, what: str) -> float:
    environment = {name: value for name, value in os.environ.items() if name not in _VARIABLES} | setting
    command = [sys.executable, "-m", "tests.benchmarks.bench_waiting", beside, what]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, start_new_session=True
    )
    return float(done.stdout.split()[-1])


def _rate(beside: bool, learns: bool) -> float:
    """Slices per second of the network."""
    import torch

    from ctviewer.networks.registry import build

    network = build("attention_unet_plus_plus_v2", width=16).to(memory_format=torch.channels_last).train(learns)
    images = torch.rand(BATCH, 1, 128, 128).contiguous(memory_format=torch.channels_last)

    def once() -> None:
        with torch.set_grad_enabled(learns), torch.autocast("cpu", torch.bfloat16):
            result = network(images)
        if learns:
            result.float().square().mean().backward()

    once()
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if beside else None
    try:
        _set_priority(-20)
        once()
        slices, began = 0, time.perf_counter()
        while time.perf_counter() - began < MEASURE_S:
            once()
            slices += BATCH
        return slices / (time.perf_counter() - began)
    finally:
        _set_priority(0)
        if other is not None:
            other.kill()
            other.wait()


def _set_priority(nice: int) -> None:
    """Of the whole session (Linux's autogroup): this process and the other one stay equals."""
    try:
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")
    except OSError:
        return


if __name__ == "__main__":
    main()
