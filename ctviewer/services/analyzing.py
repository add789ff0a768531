"""From a path to results on disk, without a window: open, segment, classify, measure, write."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import CTViewerError, ModelError, NotApplicableError
from ctviewer.domain.prediction import Classification, Prediction
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.report import EvidenceRow
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.volume import Volume
from ctviewer.services.analysis_files import (
    files_sha256,
    new_results,
    prepare_folder,
    write_record,
    write_report_files,
    write_segmentation,
)
from ctviewer.services.analysis_record import describe_class, describe_scan, peak_rss_mb
from ctviewer.services.classifying import class_meanings, classify_volume
from ctviewer.services.evidence import as_measurements, evidence_rows, propose_evidence
from ctviewer.services.reporting import Findings, PriorVolumes, build_report
from ctviewer.services.segmenting import segment_volume
from ctviewer.services.study_loading import load, open_path
from ctviewer.store.model_registry import ModelRegistry


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """How to analyse.

    Parameters
    ----------
    device
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    model_ref
        Segmentation model ``"id@version"``; default the active one.
    language
        Of the page: ``"en"`` or ``"ru"``.
    print_pdf
        Turns the HTML page into a PDF; None leaves the PDF out. A parameter, because printing needs Qt.
    """

    device: str = "auto"
    model_ref: str | None = None
    language: str = "en"
    print_pdf: Callable[[str], bytes] | None = None


@dataclass
class _Run:
    """One analysis: what the steps share."""

    registry: ModelRegistry
    options: AnalysisOptions
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


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the steps found, and for each that was left out the reason."""

    prediction: Prediction | None
    no_prediction: CTViewerError | None
    classification: Classification | None
    no_class: CTViewerError | None
    evidence: tuple[EvidenceRow, ...]
    no_evidence: str


def analyze(
    path: Path,
    out_dir: Path,
    registry: ModelRegistry,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Analyse the likely chest CT under a path; see `analyze_series`.

    Raises
    ------
    CTViewerError
        Also if nothing under the path can be opened.
    """
    prepare_folder(out_dir)
    _, series = open_path(path, ignore_progress, cancel)
    return analyze_series(path, series, out_dir, registry, options, progress, cancel)


def analyze_series(
    path: Path,
    series: SeriesRef,
    out_dir: Path,
    registry: ModelRegistry,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    prior: PriorVolumes | None = None,
) -> dict[str, Any]:
    """Analyse a chest CT and write the results into a folder.

    Writes the mask (``segmentation.nii.gz`` on the scan's own grid: 1 left lung, 2 right lung, 3 trachea;
    ``segmentation.dcm``), the page (``report.html``, ``report.pdf``, ``report_pdf.dcm``), the figures
    (``figures.csv``, ``figures_sr.dcm``) and ``report.json``. DICOM objects are written where the scan is DICOM with
    complete identity. A step whose model is missing or for which the scan is not suitable is left out, and the report
    says why.

    Parameters
    ----------
    path
        Where the user said the scan is; recorded.
    series
        What to analyse.
    out_dir
        Created if missing. Results of a former run in it are replaced when the new ones are complete, not before.
    registry
        Where the models are.
    prior
        Volumes of an earlier scan of the patient to compare with.

    Returns
    -------
    dict
        What ``report.json`` holds.

    Raises
    ------
    CTViewerError
        If the series is not fit, neither step is possible, or a result cannot be written.
    OperationCancelled
        If asked to stop.
    """
    started = time.perf_counter()
    run = _Run(registry, options or AnalysisOptions(), progress, cancel)
    if series.ai_exclusion:
        raise NotApplicableError(f"{series.label} is not analysed: {series.ai_exclusion.rstrip('.')}.")
    prepare_folder(out_dir)
    with run.step("load", 15) as report_progress:
        volume = load(series, report_progress, cancel)
    record = {**describe_scan(path, volume), "models_in_use": models_in_use(registry, run.options)}
    outcome = _outcome(run, volume)
    with new_results(out_dir) as folder:
        with run.step("write", 3):
            record["segmentation"], record["volumes_ml"] = write_segmentation(
                folder, volume, outcome.prediction, outcome.no_prediction
            )
        record["ph"] = describe_class(volume, outcome.classification, outcome.no_class)
        with run.step("report", 2):
            report = build_report(volume, _findings(registry, outcome, prior))
            record["language"] = run.options.language
            record["files"] = write_report_files(folder, report, volume, run.options.language, run.options.print_pdf)
        record["sha256"] = files_sha256(folder)
        record["seconds"] = {**run.seconds, "total": round(time.perf_counter() - started, 3)}
        record["peak_rss_mb"] = peak_rss_mb()
        write_record(folder, record)
    progress(Progress(100, 100, "Done"))
    return record


def models_in_use(registry: ModelRegistry, options: AnalysisOptions) -> dict[str, str]:
    """References of the models an analysis would use now, by kind; empty where there is none."""
    segmenter = options.model_ref or _active(registry, "segmentation")
    return {"segmentation": segmenter, "classification": _active(registry, "classification")}


def _active(registry: ModelRegistry, kind: str) -> str:
    try:
        return registry.active(kind).ref
    except ModelError:
        return ""


def _outcome(run: _Run, volume: Volume) -> _Outcome:
    prediction, no_prediction = _segment(run, volume)
    classification, no_class = _classify(run, volume, prediction)
    if no_prediction and no_class:
        raise no_prediction
    evidence, no_evidence = _measure_vessels(run, volume, prediction, classification)
    return _Outcome(prediction, no_prediction, classification, no_class, evidence, no_evidence)


def _segment(run: _Run, volume: Volume) -> tuple[Prediction | None, CTViewerError | None]:
    options = run.options
    with run.step("segment", 65) as report_progress:
        try:
            prediction = segment_volume(
                volume, run.registry, options.device, report_progress, run.cancel, model_ref=options.model_ref
            )
        except NotApplicableError as error:
            return None, error
        except ModelError as error:
            if options.model_ref is not None:  # asked for by name: going on without it would be a surprise
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
                volume, run.registry, labels, device=run.options.device, progress=report_progress, cancel=run.cancel
            )
        except (NotApplicableError, ModelError) as error:
            return None, error
    run.seconds["classify_steps"] = {name: round(s, 3) for name, s in found.seconds.items()}
    return found, None


def _measure_vessels(
    run: _Run, volume: Volume, prediction: Prediction | None, classification: Classification | None
) -> tuple[tuple[EvidenceRow, ...], str]:
    """Rows from the program's own calipers, or the reason why there are none."""
    labels = prediction.labels if prediction is not None else None
    with run.step("measure vessels", 0) as report_progress:
        try:
            proposal = propose_evidence(volume, labels, report_progress, run.cancel)
        except NotApplicableError as error:
            return (), str(error)
    return evidence_rows(volume, as_measurements(proposal), classification), ""


def _findings(registry: ModelRegistry, outcome: _Outcome, prior: PriorVolumes | None) -> Findings:
    found = outcome.classification
    findings = Findings(
        no_labels_because=str(outcome.no_prediction or ""),
        classification=found,
        class_meanings=class_meanings(registry, found) if found is not None else (),
        no_class_because=str(outcome.no_class or ""),
        evidence=outcome.evidence,
        no_evidence_because=outcome.no_evidence,
        prior=prior,
    )
    if outcome.prediction is None:
        return findings
    mask = outcome.prediction
    return replace(findings, labels=mask.labels, segments=mask.segments, segmentation_model=mask.model)
