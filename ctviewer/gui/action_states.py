"""Keeps check marks and words of the actions equal to the state they stand for."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ctviewer.gui.action_table import ACTIONS
from ctviewer.gui.actions import ActionSet, shown_text
from ctviewer.gui.sentences import said
from ctviewer.gui.slices.view_area import Layout, ViewArea
from ctviewer.gui.translation import translated
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.tool_settings import ToolKind

_TOOLS = {
    ToolKind.BROWSE: "tool_browse",
    ToolKind.WINDOW: "tool_window",
    ToolKind.PAN: "tool_pan",
    ToolKind.ZOOM: "tool_zoom",
    ToolKind.BRUSH: "tool_brush",
    ToolKind.ERASER: "tool_eraser",
    ToolKind.POLYGON: "tool_polygon",
    ToolKind.LASSO: "tool_lasso",
    ToolKind.LIVEWIRE: "tool_livewire",
    ToolKind.FILL: "tool_fill",
    ToolKind.GROW: "tool_grow",
    ToolKind.SCISSORS: "tool_scissors",
    ToolKind.ISLAND: "tool_island",
    ToolKind.BOX: "tool_box",
    ToolKind.MEASURE_LENGTH: "measure_length",
    ToolKind.MEASURE_ANGLE: "measure_angle",
    ToolKind.MEASURE_BIDIRECTIONAL: "measure_bidirectional",
    ToolKind.MEASURE_ELLIPSE: "measure_ellipse",
    ToolKind.MEASURE_POLYGON: "measure_polygon",
    ToolKind.MEASURE_PROBE: "measure_probe",
    ToolKind.MEASURE_RATIO: "measure_ratio",
}
_LAYOUTS = {
    Layout.AXIAL: "layout_axial",
    Layout.THREE_PLANES: "layout_planes",
    Layout.SURFACES: "layout_surfaces",
    Layout.PRIOR: "layout_prior",
}


class ActionStates(QObject):
    """Follows display, tools, layout and history.

    Parameters
    ----------
    actions
        What is kept true.
    session, views
        What it is true of.
    """

    def __init__(self, actions: ActionSet, session: ReadingSession, views: ViewArea) -> None:
        super().__init__(actions)
        self._actions = actions
        self._document: SegmentationDocument | None = None
        self._words = {spec.id: shown_text(spec) for spec in ACTIONS}
        display, toolbox = session.workspace.display, session.workspace.toolbox
        for action_id, state, name in (
            ("toggle_overlay", display, "overlay_visible"),
            ("toggle_outline", display, "overlay_outline"),
            ("toggle_smooth", display, "smooth"),
            ("toggle_text", display, "text_visible"),
            ("toggle_inverted", display, "inverted"),
            ("cine_play", session.workspace.cine, "is_playing"),
            ("cine_bounce", session.workspace.cine, "bounces"),
            ("toggle_gate", toolbox, "gate_enabled"),
            ("toggle_ball", toolbox, "is_ball"),
            ("toggle_subtract", toolbox, "subtracts"),
            ("adaptive_gate", toolbox, "gate_adaptive"),
            ("toggle_measurements", session.workspace.measuring, "visible"),
        ):
            actions[action_id].setChecked(getattr(state, name))
            getattr(state, f"{name}_changed").connect(actions[action_id].setChecked)
        toolbox.active_changed.connect(self._show_tool)
        views.layout_changed.connect(self._show_layout)
        self._views = views
        for viewport in session.workspace.viewports.values():
            viewport.flips_changed.connect(self._show_flips)
        views.focus_changed.connect(self._show_flips)
        self._measuring = session.workspace.measuring
        self._measuring.changed.connect(self._name_history)
        session.workspace.document_changed.connect(self._watch)
        self._show_tool(toolbox.active)
        self._show_layout(views.view_layout)
        self._watch(session.workspace.document)

    def _show_tool(self, active: ToolKind) -> None:
        for kind, action_id in _TOOLS.items():
            self._actions[action_id].setChecked(kind is active)

    def _show_layout(self, layout: Layout) -> None:
        for one, action_id in _LAYOUTS.items():
            self._actions[action_id].setChecked(one is layout)

    def _show_flips(self, _: object = None) -> None:
        down, across = self._views.focused_view.viewport.flips
        self._actions["flip_down"].setChecked(down)
        self._actions["flip_across"].setChecked(across)

    def _watch(self, document: SegmentationDocument | None) -> None:
        if self._document is not None:
            self._document.history_changed.disconnect(self._name_history)
        self._document = document
        if document is not None:
            document.history_changed.connect(self._name_history)
        self._name_history()

    def _name_history(self) -> None:
        document = self._document
        names = {"undo": document.undo_name, "redo": document.redo_name} if document is not None else {}
        # A measurement has no name of its own here: the plain word is right for it, a stroke's name would not be.
        names |= {"undo": ""} if self._measuring.undoes_next else {}
        names |= {"redo": ""} if self._measuring.redoes_next else {}
        for action_id in ("undo", "redo"):
            name = names.get(action_id, "")
            self._actions[action_id].setText(
                translated("Actions", "{action} {gesture}").format(action=self._words[action_id], gesture=said(name))
                if name
                else self._words[action_id]
            )
