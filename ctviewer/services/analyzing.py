"""From a path to results on disk, without a window: open, segment, classify, measure, write."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.config.atomic import atomic_write_bytes, write_error
from ctviewer.domain.errors import CTViewerError, ExportRefusedError, ModelError, NotApplicableError
from ctviewer.domain.prediction import Classification, ModelIdentity, Prediction
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_seg import write_dicom_seg
from ctviewer.io.export_images import write_labels
from ctviewer.services.annotating import structure_volumes_ml
from ctviewer.services.classifying import classify_volume
from ctviewer.services.segmenting import segment_volume
from ctviewer.services.study_loading import load, open_path
from ctviewer.store.model_registry import ModelRegistry

SEGMENTATION_NIFTI = "segmentation.nii.gz"
SEGMENTATION_DICOM = "segmentation.dcm"
REPORT = "report.json"
REPORT_SCHEMA_VERSION = 1

NOT_FOR_DIAGNOSIS = "Research software: not a medical device, not for diagnostic use."


@dataclass
class _Run:
    """One analysis: what the steps share."""

    registry: ModelRegistry
    device: str
    model_ref: str | None
    progress: ProgressCallback
    cancel: CancelToken | None
    seconds: dict[str, Any] = field(default_factory=dict)
    done_percent: float = 0.0

    @contextlib.contextmanager
    def step(self, name: str, percent: float) -> Iterator[ProgressCallback]:
        """Time a step and map its progress to its share of the whole."""
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()
        start = time.perf_counter()
        base = self.done_percent
        yield lambda p: self.progress(Progress(base + p.fraction * percent, 100, p.message))
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.done_percent = base + percent


def analyze(
    path: Path,
    out_dir: Path,
    registry: ModelRegistry,
    device: str = "auto",
    model_ref: str | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Analyse the chest CT under a path and write the results into a folder.

    Writes ``segmentation.nii.gz`` (the scan's own grid; 1 left lung, 2 right lung, 3 trachea), ``segmentation.dcm``
    (where the scan is DICOM with complete identity) and ``report.json``. A step whose model is missing or for which
    the scan is not suitable is left out, and the report says why.

    Parameters
    ----------
    path
        Folder or file.
    out_dir
        Created if missing. Results of a former run in it are replaced.
    registry
        Where the models are.
    device
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    model_ref
        Segmentation model ``"id@version"``; default the active one.

    Returns
    -------
    dict
        What ``report.json`` holds.

    Raises
    ------
    CTViewerError
        If nothing can be opened, neither step is possible, or a result cannot be written.
    OperationCancelled
        If asked to stop.
    """
    started = time.perf_counter()
    run = _Run(registry, device, model_ref, progress, cancel)
    _prepare(out_dir)
    with run.step("open", 5) as report_progress:
        _, series = open_path(path, report_progress, cancel)
        if series.ai_exclusion:
            raise NotApplicableError(f"{series.label} is not analysed: {series.ai_exclusion.rstrip('.')}.")
    with run.step("load", 10) as report_progress:
        volume = load(series, report_progress, cancel)
    report = _describe(path, volume)
    prediction, no_segmentation = _segment(run, volume)
    classification, no_class = _classify(run, volume, prediction)
    if no_segmentation and no_class:
        raise no_segmentation
    with run.step("write", 5):
        report["segmentation"], report["volumes_ml"] = _write_segmentation(out_dir, volume, prediction, no_segmentation)
    report["ph"] = _ph_part(volume, classification, no_class)
    report["seconds"] = {**run.seconds, "total": round(time.perf_counter() - started, 3)}
    report["peak_rss_mb"] = peak_rss_mb()
    text = json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    atomic_write_bytes(out_dir / REPORT, text.encode())
    progress(Progress(100, 100, "Done"))
    return report


def peak_rss_mb() -> float | None:
    """Largest resident memory of this process so far, MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def _prepare(out_dir: Path) -> None:
    """Make the folder and find out now, not after minutes of computing, whether it can be written."""
    probe = out_dir / ".ctviewer-write-test"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
        # Results of another scan must not stay beside the new report.
        for name in (SEGMENTATION_NIFTI, SEGMENTATION_DICOM, REPORT):
            (out_dir / name).unlink(missing_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise CTViewerError(f"{out_dir} is a file, not a folder.", "Choose another folder for the results.") from error
    except OSError as error:
        raise write_error(out_dir / REPORT, error) from error


def _describe(path: Path, volume: Volume) -> dict[str, Any]:
    series = volume.series
    return {
        "schema_version": REPORT_SCHEMA_VERSION,
        "program": {"name": "ctviewer", "version": _program_version()},
        "notice": NOT_FOR_DIAGNOSIS,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "input": {
            "path": str(path),
            "format": series.format.value,
            "files": len(series.paths),
            "series_description": series.series_description,
            "study_description": series.study_description,
            "study_date": series.study_date,
            "patient_id": series.patient.patient_id,
            "study_uid": series.study_uid,
            "series_uid": series.series_uid,
            "is_synthetic": series.is_synthetic,
            "identity_complete": series.identity_complete,
        },
        "geometry": {
            "order": "slices from feet to head, rows to posterior, columns to the patient's left",
            "shape_kji": list(volume.geometry.shape),
            "spacing_mm_kji": [round(v, 6) for v in volume.geometry.spacing_mm],
            "affine_kji_to_lps_mm": [[round(float(v), 6) for v in row] for row in volume.geometry.affine],
            "is_hu": volume.is_hu,
            "resampled": volume.source.resampled,
            "notes": [*series.notes, *(n for n in volume.notes if n not in series.notes)],
        },
    }


def _segment(run: _Run, volume: Volume) -> tuple[Prediction | None, CTViewerError | None]:
    with run.step("segment", 65) as report_progress:
        try:
            prediction = segment_volume(
                volume, run.registry, run.device, report_progress, run.cancel, model_ref=run.model_ref
            )
        except NotApplicableError as error:
            return None, error
        except ModelError as error:
            if run.model_ref is not None:  # asked for by name: going on without it would be a surprise
                raise
            return None, error
    run.seconds["segment_steps"] = {name: round(s, 3) for name, s in prediction.seconds.items()}
    return prediction, None


def _classify(
    run: _Run, volume: Volume, prediction: Prediction | None
) -> tuple[Classification | None, CTViewerError | None]:
    labels = prediction.labels if prediction is not None else None
    with run.step("classify", 15) as report_progress:
        try:
            found = classify_volume(
                volume, run.registry, labels, device=run.device, progress=report_progress, cancel=run.cancel
            )
        except (NotApplicableError, ModelError) as error:
            return None, error
    run.seconds["classify_steps"] = {name: round(s, 3) for name, s in found.seconds.items()}
    return found, None


def _write_segmentation(
    out_dir: Path, volume: Volume, prediction: Prediction | None, reason: CTViewerError | None
) -> tuple[dict[str, Any], dict[str, float]]:
    if prediction is None:
        return {"applicable": False, "reason": str(reason)}, {}
    write_labels(out_dir / SEGMENTATION_NIFTI, prediction.labels, volume)
    part: dict[str, Any] = {
        "applicable": True,
        "model": _model_part(prediction.model),
        "device": prediction.device,
        "notes": list(prediction.notes),
        "labels": {str(s.label): s.key for s in prediction.segments},
        "nifti": SEGMENTATION_NIFTI,
        "dicom": SEGMENTATION_DICOM,
    }
    try:
        write_dicom_seg(
            out_dir / SEGMENTATION_DICOM, prediction.labels, volume, prediction.segments, prediction.model, "AUTOMATIC"
        )
    except ExportRefusedError as error:
        part["dicom"] = None
        part["no_dicom_because"] = error.message
    volumes = structure_volumes_ml(prediction.labels, volume, prediction.segments)
    return part, {key: round(float(ml), 2) for key, ml in volumes.items()}


def _ph_part(volume: Volume, found: Classification | None, reason: CTViewerError | None) -> dict[str, Any]:
    if found is None:
        return {"applicable": False, "reason": str(reason)}
    return {
        "applicable": True,
        "class": found.class_names[found.best],
        "probabilities": {
            name: round(float(p), 4) for name, p in zip(found.class_names, found.probabilities, strict=True)
        },
        "slice": _slice_part(volume, found.slice_index),
        "model": _model_part(found.model),
        "notes": list(found.notes),
    }


def _slice_part(volume: Volume, k: int) -> dict[str, Any]:
    """Which slice was used: counted from the feet (index from 0, number from 1), its place, its file where known."""
    position = volume.geometry.index_to_lps(np.array([[float(k), 0.0, 0.0]]))[0]
    part: dict[str, Any] = {"index": k, "number": k + 1, "position_lps_mm": [round(float(v), 2) for v in position]}
    order, uids = volume.source.order, volume.source.sop_instance_uids
    if order.axes[0] == 0 and len(uids) == volume.geometry.shape[0]:
        part["sop_instance_uid"] = uids[len(uids) - 1 - k if order.flipped[0] else k]
    return part


def _model_part(model: ModelIdentity) -> dict[str, str]:
    return {
        "ref": f"{model.model_id}@{model.version}",
        "name": model.name,
        "weights_sha256": model.weights_sha256,
    }


def _program_version() -> str:
    try:
        return version("ctviewer")
    except PackageNotFoundError:
        return "unknown"
