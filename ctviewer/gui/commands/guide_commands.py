"""Where to look next."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ctviewer.session.workspace import Workspace


class GuideCommands(QObject):
    """Leads to the slices worth looking at.

    Parameters
    ----------
    workspace
        What is open, and its guide.
    """

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def next_slice_to_check(self) -> None:
        """Go to the slice most worth looking at."""
        guide = self._workspace.guide
        if guide.go_to_next():
            return
        if guide.priorities.any():
            self._workspace.messages.info(self.tr("Every slice worth a look was looked at."))
        else:
            self._workspace.messages.info(
                self.tr("Nothing is known yet about which slices to check."),
                self.tr("Segment the scan (S) or check the mask (Ctrl+K) first."),
            )
