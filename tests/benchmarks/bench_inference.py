"""Measures segmentation on the CPU: ``python -m tests.benchmarks.bench_inference [MODEL_FOLDER] [SLICES] [ROUNDS]``.

Slices per second of the network alone (eager float32, each step of the chosen path, and what was not chosen: OpenVINO
with all threads on one batch, ONNX Runtime), agreement of the classes with eager float32, share of the measured matmul
peak, and the whole of `segment` on a 512×512 volume of the synthetic thorax with its peak memory. MODEL_FOLDER is a
segmentation model version; without one, an Attention U-Net++ V2(16) at 128 px with random weights is measured, whose
agreement says nothing about trained models. ROUNDS is how often the ways take turns (8). No patient data.
"""

from __future__ import annotations

import copy
import gc
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.model_version import MANIFEST_FILE, ModelVersion
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.inference import network_runner
from ctviewer.inference.devices import Precision, fast_precision
from ctviewer.inference.folding import fold_batch_norm
from ctviewer.inference.openvino_runtime import try_openvino
from ctviewer.inference.postprocess import RECOMMENDED
from ctviewer.inference.preprocess import crop_box, to_input
from ctviewer.inference.segmenter import BATCH_SIZE, segment
from ctviewer.inference.weights import load_network, save_network
from ctviewer.io.phantom import PhantomGrid, thorax_phantom
from ctviewer.networks.registry import build
from training.export import write_onnx

ROUNDS = 8


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


def fastest(ways: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Shortest seconds of each way; the ways take turns, so that other load on the machine meets all of them."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds + 1):
        for number, run in enumerate(ways):
            began = time.perf_counter()
            run()
            best[number] = min(best[number], time.perf_counter() - began)
    return best


def matmul(dtype: torch.dtype) -> Callable[[], object]:
    """A large matrix product: 17.2 GFLOP."""
    a = torch.rand(2048, 2048).to(dtype)
    return lambda: a @ a


MATMUL_GFLOP = 2 * 2048**3 / 1e9


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


def openvino_batches(folded: nn.Module, images: Tensor) -> Callable[[], Tensor]:
    """OpenVINO with all threads on one batch in float32."""
    import openvino

    from ctviewer.inference.openvino_graph import to_openvino

    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": torch.get_num_threads()}
    graph = to_openvino(folded, images.shape[1], images.shape[-1])
    compiled = openvino.Core().compile_model(graph, "CPU", options | {"PERFORMANCE_HINT": "LATENCY"})
    return lambda: torch.from_numpy(compiled(images.numpy())[0])


def onnx_runtime(network: nn.Module, images: Tensor, folder: Path) -> Callable[[], Tensor]:
    """ONNX Runtime in float32 on the exported network."""
    import onnxruntime

    write_onnx(network, images[:2], folder / "network.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(folder / "network.onnx", options, providers=["CPUExecutionProvider"])
    return lambda: torch.from_numpy(session.run(None, {"image": images.numpy()})[0])


@torch.inference_mode()
def network_rows(version: ModelVersion, images: Tensor, folder: Path, rounds: int) -> list[str]:
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

    as_onnx = onnx_runtime(network, images, folder)
    exact16, exact32 = (try_openvino(folded, images, bfloat16=half) for half in (True, False))
    if exact16 is None or exact32 is None:
        raise SystemExit("OpenVINO cannot translate this network.")

    ways: list[tuple[str, Callable[[], Tensor], torch.dtype]] = [
        ("eager float32", lambda: network(images), torch.float32),
        ("channels last", lambda: nhwc(last), torch.float32),
        ("channels last, normalisation folded", lambda: folded(last), torch.float32),
        ("the same in bfloat16 autocast", bfloat16, torch.bfloat16),
        ("ONNX Runtime float32", as_onnx, torch.float32),
        ("OpenVINO float32, all threads on one batch", openvino_batches(folded, images), torch.float32),
        ("OpenVINO float32", lambda: exact32(images), torch.float32),
        ("OpenVINO bfloat16", lambda: exact16(images), torch.bfloat16),
    ]
    dtypes = (torch.float32, torch.bfloat16)
    times = fastest([*(run for _, run, _ in ways), *(matmul(dtype) for dtype in dtypes)], rounds)
    peaks = dict(zip(dtypes, (MATMUL_GFLOP / t for t in times[len(ways) :]), strict=True))
    rows = [
        f"{gflop:.2f} GFLOP per slice; matmul peak {peaks[torch.float32]:.0f} GFLOP/s in float32, "
        f"{peaks[torch.bfloat16]:.0f} in bfloat16; batches of {len(images)}",
        "| Way | slices/s | against eager | same class | of the matmul peak |",
        "|---|---|---|---|---|",
    ]
    for (name, run, dtype), seconds in zip(ways, times, strict=False):
        speed = len(images) / seconds
        agreement = float((run().float().argmax(dim=1) == classes).double().mean())
        share = speed * gflop / peaks[dtype]
        rows.append(f"| {name} | {speed:.1f} | {times[0] / seconds:.2f}× | {agreement:.4%} | {share:.0%} |")
    return rows


def whole(volume: Volume, version: ModelVersion) -> list[str]:
    """Rows on `segment`: time, memory, and agreement of the labels with those made in float32."""
    gc.collect()
    # Linux: forget the peak that making the volume left behind.
    Path("/proc/self/clear_refs").write_text("5")
    before = status_mb("VmRSS")
    prediction = segment(volume, version, device="cpu")
    peak = status_mb("VmHWM")
    seconds = prediction.seconds
    total = sum(seconds.values())
    rows = [
        f"segment: {len(volume.hu)} slices in {total:.2f} s = {len(volume.hu) / total:.1f} slices/s, {seconds}",
        f"peak memory {peak:.0f} MB, {peak - before:.0f} MB above the program with its volume",
    ]
    network_runner.fast_precision = lambda _: Precision(torch.float32, "asked for")
    exact = segment(volume, version, device="cpu")
    same = float((exact.labels == prediction.labels).mean())
    slower = sum(exact.seconds.values())
    return [*rows, f"in float32: {slower:.2f} s; {same:.5%} of the voxels have the same label"]


def status_mb(key: str) -> float:
    """A memory figure of this process from ``/proc/self/status``, MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key + ":")) / 1024


def main() -> None:
    arguments = sys.argv[1:]
    slices = int(arguments[1]) if len(arguments) > 1 else 300
    rounds = int(arguments[2]) if len(arguments) > 2 else ROUNDS
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        version = ModelVersion.from_folder(Path(arguments[0])) if arguments else random_version(Path(folder))
        volume = thorax(slices)
        say(f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}; {version.ref}, ")
        say(f"{fast_precision('cpu').reason}\n")
        for row in whole(volume, version):
            say(row + "\n")
        spec = version.manifest.input
        middle = len(volume.hu) // 2
        box = crop_box(volume.hu, volume.geometry.spacing_mm, spec)
        images = to_input(volume.hu[middle - BATCH_SIZE // 2 : middle + BATCH_SIZE // 2], spec, box)
        for row in network_rows(version, images.contiguous(), Path(folder), rounds):
            say(row + "\n")


if __name__ == "__main__":
    main()
