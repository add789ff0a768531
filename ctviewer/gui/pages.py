"""The middle of the window: which page is shown, and the bars that float over it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from ctviewer.domain.volume import Volume
from ctviewer.gui.actions import ActionSet
from ctviewer.gui.panels.study_list import StudyListView
from ctviewer.gui.slices.first_slice import FirstSlice
from ctviewer.gui.slices.view_area import ViewArea
from ctviewer.gui.widgets.empty_state import EmptyState
from ctviewer.gui.widgets.message_bar import MessageBar
from ctviewer.gui.widgets.preview_bar import PreviewBar
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument

FIRST_SLICE_MS = 20
"""A series that is loaded by then is shown whole at once, without a picture that flashes by."""


class Pages(QStackedWidget):
    """Invitation to open something, views, study list, and the first slice of what is still loading.

    Parameters
    ----------
    session
        What is worked on.
    views
        The page with the pictures.
    actions
        Accepting and rejecting, for the bar that asks for it.
    """

    list_shown = Signal(bool)
    """Whether the study list is shown, which needs the whole window."""
    first_slice_shown = Signal(object)
    """The `Volume` of one slice that is looked at until the rest is loaded; None where loading it came to nothing."""

    def __init__(self, session: ReadingSession, views: ViewArea, actions: ActionSet) -> None:
        super().__init__()
        self._session = session
        self._views = views
        self._list_was_offered = False
        self.empty = EmptyState()
        self.study_list = StudyListView(session.study_list, session.watch)
        self.first_slice = FirstSlice(session.workspace.display)
        for page in (self.empty, views, self.study_list, self.first_slice):
            self.addWidget(page)
        self.messages = MessageBar(self, self._marks, self._pictures)
        buttons = (actions["accept_preview"], actions["reject_preview"], actions["tool_box"])
        self.preview_bar = PreviewBar(self, session.analysis.review, *buttons, lambda: views.marks, self._pictures)
        self._first_slice_timer = QTimer(self, singleShot=True, interval=FIRST_SLICE_MS)
        self._connect()
        self.messages.raise_()

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document, or the invitation."""
        self.show_list(on=False)
        self.study_list.set_document(document)
        self.preview_bar.set_document(document)
        if document is not None:
            self._views.focused_view.setFocus()

    def show_list(self, on: bool) -> None:
        """Show the study list, or what is open."""
        nothing = self._session.workspace.document is None
        self.setCurrentWidget(self.study_list if on else self.empty if nothing else self._views)
        self.list_shown.emit(on)
        self.messages.raise_()
        self.preview_bar.raise_()
        if on:
            self._session.study_list.refresh()
            self.study_list.search.setFocus()
        elif not nothing:
            self._views.focused_view.setFocus()

    # -- following the session -----------------------------------------------------------------------------------------

    def _connect(self) -> None:
        workspace, study_list = self._session.workspace, self._session.study_list
        self._views.marks_moved.connect(self.preview_bar.place_soon)
        for moved in (self._views.marks_moved, self.currentChanged, study_list.rows_changed):
            moved.connect(lambda *_: self.messages.place_soon())
        workspace.messages.posted.connect(self.messages.show_message)
        workspace.opening.series_changed.connect(self.empty.set_opening)
        workspace.opening.first_slice_changed.connect(self._on_first_slice)
        self._first_slice_timer.timeout.connect(self._show_first_slice)
        study_list.rows_changed.connect(self._offer_list)
        study_list.opening.connect(lambda _: self.show_list(on=False))

    def _offer_list(self) -> None:
        """Begin with the list if there is one: opening a study is what people come for."""
        workspace, study_list = self._session.workspace, self._session.study_list
        if not self._list_was_offered and not study_list.is_empty:
            self._list_was_offered = True
            if workspace.document is None and not workspace.opening.is_under_way:
                self.show_list(on=True)

    def _on_first_slice(self, volume: Volume | None) -> None:
        if volume is not None:
            self._first_slice_timer.start()
            return
        self._first_slice_timer.stop()
        if self.currentWidget() is self.first_slice:  # loading failed or was called off
            self.first_slice_shown.emit(None)

    def _show_first_slice(self) -> None:
        volume = self._session.workspace.opening.first_slice
        if volume is not None:
            self.first_slice.set_volume(volume)
            self.setCurrentWidget(self.first_slice)
            self.messages.raise_()
            self.first_slice_shown.emit(volume)

    # -- what the bars keep clear of -----------------------------------------------------------------------------------

    def _marks(self) -> list[QRect]:
        """What messages must not hide on the page that is shown; both bars float over the pages."""
        page = self.currentWidget()
        marks = self._views.marks if page is self._views else self.study_list.marks if page is self.study_list else ()
        return [*marks, *([self.preview_bar.geometry()] if self.preview_bar.isVisible() else [])]

    def _pictures(self) -> tuple[QRect, ...]:
        """What messages should hide little of."""
        return self._views.pictures if self.currentWidget() is self._views else ()
