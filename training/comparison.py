"""Old and new model as a user would meet them: whole held-out scans at native resolution, after post-processing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.segment import Segment
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.inference.segmenter import segment
from training.cases import LabelledScan, read_case
from training.evaluate import as_volume, compare

FOLDER = "worst_slices"
PICTURES = 3
_WINDOW_HU = (-1250, 250)
_PANEL_IN = 3.4


@dataclass(frozen=True, eq=False)
class _Slice:
    """A slice with much disagreement."""

    wrong_mm2: float
    case_id: str
    k: int
    hu: LabelArray
    truth: LabelArray
    before: LabelArray
    after: LabelArray


def compare_models(
    base: ModelVersion,
    candidate: ModelVersion,
    cases: list[TrainingCase],
    out: Path,
    told: Callable[[int, TrainingCase], None],
) -> dict[str, Any]:
    """Figures of both models per case, and pictures of the slices where the new one is most wrong.

    Parameters
    ----------
    out
        Folder for the pictures.
    told
        Called before every case; may raise to stop.

    Returns
    -------
    dict
        ``cases``: case id → ``patient``, ``base`` and ``candidate`` (see `training.evaluate.compare`); ``pictures``:
        file names with case and slice, the worst first.
    """
    figures: dict[str, Any] = {}
    worst: list[_Slice] = []
    for number, case in enumerate(cases):
        told(number, case)
        scan = read_case(case, Path())
        volume = as_volume(scan, case.case_id)
        labels = [segment(volume, version).labels for version in (base, candidate)]
        before, after = (compare(found, scan, case, candidate.manifest.segments) for found in labels)
        figures[case.case_id] = {"patient": case.patient_key, "base": before, "candidate": after}
        worst = sorted([*worst, *_worst_of(case, scan, labels[0], labels[1])], key=lambda s: -s.wrong_mm2)[:PICTURES]
    return {"cases": figures, "pictures": _draw(worst, candidate.manifest.segments, out)}


def _worst_of(case: TrainingCase, scan: LabelledScan, before: LabelArray, after: LabelArray) -> list[_Slice]:
    """The worst reviewed slices of a case, a few apart so that they do not show the same thing."""
    pixel_mm2 = scan.geometry.spacing_mm[1] * scan.geometry.spacing_mm[2]
    reviewed = range(len(scan.hu)) if case.reviewed_slices is None else case.reviewed_slices
    wrong = (_counted(scan.labels, case) & (after != scan.labels)).sum(axis=(1, 2)) * pixel_mm2
    chosen: list[int] = []
    for k in sorted(reviewed, key=lambda k: -wrong[k]):
        if wrong[k] > 0 and all(abs(k - other) > len(scan.hu) // 10 for other in chosen):
            chosen.append(k)
        if len(chosen) == PICTURES:
            break
    return [
        _Slice(float(wrong[k]), case.case_id, k, scan.hu[k].copy(), scan.labels[k].copy(), before[k], after[k])
        for k in chosen
    ]


def _counted(labels: LabelArray, case: TrainingCase) -> BoolArray:
    return np.ones(labels.shape, bool) if case.trusted_labels is None else np.isin(labels, [0, *case.trusted_labels])


def _draw(slices: list[_Slice], segments: tuple[Segment, ...], out: Path) -> list[dict[str, Any]]:
    if not slices:
        return []
    from matplotlib.figure import Figure

    out.mkdir(parents=True, exist_ok=True)
    listed = []
    for number, worst in enumerate(slices, start=1):
        figure = Figure(figsize=(3 * _PANEL_IN, _PANEL_IN), layout="constrained", facecolor="#15181c")
        panels = figure.subplots(1, 3)
        # Without captions: the window names the three in the user's language.
        for panel, labels in zip(panels, (worst.truth, worst.before, worst.after), strict=True):
            # Canonical columns run to the patient's left, which a radiologist expects on the right.
            panel.imshow(worst.hu, cmap="gray", vmin=_WINDOW_HU[0], vmax=_WINDOW_HU[1])
            for segment_ in segments:
                if (labels == segment_.label).any():
                    color = tuple(channel / 255 for channel in segment_.color[:3])
                    panel.contour(labels == segment_.label, [0.5], colors=[color], linewidths=1.2)
            panel.set_axis_off()
        name = f"{number}.png"
        figure.savefig(out / name, dpi=80, facecolor=figure.get_facecolor())
        listed.append({"file": name, "case_id": worst.case_id, "slice": worst.k, "wrong_mm2": round(worst.wrong_mm2)})
    return listed
