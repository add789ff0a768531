"""Measures how threads of torch wait for each other: ``python -m tests.benchmarks.bench_waiting``.

The bundled segmentation network on the CPU, with as many threads as processors, alone and beside one other busy
process; OpenMP's own way of waiting against others. One process per way; they take turns. Where the system allows it
they run at the highest priority, so that nothing but the named process is beside them. Prints a Markdown table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import torch

from ctviewer.config.threads import SPINCOUNT
from ctviewer.networks.registry import build

ROOT = Path(__file__).parents[2]
WAYS = {
    "OpenMP's default": {},
    f"GOMP_SPINCOUNT={SPINCOUNT}, the program's": {"GOMP_SPINCOUNT": SPINCOUNT},
    "GOMP_SPINCOUNT=10000": {"GOMP_SPINCOUNT": "10000"},
    "OMP_WAIT_POLICY=PASSIVE": {"OMP_WAIT_POLICY": "PASSIVE"},
}
ROUNDS, MEASURE_S, BATCH = 5, 1.5, 8
_VARIABLES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "OMP_NUM_THREADS")


def main() -> None:
    """Print the table; as a child, answer questions."""
    if sys.argv[1:] == ["answer"]:
        _answer()
        return
    found: dict[tuple[bool, str, bool], list[float]] = {}
    with ExitStack() as stack:
        children = {way: stack.enter_context(_child(setting)) for way, setting in WAYS.items()}
        for _ in range(ROUNDS):
            for learns in (False, True):
                for beside in (False, True):
                    for way, child in children.items():
                        found.setdefault((learns, way, beside), []).append(_ask(child, learns=learns, beside=beside))
    print("| Attention U-Net++ V2(16), 128 px, batch 8, and way of waiting | alone | beside one busy process |")
    print("|---|---|---|")
    for learns in (False, True):
        for way in WAYS:
            cells = [found[learns, way, beside] for beside in (False, True)]
            shown = " | ".join(f"{median(rates):.1f} slices/s ({min(rates):.1f}–{max(rates):.1f})" for rates in cells)
            print(f"| {'training step' if learns else 'prediction'}, {way} | {shown} |")


@contextmanager
def _child(setting: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if name not in _VARIABLES} | setting
    command = [sys.executable, "-m", "tests.benchmarks.bench_waiting", "answer"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _ask(child: subprocess.Popen[str], *, learns: bool, beside: bool) -> float:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps([learns, beside]) + "\n")
    child.stdin.flush()
    return float(child.stdout.readline())


def _answer() -> None:
    """Slices per second for every question on standard input."""
    network = build("attention_unet_plus_plus_v2", width=16).to(memory_format=torch.channels_last)
    images = torch.rand(BATCH, 1, 128, 128).contiguous(memory_format=torch.channels_last)
    for line in sys.stdin:
        learns, beside = json.loads(line)
        other = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if beside else None
        _set_priority(-20)
        _once(network, images, learns=learns)
        rate = _rate(network, images, learns=learns)
        _set_priority(0)
        if other is not None:
            other.kill()
            other.wait()
        print(rate, flush=True)  # the parent may end this process as soon as it knows


def _rate(network: torch.nn.Module, images: torch.Tensor, *, learns: bool) -> float:
    slices, began = 0, time.perf_counter()
    while time.perf_counter() - began < MEASURE_S:
        _once(network, images, learns=learns)
        slices += BATCH
    return slices / (time.perf_counter() - began)


def _once(network: torch.nn.Module, images: torch.Tensor, *, learns: bool) -> None:
    network.train(learns)
    with torch.set_grad_enabled(learns), torch.autocast("cpu", torch.bfloat16):
        result = network(images)
    if learns:
        result.float().square().mean().backward()


def _set_priority(nice: int) -> None:
    """Of the whole session (Linux's autogroup): this process and the other one stay equals."""
    try:
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")
    except OSError:
        return


if __name__ == "__main__":
    main()
