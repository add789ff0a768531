"""The panels on both sides of the views: series on the left, the column of sections on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from ctviewer.gui import theme
from ctviewer.gui.actions import ActionSet
from ctviewer.gui.panels.measurements_panel import MeasurementsPanel
from ctviewer.gui.panels.model_panel import ModelPanel
from ctviewer.gui.panels.segments_panel import SegmentsPanel
from ctviewer.gui.panels.series_panel import SeriesPanel
from ctviewer.gui.panels.tools_panel import ToolsPanel
from ctviewer.gui.translation import translated
from ctviewer.gui.widgets.section import SectionColumn
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument

TOOL_BUTTONS = (
    "tool_brush", "tool_eraser", "tool_polygon", "tool_lasso", "tool_livewire", "tool_fill", "tool_grow",
    "tool_scissors", "tool_island",
)  # fmt: skip
OPERATION_BUTTONS = (
    "keep_largest", "fill_holes", "fill_between_slices", "smooth", "smooth_jointly", "grow_or_shrink", "combine",
    "copy_to_previous", "copy_to_next", "relabel", "clear_segment", "new_segment", "rename_segment", "delete_segment",
)  # fmt: skip
MEASURE_BUTTONS = (
    "measure_length", "measure_angle", "measure_bidirectional", "measure_ratio", "measure_ellipse", "measure_polygon",
    "measure_probe",
)  # fmt: skip
LIST_BUTTONS = ("copy_measurements", "export_measurements", "remove_measurement")
SERIES_WIDTH_PX, INSPECTOR_WIDTH_PX = 220, 296


class SidePanels:
    """Makes the panels and docks them.

    Parameters
    ----------
    window
        Whose sides they take.
    session
        What they show and change.
    actions
        For the buttons of tools and operations.
    """

    def __init__(self, window: QMainWindow, session: ReadingSession, actions: ActionSet) -> None:
        workspace = session.workspace
        self.series = SeriesPanel()
        self.segments = SegmentsPanel(workspace.display, session.meter, session.prior_meter)
        self.tools = ToolsPanel(workspace.toolbox, actions.several(TOOL_BUTTONS), actions.several(OPERATION_BUTTONS))
        self.measurements = MeasurementsPanel(
            workspace.measuring, actions.several(MEASURE_BUTTONS), actions.several(LIST_BUTTONS)
        )
        self.model = ModelPanel(session.models)
        self.inspector = SectionColumn()
        self.inspector.add(translated("Sections", "Segments"), self.segments)
        self.inspector.add(translated("Sections", "Tools"), self.tools)
        self.inspector.add(translated("Sections", "Measurements"), self.measurements)
        self.inspector.add(translated("Sections", "Model"), self.model)
        self.inspector.set_least_width(theme.scaled(INSPECTOR_WIDTH_PX))
        self.series.setMinimumWidth(theme.scaled(SERIES_WIDTH_PX))
        self._docks = (
            _dock(
                window, translated("Sections", "Series"), "series", self.series, Qt.DockWidgetArea.LeftDockWidgetArea
            ),
            _dock(window, "", "inspector", self.inspector, Qt.DockWidgetArea.RightDockWidgetArea),
        )

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Follow another document."""
        self.series.set_document(document)
        self.segments.set_document(document)
        self.tools.set_document(document)

    def set_visible(self, shown: bool) -> None:
        """Show the sides, or leave their room to a page that needs all of it."""
        for dock in self._docks:
            dock.setVisible(shown)


def _dock(window: QMainWindow, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
    if not title:
        dock.setTitleBarWidget(QWidget())
    dock.setWidget(content)
    window.addDockWidget(area, dock)
    return dock
