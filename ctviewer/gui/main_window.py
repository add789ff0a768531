"""The window: puts views, panels, bars and actions together, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QToolBar, QToolButton, QWidget

from ctviewer.domain.study import StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.gui.action_spec import Need
from ctviewer.gui.action_states import ActionStates
from ctviewer.gui.actions import ActionSet
from ctviewer.gui.commands.analysis_commands import DialogFactory
from ctviewer.gui.commands.commands import Commands
from ctviewer.gui.dialogs.unwritten_question import may_close
from ctviewer.gui.enablement import Enablement
from ctviewer.gui.hold_to_hide import HoldToHide
from ctviewer.gui.pages import Pages
from ctviewer.gui.panels.model_panel import version_text
from ctviewer.gui.shared_keys import SharedKeys
from ctviewer.gui.side_panels import SidePanels
from ctviewer.gui.slices.view_area import Layout, Pane, ViewArea
from ctviewer.gui.widgets.job_bar import JobBar
from ctviewer.gui.widgets.patient_banner import PatientBanner
from ctviewer.gui.widgets.probe_line import ProbeLine
from ctviewer.gui.window_memory import WindowMemory
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument

DEFAULT_SIZE = QSize(1440, 900)


class MainWindow(QMainWindow):
    """Composition of the reading workstation.

    Parameters
    ----------
    session
        State and intentions; shut down when the window closes, and destroyed with it.
    dialogs
        Makers of dialogs owned by other parts, by action id (``"retrain"``).
    layout_file
        Where the arrangement of the window is remembered; None for nowhere.
    on_closed
        Called after the window closed, before the session is shut down.
    """

    def __init__(
        self,
        session: ReadingSession,
        dialogs: Mapping[str, DialogFactory] | None = None,
        layout_file: Path | None = None,
        on_closed: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Slots keep what they capture until their sender is destroyed, and the garbage collector does not see them: the
        # session and its window would keep each other for good.
        session.runner.setParent(self)
        self.session = session
        self._memory = WindowMemory(layout_file)
        self._on_closed = on_closed
        self.views = ViewArea(session.workspace, session.comparison)
        self.views.set_pane(Pane.SURFACES, self._make_surfaces)
        self.commands = Commands(self, session, self.views, dialogs or {})
        self.actions_by_id = ActionSet(self, self.commands.handler)
        self.actions_by_id.set_shortcuts(session.settings.preferences.shortcuts)
        self.enablement = Enablement(session, self)
        self.banner = PatientBanner()
        self.probe_line = ProbeLine()
        self._build_bars()
        self.pages = Pages(session, self.views, self.actions_by_id)
        self.setCentralWidget(self.pages)
        self.sides = SidePanels(self, session, self.actions_by_id)
        self._connect()
        HoldToHide(self, session.workspace.display)
        SharedKeys(self)
        ActionStates(self.actions_by_id, session, self.views)
        self.setAcceptDrops(True)
        self.resize(DEFAULT_SIZE)
        self._memory.restore(self, self.sides.inspector)
        self._show_document(session.workspace.document)

    def add_section(self, title: str, content: QWidget) -> None:
        """Add a panel to the column on the right (pulmonary hypertension, measurements…)."""
        self.sides.inspector.add(title, content).is_open = type(content).__name__ not in self._memory.folded

    # -- building ------------------------------------------------------------------------------------------------------

    def _build_bars(self) -> None:
        self.actions_by_id.fill_menu_bar(self.menuBar())
        tools = self._tool_bar("tools", self.tr("Tools"))
        tools.setIconSize(QSize(20, 20))
        self.actions_by_id.fill_tool_bar(tools)
        segment = tools.widgetForAction(self.actions_by_id["segment"])
        if isinstance(segment, QToolButton):  # the one action everybody comes for says its name
            segment.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.actions_by_id["segment"].setIconText(self.tr("Segment"))
        self.addToolBarBreak()
        self._tool_bar("banner", self.tr("Patient")).addWidget(self.banner)
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.addWidget(self.probe_line, 1)
        status.addPermanentWidget(JobBar(self.session.runner))

    def _tool_bar(self, name: str, title: str) -> QToolBar:
        bar = QToolBar(title)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(bar)
        return bar

    def _make_surfaces(self) -> QWidget:
        from ctviewer.gui.view3d.surface_pane import SurfacePane  # only who looks at it waits for it

        pane = SurfacePane(self.session.workspace)
        pane.maximise_requested.connect(lambda: self.views.toggle_maximised(Pane.SURFACES))
        return pane

    def _connect(self) -> None:
        session, workspace, commands = self.session, self.session.workspace, self.commands
        self.enablement.facts_changed.connect(self._enable)
        self._enable(self.enablement.facts)
        for layer in self.views.tool_layers:
            layer.follow(session.analysis.review)
        workspace.opening.index_changed.connect(self._show_index)
        workspace.document_changed.connect(self._show_document)
        self.views.pointed.connect(self.probe_line.show_reading)
        self.views.prior_requested.connect(commands.view.open_prior)
        self.views.layout_changed.connect(lambda layout: session.places.set_layout(layout.value))
        session.places.layout_restored.connect(self._restore_views)
        session.places.layout = self.views.view_layout.value
        session.settings.changed.connect(lambda preferences: self.actions_by_id.set_shortcuts(preferences.shortcuts))
        self._connect_pages()
        self._connect_sides()
        session.study_list.refresh()
        session.watch.start()
        session.models.changed.connect(self._show_model)
        self._show_model()

    def _connect_pages(self) -> None:
        pages, commands = self.pages, self.commands
        pages.list_shown.connect(lambda shown: self.sides.set_visible(not shown))
        pages.list_shown.connect(self.actions_by_id["study_list"].setChecked)
        pages.first_slice_shown.connect(self._show_first_slice)
        pages.empty.folder_requested.connect(commands.file.open_folder)
        pages.empty.file_requested.connect(commands.file.open_file)
        pages.empty.demo_requested.connect(commands.file.open_demo)
        commands.study_list.list_wanted.connect(pages.show_list)

    def _connect_sides(self) -> None:
        sides, commands = self.sides, self.commands
        sides.series.series_requested.connect(self.session.workspace.opening.open_series)
        sides.series.beside_requested.connect(commands.view.compare_with)
        commands.study_list.series_wanted.connect(sides.series.request_neighbour)
        self.session.thumbnails.loaded.connect(sides.series.set_picture)
        sides.model.segment_requested.connect(commands.analysis.segment)
        sides.model.card_requested.connect(commands.analysis.model_card)
        sides.model.retrain_requested.connect(commands.analysis.retrain)

    # -- following the session -----------------------------------------------------------------------------------------

    def _enable(self, facts: frozenset[Need]) -> None:
        self.actions_by_id.enable(facts)
        self.sides.model.set_ready(Need.IDLE_MODEL in facts)

    def _restore_views(self, layout: str) -> None:
        if layout in tuple(Layout):
            self.views.view_layout = Layout(layout)

    def _show_document(self, document: SegmentationDocument | None) -> None:
        self.pages.set_document(document)
        self.sides.set_document(document)
        self.banner.set_document(document)
        self.probe_line.show_reading(None)
        # No patient name here: window titles are seen by screen sharing and task lists.
        self.setWindowTitle("ctviewer" if document is None else f"{document.volume.series.label} – ctviewer")

    def _show_first_slice(self, volume: Volume | None) -> None:
        if volume is None:
            self._show_document(self.session.workspace.document)
        else:
            self.banner.set_series(volume.series)

    def _show_index(self, index: StudyIndex | None) -> None:
        self.sides.series.set_index(index)
        if index is not None:  # what was found must be in sight even if its likeliest series cannot be shown
            self.pages.show_list(on=False)

    def _show_model(self) -> None:
        version = self.session.models.segmentation
        self.banner.set_model(version_text(version) if version is not None else self.tr("no segmentation model"))

    # -- window events -------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders of this computer."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open everything that was dropped, as one study list."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.session.workspace.opening.open_path(*paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the arrangement, stop everything, and let go of the store."""
        if not may_close(self.session, self):
            event.ignore()
            return
        self.sides.set_visible(True)  # hidden beside the study list only
        self._memory.keep(self, self.sides.inspector)
        self.pages.messages.clear()
        self.views.close_panes()
        if self._on_closed is not None:
            self._on_closed()
        self.session.shutdown()
        super().closeEvent(event)
