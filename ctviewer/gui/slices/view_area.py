"""The views of the current document, in one of a few fixed layouts."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ctviewer.domain.planes import Plane
from ctviewer.gui.slices.heat_strip import HeatStrip
from ctviewer.gui.slices.measurement_layer import MeasurementLayer
from ctviewer.gui.slices.prior_pane import PriorPane
from ctviewer.gui.slices.slice_canvas import SliceCanvas
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.gui.slices.tool_layer import ToolLayer
from ctviewer.gui.slices.view_frame import ViewFrame
from ctviewer.gui.slices.view_strip import ViewStrip
from ctviewer.session.comparison import Comparison
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace


class Layout(StrEnum):
    """Which views are shown, and where."""

    AXIAL = "axial"
    THREE_PLANES = "three planes"
    SURFACES = "axial and 3-D"
    PRIOR = "prior beside current"


class Pane(StrEnum):
    """A view that is not a plane of the current document."""

    SURFACES = "3-D"
    PRIOR = "prior"


Place = tuple[int, int, int, int]
"""Row, column, rows and columns of the grid."""

_PLACES: dict[Layout, dict[Plane | Pane, Place]] = {
    Layout.AXIAL: {Plane.AXIAL: (0, 0, 1, 1)},
    # The axial view stays the large one: it is the one radiologists read.
    Layout.THREE_PLANES: {
        Plane.AXIAL: (0, 0, 2, 1),
        Plane.CORONAL: (0, 1, 1, 1),
        Plane.SAGITTAL: (1, 1, 1, 1),
    },
    Layout.SURFACES: {Plane.AXIAL: (0, 0, 1, 1), Pane.SURFACES: (0, 1, 1, 1)},
    Layout.PRIOR: {Plane.AXIAL: (0, 0, 1, 1), Pane.PRIOR: (0, 1, 1, 1)},
}
_WIDTHS: dict[Layout, tuple[int, int]] = {
    Layout.AXIAL: (1, 0),
    Layout.THREE_PLANES: (3, 2),
    Layout.SURFACES: (3, 2),
    Layout.PRIOR: (1, 1),
}


class ViewArea(QWidget):
    """Grid of views, all at the same reading position.

    Parameters
    ----------
    workspace
        Where the views get document and state from.
    comparison
        The prior, shown when a layout asks for it.
    """

    pointed = Signal(object)
    """`ProbeReading` under the pointer in any view, or None."""
    layout_changed = Signal(object)
    focus_changed = Signal(object)
    """The `SliceView` that the keys now work on."""
    marks_moved = Signal()
    """Letters or badges of a view are elsewhere than before."""
    prior_requested = Signal()
    """The user wants to choose a prior."""

    def __init__(self, workspace: Workspace, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layout = Layout.AXIAL
        self._maximised: Plane | Pane | None = None
        self._makers: dict[Pane, Callable[[], QWidget]] = {}
        self._comparison = comparison
        self._panes: dict[Pane, QWidget] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.frames: dict[Plane, ViewFrame] = {}
        self.tool_layers: list[ToolLayer] = []
        for plane, viewport in workspace.viewports.items():
            view = SliceView(viewport, workspace.display, workspace.toolbox)
            view.pointed.connect(self.pointed)
            view.marks_moved.connect(self.marks_moved)
            MeasurementLayer(view, workspace.measuring, workspace.toolbox)
            self.tool_layers.append(ToolLayer(view, workspace.toolbox))
            view.maximise_requested.connect(self.toggle_maximised)
            view.focused.connect(self._on_focused)
            heat = HeatStrip(viewport, workspace.guide) if plane is Plane.AXIAL else None
            self.frames[plane] = ViewFrame(view, ViewStrip(viewport, workspace.cine), heat, self)
        self._last_focused = self.frames[Plane.AXIAL].view
        self.set_pane(Pane.PRIOR, self._make_prior)
        self._arrange()
        workspace.document_changed.connect(self.set_document)
        self.set_document(workspace.document)

    @property
    def view_layout(self) -> Layout:
        """Present layout."""
        return self._layout

    @view_layout.setter
    def view_layout(self, layout: Layout) -> None:
        if layout is not self._layout or self._maximised is not None:
            self._layout = layout
            self._maximised = None
            self._arrange()
            self.layout_changed.emit(layout)

    @property
    def focused_view(self) -> SliceView:
        """View the keys work on: the one that had the focus last, if it is shown, else the first shown."""
        shown = [frame.view for frame in self._shown_frames()]
        if self._last_focused in shown or not shown:
            return self._last_focused
        return shown[0]

    def view(self, plane: Plane) -> SliceView:
        """View of a plane."""
        return self.frames[plane].view

    def set_pane(self, pane: Pane, make: Callable[[], QWidget]) -> None:
        """Say how a pane is made; it is made when a layout first shows it."""
        self._makers[pane] = make

    def pane(self, pane: Pane) -> QWidget | None:
        """A pane that was shown before; else None."""
        return self._panes.get(pane)

    def close_panes(self) -> None:
        """Let the panes stop what they run, because the window closes."""
        for pane in self._panes.values():
            pane.close()

    @property
    def marks(self) -> tuple[QRect, ...]:
        """Where letters and badges are written now, in coordinates of this widget."""
        return tuple(
            mark.toAlignedRect().translated(canvas.mapTo(self, QPoint(0, 0)))
            for canvas in self._canvases()
            for mark in canvas.marks
        )

    @property
    def pictures(self) -> tuple[QRect, ...]:
        """The middle of each picture, where the anatomy is, in coordinates of this widget."""
        shown = [canvas.picture_rect.translated(canvas.mapTo(self, QPoint(0, 0))) for canvas in self._canvases()]
        surfaces = self._panes.get(Pane.SURFACES)
        if surfaces is not None and surfaces.isVisibleTo(self):
            shown.append(surfaces.geometry())
        return tuple(_middle(rect) for rect in shown)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        for frame in self.frames.values():
            frame.set_document(document)

    def toggle_maximised(self, which: Plane | Pane) -> None:
        """Give one view the whole area, or go back."""
        self._maximised = None if self._maximised is not None else which
        self._arrange()

    def _arrange(self) -> None:
        places, widths = _PLACES[self._layout], _WIDTHS[self._layout]
        if self._maximised is not None:
            places, widths = {self._maximised: (0, 0, 1, 1)}, (1, 0)
        for pane, make in self._makers.items():
            if pane in places and pane not in self._panes:
                self._panes[pane] = make()
                self._panes[pane].setParent(self)  # shown without one it would be a window of its own
        widgets: list[tuple[Plane | Pane, QWidget]] = [*self.frames.items(), *self._panes.items()]
        for which, widget in widgets:
            self._grid.removeWidget(widget)
            widget.setVisible(which in places)
            if which in places:
                self._grid.addWidget(widget, *places[which])
        for column, width in enumerate(widths):
            self._grid.setColumnStretch(column, width)
        for frame in self.frames.values():
            frame.view.set_crosshair(self._layout is Layout.THREE_PLANES)
        self._mark_focused()

    def _on_focused(self, view: SliceView) -> None:
        self._last_focused = view
        self._mark_focused()

    def _mark_focused(self) -> None:
        active = self.focused_view
        shown = len(self._shown_frames())
        for frame in self.frames.values():
            if isinstance(frame.strip, ViewStrip):
                frame.strip.set_active(shown > 1 and frame.view is active)
        self.focus_changed.emit(active)

    def _shown_frames(self) -> list[ViewFrame]:
        frames = list(self.frames.values())
        prior = self._panes.get(Pane.PRIOR)
        if isinstance(prior, PriorPane) and self._comparison.document is not None:
            frames.append(prior.frame)
        return [frame for frame in frames if frame.isVisibleTo(self)]

    def _canvases(self) -> list[SliceCanvas]:
        return [canvas for canvas in self.findChildren(SliceCanvas) if canvas.isVisibleTo(self)]

    def _make_prior(self) -> PriorPane:
        pane = PriorPane(self._comparison, self._workspace.display, self._workspace.toolbox)
        pane.open_requested.connect(self.prior_requested)
        pane.view.pointed.connect(self.pointed)
        pane.view.marks_moved.connect(self.marks_moved)
        pane.view.focused.connect(self._on_focused)
        pane.view.maximise_requested.connect(lambda _: self.toggle_maximised(Pane.PRIOR))
        return pane


def _middle(picture: QRect) -> QRect:
    """Without the borders, where air and couch are."""
    across, down = picture.width() // 20, picture.height() // 7
    return picture.adjusted(across, down, -across, -down)
