"""Measures the PH classifiers: ``python tests/benchmarks/bench_ph.py [PARTS]``.

Features per second of every backbone (random weights: the time is that of ImageNet's), one training part of the 378
base classifiers, what that makes of a whole nested run, its peak memory on two processes, and the classification of one
picture with its neighbours. Made-up pictures and features of the report's sizes; no patient data. PARTS is how many
training parts are fitted (default 2, one per process).
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from ctviewer.inference.classifier import class_probabilities
from ctviewer.networks.backbones import BACKBONES, feature_vectors
from training.bundled_models import newest_bundled
from training.ph.backbone_files import load_backbone
from training.ph.ensemble_method import INNER_FOLDS, Fits, Unit
from training.ph.feature_table import CUSTOM, STANDARD, FeatureTable, prepared
from training.ph.own_features import own_vectors

PICTURES, OUTER_FOLDS = 602, 10
WIDTHS = (1920, 1920, 1280, 1280, 2048, 768)


def main() -> None:
    parts = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, torch {torch.__version__}, load {os.getloadavg()[0]:.1f}")
    pictures = np.random.default_rng(0).integers(0, 255, (4, 160, 160)).astype(np.uint8)
    for backbone in BACKBONES:
        network = load_backbone(backbone, None, random_seed=0)
        inputs = prepared(pictures, backbone, STANDARD)
        with torch.inference_mode():
            _line(f"features, {backbone.name}", len(pictures), lambda: feature_vectors(backbone.name, network, inputs))  # noqa: B023
    _line("features, own six vectors", len(pictures), lambda: own_vectors(pictures))
    _classification(pictures[:3])
    _ensemble(parts)


def _line(title: str, count: int, work: object) -> None:
    began, busy = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    wall, cpu = time.perf_counter() - began, time.process_time() - busy
    print(f"  {title:32} {count / wall:7.1f} pictures/s, {cpu / count * 1000:7.0f} ms of CPU each")


def _classification(pictures: np.ndarray) -> None:
    version = newest_bundled("ph-classifier")
    for _ in range(2):
        began, busy = time.perf_counter(), time.process_time()
        class_probabilities(pictures, version, "cpu")
        wall, cpu = time.perf_counter() - began, time.process_time() - busy
    print(f"  {version.ref}, slice and two neighbours: {wall:.2f} s, {cpu:.2f} s of CPU")


def _ensemble(parts: int) -> None:
    rng = np.random.default_rng(1)
    classes = rng.integers(0, 4, PICTURES)

    def vectors() -> tuple[np.ndarray, ...]:
        found = [np.abs(rng.normal(0, 1, (PICTURES, width))).astype(np.float32) for width in WIDTHS]
        found[1] -= 0.5  # f2 is pooled before the ReLU
        found[3] = found[2]
        return tuple(found)

    table = FeatureTable({STANDARD: vectors(), CUSTOM: vectors()}, "made up")
    order = rng.permutation(PICTURES)
    # The size of an inner training part: nine tenths of the pictures, four fifths of those.
    train = [np.sort(np.roll(order, shift)[: round(PICTURES * 0.9 * 0.8)]) for shift in range(parts)]
    held = [np.setdiff1d(order, rows)[: round(PICTURES * 0.9 * 0.2)] for rows in train]
    everything = tuple(range(378))
    units = [Unit(STANDARD, classes, rows, rest, everything) for rows, rest in zip(train, held, strict=True)]
    with tempfile.TemporaryDirectory() as cache:
        fits = Fits(table, Path(cache), workers=min(2, parts))
        began = time.perf_counter()
        fits.predictions(units)
        wall = time.perf_counter() - began
        began = time.perf_counter()
        fits.predictions(units)
        again = time.perf_counter() - began
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    needed = OUTER_FOLDS * INNER_FOLDS * 2
    print(
        f"  378 classifiers, {parts} training parts on {min(2, parts)} processes: {wall:.0f} s, kept ones {again:.3f} s"
    )
    print(
        f"  CPU of the processes {cpu.ru_utime + cpu.ru_stime:.0f} s; peak memory of this and one of them {peak:.0f} MB"
    )
    print(f"  a nested run has {needed} parts: {needed * wall / parts / 60:.0f} min at this pace")


if __name__ == "__main__":
    main()
