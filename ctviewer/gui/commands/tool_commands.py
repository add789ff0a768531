"""Which tool the left button is, and with which settings."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.tools.tool_settings import ToolKind


class ToolCommands(QObject):
    """What the tool actions do.

    Parameters
    ----------
    session
        What is worked on.
    parent
        Qt parent.
    """

    def __init__(self, session: ReadingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = session.workspace
        self._toolbox = session.workspace.toolbox

    def tool_browse(self) -> None:
        """Use the browse tool."""
        self._toolbox.choose(ToolKind.BROWSE)

    def tool_window(self) -> None:
        """Let the left button change the grey-value window."""
        self._toolbox.choose(ToolKind.WINDOW)

    def tool_pan(self) -> None:
        """Let the left button pan."""
        self._toolbox.choose(ToolKind.PAN)

    def tool_zoom(self) -> None:
        """Let the left button zoom."""
        self._toolbox.choose(ToolKind.ZOOM)

    def tool_brush(self) -> None:
        """Use the brush."""
        self._toolbox.choose(ToolKind.BRUSH)

    def tool_eraser(self) -> None:
        """Use the eraser."""
        self._toolbox.choose(ToolKind.ERASER)

    def tool_polygon(self) -> None:
        """Draw an outline corner by corner."""
        self._toolbox.choose(ToolKind.POLYGON)

    def tool_lasso(self) -> None:
        """Draw an outline freehand."""
        self._toolbox.choose(ToolKind.LASSO)

    def tool_livewire(self) -> None:
        """Draw an outline that snaps to edges."""
        self._toolbox.choose(ToolKind.LIVEWIRE)

    def tool_fill(self) -> None:
        """Fill connected voxels of one label."""
        self._toolbox.choose(ToolKind.FILL)

    def tool_grow(self) -> None:
        """Grow through similar HU values."""
        self._toolbox.choose(ToolKind.GROW)

    def tool_scissors(self) -> None:
        """Cut a segment along a line."""
        self._toolbox.choose(ToolKind.SCISSORS)

    def tool_island(self) -> None:
        """Keep, remove or relabel a connected part."""
        self._toolbox.choose(ToolKind.ISLAND)

    def tool_box(self) -> None:
        """Draw the box inside which the prediction is accepted."""
        self._toolbox.choose(ToolKind.BOX)

    def toggle_gate(self, on: bool) -> None:
        """Paint within the HU gate only, or anywhere."""
        self._toolbox.gate_enabled = on

    def toggle_ball(self, on: bool) -> None:
        """Paint a ball, or a disc."""
        self._toolbox.is_ball = on

    def brush_smaller(self) -> None:
        """Smaller brush."""
        self._toolbox.resize(-1)

    def brush_larger(self) -> None:
        """Larger brush."""
        self._toolbox.resize(1)

    def next_segment(self) -> None:
        """Paint the next segment of the list."""
        document = self._workspace.document
        if document is not None:
            labels = [row.segment.label for row in document.segments.rows]
            place = labels.index(document.segments.active_label)
            document.segments.active_label = labels[(place + 1) % len(labels)]

    def toggle_subtract(self, on: bool) -> None:
        """Outlines, fill and region grow take away, or add."""
        self._toolbox.subtracts = on

    def lung_gate(self) -> None:
        """Paint within air and lung only, or anywhere again."""
        self._toolbox.use_lung_gate()

    def adaptive_gate(self, on: bool) -> None:
        """Take the HU range from the tissue under the pointer."""
        self._toolbox.gate_adaptive = on
        if on:
            self._toolbox.gate_enabled = True
