"""Measuring a model version at native resolution, after post-processing, as a user would meet it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.segment import Segment
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.inference.segmenter import segment
from training.case_list import read_cases
from training.cases import LabelledScan, read_case
from training.surfaces import surface_figures


def evaluate_model(model: Path | ModelVersion, case: TrainingCase, root: Path = Path()) -> dict[str, Any]:
    """Figures of a model on one case.

    Returns
    -------
    dict
        ``dice`` per structure key (only trusted structures that are in the reference or in the prediction),
        ``hd95_mm`` and ``surface_dice`` likewise (only where both have the structure),
        ``volume_ml`` and ``reference_ml`` per structure key, ``side_swapped_ml``, ``notes``, ``seconds``.
    """
    version = model if isinstance(model, ModelVersion) else ModelVersion.from_folder(model)
    scan = read_case(case, root)
    prediction = segment(as_volume(scan, case.case_id), version)
    return compare(prediction.labels, scan, case, version.manifest.segments) | {
        "notes": list(prediction.notes),
        "seconds": {name: round(value, 2) for name, value in prediction.seconds.items()},
    }


def compare(
    labels: LabelArray, scan: LabelledScan, case: TrainingCase, segments: tuple[Segment, ...]
) -> dict[str, Any]:
    """Figures of labels against the reference, on reviewed slices and trusted structures only."""
    depth = scan.hu.shape[0]
    chosen = sorted(set(range(depth) if case.reviewed_slices is None else case.reviewed_slices))
    predicted, truth = labels[chosen], scan.labels[chosen]
    trusted = {s.label for s in segments} if case.trusted_labels is None else set(case.trusted_labels)
    voxel_ml = scan.geometry.voxel_volume_ml
    dice: dict[str, float] = {}
    hd95_mm: dict[str, float] = {}
    surface_dice: dict[str, float] = {}
    volumes: dict[str, float] = {}
    references: dict[str, float] = {}
    for segment_ in segments:
        said, is_so = predicted == segment_.label, truth == segment_.label
        volumes[segment_.key] = round(float(np.count_nonzero(said)) * voxel_ml, 1)
        references[segment_.key] = round(float(np.count_nonzero(is_so)) * voxel_ml, 1)
        both = int(np.count_nonzero(said)) + int(np.count_nonzero(is_so))
        if segment_.label in trusted and both:
            dice[segment_.key] = round(2 * int(np.count_nonzero(said & is_so)) / both, 4)
            surfaces = surface_figures(said, is_so, scan.geometry.spacing_mm)
            if np.isfinite(surfaces.hd95_mm):
                hd95_mm[segment_.key] = round(surfaces.hd95_mm, 2)
                surface_dice[segment_.key] = round(surfaces.surface_dice, 4)
    return {
        "dice": dice,
        "hd95_mm": hd95_mm,
        "surface_dice": surface_dice,
        "volume_ml": volumes,
        "reference_ml": references,
        "side_swapped_ml": round(_swapped(predicted, truth, trusted) * voxel_ml, 2),
    }


def as_volume(scan: LabelledScan, name: str) -> Volume:
    """The scan as the program's volume."""
    series = SeriesRef((Path(name),), SourceFormat.NIFTI, scan.geometry.shape, scan.geometry.spacing_mm)
    return Volume(scan.hu, scan.geometry, series, SourceGrid(scan.geometry))


def evaluate_command(model: Path, cases: Path, out: Path | None) -> int:
    """Measure a model on the cases of a JSON list or of a request's hold-out; returns the exit code."""
    try:
        version = ModelVersion.from_folder(model)
        figures = {c.case_id: evaluate_model(version, c) for c in read_cases(cases)}
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0


def _swapped(predicted: LabelArray, truth: LabelArray, trusted: set[int]) -> int:
    """Voxels of one lung that were called the other."""
    swapped = (predicted == 1) & (truth == 2) | (predicted == 2) & (truth == 1)
    return int(np.count_nonzero(swapped)) if {1, 2} <= trusted else 0
