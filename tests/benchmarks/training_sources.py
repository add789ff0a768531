"""Ways to form batches of slices, ours and those of torchio and MONAI, under one bound on the scans they hold.

``python -m tests.benchmarks.training_sources FOLDER WAY SLICES`` draws in a process of its own and prints how much
memory that took, in MB.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.training_parts import SamplerSpec
from tests.benchmarks.training_scans import (
    DEPTH,
    SPEC,
    STUDIES,
    OpeningLibrary,
    cases_of,
    prepared_library,
    scan_files,
    study_bytes,
)
from training.cached_source import SliceCache
from training.memory import peak_resident_mb, resident_mb
from training.sources import make_source
from training.studies import StudyLibrary

K, BATCH = 10, 8
HELD = STUDIES // 2
CAP_BYTES = HELD * study_bytes()
SMART_REPLACED = 1
SMART_HELD = HELD - SMART_REPLACED
SMART_SLICES = K * SMART_REPLACED // SMART_HELD
"""Slices of a scan per pass, so that it gives k before it is replaced."""

Draw = Callable[[], int]
"""Draws the next batch and says how many slices it has."""


def ours(kind: str, n: int, *, ahead: bool = False) -> Callable[[StudyLibrary], Draw]:
    """One of the program's own sources."""

    def start(library: StudyLibrary) -> Draw:
        spec = SamplerSpec(kind=kind, k=K, prefetch=ahead)  # type: ignore[arg-type]
        source = make_source(spec, library, n, np.random.default_rng(0))
        return lambda: len(source.draw(BATCH)[0])

    return start


def memory_map(library: StudyLibrary) -> Draw:
    """Random records of the file of all slices and nothing else: the most any source can reach."""
    records = np.memmap(SliceCache(library).path, _record_type(), mode="r")  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    return lambda: len(records[rng.integers(len(records), size=BATCH)])


def _record_type() -> np.dtype[Any]:
    size = (SPEC.size_px, SPEC.size_px)
    return np.dtype([("input", np.float16, size), ("labels", np.uint8, size)])


def torchio_queue(folder: Path) -> Callable[[StudyLibrary], Draw]:
    """``torchio.Queue`` over patches of one slice, k per scan."""

    def start(library: StudyLibrary) -> Draw:
        import torch
        import torchio

        files = [scan for scan, _ in scan_files(folder)]

        def read(path: Path) -> tuple[torch.Tensor, np.ndarray]:
            study = library.read(files.index(Path(path)))
            both = np.stack([study.inputs.astype(np.float32), study.labels.astype(np.float32)])
            return torch.from_numpy(both), np.eye(4)

        patch_bytes, scan_bytes = 2 * 4 * SPEC.size_px**2, 2 * 4 * DEPTH * SPEC.size_px**2
        longest = (CAP_BYTES - scan_bytes) // patch_bytes // K * K
        subjects = torchio.SubjectsDataset([torchio.Subject(scan=torchio.ScalarImage(f, reader=read)) for f in files])
        sampler = torchio.UniformSampler((1, SPEC.size_px, SPEC.size_px))
        queue = torchio.Queue(subjects, longest, K, sampler, num_workers=0, start_background=False)
        batches = _endless(lambda: torchio.SubjectsLoader(queue, batch_size=BATCH, num_workers=0))
        return lambda: len(next(batches)["scan"]["data"])

    return start


def monai_cache(library: StudyLibrary) -> Draw:
    """``monai.data.CacheDataset`` that holds what fits; the other scans are read every time."""
    from monai.data import CacheDataset, ThreadDataLoader

    data = CacheDataset(range(STUDIES), _monai_transform(library, 1), cache_num=HELD, num_workers=0, progress=False)
    batches = _endless(lambda: ThreadDataLoader(data, batch_size=BATCH, shuffle=True, num_workers=0))
    return lambda: len(next(batches)["image"])


def monai_smart_cache(library: StudyLibrary) -> Draw:
    """``monai.data.SmartCacheDataset``: a part of what it holds is replaced after every pass."""
    from monai.data import SmartCacheDataset, ThreadDataLoader

    data = SmartCacheDataset(
        list(range(STUDIES)), _monai_transform(library, SMART_SLICES), SMART_REPLACED / SMART_HELD,
        SMART_HELD, num_init_workers=0, num_replace_workers=1, progress=False,
    )  # fmt: skip
    data.start()

    def one_pass() -> Iterator[Any]:
        yield from ThreadDataLoader(data, batch_size=max(1, BATCH // SMART_SLICES), shuffle=True, num_workers=0)
        data.update_cache()

    batches = _endless(one_pass)
    return lambda: len(next(batches)["image"])


def _monai_transform(library: StudyLibrary, slices: int) -> Any:
    """Reading a scan, which is cached, then taking random slices of it, which is not."""
    from monai.transforms import Compose, RandomizableTransform, Transform

    class Read(Transform):  # type: ignore[misc]
        def __call__(self, index: int) -> dict[str, np.ndarray]:
            study = library.read(index)
            return {"image": study.inputs, "label": study.labels}

    class TakeSlices(RandomizableTransform):  # type: ignore[misc]
        def __call__(self, study: dict[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
            chosen = self.R.randint(len(study["image"]), size=slices)
            return [{name: array[k].copy() for name, array in study.items()} for k in chosen]

    return Compose([Read(), TakeSlices()])


def _endless(loader: Callable[[], Any]) -> Iterator[Any]:
    """Batches of one pass after the other."""
    while True:
        yield from loader()


def ways(folder: Path) -> dict[str, Callable[[StudyLibrary], Draw]]:
    """What is compared wherever the scans come from."""
    found = {
        "per image": ours("per_image", 1),
        "sequential": ours("sequential", 1),
        "buffered": ours("buffered", HELD),
        "buffered, reading ahead": ours("buffered", HELD // 2, ahead=True),
    }
    if importlib.util.find_spec("torchio"):
        found["torchio.Queue"] = torchio_queue(folder)
    if importlib.util.find_spec("monai"):
        found |= {"MONAI CacheDataset": monai_cache, "MONAI SmartCacheDataset": monai_smart_cache}
    return found


def main() -> None:
    """Draw in this process and print the growth of its memory."""
    warnings.simplefilter("ignore")
    folder, way, slices = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    library = OpeningLibrary(cases_of(folder))
    library.read(0)  # loads what every way needs
    for name in ("torchio", "monai"):
        if way.startswith((name, name.upper())):
            importlib.import_module(f"{name}.data")
    prepared_library(folder)
    before = resident_mb()
    draw = ways(folder)[way](library)
    drawn = 0
    while drawn < slices:
        drawn += draw()
    print(round(peak_resident_mb() - before, 1), round(peak_resident_mb(), 1))


if __name__ == "__main__":
    main()
