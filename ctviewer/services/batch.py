"""Many studies, one after the other: a report each, a table of all, and what went wrong with which."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.config.program import program_version
from ctviewer.domain.errors import CTViewerError, ModelError, OperationCancelled
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.study import RejectedFile, SeriesRef, SourceFormat, StudyIndex
from ctviewer.io.csv_text import csv_bytes
from ctviewer.services.analysis_files import RECORD, files_sha256
from ctviewer.services.analysis_record import REPORT_SCHEMA_VERSION
from ctviewer.services.analyzing import AnalysisOptions, analyze_series, models_in_use
from ctviewer.services.reporting import PriorVolumes, scan_name
from ctviewer.store.model_registry import ModelRegistry

COHORT_CSV = "cohort.csv"
COHORT_JSON = "cohort.json"

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What became of a study."""

    DONE = "done"
    KEPT = "kept"
    """Analysed by an earlier run with the same program and models."""
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One study in the table.

    Parameters
    ----------
    folder
        Of its results, below the output folder; empty if nothing of it could be read.
    reason
        Why there are none; empty if there are.
    volumes_ml, probabilities
        By structure and by PH class.
    """

    folder: str
    outcome: Outcome
    reason: str
    patient_id: str
    study_date: str
    series_description: str
    series_key: str
    volumes_ml: dict[str, float] = field(default_factory=dict)
    ph_class: str = ""
    probabilities: dict[str, float] = field(default_factory=dict)
    no_ph_because: str = ""


def studies_of(index: StudyIndex) -> list[SeriesRef]:
    """The series to analyse of each study: the likely chest CT; ordered by patient, then date.

    A file without study UID is a study of its own; masks and other unfit files beside scans are left out.
    """
    chosen: dict[str, SeriesRef] = {}
    has_scan = any(not series.ai_exclusion for series in index.series)
    for series in index.series:  # likely chest CT first
        if has_scan and series.ai_exclusion and series.format is not SourceFormat.DICOM:
            continue
        key = f"{series.patient_key}|{series.study_uid or series.series_key}"
        if key not in chosen or (chosen[key].ai_exclusion and not series.ai_exclusion):
            chosen[key] = series
    return sorted(chosen.values(), key=lambda s: (s.patient_key, s.study_date, s.study_time, s.label))


def analyze_studies(
    index: StudyIndex,
    out_dir: Path,
    registry: ModelRegistry,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    on_study: Callable[[CohortRow], None] = lambda _: None,
) -> list[CohortRow]:
    """Analyse every study of an index into a folder each; ``cohort.csv`` and ``cohort.json`` grow with every study.

    A study that an earlier run finished with the same program and models is kept: an interrupted run goes on where it
    stopped. A study that cannot be analysed becomes a row with its reason, and so does a folder of which no file can be
    used. Each is compared with the study before it of the same patient.

    Parameters
    ----------
    on_study
        Called with each row when it is there.

    Raises
    ------
    ModelError
        If there is no model at all: no study could be analysed.
    OperationCancelled
        If asked to stop; what is done stays.
    """
    options = options or AnalysisOptions()
    used = _models_in_use(registry, options)
    studies = studies_of(index)
    rows: list[CohortRow] = []
    prior: dict[str, PriorVolumes] = {}
    for number, series in enumerate(studies):
        step = _share(progress, number, len(studies), series.label)
        folder = out_dir / _folder_name(series)
        before = prior.get(series.patient_key)
        row = _kept(folder, series, used, options.language) or _analyse(
            index.root, series, folder, registry, options, step, cancel, before
        )
        if row.volumes_ml:
            prior[series.patient_key] = PriorVolumes(scan_name(series), row.volumes_ml)
        rows.append(row)
        _write_cohort(out_dir, rows)
        on_study(row)
    for row in _unusable(index):
        rows.append(row)
        _write_cohort(out_dir, rows)
        on_study(row)
    return rows


def _unusable(index: StudyIndex) -> list[CohortRow]:
    """Folders directly below the root that hold images, none of which can be used: a study would else go missing."""
    used = {_below(path, index.root) for series in index.series for path in series.paths}
    refused: dict[str, list[RejectedFile]] = {}
    for file in index.rejected:
        if file.is_surprising:
            refused.setdefault(_below(file.path, index.root), []).append(file)
    return [
        CohortRow("", Outcome.REFUSED, _why_unusable(files), "", "", name, "")
        for name, files in sorted(refused.items())
        if name and name not in used
    ]


def _why_unusable(files: list[RejectedFile]) -> str:
    first = files[0]
    if len(files) == 1:
        return f"{first.path.name} cannot be used: {first.reason}."
    return f"None of {len(files)} files can be used. The first, {first.path.name}: {first.reason}."


def _below(path: Path, root: Path) -> str:
    """Name of the folder directly below the root that holds a file; empty for files of the root itself."""
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    return parts[0] if len(parts) > 1 else ""


def _analyse(
    root: Path,
    series: SeriesRef,
    folder: Path,
    registry: ModelRegistry,
    options: AnalysisOptions,
    progress: ProgressCallback,
    cancel: CancelToken | None,
    prior: PriorVolumes | None,
) -> CohortRow:
    try:
        record = analyze_series(root, series, folder, registry, options, progress, cancel, prior)
    except OperationCancelled:
        raise
    except CTViewerError as error:
        return _row(series, folder, Outcome.REFUSED, str(error))
    except Exception as error:
        logger.exception("analysing %s failed", folder.name)
        return _row(series, folder, Outcome.FAILED, f"Unexpected failure: {type(error).__name__}. See the log.")
    return _row(series, folder, Outcome.DONE, "", record)


def _kept(folder: Path, series: SeriesRef, used: dict[str, str], language: str) -> CohortRow | None:
    """The row of a study that needs no second analysis; None if it does, or if its files are not as they were."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        is_same = (
            record["schema_version"] == REPORT_SCHEMA_VERSION
            and record["program"]["version"] == program_version()
            and record["input"]["series_key"] == series.series_key
            and record["input"]["files"] == len(series.paths)
            and record["models_in_use"] == used
            and record["language"] == language
            and record["sha256"] == files_sha256(folder)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _row(series, folder, Outcome.KEPT, "", record) if is_same else None


def _models_in_use(registry: ModelRegistry, options: AnalysisOptions) -> dict[str, str]:
    used = models_in_use(registry, options)
    if not any(used.values()):
        raise ModelError("No model is installed, so no study can be analysed.", "Install the program again.")
    return used


def _row(
    series: SeriesRef, folder: Path, outcome: Outcome, reason: str, record: dict[str, Any] | None = None
) -> CohortRow:
    ph = (record or {}).get("ph", {})
    return CohortRow(
        folder=folder.name,
        outcome=outcome,
        reason=" ".join(reason.split()),
        patient_id=series.patient.patient_id,
        study_date=series.study_date,
        series_description=series.label,
        series_key=series.series_key,
        volumes_ml=(record or {}).get("volumes_ml", {}),
        ph_class=ph.get("class", ""),
        probabilities=ph.get("probabilities", {}),
        no_ph_because=ph.get("reason", ""),
    )


def _folder_name(series: SeriesRef) -> str:
    """Names no patient: folders are seen in file managers and backups."""
    return f"{series.study_date or 'undated'}-{series.series_key[:12]}"


def _share(progress: ProgressCallback, number: int, count: int, label: str) -> ProgressCallback:
    message = f"Study {number + 1} of {count}: {label}"
    return lambda p: progress(Progress(number + p.fraction, count, message))


def _write_cohort(out_dir: Path, rows: list[CohortRow]) -> None:
    structures = sorted({key for row in rows for key in row.volumes_ml})
    classes = sorted({name for row in rows for name in row.probabilities})
    columns = (
        ["folder", "outcome", "patient_id", "study_date", "series"]
        + [f"{key}_ml" for key in structures]
        + ["ph_class", *(f"p({name})" for name in classes), "reason"]
    )
    table = [
        [row.folder, row.outcome.value, row.patient_id, row.study_date, row.series_description]
        + [row.volumes_ml.get(key, "") for key in structures]
        + [row.ph_class, *(row.probabilities.get(name, "") for name in classes), row.reason or row.no_ph_because]
        for row in rows
    ]
    atomic_write_bytes(out_dir / COHORT_CSV, csv_bytes(columns, table))
    content = json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) + "\n"
    atomic_write_bytes(out_dir / COHORT_JSON, content.encode())
