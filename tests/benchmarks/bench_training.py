"""Measures the training data path: ``python tests/benchmarks/bench_training.py [WORK_DIR]``.

Compares the buffered source with the per-image and sequential ones (slices per second, from prepared studies and from
scans that have to be opened), a whole training step with its forward and backward pass alone, and the peak memory of a
run with its cap. Synthetic scans; no patient data.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch

from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.training_request import AugmentationSpec, SamplerSpec, TrainingCase, TrainingRequest
from tests.training.ellipsoids import chest
from training.augment import Augmentation
from training.cases import read_case
from training.segmentation import SegmentationLearner, to_tensors
from training.sources import make_source
from training.studies import PreparedLibrary, Study, make_study, prepare

ROOT = Path(__file__).parents[2]
SPEC = InputSpec(128, -1024.0, 400.0, "body", 10.0)
STUDIES, DEPTH, SIZE = 12, 100, 256
K = 10


class OpeningLibrary:
    """Opens and prepares the scan at every read, as a trainer without prepared studies would."""

    def __init__(self, cases: list[TrainingCase], folder: Path) -> None:
        self.cases, self.folder = cases, folder

    def __len__(self) -> int:
        return len(self.cases)

    def read(self, index: int) -> Study:
        return make_study(read_case(self.cases[index], self.folder), self.cases[index], SPEC)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="bench-training-"))
    folder.mkdir(parents=True, exist_ok=True)
    cases = [_case(folder, number) for number in range(STUDIES)]
    prepared = folder / "prepared"
    prepared.mkdir(exist_ok=True)
    library = PreparedLibrary(prepared, [prepare(case, SPEC, prepared, folder) for case in cases])
    opening = OpeningLibrary(cases, folder)

    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, torch {torch.__version__}")
    print(f"{STUDIES} scans of {DEPTH}×{SIZE}×{SIZE}, input {SPEC.size_px}², k = {K}, n = {STUDIES // 2}")
    for title, source_library, slices in (("prepared studies", library, 960), ("scans opened each time", opening, 48)):
        for kind in ("per_image", "sequential", "buffered"):
            wanted = slices if kind != "buffered" or source_library is library else K * STUDIES
            print(f"  {title:24} {kind:11} {_slices_per_second(kind, source_library, wanted):10.1f} slices/s")
    _step_times(library)
    _run_memory(folder, cases)


def _case(folder: Path, number: int) -> TrainingCase:
    hu, labels, affine = chest(number, DEPTH, SIZE)
    affine[:3, :3] *= 48 / SIZE
    np.savez_compressed(folder / f"{number}.npz", hu=hu, affine=affine)
    np.savez_compressed(folder / f"{number}-labels.npz", labels=labels)
    return TrainingCase(f"case-{number}", f"patient-{number}", f"{number}.npz", f"{number}-labels.npz")


def _slices_per_second(kind: str, library: PreparedLibrary | OpeningLibrary, slices: int) -> float:
    source = make_source(SamplerSpec(kind=kind, k=K), library, STUDIES // 2, np.random.default_rng(0))  # type: ignore[arg-type]
    began = time.perf_counter()
    for _ in range(slices // 8):
        source.draw(8)
    return slices / (time.perf_counter() - began)


def _step_times(library: PreparedLibrary) -> None:
    request = _request([], "probe", 4096)
    learner = SegmentationLearner(request, None, "cpu")
    source = make_source(SamplerSpec(k=K), library, STUDIES // 2, np.random.default_rng(0))
    augmentation = Augmentation(AugmentationSpec(), torch.Generator().manual_seed(0))
    learner.step(*to_tensors(source.draw(8)))
    data, learning = [], []
    for _ in range(15):
        began = time.perf_counter()
        batch = augmentation(*to_tensors(source.draw(8)))
        between = time.perf_counter()
        learner.step(*batch)
        data.append(between - began)
        learning.append(time.perf_counter() - between)
    share = sum(data) / (sum(data) + sum(learning))
    print(
        f"  step of V2(16), batch 8: {1000 * median(learning):.0f} ms forward, backward and update "
        f"(best {1000 * min(learning):.0f}); data path {1000 * median(data):.1f} ms median, {share:.1%} of the time"
    )


def _run_memory(folder: Path, cases: list[TrainingCase]) -> None:
    for cap_mb in (1536, 4096):
        request = _request(cases, f"cap-{cap_mb}", cap_mb)
        path = folder / f"cap-{cap_mb}.json"
        path.write_text(json.dumps(request.to_json()))
        command = [
            sys.executable,
            "-m",
            "training",
            "segment",
            "--request",
            str(path),
            "--out",
            str(folder / request.run_id),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        started = next((e for e in events if e["event"] == "started"), {})
        peak = events[-1].get("peak_rss_mb") or events[-1].get("metrics", {}).get("peak_rss_mb")
        print(f"  run with a cap of {cap_mb} MB: exit {done.returncode}, {started.get('held_studies')} studies held, "
              f"peak resident {peak} MB")  # fmt: skip


def _request(cases: list[TrainingCase], run_id: str, cap_mb: int) -> TrainingRequest:
    return TrainingRequest(
        run_id=run_id,
        architecture="attention_unet_plus_plus_v2",
        arguments={"width": 16},
        input=SPEC,
        cases=cases or [TrainingCase("a", "p", "a.npz", "a.npz")],
        iterations=1,
        slices_per_iteration=64,
        ram_cap_mb=cap_mb,
    )


if __name__ == "__main__":
    main()
