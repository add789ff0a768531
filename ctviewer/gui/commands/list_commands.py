"""The study list: show it, go to the next undone case."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ctviewer.session.reading_session import ReadingSession


class ListCommands(QObject):
    """What the actions of the study list do.

    Parameters
    ----------
    session
        What is worked on.
    parent
        Qt parent.
    """

    list_wanted = Signal(bool)
    """Show the study list instead of the views, or the views again."""

    def __init__(self, session: ReadingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def study_list(self, on: bool) -> None:
        """Show the study list, or the views again."""
        self.list_wanted.emit(on)

    def next_undone(self) -> None:
        """Open the next case nobody has accepted yet."""
        self._session.worklist.open_next_undone()
