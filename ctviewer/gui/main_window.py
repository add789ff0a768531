"""The window: puts views, panels, bars and actions together, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QToolBar, QToolButton, QWidget

from ctviewer.domain.study import StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.gui import theme
from ctviewer.gui.action_states import ActionStates
from ctviewer.gui.action_table import Need
from ctviewer.gui.actions import ActionSet
from ctviewer.gui.commands.analysis_commands import DialogFactory
from ctviewer.gui.commands.commands import Commands
from ctviewer.gui.dialogs.unwritten_question import may_close
from ctviewer.gui.enablement import Enablement
from ctviewer.gui.hold_to_hide import HoldToHide
from ctviewer.gui.panels.measurements_panel import MeasurementsPanel
from ctviewer.gui.panels.model_panel import ModelPanel, version_text
from ctviewer.gui.panels.segments_panel import SegmentsPanel
from ctviewer.gui.panels.series_panel import SeriesPanel
from ctviewer.gui.panels.study_list import StudyListView
from ctviewer.gui.panels.tools_panel import ToolsPanel
from ctviewer.gui.shared_keys import SharedKeys
from ctviewer.gui.slices.first_slice import FirstSlice
from ctviewer.gui.slices.view_area import Layout, Pane, ViewArea
from ctviewer.gui.widgets.empty_state import EmptyState
from ctviewer.gui.widgets.job_bar import JobBar
from ctviewer.gui.widgets.message_bar import MessageBar
from ctviewer.gui.widgets.patient_banner import PatientBanner
from ctviewer.gui.widgets.preview_bar import PreviewBar
from ctviewer.gui.widgets.probe_line import ProbeLine
from ctviewer.gui.widgets.section import SectionColumn
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument

DEFAULT_SIZE = QSize(1440, 900)
TOOL_BUTTONS = (
    "tool_brush", "tool_eraser", "tool_polygon", "tool_lasso", "tool_livewire", "tool_fill", "tool_grow",
    "tool_scissors", "tool_island",
)  # fmt: skip
OPERATION_BUTTONS = (
    "keep_largest", "fill_holes", "fill_between_slices", "smooth", "smooth_jointly", "grow_or_shrink", "combine",
    "copy_to_previous", "copy_to_next", "relabel", "clear_segment", "new_segment", "rename_segment", "delete_segment",
)  # fmt: skip
SERIES_WIDTH_PX, INSPECTOR_WIDTH_PX = 220, 296
FIRST_SLICE_MS = 20
"""A series that is loaded by then is shown whole at once, without a picture that flashes by."""


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
        self._layout_file = layout_file
        self._on_closed = on_closed
        self._list_was_offered = False
        self._folded_before: list[str] = []
        self.views = ViewArea(session.workspace, session.comparison)
        self.views.set_pane(Pane.SURFACES, self._make_surfaces)
        self.commands = Commands(self, session, self.views, dialogs or {})
        self.actions_by_id = ActionSet(self, self.commands.handler)
        self.actions_by_id.set_shortcuts(session.settings.preferences.shortcuts)
        self.enablement = Enablement(session, self)
        self.banner = PatientBanner()
        self.probe_line = ProbeLine()
        self.empty = EmptyState()
        self.first_slice = FirstSlice(session.workspace.display)
        self._first_slice_timer = QTimer(self, singleShot=True, interval=FIRST_SLICE_MS)
        self.study_list = StudyListView(session.worklist, session.watch)
        self.inspector = SectionColumn()
        self._stack = QStackedWidget()
        self.messages = MessageBar(self._stack, self._marks, self._pictures)
        accept, reject, box = (self.actions_by_id[name] for name in ("accept_preview", "reject_preview", "tool_box"))
        review = session.analysis.review
        self.preview_bar = PreviewBar(
            self._stack, review, accept, reject, box, lambda: self.views.marks, self._pictures
        )
        self.views.marks_moved.connect(self.preview_bar.place_soon)
        for moved in (self.views.marks_moved, self._stack.currentChanged, session.worklist.rows_changed):
            moved.connect(lambda *_: self.messages.place_soon())
        self._build_bars()
        self._build_center()
        self._build_docks()
        self._connect()
        HoldToHide(self, session.workspace.display)
        SharedKeys(self)
        ActionStates(self.actions_by_id, session, self.views)
        self.setAcceptDrops(True)
        self.resize(DEFAULT_SIZE)
        self._restore_layout()
        self._show_document(session.workspace.document)

    def add_section(self, title: str, content: QWidget) -> None:
        """Add a panel to the column on the right (pulmonary hypertension, measurements…)."""
        self.inspector.add(title, content).is_open = type(content).__name__ not in self._folded_before

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

    def _build_center(self) -> None:
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.views)
        self._stack.addWidget(self.study_list)
        self._stack.addWidget(self.first_slice)
        self.setCentralWidget(self._stack)
        self.messages.raise_()

    def _make_surfaces(self) -> QWidget:
        from ctviewer.gui.view3d.surface_pane import SurfacePane  # only who looks at it waits for it

        pane = SurfacePane(self.session.workspace)
        pane.maximise_requested.connect(lambda: self.views.toggle_maximised(Pane.SURFACES))
        return pane

    def _build_docks(self) -> None:
        session = self.session
        self.series_panel = SeriesPanel()
        self.segments_panel = SegmentsPanel(session.workspace.display, session.meter, session.prior_meter)
        self.tools_panel = ToolsPanel(
            session.workspace.toolbox,
            tuple(self.actions_by_id[name] for name in TOOL_BUTTONS),
            tuple(self.actions_by_id[name] for name in OPERATION_BUTTONS),
        )
        self.model_panel = ModelPanel(session.models)
        self.inspector.add(self.tr("Segments"), self.segments_panel)
        self.inspector.add(self.tr("Tools"), self.tools_panel)
        self.inspector.add(self.tr("Measurements"), self._measurements_panel())
        self.inspector.add(self.tr("Model"), self.model_panel)
        self._dock(self.tr("Series"), "series", self.series_panel, Qt.DockWidgetArea.LeftDockWidgetArea)
        self._dock("", "inspector", self.inspector, Qt.DockWidgetArea.RightDockWidgetArea)

    def _measurements_panel(self) -> MeasurementsPanel:
        actions = self.actions_by_id
        tools = ("length", "angle", "bidirectional", "ratio", "ellipse", "polygon", "probe")
        operations = ("copy_measurements", "export_measurements", "remove_measurement")
        self.measurements_panel = MeasurementsPanel(
            self.session.workspace.measuring,
            tuple(actions[f"measure_{tool}"] for tool in tools),
            tuple(actions[operation] for operation in operations),
        )
        return self.measurements_panel

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        if not title:
            dock.setTitleBarWidget(QWidget())
        if content is self.inspector:
            self.inspector.set_least_width(theme.scaled(INSPECTOR_WIDTH_PX))
        else:
            content.setMinimumWidth(theme.scaled(SERIES_WIDTH_PX))
        dock.setWidget(content)
        self.addDockWidget(area, dock)

    def _connect(self) -> None:
        session, workspace = self.session, self.session.workspace
        self.enablement.facts_changed.connect(self._enable)
        self._enable(self.enablement.facts)
        for layer in self.views.tool_layers:
            layer.follow(session.analysis.review)
        workspace.messages.posted.connect(self.messages.show_message)
        workspace.opening.index_changed.connect(self._show_index)
        workspace.document_changed.connect(self._show_document)
        workspace.opening.series_changed.connect(self.empty.set_opening)
        workspace.opening.first_slice_changed.connect(self._on_first_slice)
        self._first_slice_timer.timeout.connect(self._show_first_slice)
        self.views.pointed.connect(self.probe_line.show_reading)
        self.series_panel.series_requested.connect(workspace.opening.open_series)
        self.series_panel.beside_requested.connect(self.commands.view.compare_with)
        self.views.prior_requested.connect(self.commands.view.open_prior)
        session.thumbnails.loaded.connect(self.series_panel.set_picture)
        self.model_panel.segment_requested.connect(self.commands.analysis.segment)
        self.model_panel.card_requested.connect(self.commands.analysis.model_card)
        self.model_panel.retrain_requested.connect(self.commands.analysis.retrain)
        self.empty.folder_requested.connect(self.commands.file.open_folder)
        self.empty.file_requested.connect(self.commands.file.open_file)
        self.empty.demo_requested.connect(self.commands.file.open_demo)
        self.commands.study_list.list_wanted.connect(self._show_list)
        self.commands.study_list.series_wanted.connect(self.series_panel.request_neighbour)
        session.worklist.rows_changed.connect(self._offer_list)
        session.worklist.opening.connect(lambda _: self._show_list(on=False))
        self.views.layout_changed.connect(lambda layout: session.places.set_layout(layout.value))
        session.places.layout_restored.connect(self._restore_views)
        session.places.layout = self.views.view_layout.value
        session.settings.changed.connect(lambda preferences: self.actions_by_id.set_shortcuts(preferences.shortcuts))
        session.worklist.refresh()
        session.watch.start()
        session.models.changed.connect(self._show_model)
        self._show_model()

    # -- following the session -----------------------------------------------------------------------------------------

    def _enable(self, facts: frozenset[Need]) -> None:
        self.actions_by_id.enable(facts)
        self.model_panel.set_ready(Need.IDLE_MODEL in facts)

    def _show_list(self, on: bool) -> None:
        nothing = self.session.workspace.document is None
        page = self.study_list if on else self.empty if nothing else self.views
        self._stack.setCurrentWidget(page)
        for dock in self.findChildren(QDockWidget):
            dock.setVisible(not on)
        self.actions_by_id["study_list"].setChecked(on)
        self.messages.raise_()
        self.preview_bar.raise_()
        if on:
            self.session.worklist.refresh()
            self.study_list.search.setFocus()
        elif not nothing:
            self.views.focused_view.setFocus()

    def _marks(self) -> list[QRect]:
        """What messages must not hide on the page that is shown; both bars float over the pages."""
        page = self._stack.currentWidget()
        marks = self.views.marks if page is self.views else self.study_list.marks if page is self.study_list else ()
        return [*marks, *([self.preview_bar.geometry()] if self.preview_bar.isVisible() else [])]

    def _pictures(self) -> tuple[QRect, ...]:
        """What messages should hide little of."""
        return self.views.pictures if self._stack.currentWidget() is self.views else ()

    def _offer_list(self) -> None:
        """Begin with the list if there is one: opening a study is what people come for."""
        if not self._list_was_offered and not self.session.worklist.is_empty:
            self._list_was_offered = True
            if self.session.workspace.document is None and not self.session.workspace.opening.is_under_way:
                self._show_list(on=True)

    def _restore_views(self, layout: str) -> None:
        if layout in tuple(Layout):
            self.views.view_layout = Layout(layout)

    def _show_document(self, document: SegmentationDocument | None) -> None:
        self._show_list(on=False)
        self.study_list.set_document(document)
        self.preview_bar.set_document(document)
        self.banner.set_document(document)
        self.series_panel.set_document(document)
        self.segments_panel.set_document(document)
        self.tools_panel.set_document(document)
        self.probe_line.show_reading(None)
        # No patient name here: window titles are seen by screen sharing and task lists.
        self.setWindowTitle("ctviewer" if document is None else f"{document.volume.series.label} – ctviewer")
        if document is not None:
            self.views.focused_view.setFocus()

    def _show_index(self, index: StudyIndex | None) -> None:
        self.series_panel.set_index(index)
        if index is not None:  # what was found must be in sight even if its likeliest series cannot be shown
            self._show_list(on=False)

    def _on_first_slice(self, volume: Volume | None) -> None:
        if volume is not None:
            self._first_slice_timer.start()
            return
        self._first_slice_timer.stop()
        if self._stack.currentWidget() is self.first_slice:  # loading failed or was called off
            self._show_document(self.session.workspace.document)

    def _show_first_slice(self) -> None:
        volume = self.session.workspace.opening.first_slice
        if volume is not None:
            self.first_slice.set_volume(volume)
            self.banner.set_series(volume.series)
            self._stack.setCurrentWidget(self.first_slice)
            self.messages.raise_()

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
        if self._layout_file is not None:
            for dock in self.findChildren(QDockWidget):  # hidden beside the study list only
                dock.show()
            settings = QSettings(str(self._layout_file), QSettings.Format.IniFormat)
            settings.setValue("geometry", self.saveGeometry())
            settings.setValue("state", self.saveState())
            settings.setValue("folded", self.inspector.folded)
        self.messages.clear()
        self.views.close_panes()
        if self._on_closed is not None:
            self._on_closed()
        self.session.shutdown()
        super().closeEvent(event)

    def _restore_layout(self) -> None:
        if self._layout_file is None or not self._layout_file.exists():
            return
        settings = QSettings(str(self._layout_file), QSettings.Format.IniFormat)
        for name, restore in (("geometry", self.restoreGeometry), ("state", self.restoreState)):
            value = settings.value(name)
            if value is not None:
                restore(value)
        folded = settings.value("folded") or []
        self._folded_before = [folded] if isinstance(folded, str) else list(folded)
        self.inspector.folded = self._folded_before
