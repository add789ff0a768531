"""Undo, brush, and Esc."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.tools.toolbox import ToolKind


class EditCommands(QObject):
    """What the edit menu does.

    Parameters
    ----------
    session
        What is worked on.
    parent
        Qt parent.
    """

    def __init__(self, session: ReadingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._workspace = session.workspace
        self._toolbox = session.workspace.toolbox

    def undo(self) -> None:
        """Take back the last gesture, or the last change of a measurement if that came later."""
        if self._workspace.measuring.undoes_next:
            self._workspace.measuring.undo()
        elif self._workspace.document is not None:
            self._workspace.document.undo()

    def redo(self) -> None:
        """Do it again."""
        if self._workspace.measuring.redoes_next:
            self._workspace.measuring.redo()
        elif self._workspace.document is not None:
            self._workspace.document.redo()

    def tool_browse(self, _checked: bool = True) -> None:
        """Use the browse tool."""
        self._toolbox.choose(ToolKind.BROWSE)

    def tool_window(self, _checked: bool = True) -> None:
        """Let the left button change the grey-value window."""
        self._toolbox.choose(ToolKind.WINDOW)

    def tool_pan(self, _checked: bool = True) -> None:
        """Let the left button pan."""
        self._toolbox.choose(ToolKind.PAN)

    def tool_zoom(self, _checked: bool = True) -> None:
        """Let the left button zoom."""
        self._toolbox.choose(ToolKind.ZOOM)

    def tool_brush(self, _checked: bool = True) -> None:
        """Use the brush."""
        self._toolbox.choose(ToolKind.BRUSH)

    def tool_eraser(self, _checked: bool = True) -> None:
        """Use the eraser."""
        self._toolbox.choose(ToolKind.ERASER)

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

    def cancel(self) -> None:
        """The nearest thing to stop: stroke, preview, running segmentation, tool."""
        document = self._workspace.document
        if self._toolbox.cancel() or self._workspace.measuring.cancel():
            return
        if document is not None and self._workspace.proposals.reject(document):
            return
        if document is not None and document.preview is not None:
            self._session.analysis.reject_preview()
        elif self._session.analysis.is_segmenting:
            self._session.analysis.cancel_segmenting()
        else:
            self.tool_browse()
