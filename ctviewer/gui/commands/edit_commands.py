"""Undo, and what Enter and Esc do with whatever is under way or shown."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ctviewer.session.preview_outcome import Scope
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.tools.tool_settings import ToolKind


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

    def cancel(self) -> None:
        """The nearest thing to stop: stroke, preview, running segmentation, tool."""
        document = self._workspace.document
        if self._toolbox.cancel() or self._workspace.measuring.hand.cancel():
            return
        if document is not None and self._workspace.proposals.reject(document):
            return
        if document is not None and document.preview is not None:
            self._session.analysis.reject_preview()
        elif self._session.analysis.is_segmenting:
            self._session.analysis.cancel_segmenting()
        else:
            self._toolbox.choose(ToolKind.BROWSE)
