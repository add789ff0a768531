"""Measures how training gets its slices: ``python -m tests.benchmarks.bench_training [WORK_DIR]``.

Twelve synthetic scans. Slices per second of every way to form batches, from scans that are opened and from prepared
studies, side by side with torchio and MONAI under the same bound on held scans; the training step against its forward
and backward pass; the memory of whole runs against their cap. Prints the section for RESULTS.md.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median

import numpy as np
import torch

from ctviewer.domain.training_parts import AugmentationSpec, SamplerSpec
from ctviewer.domain.training_request import TrainingRequest
from tests.benchmarks.training_scans import (
    DEPTH,
    SIZE,
    SPEC,
    STUDIES,
    OpeningLibrary,
    cases_of,
    prepared_library,
    write_scans,
)
from tests.benchmarks.training_sources import BATCH, CAP_BYTES, HELD, K, memory_map, ours, ways
from training.augment import Augmentation
from training.losses import make_loss
from training.segmentation import SegmentationLearner, to_tensors
from training.sources import make_source
from training.studies import StudyLibrary

ROOT = Path(__file__).parents[2]
ROUNDS = 3
OPENED_SLICES, PREPARED_SLICES, MAPPED_SLICES = 2 * HELD * K, 960, 9600
SLOW_SLICES = 12
"""For ways that open a scan for every slice or every second one."""
STEPS = 15
RUN_SLICES = 16
"""The memory of a run is at its peak after its first steps and the first measurement."""
CAPS_MB = (2048, 4096)


def main() -> None:
    """Print a Markdown section."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="bench-training-"))
    folder.mkdir(parents=True, exist_ok=True)
    write_scans(folder)
    print("## Training data (`python -m tests.benchmarks.bench_training`)\n")
    print(
        f"{STUDIES} synthetic scans of {DEPTH}×{SIZE}×{SIZE} (.nii.gz), network input {SPEC.size_px}², k = {K}; every "
        f"way may hold {CAP_BYTES / 2**20:.0f} MiB of scans ({HELD} prepared ones). {os.cpu_count()} virtual CPUs "
        f"({platform.machine()}), torch {torch.__version__}, load {os.getloadavg()[0]:.0f}; the ways took turns, "
        f"medians of {ROUNDS} rounds.\n"
    )
    for name in ("torchio", "monai"):
        if not importlib.util.find_spec(name):
            print(f"{name} is not installed, so its rows are missing.\n")
    _print_slices(folder)
    _print_steps(folder)
    _print_runs(folder)


def _print_slices(folder: Path) -> None:
    opened = _rates(folder, OpeningLibrary(cases_of(folder)), OPENED_SLICES)
    prepared = _rates(folder, prepared_library(folder), PREPARED_SLICES)
    print("| Way to form batches | scans opened: slices/s | × per image | prepared studies: slices/s | × per image "
          "| memory above the start |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    for way, rate in prepared.items():
        if way in opened:
            grown, _ = _memory(folder, way)
            cells = f"{opened[way]:.1f} | {opened[way] / opened['per image']:.1f}×"
        else:
            grown, cells = float("nan"), "– | –"
        memory = "–" if np.isnan(grown) else f"{grown:.0f} MB"
        print(f"| {way} | {cells} | {rate:.0f} | {rate / prepared['per image']:.1f}× | {memory} |")
    print()


def _rates(folder: Path, library: StudyLibrary, slices: int) -> dict[str, float]:
    """Median slices per second of every way; all take turns."""
    starts = dict(ways(folder))
    is_prepared = not isinstance(library, OpeningLibrary)
    if is_prepared:
        starts |= {"cached file": ours("cached", 1), "the memory map alone": memory_map}
    found: dict[str, list[float]] = {way: [] for way in starts}
    for _ in range(ROUNDS):
        for way, start in starts.items():
            slow = not is_prepared and way in ("per image", "MONAI CacheDataset")
            wanted = (
                SLOW_SLICES if slow else MAPPED_SLICES if way in ("cached file", "the memory map alone") else slices
            )
            draw = start(library)
            began = time.perf_counter()
            drawn = 0
            while drawn < wanted:
                drawn += draw()
            found[way].append(drawn / (time.perf_counter() - began))
    return {way: median(rates) for way, rates in found.items()}


def _memory(folder: Path, way: str) -> tuple[float, float]:
    """Growth and peak of the resident memory, MB, of a process that draws from scans it opens."""
    slices = SLOW_SLICES if way in ("per image", "MONAI CacheDataset") else OPENED_SLICES
    command = [sys.executable, "-m", "tests.benchmarks.training_sources", str(folder), way, str(slices)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    grown, peak = map(float, done.stdout.split()[-2:])
    return grown, peak


def _print_steps(folder: Path) -> None:
    print(f"| Training step, Attention U-Net++ V2(16), batch {BATCH}, median of {STEPS} | buffered | cached file |")
    print("|---|---|---|")
    columns = [_step_times(folder, kind) for kind in ("buffered", "cached")]
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(column[name] for column in columns) + " |")
    print()


def _step_times(folder: Path, kind: str) -> dict[str, str]:
    learner = SegmentationLearner(_request(folder, "probe", 4096), None, "cpu")
    spec = SamplerSpec(kind=kind, k=K)  # type: ignore[arg-type]
    source = make_source(spec, prepared_library(folder), HELD // 2, np.random.default_rng(0))
    augmentation = Augmentation(AugmentationSpec(), torch.Generator().manual_seed(0))
    learner.step(*to_tensors(source.draw(BATCH)))
    data, alone, steps = [], [], []
    for _ in range(STEPS):
        began = time.perf_counter()
        batch = augmentation(*to_tensors(source.draw(BATCH)))
        drawn = time.perf_counter()
        learner.step(*batch)
        stepped = time.perf_counter()
        _forward_and_backward(learner, *batch)
        data.append(drawn - began)
        steps.append(stepped - drawn)
        alone.append(time.perf_counter() - stepped)
    source.close()
    whole = sum(data) + sum(steps)
    return {
        "forward and backward alone": f"{1000 * median(alone):.0f} ms",
        "whole step, slices and update included": f"{1000 * (median(data) + median(steps)):.0f} ms",
        "slices and augmentation": f"{1000 * median(data):.1f} ms, {sum(data) / whole:.1%} of all time (aim 10 %)",
    }


def _forward_and_backward(learner: SegmentationLearner, images: torch.Tensor, labels: torch.Tensor) -> None:
    learner.network.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=learner.bfloat16):
        logits = learner.network(images.contiguous(memory_format=torch.channels_last))
    make_loss("focal", None)(logits.float(), labels).backward()


def _print_runs(folder: Path) -> None:
    print("| Whole run | cap | peak resident memory | scans held |")
    print("|---|---|---|---|")
    for kind in ("buffered", "cached"):
        for cap_mb in CAPS_MB:
            held, peak_mb = _run(folder, kind, cap_mb)
            print(f"| {kind} | {cap_mb} MB | {peak_mb} MB | {held} |")


def _run(folder: Path, kind: str, cap_mb: int) -> tuple[int, int]:
    """Scans held and peak resident memory of a training run in a process of its own."""
    request = _request(folder, f"cap-{kind}-{cap_mb}", cap_mb, SamplerSpec(kind=kind, k=K))  # type: ignore[arg-type]
    path = folder / f"{request.run_id}.json"
    path.write_text(json.dumps(request.to_json()), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=folder) as out:
        command = [sys.executable, "-m", "training", "segment", "--request", str(path), "--out", out]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0:
        raise SystemExit(f"The run with {cap_mb} MB failed: {events[-1:]}")
    started = next(event for event in events if event["event"] == "started")
    return started["held_studies"], events[-1]["metrics"]["peak_rss_mb"]


def _request(folder: Path, run_id: str, cap_mb: int, sampler: SamplerSpec | None = None) -> TrainingRequest:
    return TrainingRequest(
        run_id=run_id,
        architecture="attention_unet_plus_plus_v2",
        arguments={"width": 16},
        input=SPEC,
        cases=cases_of(folder),
        iterations=1,
        slices_per_iteration=RUN_SLICES,
        ram_cap_mb=cap_mb,
        sampler=sampler or SamplerSpec(),
    )


if __name__ == "__main__":
    main()
