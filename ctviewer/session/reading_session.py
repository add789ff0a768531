"""Everything one window works with, as one value."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from ctviewer.config.preferences import Preferences
from ctviewer.domain.errors import StoreError
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.analysis_session import AnalysisSession
from ctviewer.session.checking_session import CheckingSession
from ctviewer.session.comparison import Comparison
from ctviewer.session.deidentifying_session import DeidentifyingSession
from ctviewer.session.evidence_session import EvidenceSession
from ctviewer.session.folder_watch import FolderWatch
from ctviewer.session.importing_session import ImportingSession
from ctviewer.session.kept_display import KeptDisplay
from ctviewer.session.model_session import ModelSession
from ctviewer.session.reading_place import PlaceKeeper
from ctviewer.session.saving_session import SavingSession
from ctviewer.session.settings import Settings
from ctviewer.session.study_list import StudyList
from ctviewer.session.thumbnails import ThumbnailLoader
from ctviewer.session.volume_meter import VolumeMeter
from ctviewer.session.workspace import Workspace
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies

logger = logging.getLogger(__name__)

SHUTDOWN_S = 5.0
CLOSING_WAIT_S = 5.0


@dataclass(frozen=True, slots=True)
class ReadingSession:
    """State and intentions of a window; see the classes of the fields.

    Parameters
    ----------
    runner, workspace, models, analysis, evidence, saving, checking, importing, deidentifying, meter, comparison,
    prior_meter, thumbnails, study_list, watch, places, settings, kept_display
        Made by `create`.
    """

    runner: JobRunner
    workspace: Workspace
    models: ModelSession
    analysis: AnalysisSession
    evidence: EvidenceSession
    saving: SavingSession
    checking: CheckingSession
    importing: ImportingSession
    deidentifying: DeidentifyingSession
    meter: VolumeMeter
    comparison: Comparison
    prior_meter: VolumeMeter
    thumbnails: ThumbnailLoader
    study_list: StudyList
    watch: FolderWatch
    places: PlaceKeeper
    settings: Settings
    kept_display: KeptDisplay

    @classmethod
    def create(
        cls,
        store: AnnotationStore | None,
        registry: ModelRegistry,
        known: KnownStudies | None = None,
        preferences: Preferences | None = None,
        preferences_path: Path | None = None,
    ) -> ReadingSession:
        """Wire a session to a store, a model registry, the study list (None keeps no list) and the preferences."""
        runner = JobRunner()
        workspace = Workspace(runner, store, runner)
        models = ModelSession(registry, runner, workspace.messages, runner)
        meter = VolumeMeter(runner, runner)
        workspace.document_changed.connect(meter.set_document)
        comparison, prior_meter = Comparison(workspace, runner), VolumeMeter(runner, runner)
        comparison.document_changed.connect(prior_meter.set_document)
        study_list = StudyList(workspace, registry, known, runner)
        saving = SavingSession(workspace, runner)
        checking = CheckingSession(workspace, runner)
        checking.changed.connect(lambda: workspace.guide.set_findings(checking.slices))
        saving.revision_saved.connect(study_list.refresh_soon)
        analysis = AnalysisSession(workspace, models, runner)
        settings = Settings(preferences or Preferences(), preferences_path, workspace.messages, runner)
        return cls(
            runner,
            workspace,
            models,
            analysis,
            EvidenceSession(workspace, analysis, runner),
            saving,
            checking,
            ImportingSession(workspace, runner),
            DeidentifyingSession(workspace, runner),
            meter,
            comparison,
            prior_meter,
            ThumbnailLoader(workspace, runner),
            study_list,
            FolderWatch(workspace, study_list, runner),
            PlaceKeeper(workspace, known, runner),
            settings,
            KeptDisplay(workspace.display, settings, runner),
        )

    def unwritten(self) -> StoreError | None:
        """Why changes are not on the disk yet, after one more try to bring them there; None if all are."""
        try:
            if self.workspace.store is not None:
                self.workspace.store.wait_durable(CLOSING_WAIT_S)
        except StoreError as error:
            return error
        return None

    def shutdown(self) -> None:
        """Stop timers and jobs, let the journal reach the disk, and close the store."""
        self.workspace.shutdown()
        self.checking.stop()
        self.meter.stop()
        self.comparison.stop()
        self.prior_meter.stop()
        self.thumbnails.stop()
        self.study_list.stop()
        self.watch.stop()
        self.places.stop()
        self.kept_display.stop()
        self.runner.shutdown(SHUTDOWN_S)
        if self.workspace.store is not None:
            try:
                self.workspace.store.close()
            except StoreError as error:
                logger.warning("closing the store: %s", error.message)
