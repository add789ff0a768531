"""Measuring tools, and what can be done with the measurements."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow

from ctviewer.domain.errors import CTViewerError
from ctviewer.gui.measurement_text import short_value, shown_name
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.session.workspace import Workspace


class MeasureCommands(QObject):
    """What the measure menu does.

    Parameters
    ----------
    window
        Parent of dialogs.
    workspace
        What is measured.
    """

    def __init__(self, window: QMainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._measuring = workspace.measuring

    def measure_length(self) -> None:
        """Draw lengths."""
        self._use(ToolKind.MEASURE_LENGTH)

    def measure_angle(self) -> None:
        """Draw angles."""
        self._use(ToolKind.MEASURE_ANGLE)

    def measure_bidirectional(self) -> None:
        """Draw a long diameter and the one across it."""
        self._use(ToolKind.MEASURE_BIDIRECTIONAL)

    def measure_ellipse(self) -> None:
        """Draw ellipses."""
        self._use(ToolKind.MEASURE_ELLIPSE)

    def measure_polygon(self) -> None:
        """Draw polygons."""
        self._use(ToolKind.MEASURE_POLYGON)

    def measure_probe(self) -> None:
        """Mark voxels."""
        self._use(ToolKind.MEASURE_PROBE)

    def measure_ratio(self) -> None:
        """Draw two calipers: pulmonary artery, then aorta."""
        self._use(ToolKind.MEASURE_RATIO)

    def remove_measurement(self) -> None:
        """Remove the selected measurement."""
        selected = self._measuring.selected
        if selected is not None:
            self._measuring.remove(selected.measurement_id)

    def toggle_measurements(self, on: bool) -> None:
        """Show or hide measurements."""
        self._measuring.visible = on

    def copy_measurements(self) -> None:
        """Put the list on the clipboard, one measurement a line."""
        lines = [f"{shown_name(m)}\t{short_value(m, self._measuring.values(m))}" for m in self._measuring.measurements]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def export_measurements(self) -> None:
        """Write all measurements of the scan to a table the user chooses."""
        volume = self._measuring.volume
        if volume is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export measurements"), "measurements.csv", self.tr("Table (*.csv)")
        )
        if not name:
            return
        from ctviewer.services.measuring import export_csv, measurement_records

        path = Path(name) if name.lower().endswith(".csv") else Path(f"{name}.csv")
        try:
            export_csv(path, volume, measurement_records(volume, self._measuring.measurements))
        except CTViewerError as error:
            self._workspace.messages.report(error)
            return
        self._workspace.messages.info(self.tr("The measurements were written to {}.").format(path.name))

    def _use(self, kind: ToolKind) -> None:
        toolbox = self._workspace.toolbox
        if not self._measuring.may_measure():
            kind = toolbox.active
        self._measuring.visible = True
        toolbox.choose(kind)
