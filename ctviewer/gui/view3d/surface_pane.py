"""The 3-D view with its controls: follows document, segments, slice and window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.gui.view3d.drawing_thread import DrawingThread
from ctviewer.gui.view3d.offscreen import NO_OPENGL
from ctviewer.gui.view3d.picture import Body, CutPlane, Picture, cut_plane
from ctviewer.gui.view3d.surface_canvas import SIDES, SurfaceCanvas
from ctviewer.gui.view3d.surface_source import SurfaceSource
from ctviewer.gui.view3d.surfaces import Surface
from ctviewer.gui.widgets.strip_button import STRIP_PX, dress_strip_button
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace

FRAME_MS = 15
"""Changes between two frames become one picture."""
SLOW_S = 0.06
"""A picture that takes longer is drawn at half the size while the hand moves."""
REST_MS = 250
SIDE_NAMES = {
    "A": QT_TRANSLATE_NOOP("SurfacePane", "From the front"),
    "P": QT_TRANSLATE_NOOP("SurfacePane", "From behind"),
    "L": QT_TRANSLATE_NOOP("SurfacePane", "From the patient's left"),
    "R": QT_TRANSLATE_NOOP("SurfacePane", "From the patient's right"),
    "H": QT_TRANSLATE_NOOP("SurfacePane", "From the head"),
    "F": QT_TRANSLATE_NOOP("SurfacePane", "From the feet"),
}


class SurfacePane(QWidget):
    """Surfaces of the segments in the colours of the list, with the current slice as a plane.

    Parameters
    ----------
    workspace
        Document, position and window that are followed.
    """

    maximise_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._document: SegmentationDocument | None = None
        self._surfaces: tuple[Surface, ...] = ()
        self._body: Body | None = None
        self._cut: CutPlane | None = None
        self._has_opengl = True
        self._number = 0
        self._is_moving = False
        self._is_slow = False
        self.canvas = SurfaceCanvas()
        self.source = SurfaceSource(workspace.runner, workspace.messages, self)
        self.thread_ = DrawingThread(self)
        self.plane = self._toggle("layers-outline", self.tr("Show the current slice"), on=True)
        self.clip = self._toggle("content-cut", self.tr("Cut open at the current slice"), on=False)
        self.body = self._toggle("bone", self.tr("Bones and vessels (volume rendering)"), on=False)
        self._frame = self._clock(FRAME_MS, self._want)
        self._rest = self._clock(REST_MS, self._on_rest)
        self._arrange()
        self._connect()
        self.set_document(workspace.document)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        if self._document is not None:
            self._document.segments.row_changed.disconnect(self._ask)
        self._document = document
        self._body, self._cut = None, None
        if document is not None:
            document.segments.row_changed.connect(self._ask)
        self.source.set_document(document)
        if self.body.isChecked():
            self.source.build_body()
        self._renew_cut()

    def showEvent(self, event: QShowEvent) -> None:
        """Build only while shown."""
        super().showEvent(event)
        self.source.set_watched(True)
        self._renew_cut()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden."""
        self.source.set_watched(False)
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the thread before the program ends."""
        for timer in (self._frame, self._rest):
            timer.stop()
        self.source.stop()
        self.thread_.stop()
        super().closeEvent(event)

    # -- what is out of date -------------------------------------------------------------------------------------------

    def _ask(self, _: object = None) -> None:
        if not self._frame.isActive():
            self._frame.start()

    def _on_camera(self, _: object) -> None:
        self._is_moving = True
        self._rest.start()
        self._ask()

    def _on_rest(self) -> None:
        self._is_moving = False
        if self._is_slow:
            self._ask()

    def _renew_cut(self, _: object = None) -> None:
        self._cut = None
        self._say()
        self._ask()

    def _on_built(self, surfaces: tuple[Surface, ...]) -> None:
        self._surfaces = surfaces
        self._renew_cut()  # it is as large as the surfaces

    def _on_body_toggled(self, on: bool) -> None:
        if on:
            self.source.build_body()
        else:
            self._body = None
            self._ask()

    def _on_body(self, body: Body) -> None:
        self._body = body if self.body.isChecked() else None
        self._ask()

    def _want(self) -> None:
        """Ask the thread for what must be seen now."""
        document = self._document
        if document is None or not self.isVisible() or not self._has_opengl:
            return
        if self.plane.isChecked() and self._cut is None:
            volume, k = document.volume, self._workspace.position.index_kji[0]
            self._cut = cut_plane(volume.hu, volume.geometry, k, self._workspace.display.window, self._surfaces)
        scale = self.canvas.devicePixelRatioF() * (0.5 if self._is_moving and self._is_slow else 1.0)
        self._number += 1
        self.thread_.want(
            Picture(
                (max(round(self.canvas.width() * scale), 8), max(round(self.canvas.height() * scale), 8)),
                self.canvas.camera,
                self._surfaces,
                {r.segment.label: (r.segment.color, r.opacity) for r in document.segments.rows if r.is_visible},
                self._cut if self.plane.isChecked() else None,
                self.clip.isChecked(),
                self._body,
                self._number,
            )
        )

    def _on_drawn(self, pixels: NDArray[np.uint8], picture: Picture, seconds: float) -> None:
        if not (self._is_moving and self._is_slow):
            self._is_slow = seconds > SLOW_S
        self.canvas.show_pixels(pixels, picture)
        self._say()

    def _on_failed(self) -> None:
        self._has_opengl = False
        for button in (self.plane, self.clip, self.body):
            button.setEnabled(False)
        self._say()

    def _say(self, _: object = None) -> None:
        if not self._has_opengl:
            self.canvas.show_words(QCoreApplication.translate("View3d", NO_OPENGL))
        elif self._surfaces or self._body is not None or self._document is None:
            self.canvas.show_words("" if self.canvas.has_picture else self.tr("Preparing the 3-D view…"))
        elif self.source.is_building:
            self.canvas.show_words(self.tr("Building surfaces…"))
        else:
            self.canvas.show_words(self.tr("No segments yet. Press S to segment the scan."))

    # -- building ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.document_changed.connect(self.set_document)
        workspace.position.moved.connect(self._renew_cut)
        workspace.display.window_changed.connect(self._renew_cut)
        self.canvas.camera_changed.connect(self._on_camera)
        self.canvas.resized.connect(self._ask)
        self.canvas.maximise_requested.connect(self.maximise_requested)
        self.source.built.connect(self._on_built)
        self.source.body_built.connect(self._on_body)
        self.source.is_building_changed.connect(self._say)
        self.thread_.drawn.connect(self._on_drawn)
        self.thread_.failed.connect(self._on_failed)
        self.plane.toggled.connect(self._ask)
        self.clip.toggled.connect(self._ask)
        self.body.toggled.connect(self._on_body_toggled)

    def _arrange(self) -> None:
        strip = QWidget()
        strip.setFixedHeight(STRIP_PX)
        name = QLabel(self.tr("3-D"))
        name.setStyleSheet(f"color: {theme.MUTED}; font-weight: 600;")
        sides = self._button("rotate-3d-variant", self.tr("Look from a side"))
        menu = QMenu(sides)
        for side in SIDES:
            menu.addAction(self.tr(SIDE_NAMES[side])).triggered.connect(
                lambda _=False, side=side: self.canvas.look_from(side)
            )
        sides.setMenu(menu)
        sides.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(strip)
        row.setContentsMargins(theme.GAP, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(name, 1)
        for button in (self.plane, self.clip, self.body, sides):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self.canvas, 1)

    def _toggle(self, glyph: str, tip: str, *, on: bool) -> QToolButton:
        button = self._button(glyph, tip)
        button.setCheckable(True)
        button.setChecked(on)
        return button

    def _button(self, glyph: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(glyph, theme.MUTED))
        dress_strip_button(button, tip)
        return button

    def _clock(self, ms: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(call)
        return timer
