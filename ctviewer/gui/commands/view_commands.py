"""Slices, zoom, layout, overlay, window presets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QFileDialog, QWidget

from ctviewer.domain.opening_window import opening_window
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.slices.slice_view import SLAB_STEP_MM, ZOOM_PER_NOTCH, SliceView
from ctviewer.gui.slices.view_area import Layout, ViewArea
from ctviewer.session.reading_session import ReadingSession

PAGE = 10
"""Slices per page key."""


class ViewCommands(QObject):
    """What the view and window menus do.

    Parameters
    ----------
    session
        State that is shown.
    views
        Where keys act.
    parent
        Qt parent.
    """

    def __init__(self, session: ReadingSession, views: ViewArea, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = session.workspace
        self._display = session.workspace.display
        self._comparison = session.comparison
        self._window = parent
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

    def cine_play(self, on: bool) -> None:
        """Play through the slices of the view, or stop."""
        if on:
            self._workspace.cine.play(self._view.viewport)
        else:
            self._workspace.cine.stop()

    def cine_faster(self) -> None:
        """Play faster."""
        self._workspace.cine.faster(1)

    def cine_slower(self) -> None:
        """Play slower."""
        self._workspace.cine.faster(-1)

    def cine_bounce(self, on: bool) -> None:
        """Turn round at the ends, or start again."""
        self._workspace.cine.bounces = on

    def next_slab(self) -> None:
        """The next kind of slab in the view."""
        self._view.viewport.next_slab()

    def slab_thicker(self) -> None:
        """A thicker slab in the view."""
        self._view.viewport.thicken(SLAB_STEP_MM)

    def slab_thinner(self) -> None:
        """A thinner slab in the view."""
        self._view.viewport.thicken(-SLAB_STEP_MM)

    def flip_across(self, on: bool) -> None:
        """Mirror the picture of the view left to right, or not."""
        viewport = self._view.viewport
        viewport.flips = (viewport.flips[0], on)

    def flip_down(self, on: bool) -> None:
        """Mirror the picture of the view top to bottom, or not."""
        viewport = self._view.viewport
        viewport.flips = (on, viewport.flips[1])

    def reset_view(self) -> None:
        """Whole slice in every view, and the window a scan is first shown with."""
        for viewport in self._workspace.viewports.values():
            viewport.reset()
        document = self._workspace.document
        self._display.window = (opening_window(document.volume) if document is not None else None) or PRESETS[0]
        self._display.inverted = False

    def layout_axial(self) -> None:
        """Axial view alone."""
        self._set_layout(Layout.AXIAL)

    def layout_planes(self) -> None:
        """Three linked planes."""
        self._set_layout(Layout.THREE_PLANES)

    def layout_surfaces(self) -> None:
        """Axial view and surfaces."""
        self._set_layout(Layout.SURFACES)

    def layout_prior(self) -> None:
        """Prior beside the current scan; the likely one of the series found is opened."""
        self._set_layout(Layout.PRIOR)
        if self._comparison.document is None:
            self._comparison.open_likely()

    def open_prior(self) -> None:
        """Choose a folder or file to compare with; the current scan stays open."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Open prior"))
        if name:
            self._set_layout(Layout.PRIOR)
            self._comparison.open_path(Path(name))

    def compare_with(self, series: SeriesRef) -> None:
        """Show a series beside the current one."""
        self._set_layout(Layout.PRIOR)
        self._comparison.open_series(series)

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

    def window_of_file(self) -> None:
        """The window the file recommends; pressed again, its next one."""
        document = self._workspace.document
        windows = document.volume.series.windows if document is not None else ()
        if not windows:
            self._workspace.messages.info(self.tr("The files of this series recommend no window."))
            return
        place = windows.index(self._display.window) + 1 if self._display.window in windows else 0
        self._display.window = windows[place % len(windows)]

    def toggle_inverted(self, on: bool) -> None:
        """Low values white, or black."""
        self._display.inverted = on
