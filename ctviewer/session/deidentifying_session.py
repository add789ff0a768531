"""A copy of the open study without identifiers, written in a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from ctviewer.config import paths
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.domain.pseudonym import Dates
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.workspace import Workspace

if TYPE_CHECKING:
    from ctviewer.services.deidentifying import DeidentifiedStudy


class DeidentifyingSession(QObject):
    """Exports the current document and the other usable series of its study.

    Parameters
    ----------
    workspace
        What is open.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def export(self, directory: Path, *, with_mask: bool, dates: Dates) -> JobHandle | None:
        """Write the copy into a new folder in ``directory``; None without a document."""
        document = self._workspace.document
        if document is None:
            return None
        volume, segments, model = document.volume, document.segments.segments, document.model
        labels = np.array(document.labels) if with_mask else None
        study = volume.series.study_uid
        index = self._workspace.opening.index
        others = [
            series
            for series in (index.series if index is not None else ())
            if study and series.study_uid == study and series.series_key != volume.series.series_key
            and not series.ai_exclusion
        ]  # fmt: skip

        def write(progress: ProgressCallback, cancel: CancelToken) -> DeidentifiedStudy:
            from ctviewer.config.secret import installation_secret
            from ctviewer.services.deidentifying import export_deidentified

            secret = installation_secret(paths.deidentification_key())
            return export_deidentified(
                directory, volume, secret, labels, segments, model, others, dates, progress, cancel
            )

        job = self._workspace.runner.submit(write, Lane.IO, title="Writing the de-identified study")
        job.succeeded.connect(self._on_written)
        job.failed.connect(lambda error: self._workspace.messages.report(error, "De-identifying"))
        return job

    def _on_written(self, done: DeidentifiedStudy) -> None:
        messages = self._workspace.messages
        messages.info(f"The study was written without identifiers to {done.folder}.")
        for note in done.notes:
            messages.warn(note)
