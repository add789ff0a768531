"""Everything one window works with, as one value."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ctviewer.domain.errors import StoreError
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.analysis_session import AnalysisSession
from ctviewer.session.model_session import ModelSession
from ctviewer.session.saving_session import SavingSession
from ctviewer.session.thumbnails import ThumbnailLoader
from ctviewer.session.volume_meter import VolumeMeter
from ctviewer.session.workspace import Workspace
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry

logger = logging.getLogger(__name__)

SHUTDOWN_S = 5.0


@dataclass(frozen=True, slots=True)
class ReadingSession:
    """State and intentions of a window; see the classes of the fields.

    Parameters
    ----------
    runner, workspace, models, analysis, saving, meter, thumbnails
        Made by `create`.
    """

    runner: JobRunner
    workspace: Workspace
    models: ModelSession
    analysis: AnalysisSession
    saving: SavingSession
    meter: VolumeMeter
    thumbnails: ThumbnailLoader

    @classmethod
    def create(cls, store: AnnotationStore | None, registry: ModelRegistry) -> ReadingSession:
        """Wire a session to a store and a model registry."""
        runner = JobRunner()
        workspace = Workspace(runner, store, runner)
        models = ModelSession(registry, runner, workspace.messages, runner)
        meter = VolumeMeter(runner, runner)
        workspace.document_changed.connect(meter.set_document)
        return cls(
            runner,
            workspace,
            models,
            AnalysisSession(workspace, models, runner),
            SavingSession(workspace, runner),
            meter,
            ThumbnailLoader(workspace, runner),
        )

    def shutdown(self) -> None:
        """Stop timers and jobs, let the journal reach the disk, and close the store."""
        self.workspace.shutdown()
        self.meter.stop()
        self.thumbnails.stop()
        self.runner.shutdown(SHUTDOWN_S)
        if self.workspace.store is not None:
            try:
                self.workspace.store.close()
            except StoreError as error:
                logger.warning("closing the store: %s", error.message)
