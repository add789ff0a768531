"""Tools, their settings, and what Enter and Esc mean while one of them works."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ctviewer.session.preview_outcome import Scope
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.tools.toolbox import ToolKind


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
        self._session = session
        self._workspace = session.workspace
        self._toolbox = session.workspace.toolbox

    def tool_polygon(self, _checked: bool = True) -> None:
        """Draw an outline corner by corner."""
        self._toolbox.choose(ToolKind.POLYGON)

    def tool_lasso(self, _checked: bool = True) -> None:
        """Draw an outline freehand."""
        self._toolbox.choose(ToolKind.LASSO)

    def tool_livewire(self, _checked: bool = True) -> None:
        """Draw an outline that snaps to edges."""
        self._toolbox.choose(ToolKind.LIVEWIRE)

    def tool_fill(self, _checked: bool = True) -> None:
        """Fill connected voxels of one label."""
        self._toolbox.choose(ToolKind.FILL)

    def tool_grow(self, _checked: bool = True) -> None:
        """Grow through similar HU values."""
        self._toolbox.choose(ToolKind.GROW)

    def tool_scissors(self, _checked: bool = True) -> None:
        """Cut a segment along a line."""
        self._toolbox.choose(ToolKind.SCISSORS)

    def tool_island(self, _checked: bool = True) -> None:
        """Keep, remove or relabel a connected part."""
        self._toolbox.choose(ToolKind.ISLAND)

    def tool_box(self, _checked: bool = True) -> None:
        """Draw the box inside which the prediction is accepted."""
        self._toolbox.choose(ToolKind.BOX)

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

    def accept_preview(self) -> None:
        """Close the outline, or make what is shown part of the mask."""
        document = self._workspace.document
        if self._toolbox.finish() or document is None:
            return
        if not self._workspace.proposals.accept(document):
            self._session.analysis.accept_preview()
            if self._toolbox.active is ToolKind.BOX:
                self._toolbox.choose(ToolKind.BROWSE)

    def reject_preview(self) -> None:
        """Drop what is shown; the mask stays as it was."""
        document = self._workspace.document
        if document is not None and not self._workspace.proposals.reject(document):
            self._session.analysis.reject_preview()

    def reject_structure(self) -> None:
        """Leave the active segment as it is in the mask, or accept it from the prediction again."""
        document = self._workspace.document
        if document is not None:
            self._session.analysis.review.toggle_structure(document.segments.active_label)

    def accept_unreviewed(self) -> None:
        """Accept the prediction on slices nobody reviewed yet, or everywhere again."""
        review = self._session.analysis.review
        only = review.choice.scope is not Scope.UNREVIEWED
        review.choose(scope=Scope.UNREVIEWED if only else Scope.EVERYWHERE)
