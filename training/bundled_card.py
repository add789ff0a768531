"""Version folder of the bundled segmentation model: weights of the final run, cross-validated figures, and the card."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

from ctviewer.domain.manifest import Manifest
from ctviewer.domain.manifest_parts import step_from_json
from ctviewer.domain.model_version import ModelVersion
from ctviewer.domain.training_request import TrainingRequest

CARD_TEMPLATE = Path(__file__).with_name("configs") / "bundled_segmentation_card.md"
STRUCTURES = ("left_lung", "right_lung", "trachea")


def write_bundled_model(
    run: Path, out: Path, references: Path, work: Path, settings: Mapping[str, Any]
) -> ModelVersion:
    """Write the version folder from the final run and the cross-validation.

    Parameters
    ----------
    run
        Folder of the final run.
    out
        Version folder, replaced.
    references
        Folder of the references; their description becomes provenance.
    work
        Folder with ``crossvalidation.json``.
    settings
        The configuration, with the sources of the data.
    """
    folds = json.loads((work / "crossvalidation.json").read_text(encoding="utf-8"))
    described = json.loads((references / "cases.json").read_text(encoding="utf-8"))
    request = TrainingRequest.read(run / "request.json")
    summary = summarise(folds)
    trained = ModelVersion.from_folder(run / "model")
    trained.verify()
    manifest: Manifest = replace(
        trained.manifest,
        postprocess=tuple(step_from_json(s, "postprocess") for s in settings["request"]["postprocess"]),
        metrics={"cross_validation": summary} | _seconds(trained.manifest.metrics),
        provenance=_provenance(described, settings),
        status="released",
    )
    part = out.with_name(f".part-{out.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    shutil.copyfile(trained.weights_path, part / manifest.weights_file)
    (part / "manifest.json").write_text(manifest.to_text(), encoding="utf-8")
    (part / "metrics.json").write_text(json.dumps(folds | {"summary": summary}, indent=1) + "\n", encoding="utf-8")
    (part / "card.md").write_text(_card(manifest, request, folds, described, settings), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    part.replace(out)
    version = ModelVersion.from_folder(out)
    version.verify()
    return version


def summarise(folds: Mapping[str, Any]) -> dict[str, Any]:
    """Mean and smallest Dice per structure over the held-out scans, their number, and swapped voxels."""
    scores: dict[str, list[float]] = {}
    for figures in folds["cases"].values():
        for structure, dice in figures["dice"].items():
            scores.setdefault(structure, []).append(dice)
    return {
        "scans": len(folds["cases"]),
        "folds": len(folds["folds"]),
        "dice_mean": {name: round(math.fsum(values) / len(values), 4) for name, values in scores.items()},
        "dice_smallest": {name: min(values) for name, values in scores.items()},
        "dice_scans": {name: len(values) for name, values in scores.items()},
        "side_swapped_ml": round(math.fsum(f["side_swapped_ml"] for f in folds["cases"].values()), 2),
    }


def _seconds(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {name: metrics[name] for name in ("seconds", "peak_rss_mb") if name in metrics}


def _provenance(described: list[dict[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "training_data": settings["sources"],
        "scans": [{"case": c["case"], "patient": c["patient"], "trusted_labels": c["labels"]} for c in described],
        "references": "classical algorithm with repair recipes, every scan looked at (training/references)",
        "command": "python -m training bundled",
    }


def _card(
    manifest: Manifest,
    request: TrainingRequest,
    folds: Mapping[str, Any],
    described: list[dict[str, Any]],
    settings: Mapping[str, Any],
) -> str:
    summary = summarise(folds)
    patient_of = {c["case"]: c["patient"] for c in described}
    fold_of = {case: number for number, fold in enumerate(folds["folds"], start=1) for case in fold}
    rows = [
        f"| {case} | {fold_of[case]} | {_cells(figures)} | {_distances(figures)} | {figures['side_swapped_ml']:g} |"
        for case, figures in sorted(folds["cases"].items())
    ]
    mean, least = summary["dice_mean"], summary["dice_smallest"]
    sources = [f"| {s['name']} | {', '.join(s['cases'])} | {s['licence']} |" for s in settings["sources"]]
    return Template(CARD_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=manifest.name,
        version=manifest.version,
        scans=len(described),
        patients=len(set(patient_of.values())),
        folds=len(folds["folds"]),
        rows="\n".join(rows),
        mean=_row("mean", mean),
        least=_row("smallest", least),
        swapped=f"{summary['side_swapped_ml']:g}",
        sources="\n".join(sources),
        size=request.input.size_px,
        low=f"{request.input.hu_low:g}",
        high=f"{request.input.hu_high:g}",
        margin=f"{request.input.margin_mm:g}",
        width=request.arguments["width"],
        final_steps=f"{request.total_steps:,}",
        fold_steps=f"{settings['fold_iterations'] * request.steps_per_iteration:,}",
        rate=f"{request.learning_rate:g}",
        average=f"{request.weight_average:g}",
        rare=f"{request.sampler.rare_share:.0%}",
        foreground=f"{request.sampler.foreground_share:.0%}",
        steps="\n".join(f"- `{s.name}` {dict(s.params)}" for s in manifest.postprocess),
        sha256=manifest.weights_sha256,
        libraries=", ".join(f"{name} {version}" for name, version in manifest.libraries.items()),
    )


def _cells(figures: Mapping[str, Any]) -> str:
    return " | ".join(f"{figures['dice'][n]:.3f}" if n in figures["dice"] else "–" for n in STRUCTURES)


def _distances(figures: Mapping[str, Any]) -> str:
    return " / ".join(f"{figures['hd95_mm'][n]:.1f}" if n in figures["hd95_mm"] else "–" for n in STRUCTURES)


def _row(title: str, values: Mapping[str, float]) -> str:
    return f"| **{title}** | | " + " | ".join(f"**{values[n]:.3f}**" for n in STRUCTURES) + " | | |"
