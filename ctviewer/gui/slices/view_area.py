"""The views of the current document, in one of a few fixed layouts."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ctviewer.domain.planes import Plane
from ctviewer.gui.slices.slice_bar import SliceBar
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace


class Layout(StrEnum):
    """Which planes are shown, and where."""

    AXIAL = "axial"
    THREE_PLANES = "three planes"


_PLACES: dict[Layout, dict[Plane, tuple[int, int, int, int]]] = {
    Layout.AXIAL: {Plane.AXIAL: (0, 0, 1, 1)},
    # The axial view stays the large one: it is the one radiologists read.
    Layout.THREE_PLANES: {
        Plane.AXIAL: (0, 0, 2, 1),
        Plane.CORONAL: (0, 1, 1, 1),
        Plane.SAGITTAL: (1, 1, 1, 1),
    },
}


class ViewFrame(QWidget):
    """A view with its slider."""

    def __init__(self, view: SliceView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.bar = SliceBar(view.viewport, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(view)
        row.addWidget(self.bar)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        self.view.set_document(document)
        self.bar.set_document(document)


class ViewArea(QWidget):
    """Grid of views, all at the same reading position.

    Parameters
    ----------
    workspace
        Where the views get document and state from.
    """

    pointed = Signal(object)
    """`ProbeReading` under the pointer in any view, or None."""
    layout_changed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layout = Layout.AXIAL
        self._maximised: Plane | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.frames: dict[Plane, ViewFrame] = {}
        for plane, viewport in workspace.viewports.items():
            view = SliceView(viewport, workspace.display, workspace.toolbox)
            view.pointed.connect(self.pointed)
            view.maximise_requested.connect(self.toggle_maximised)
            self.frames[plane] = ViewFrame(view, self)
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
        """View the keys work on: the one with the focus, else the axial or the maximised one."""
        shown = [frame.view for frame in self.frames.values() if frame.isVisibleTo(self)]
        return next((v for v in shown if v.hasFocus()), shown[0] if shown else self.frames[Plane.AXIAL].view)

    def view(self, plane: Plane) -> SliceView:
        """View of a plane."""
        return self.frames[plane].view

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        for frame in self.frames.values():
            frame.set_document(document)

    def toggle_maximised(self, plane: Plane) -> None:
        """Give one view the whole area, or go back."""
        self._maximised = None if self._maximised is not None else plane
        self._arrange()

    def _arrange(self) -> None:
        places = _PLACES[self._layout]
        if self._maximised is not None:
            places = {self._maximised: (0, 0, 1, 1)}
        for plane, frame in self.frames.items():
            self._grid.removeWidget(frame)
            frame.setVisible(plane in places)
            frame.view.set_crosshair(self._layout is not Layout.AXIAL)
            if plane in places:
                self._grid.addWidget(frame, *places[plane])
        columns = {column for _, column, _, _ in places.values()}
        self._grid.setColumnStretch(0, 3 if len(columns) > 1 else 1)
        self._grid.setColumnStretch(1, 2 if len(columns) > 1 else 0)
