"""Measures segmentation on the CPU: ``python -m tests.benchmarks.bench_inference [MODEL_FOLDER] [SLICES]``.

Slices per second of the network alone (eager float32, then each step of the chosen path), agreement of the classes with
eager float32, share of the measured matmul peak, and the whole of `segment` on a 512×512 volume of the synthetic thorax
with its peak memory. MODEL_FOLDER is a segmentation model version; without one, an Attention U-Net++ V2(16) at 128 px
with random weights is measured, whose agreement says nothing about trained models. No patient data.
"""

from __future__ import annotations

import copy
import hashlib
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ctviewer.domain.manifest import MANIFEST_FILE, InputSpec, Manifest, ModelVersion
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.inference.devices import fast_precision
from ctviewer.inference.folding import fold_batch_norm
from ctviewer.inference.postprocess import RECOMMENDED
from ctviewer.inference.preprocess import crop_box, to_input
from ctviewer.inference.segmenter import BATCH_SIZE, segment
from ctviewer.inference.weights import load_network, save_network
from ctviewer.io.phantom import PhantomGrid, thorax_phantom
from ctviewer.networks.registry import build

REPEATS = 5


def random_version(folder: Path) -> ModelVersion:
    """Attention U-Net++ V2(16) at 128 px with random weights."""
    torch.manual_seed(0)
    network = build("attention_unet_plus_plus_v2", width=16)
    manifest = Manifest(
        kind="segmentation",
        model_id="random",
        version="1",
        name="Random weights",
        created_at="2026-01-01T00:00:00+00:00",
        architecture="attention_unet_plus_plus_v2",
        arguments={"width": 16},
        input=InputSpec(size_px=128, hu_low=-1024, hu_high=400, margin_mm=10),
        weights_sha256=save_network(network, folder / "weights.safetensors"),
        segments=CHEST_SEGMENTS,
        postprocess=RECOMMENDED,
    )
    (folder / MANIFEST_FILE).write_text(manifest.to_text(), encoding="utf-8")
    return ModelVersion.from_folder(folder)


def thorax(slices: int) -> Volume:
    """The synthetic thorax, 512×512."""
    phantom = thorax_phantom(PhantomGrid.covering_chest(slices=slices, size=512))
    series = SeriesRef((Path("phantom"),), SourceFormat.DICOM, phantom.hu.shape, is_synthetic=True)
    return Volume(phantom.hu, phantom.geometry, series, SourceGrid(phantom.geometry))


def slices_per_second(run: Callable[[], Tensor], slices: int) -> float:
    """Best of some repeats after one warm-up: other load on the machine only ever slows a run down."""
    run()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return slices / min(times)


def matmul_peak(dtype: torch.dtype) -> float:
    """GFLOP/s of a large matrix product."""
    a = torch.rand(2048, 2048).to(dtype)
    return 2 * 2048**3 * slices_per_second(lambda: a @ a, 1) / 1e9


def gflop_per_slice(network: nn.Module, image: Tensor) -> float:
    """Work of all convolutions for one slice."""
    total = 0

    def count(module: nn.Module, _: object, output: Tensor) -> None:
        nonlocal total
        weight = module.weight
        total += 2 * weight[0].numel() * output[0].numel()

    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    hooks = [m.register_forward_hook(count) for m in convolutions]
    network(image[:1])
    for hook in hooks:
        hook.remove()
    return total / 1e9


@torch.inference_mode()
def network_rows(version: ModelVersion, images: Tensor) -> list[str]:
    """Markdown rows: way, slices per second, factor, agreement, share of the peak."""
    network = load_network(version)
    gflop = gflop_per_slice(network, images)
    classes = network(images).argmax(dim=1)
    last = images.contiguous(memory_format=torch.channels_last)
    nhwc = copy.deepcopy(network).to(memory_format=torch.channels_last)
    folded = fold_batch_norm(copy.deepcopy(network)).to(memory_format=torch.channels_last)

    def bfloat16() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return folded(last)

    ways: list[tuple[str, Callable[[], Tensor], torch.dtype]] = [
        ("eager float32", lambda: network(images), torch.float32),
        ("channels last", lambda: nhwc(last), torch.float32),
        ("channels last, normalisation folded", lambda: folded(last), torch.float32),
        ("the same in bfloat16 autocast", bfloat16, torch.bfloat16),
    ]
    peaks = {dtype: matmul_peak(dtype) for dtype in (torch.float32, torch.bfloat16)}
    rows = [f"{gflop:.2f} GFLOP per slice; matmul peak {peaks[torch.float32]:.0f} (float32) and "
            f"{peaks[torch.bfloat16]:.0f} GFLOP/s (bfloat16)"]  # fmt: skip
    first = 0.0
    for name, run, dtype in ways:
        speed = slices_per_second(run, len(images))
        first = first or speed
        agreement = float((run().float().argmax(dim=1) == classes).double().mean())
        share = speed * gflop / peaks[dtype]
        rows.append(f"| {name} | {speed:.1f} | {speed / first:.2f}× | {agreement:.4%} | {share:.0%} |")
    return rows


def main() -> None:
    arguments = sys.argv[1:]
    slices = int(arguments[1]) if len(arguments) > 1 else 300
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        version = ModelVersion.from_folder(Path(arguments[0])) if arguments else random_version(Path(folder))
        volume = thorax(slices)
        say(f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}; {version.ref}, ")
        say(f"{fast_precision('cpu').reason}\n")
        before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        prediction = segment(volume, version, device="cpu")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = prediction.seconds
        total = sum(seconds.values())
        say(f"segment, {slices} slices of 512×512: {total:.2f} s = {slices / total:.1f} slices/s {seconds}\n")
        say(f"peak memory {peak_mb:.0f} MB ({before_mb:.0f} MB before, with the volume)\n")
        digest = hashlib.sha256(prediction.labels.tobytes()).hexdigest()[:12]
        say(f"labels {digest}, voxels per label {np.bincount(prediction.labels.ravel(), minlength=4).tolist()}\n")
        spec = version.manifest.input
        middle = len(volume.hu) // 2
        box = crop_box(volume.hu, volume.geometry.spacing_mm, spec)
        images = to_input(volume.hu[middle - BATCH_SIZE // 2 : middle + BATCH_SIZE // 2], spec, box)
        for row in network_rows(version, images.contiguous()):
            say(row + "\n")


if __name__ == "__main__":
    main()
