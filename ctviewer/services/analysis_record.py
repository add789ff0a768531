"""The parts of ``report.json``: plain values about a scan and what models said about it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.config.program import program_version
from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.ph_fitness import shown_number
from ctviewer.domain.prediction import Classification, ModelIdentity
from ctviewer.domain.report import NOT_FOR_DIAGNOSIS
from ctviewer.domain.volume import Volume

REPORT_SCHEMA_VERSION = 2


def describe_scan(path: Path, volume: Volume) -> dict[str, Any]:
    """What was analysed: program, input and geometry."""
    series = volume.series
    return {
        "schema_version": REPORT_SCHEMA_VERSION,
        "program": {"name": "ctviewer", "version": program_version()},
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
            "series_key": series.series_key,
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


def describe_class(volume: Volume, found: Classification | None, reason: CTViewerError | None) -> dict[str, Any]:
    """The PH class with probabilities and slice, or why there is none."""
    if found is None:
        return {"applicable": False, "reason": str(reason)}
    return {
        "applicable": True,
        "class": found.class_names[found.best],
        "probabilities": {
            name: round(float(p), 4) for name, p in zip(found.class_names, found.probabilities, strict=True)
        },
        "slice": _slice_part(volume, found.slice_index),
        "model": describe_model(found.model),
        "notes": list(found.notes),
    }


def _slice_part(volume: Volume, k: int) -> dict[str, Any]:
    """Which slice was used: index from 0 at the feet, number as the window shows it, place, file where known."""
    position = volume.geometry.index_to_lps(np.array([[float(k), 0.0, 0.0]]))[0]
    part: dict[str, Any] = {
        "index": k,
        "number": shown_number(volume, k),
        "position_lps_mm": [round(float(v), 2) for v in position],
    }
    order, uids = volume.source.order, volume.source.sop_instance_uids
    if order.axes[0] == 0 and len(uids) == volume.geometry.shape[0]:
        part["sop_instance_uid"] = uids[len(uids) - 1 - k if order.flipped[0] else k]
    return part


def describe_model(model: ModelIdentity) -> dict[str, str]:
    """Reference, name and weights hash of a model version."""
    return {
        "ref": f"{model.model_id}@{model.version}",
        "name": model.name,
        "weights_sha256": model.weights_sha256,
    }


def peak_rss_mb() -> float | None:
    """Largest resident memory of this process so far, MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
