"""Finds the method that does an action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QMainWindow

from ctviewer.gui.commands.analysis_commands import AnalysisCommands, DialogFactory
from ctviewer.gui.commands.edit_commands import EditCommands
from ctviewer.gui.commands.exchange_commands import ExchangeCommands
from ctviewer.gui.commands.file_commands import FileCommands
from ctviewer.gui.commands.guide_commands import GuideCommands
from ctviewer.gui.commands.list_commands import ListCommands
from ctviewer.gui.commands.measure_commands import MeasureCommands
from ctviewer.gui.commands.picture_commands import PictureCommands
from ctviewer.gui.commands.segment_commands import SegmentCommands
from ctviewer.gui.commands.settings_commands import SettingsCommands
from ctviewer.gui.commands.tool_commands import ToolCommands
from ctviewer.gui.commands.view_commands import ViewCommands
from ctviewer.gui.slices.view_area import ViewArea
from ctviewer.session.reading_session import ReadingSession


class Commands:
    """Intentions of the user, turned into calls of the session.

    Parameters
    ----------
    window
        Parent of dialogs.
    session
        What is worked on.
    views
        Where keys act.
    dialogs
        Makers of dialogs that other parts of the program own, by action id.
    """

    def __init__(
        self, window: QMainWindow, session: ReadingSession, views: ViewArea, dialogs: Mapping[str, DialogFactory]
    ) -> None:
        self.file = FileCommands(window, session)
        self.exchange = ExchangeCommands(window, session)
        self.study_list = ListCommands(session, window)
        self.settings = SettingsCommands(window, session)
        self.pictures = PictureCommands(window, session.workspace, views)
        self.edit = EditCommands(session, window)
        self.tools = ToolCommands(session, window)
        self.segments = SegmentCommands(window, session, views)
        self.view = ViewCommands(session, views, window)
        self.guide = GuideCommands(session.workspace, window)
        self.measure = MeasureCommands(window, session.workspace)
        self.analysis = AnalysisCommands(window, session, dialogs)

    def handler(self, action_id: str) -> Callable[..., object]:
        """The method that does an action.

        Raises
        ------
        AttributeError
            If the table names an action nobody implements.
        """
        prefix, _, number = action_id.rpartition("_")
        if prefix == "window_preset":
            return partial(self.view.window_preset, int(number))
        groups = (
            self.file,
            self.exchange,
            self.study_list,
            self.settings,
            self.pictures,
            self.edit,
            self.tools,
            self.segments,
            self.view,
            self.guide,
            self.measure,
            self.analysis,
        )
        for group in groups:
            method: Callable[..., object] | None = getattr(group, action_id, None)
            if method is not None:
                return method
        raise AttributeError(f"No command does the action “{action_id}”.")
