"""The study list and the series beside each other: show the list, go to the next undone case or the next series."""

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

    series_wanted = Signal(int)
    """Open the series so many places further down in the list of series."""

    def __init__(self, session: ReadingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def study_list(self, on: bool) -> None:
        """Show the study list, or the views again."""
        self.list_wanted.emit(on)

    def next_undone(self) -> None:
        """Open the next case nobody has accepted yet."""
        self._session.study_list.open_next_undone()

    def series_next(self) -> None:
        """Open the next series of the list."""
        self.series_wanted.emit(1)

    def series_previous(self) -> None:
        """Open the series before in the list."""
        self.series_wanted.emit(-1)
