"""What the commands without a window do: call a service, print its result.

Each function takes the parsed options and a progress display and returns an exit code. Errors pass through to
`ctviewer.app.cli`, which turns them into one sentence.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctviewer.config import paths
from ctviewer.domain.errors import StoreError
from ctviewer.store.model_registry import ModelRegistry

if TYPE_CHECKING:
    from ctviewer.app.cli import ConsoleProgress
    from ctviewer.domain.model_version import ModelVersion
    from ctviewer.domain.study import StudyIndex
    from ctviewer.services.analyzing import AnalysisOptions

DONE, NOTHING_DONE = 0, 2


def analyze_path(options: argparse.Namespace, progress: ConsoleProgress) -> int:
    """``ctviewer analyze``: results into a folder (one for each study where there are several), a summary."""
    from ctviewer.app.pdf_printer import pdf_printer
    from ctviewer.services.analyzing import AnalysisOptions, analyze_series
    from ctviewer.services.batch import studies_of
    from ctviewer.services.study_loading import open_path

    choices = AnalysisOptions(options.device, options.model, options.language, pdf_printer())
    try:
        index, series = open_path(options.path)
        if len(studies_of(index)) > 1:
            code = _analyze_studies(index, options.out, choices, progress)
            _print(_not_used(index, options.path))
            return code
        report = analyze_series(options.path, series, options.out, _registry(), choices, progress)
    finally:
        progress.finish()
    _print(_summary(report))
    _print([*_not_used(index, options.path), f"Results: {options.out}"])
    return DONE


def _not_used(index: StudyIndex, path: Path) -> list[str]:
    count = sum(file.is_surprising for file in index.rejected)
    return [f"{count} files were not used; “ctviewer index {path}” says why."] if count else []


def _analyze_studies(index: StudyIndex, out: Path, choices: AnalysisOptions, progress: ConsoleProgress) -> int:
    from ctviewer.services.batch import COHORT_CSV, CohortRow, Outcome, analyze_studies

    def say(row: CohortRow) -> None:
        progress.finish()
        found = ", ".join(f"{key.replace('_', ' ')} {ml:.0f} ml" for key, ml in row.volumes_ml.items())
        _print([f"{row.outcome.value:8} {row.folder}  {row.series_description}  {row.reason or found}"])

    out.mkdir(parents=True, exist_ok=True)
    rows = analyze_studies(index, out, _registry(), choices, progress, on_study=say)
    good = sum(row.outcome in (Outcome.DONE, Outcome.KEPT) for row in rows)
    _print([f"{good} of {len(rows)} studies analysed. Table: {out / COHORT_CSV}"])
    return DONE if good else NOTHING_DONE


def index_path(options: argparse.Namespace, progress: ConsoleProgress) -> int:
    """``ctviewer index``: what can be opened under a path, and what not."""
    from ctviewer.services.index_listing import describe_index, index_to_json
    from ctviewer.services.study_loading import open_path

    try:
        index, _ = open_path(options.path, progress)
    finally:
        progress.finish()
    _print([_json(index_to_json(index)) if options.json else describe_index(index)])
    return DONE


def list_models(options: argparse.Namespace, _: ConsoleProgress) -> int:
    """``ctviewer models``: versions, which are active, hashes and figures."""
    registry = _registry()
    versions = registry.versions()
    active = {version.ref for version in versions if registry.is_active(version)}
    broken = registry.unusable()
    if options.json:
        records = [_model_record(version, is_active=version.ref in active) for version in versions]
        problems = [{"folder": str(item.folder), "reason": item.reason} for item in broken]
        _print([_json({"models": records, "unusable": problems})])
        return DONE
    lines = [] if versions else ["No models are installed."]
    for version in versions:
        manifest = version.manifest
        origin = "bundled" if version.is_bundled else "made here"
        lines.append(f"{'*' if version.ref in active else ' '} {version.kind:14} {version.ref}  ({origin})")
        lines.append(f"    {manifest.name}, {manifest.architecture}, {manifest.created_at}")
        lines.append(f"    weights SHA-256 {manifest.weights_sha256}")
        if manifest.parent:
            lines.append(f"    trained from {manifest.parent}")
        figures = _figures(manifest.metrics)
        if figures:
            lines.append(f"    {figures}")
    lines += [f"! {item.folder}: {item.reason}" for item in broken]
    _print([*lines, "* in use"] if active else lines)
    return DONE


def write_demo(options: argparse.Namespace, progress: ConsoleProgress) -> int:
    """``ctviewer demo``: write the synthetic study and print its folder."""
    from ctviewer.services.demo_study import demo_study

    try:
        folder = demo_study(options.directory, progress=progress)
    finally:
        progress.finish()
    _print([str(folder)])
    return DONE


def check_store(_: argparse.Namespace, __: ConsoleProgress) -> int:
    """``ctviewer store check``: every problem on a line; exit code 1 if there are any."""
    from ctviewer.store.check import check_store as check

    problems = check(_existing_store())
    _print(problems or ["The annotation store is sound."])
    return 1 if problems else DONE


def back_up_store(options: argparse.Namespace, _: ConsoleProgress) -> int:
    """``ctviewer store backup FILE``."""
    from ctviewer.store.backup import backup_store

    backup_store(_existing_store(), options.file)
    _print([f"Verified backup: {options.file}"])
    return DONE


def restore_store(options: argparse.Namespace, _: ConsoleProgress) -> int:
    """``ctviewer store restore FILE``; the replaced store is kept."""
    from ctviewer.store.access import login_name
    from ctviewer.store.backup import restore_store as restore
    from ctviewer.store.lock import this_owner

    if not options.file.is_file():
        raise StoreError(f"There is no backup {options.file}.")
    aside = restore(paths.store_path(), options.file, this_owner(login_name()))
    _print(["Restored." if aside is None else f"Restored; the store that was there is kept as {aside}"])
    return DONE


def export_store(options: argparse.Namespace, _: ConsoleProgress) -> int:
    """``ctviewer store export DIR``: open formats, readable without this program."""
    from ctviewer.store.open_export import export_store as export

    count = export(_existing_store(), options.directory)
    _print([f"{count} revisions written to {options.directory}"])
    return DONE


def _registry() -> ModelRegistry:
    return ModelRegistry(paths.bundled_models_dir(), paths.user_models_dir())


def _existing_store() -> Any:
    path = paths.store_path()
    if not path.is_file():
        raise StoreError(f"There is no annotation store yet ({path}).", "It appears with the first correction.")
    return path


def _summary(report: Mapping[str, Any]) -> list[str]:
    lines = [f"Scan: {report['input']['series_description'] or report['input']['path']}"]
    lines += [f"  Note: {note}" for note in report["geometry"]["notes"]]
    segmentation = report["segmentation"]
    if segmentation["applicable"]:
        lines.append(f"Segmentation by {segmentation['model']['ref']} on {segmentation['device']}")
        lines += [f"  {key.replace('_', ' '):12} {ml:8.1f} ml" for key, ml in report["volumes_ml"].items()]
        lines += [f"  Note: {note}" for note in segmentation["notes"]]
        if segmentation["dicom"] is None:
            lines.append(f"  {segmentation['no_dicom_because']}")
    else:
        lines.append(f"Not segmented: {segmentation['reason']}")
    ph = report["ph"]
    if ph["applicable"]:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in ph["probabilities"].items())
        lines.append(f"Pulmonary hypertension: {ph['class']} ({shares}), slice {ph['slice']['number']}")
        lines.append(f"  by {ph['model']['ref']}")
        lines += [f"  Note: {note}" for note in ph["notes"]]
    else:
        lines.append(f"Pulmonary hypertension not classified: {ph['reason']}")
    return [*lines, f"Took {report['seconds']['total']:.1f} s. {report['notice']}"]


def _model_record(version: ModelVersion, *, is_active: bool) -> dict[str, Any]:
    manifest = version.manifest
    return {
        "ref": version.ref,
        "kind": version.kind,
        "name": manifest.name,
        "active": is_active,
        "bundled": version.is_bundled,
        "architecture": manifest.architecture,
        "created_at": manifest.created_at,
        "weights_sha256": manifest.weights_sha256,
        "parent": manifest.parent,
        "status": manifest.status,
        "metrics": dict(manifest.metrics),
        "folder": str(version.folder),
    }


def _figures(metrics: Mapping[str, Any], prefix: str = "") -> str:
    """The plain numbers among the metrics, one level deep: “dice.left_lung 0.98, …”."""
    found = []
    for name, value in metrics.items():
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            found.append(f"{prefix}{name} {value:.4g}")
        elif isinstance(value, Mapping) and not prefix:
            inner = _figures(value, f"{name}.")
            found += [inner] if inner else []
    return ", ".join(found)


def _json(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # Names of files need not be UTF-8; such bytes are kept as escapes, so that the output is valid JSON.
    return text if _is_encodable(text) else json.dumps(value, indent=2)


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n".encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    sys.stdout.flush()
