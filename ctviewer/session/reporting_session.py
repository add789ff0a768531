"""The report of the current document: gather it, keep its impression, write it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import StoreError
from ctviewer.domain.overlay_look import OverlayLook
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.report import Report
from ctviewer.domain.segment import Segment
from ctviewer.domain.volume import Volume
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.analysis_session import AnalysisSession
from ctviewer.session.comparison import Comparison
from ctviewer.session.model_session import ModelSession
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace
from ctviewer.store.impressions import Impressions


class ReportingSession(QObject):
    """Makes a `Report` of what is open now; the dialog shows and saves it.

    Parameters
    ----------
    workspace
        What is open, and the store.
    models, analysis
        Where the models' answers come from.
    comparison
        The prior, if one is open.
    impressions
        Where the radiologist's text is kept; None for nowhere.
    """

    report_ready = Signal(object)
    """The `Report`, with the kept impression."""

    def __init__(
        self,
        workspace: Workspace,
        models: ModelSession,
        analysis: AnalysisSession,
        comparison: Comparison,
        impressions: Impressions | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._models = models
        self._analysis = analysis
        self._comparison = comparison
        self._impressions = impressions
        self._volume: Volume | None = None

    def prepare(self) -> JobHandle | None:
        """Gather the report of the current document; None if nothing is open."""
        document = self._workspace.document
        if document is None:
            return None
        # Copied here, on the thread that paints: the worker must see one moment.
        labels = np.array(document.labels) if document.has_mask else None
        self._volume = volume = document.volume
        rows, display, model = document.segments.rows, self._workspace.display, document.model
        look = OverlayLook(rows, display.overlay_opacity, display.overlay_outline)
        classification, registry, store = self._analysis.classification, self._models.registry, self._workspace.store
        impression = self._impressions.read(volume.series.series_key) if self._impressions is not None else ""
        nothing_yet, prior = _why_nothing(document), self._prior()

        def run(_progress: ProgressCallback, _cancel: CancelToken) -> Report:
            # Imported when first used: the window starts without scipy and what else these load.
            from ctviewer.services.classifying import class_meanings
            from ctviewer.services.evidence import stored_evidence
            from ctviewer.services.reporting import (
                Findings,
                build_report,
                measurement_rows,
                prior_volumes,
                who_worked_on,
            )

            if store is not None and not store.read_only:
                store.wait_durable()  # a measurement made a moment ago belongs on the page
            evidence = stored_evidence(store, volume, classification)
            found = Findings(
                labels=labels,
                segments=tuple(row.segment for row in rows),
                look=look,
                segmentation_model=model,
                no_labels_because=nothing_yet,
                classification=classification,
                class_meanings=class_meanings(registry, classification) if classification is not None else (),
                prior=prior_volumes(*prior) if prior is not None else None,
                evidence=evidence,
                no_evidence_because="" if evidence else "The pulmonary hypertension panel measures them.",
                measurements=measurement_rows(store, volume),
                authors=who_worked_on(store, volume.series.series_key),
                impression=impression,
            )
            return build_report(volume, found)

        job = self._workspace.runner.submit(run, Lane.CPU, document.document_id, "Making the report")
        job.succeeded.connect(self.report_ready)
        job.failed.connect(lambda error: self._workspace.messages.report(error, "The report"))
        return job

    def _prior(self) -> tuple[Volume, LabelArray, tuple[Segment, ...]] | None:
        """The prior of the same patient with a copy of its mask; None if there is none."""
        document = self._comparison.document
        if document is None or not document.has_mask or self._comparison.is_other_patient:
            return None
        return document.volume, np.array(document.labels), tuple(row.segment for row in document.segments.rows)

    def keep_impression(self, text: str) -> None:
        """Keep the radiologist's text for the series of the report."""
        if self._impressions is None or self._volume is None:
            return
        try:
            self._impressions.write(self._volume.series.series_key, text)
        except StoreError as error:
            self._workspace.messages.report(error, "The impression")

    def refusal(self) -> str:
        """Why no DICOM object can be written, as a clause; empty if one can."""
        from ctviewer.io.source_headers import reference_refusal

        return reference_refusal(self._volume) if self._volume is not None else "no scan is open"

    def save(
        self, path: Path, form_suffix: str, report: Report, language: str, *, with_identity: bool, pdf: bytes = b""
    ) -> JobHandle | None:
        """Write the report.

        Parameters
        ----------
        form_suffix
            Value of a `ctviewer.services.report_files.ReportForm`.
        report
            As the dialog shows it, with the impression.
        pdf
            The printed page, for the forms that contain it.
        """
        volume = self._volume
        if volume is None:
            return None

        def run(_progress: ProgressCallback, _cancel: CancelToken) -> Path:
            from ctviewer.services.report_files import PageOptions, ReportForm, write_report

            options = PageOptions(language, with_identity)
            return write_report(path, ReportForm(form_suffix), report, volume, options, pdf)

        job = self._workspace.runner.submit(run, Lane.IO, title=f"Writing {path.name}")
        job.succeeded.connect(lambda written: self._workspace.messages.info(f"The report was written to {written}."))
        job.failed.connect(lambda error: self._workspace.messages.report(error, "Writing the report"))
        return job


def _why_nothing(document: SegmentationDocument) -> str:
    if document.has_mask:
        return ""
    if document.preview is not None:
        return "The prediction was neither accepted nor rejected yet."
    return "The scan was not segmented."
