"""Slices, zoom, layout, overlay, window presets."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF

from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.slices.slice_view import ZOOM_PER_NOTCH, SliceView
from ctviewer.gui.slices.view_area import Layout, ViewArea
from ctviewer.session.workspace import Workspace

PAGE = 10
"""Slices per page key."""


class ViewCommands(QObject):
    """What the view and window menus do.

    Parameters
    ----------
    workspace
        State that is shown.
    views
        Where keys act.
    parent
        Qt parent.
    """

    def __init__(self, workspace: Workspace, views: ViewArea, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._display = workspace.display
        self._views = views

    @property
    def _view(self) -> SliceView:
        return self._views.focused_view

    def slice_previous(self) -> None:
        """One slice back in reading order."""
        self._view.viewport.scroll(-1)

    def slice_next(self) -> None:
        """One slice on."""
        self._view.viewport.scroll(1)

    def slice_back_10(self) -> None:
        """Ten slices back."""
        self._view.viewport.scroll(-PAGE)

    def slice_on_10(self) -> None:
        """Ten slices on."""
        self._view.viewport.scroll(PAGE)

    def slice_first(self) -> None:
        """To the first slice."""
        self._view.viewport.go_to_end(last=False)

    def slice_last(self) -> None:
        """To the last slice."""
        self._view.viewport.go_to_end(last=True)

    def zoom_in(self) -> None:
        """Magnify about the middle."""
        self._view.zoom_about(QPointF(self._view.rect().center()), ZOOM_PER_NOTCH)

    def zoom_out(self) -> None:
        """Shrink about the middle."""
        self._view.zoom_about(QPointF(self._view.rect().center()), 1 / ZOOM_PER_NOTCH)

    def reset_view(self) -> None:
        """Whole slice in every view, and the first window preset."""
        for viewport in self._workspace.viewports.values():
            viewport.reset()
        self._display.window = PRESETS[0]

    def layout_axial(self, _checked: bool = True) -> None:
        """Axial view alone."""
        self._set_layout(Layout.AXIAL)

    def layout_planes(self, _checked: bool = True) -> None:
        """Three linked planes."""
        self._set_layout(Layout.THREE_PLANES)

    def _set_layout(self, layout: Layout) -> None:
        self._views.view_layout = layout
        self._views.layout_changed.emit(layout)

    def toggle_overlay(self, on: bool) -> None:
        """Show or hide the masks."""
        self._display.overlay_visible = on

    def toggle_outline(self, on: bool) -> None:
        """Outlines or filled."""
        self._display.overlay_outline = on

    def toggle_smooth(self, on: bool) -> None:
        """Interpolated, or the voxels themselves."""
        self._display.smooth = on

    def toggle_text(self, on: bool) -> None:
        """Text on the image, or only the letters."""
        self._display.text_visible = on

    def window_preset(self, number: int) -> None:
        """Use a window preset, counted from 1."""
        self._display.window = PRESETS[number - 1]
