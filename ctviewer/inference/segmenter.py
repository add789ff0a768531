"""A volume and a model version in, a prediction out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ModelError
from ctviewer.domain.manifest import Manifest
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.prediction import Prediction
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.volume import Volume
from ctviewer.inference.devices import choose_device
from ctviewer.inference.doubt import box_area_cm2, unsure_area_cm2
from ctviewer.inference.network_runner import NetworkRunner
from ctviewer.inference.postprocess import apply_steps
from ctviewer.inference.preprocess import crop_box, from_output, to_input
from ctviewer.inference.weights import load_network

BATCH_SIZE = 8
LONGEST_BATCH_S = 0.4
"""Batches shrink to this duration on slow machines, so that cancelling is answered in well under a second."""


def segment(
    volume: Volume,
    model: ModelVersion,
    device: str = "auto",
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    batch_size: int = BATCH_SIZE,
) -> Prediction:
    """Segment a volume.

    Parameters
    ----------
    volume
        Canonical order, HU.
    model
        A segmentation model; its weights are checked before use.
    device
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    progress
        Told the slices done; the last report comes after post-processing.
    cancel
        Checked between batches and inside post-processing.
    batch_size
        Slices at once, at most.

    Raises
    ------
    ModelError, CorruptArtefactError
        If the model cannot be used.
    DeviceError
        If the device does not exist or memory does not suffice.
    OperationCancelled
        If asked to stop.
    """
    _check_model(model.manifest)
    cancel = cancel or CancelToken()
    seconds: dict[str, float] = {}
    progress(Progress(0, volume.hu.shape[0], "Loading the model"))
    with _timed(seconds, "load_model"):
        runner = NetworkRunner(load_network(model), choose_device(device))
    with _timed(seconds, "network"):
        labels, doubt = _predict(volume, model.manifest, runner, progress, cancel, batch_size)
    with _timed(seconds, "postprocess"):
        progress(Progress(len(labels), len(labels), "Cleaning up"))
        notes = apply_steps(
            labels,
            volume.hu,
            volume.geometry.spacing_mm,
            model.manifest.segments,
            model.manifest.postprocess,
            cancel,
        )
        if volume.padding is not None:
            labels[volume.padding] = 0
    progress(Progress(volume.hu.shape[0], volume.hu.shape[0], "Segmented"))
    return Prediction(
        labels=labels,
        geometry=volume.geometry,
        segments=model.manifest.segments,
        model=model.identity,
        device=runner.device,
        seconds=seconds,
        notes=(*dict.fromkeys(runner.notes), *notes),
        slice_doubt=doubt,
    )


def _check_model(manifest: Manifest) -> None:
    if manifest.kind != "segmentation":
        raise ModelError(f"The model {manifest.ref} does not segment.", "Choose a segmentation model.")
    classes = manifest.arguments.get("classes", len(manifest.segments) + 1)
    if classes != len(manifest.segments) + 1:
        raise ModelError(
            f"The model {manifest.ref} has {classes} outputs but names {len(manifest.segments)} structures.",
            "Its manifest is inconsistent; install it again.",
        )


def _predict(
    volume: Volume,
    manifest: Manifest,
    runner: NetworkRunner,
    progress: ProgressCallback,
    cancel: CancelToken,
    batch_size: int,
) -> tuple[LabelArray, tuple[float, ...]]:
    """Labels of the whole volume as the network gives them, and how unsure it was on each slice."""
    hu, spec = volume.hu, manifest.input
    box = crop_box(hu, volume.geometry.spacing_mm, spec)
    label_of_channel = np.array([0, *(s.label for s in manifest.segments)], dtype=np.uint8)
    labels = np.zeros(hu.shape, dtype=np.uint8)
    slices, doubt = len(hu), []
    field_cm2 = box_area_cm2(box, volume.geometry.spacing_mm)
    sample = [slices // 4, slices // 2, 3 * slices // 4]
    runner.probe_precision(to_input(hu[sample], spec, box), cancel)
    start, size = 0, 1
    while start < slices:
        cancel.raise_if_cancelled()
        began = time.perf_counter()
        stop = min(start + size, slices)
        logits = runner(to_input(hu[start:stop], spec, box))
        labels[start:stop] = label_of_channel[from_output(logits, box, (hu.shape[1], hu.shape[2]))]
        doubt += unsure_area_cm2(logits, field_cm2)
        per_slice = (time.perf_counter() - began) / (stop - start)
        size = max(1, min(batch_size, 2 * size, int(LONGEST_BATCH_S / max(per_slice, 1e-6))))
        start = stop
        progress(Progress(start, slices, f"Segmenting: slice {start} of {slices}"))
    return labels, tuple(doubt)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - began, 3)
