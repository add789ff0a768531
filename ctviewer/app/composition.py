"""Builds the objects of the program and ties them together; the only place that knows them all."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QMainWindow

from ctviewer.app.damaged_store import offer_restoring
from ctviewer.config import paths
from ctviewer.config.preferences import Preferences, load_preferences
from ctviewer.domain.errors import CTViewerError, DamagedStoreError, StoreError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.gui.dialogs.model_card import ModelCard
from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.panels.ph_panel import PhPanel
from ctviewer.gui.translation import language_of
from ctviewer.session.messages import Message, Severity
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.reporting_session import ReportingSession
from ctviewer.session.retraining_session import RetrainingSession
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.holdout import HoldoutLedger
from ctviewer.store.impressions import Impressions
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies

PREFERENCES_FILE = "preferences.toml"
WINDOW_FILE = "window.ini"
IMPRESSIONS_FOLDER = "impressions"
HOLDOUT_FILE = "holdout.json"


@dataclass(slots=True)
class _Parts:
    """What is built, and what could not be."""

    preferences: Preferences
    registry: ModelRegistry
    store: AnnotationStore | None
    known: KnownStudies | None = None
    damage: DamagedStoreError | None = None
    problems: list[Message] = field(default_factory=list)


def build_window() -> MainWindow:
    """The main window with everything behind it, on the user's data folder."""
    parts = _build_parts()
    session = ReadingSession.create(
        parts.store, parts.registry, parts.known, parts.preferences, paths.data_dir() / PREFERENCES_FILE
    )
    _apply(parts.preferences, session)
    retraining = _retraining(parts, session)
    impressions = Impressions(paths.data_dir() / IMPRESSIONS_FOLDER)
    reporting = ReportingSession(
        session.workspace, session.models, session.analysis, session.comparison, impressions, session.runner
    )
    window = MainWindow(
        session,
        dialogs={
            "retrain": lambda parent: _retrain_dialog(retraining, session.settings.preferences, parent),
            "report": lambda parent: _report_dialog(reporting, session.settings.preferences.language, parent),
        },
        layout_file=paths.data_dir() / WINDOW_FILE,
        on_closed=retraining.shutdown if retraining is not None else None,
    )
    _add_ph_section(window, session)
    for problem in parts.problems:
        session.workspace.messages.post(problem)
    if parts.damage is not None:
        offer_restoring(parts.damage, paths.store_path(), session.workspace.messages)
    return window


def _add_ph_section(window: MainWindow, session: ReadingSession) -> None:
    panel = PhPanel(session)
    panel.card_requested.connect(lambda: _show_card(session.models.classification, window))
    panel.assessed.connect(lambda: window.sides.inspector.reveal(panel))
    window.add_section(QCoreApplication.translate("Sections", "Pulmonary hypertension"), panel)


def _show_card(version: ModelVersion | None, window: MainWindow) -> None:
    if version is not None:
        ModelCard(version, window).show()


def _build_parts() -> _Parts:
    loaded = load_preferences(paths.data_dir() / PREFERENCES_FILE)
    parts = _Parts(
        loaded.preferences,
        ModelRegistry(paths.bundled_models_dir(), paths.user_models_dir()),
        None,
        problems=[Message(Severity.WARNING, sentence) for sentence in loaded.problems],
    )
    try:
        parts.store = AnnotationStore(paths.store_path(), author=loaded.preferences.author or None)
    except DamagedStoreError as error:
        parts.damage = error
    except StoreError as error:
        parts.problems.append(Message(Severity.ERROR, error.message, error.hint))
    else:
        if parts.store.read_only:
            parts.problems.append(Message(Severity.WARNING, parts.store.read_only_reason, "Changes are not kept here."))
    try:
        parts.known = KnownStudies(paths.study_list_path())
    except StoreError as error:
        parts.problems.append(Message(Severity.WARNING, error.message, error.hint))
    else:
        if parts.known.problem:
            parts.problems.append(Message(Severity.WARNING, parts.known.problem))
    parts.problems += [Message(Severity.WARNING, notice) for notice in parts.registry.notices("segmentation")]
    return parts


def _apply(preferences: Preferences, session: ReadingSession) -> None:
    display, toolbox = session.workspace.display, session.workspace.toolbox
    display.overlay_opacity = preferences.overlay_opacity
    display.overlay_outline = preferences.overlay_outline
    toolbox.radius_mm = preferences.brush_radius_mm
    session.analysis.device = preferences.device


def _retraining(parts: _Parts, session: ReadingSession) -> RetrainingSession | None:
    if parts.store is None:
        return None
    try:
        ledger = HoldoutLedger(paths.data_dir() / HOLDOUT_FILE)
    except StoreError as error:
        parts.problems.append(Message(Severity.ERROR, error.message, error.hint))
        return None
    retraining = RetrainingSession(
        parts.store, ledger, parts.registry, session.runner, paths.runs_dir(), session.runner
    )
    retraining.active_model_changed.connect(lambda _: session.models.refresh())
    return retraining


def _retrain_dialog(retraining: RetrainingSession | None, preferences: Preferences, parent: QMainWindow) -> QDialog:
    if retraining is None:
        raise CTViewerError("Retraining needs the annotation store, which could not be opened.")
    # Imported when first asked for: its curves load a plotting library.
    from ctviewer.gui.dialogs.retrain_dialog import RetrainDialog

    return RetrainDialog(retraining, preferences.ram_cap_mb, parent)


def _report_dialog(reporting: ReportingSession, language: str, parent: QMainWindow) -> QDialog:
    # Imported when first asked for: drawing the page loads scikit-image.
    from ctviewer.gui.dialogs.report_dialog import ReportDialog

    return ReportDialog(reporting, language_of(language), parent)
