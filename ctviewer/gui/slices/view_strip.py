"""The line above a view: its plane, cine and slab."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from ctviewer.domain.planes import Plane
from ctviewer.domain.slab import SlabKind
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.gui.widgets.strip_button import STRIP_PX, dress_strip_button
from ctviewer.session.cine import Cine
from ctviewer.session.viewport import Viewport

FPS_OFFERED = (5, 10, 15, 25, 40)
THICKNESSES_MM = (3, 5, 8, 10, 15, 20, 30)
PLANE_NAMES = {
    Plane.AXIAL: QT_TRANSLATE_NOOP("ViewStrip", "Axial"),
    Plane.CORONAL: QT_TRANSLATE_NOOP("ViewStrip", "Coronal"),
    Plane.SAGITTAL: QT_TRANSLATE_NOOP("ViewStrip", "Sagittal"),
}
KIND_NAMES = {
    SlabKind.OFF: QT_TRANSLATE_NOOP("ViewStrip", "Single slice"),
    SlabKind.MAXIMUM: QT_TRANSLATE_NOOP("ViewStrip", "Maximum (MIP)"),
    SlabKind.MINIMUM: QT_TRANSLATE_NOOP("ViewStrip", "Minimum (MinIP)"),
    SlabKind.MEAN: QT_TRANSLATE_NOOP("ViewStrip", "Mean"),
}


class ViewStrip(QWidget):
    """Compact controls of one viewport.

    Parameters
    ----------
    viewport, cine
        What they change.
    """

    def __init__(self, viewport: Viewport, cine: Cine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._cine = cine
        self.setFixedHeight(STRIP_PX)
        self.setAutoFillBackground(True)
        self._name = QLabel(self.tr(PLANE_NAMES[viewport.plane]))
        self.play = self._button(self.tr("Play through the slices"))
        self.play.setCheckable(True)
        self.play.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.slab = self._button(self.tr("Several slices drawn as one"))
        self.slab.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speeds: dict[int, QAction] = {}
        self._kinds: dict[SlabKind, QAction] = {}
        self._thicknesses: dict[int, QAction] = {}
        self.play.setMenu(self._cine_menu())
        self.slab.setMenu(self._slab_menu())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(self._name, 1)
        row.addWidget(self.play)
        row.addWidget(self.slab)
        self.play.clicked.connect(self._toggle_play)
        for signal in (cine.is_playing_changed, cine.fps_changed, cine.bounces_changed, viewport.slab_changed):
            signal.connect(self._show)
        self.set_active(False)
        self._show()

    def set_active(self, is_active: bool) -> None:
        """Mark the view that the keys work on."""
        self._name.setStyleSheet(f"color: {theme.ACCENT if is_active else theme.MUTED}; font-weight: 600;")

    def _toggle_play(self, on: bool) -> None:
        if on:
            self._cine.play(self._viewport)
        else:
            self._cine.stop()

    def _show(self, _: object = None) -> None:
        cine, slab = self._cine, self._viewport.slab
        is_playing = cine.is_playing and cine.viewport is self._viewport
        self.play.setChecked(is_playing)
        self.play.setIcon(icon("pause" if is_playing else "play", theme.MUTED))
        self.play.setText(self.tr("{:.0f}/s").format(cine.fps))
        for fps, action in self._speeds.items():
            action.setChecked(fps == cine.fps)
        self._bounce.setChecked(cine.bounces)
        for kind, action in self._kinds.items():
            action.setChecked(kind is slab.kind)
        for mm, action in self._thicknesses.items():
            action.setChecked(mm == slab.thickness_mm)
        is_on = slab.kind is not SlabKind.OFF
        self.slab.setText(
            self.tr("{kind} {mm:.0f} mm").format(kind=slab.kind.value, mm=slab.thickness_mm)
            if is_on
            else self.tr("Slab")
        )
        self.slab.setIcon(icon("layers-outline", theme.ACCENT if is_on else theme.MUTED))

    def _cine_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for fps in FPS_OFFERED:
            action = menu.addAction(self.tr("{} slices per second").format(fps))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, fps=fps: setattr(self._cine, "fps", float(fps)))
            group.addAction(action)
            self._speeds[fps] = action
        menu.addSeparator()
        self._bounce = menu.addAction(self.tr("Back and forth"))
        self._bounce.setCheckable(True)
        self._bounce.toggled.connect(lambda on: setattr(self._cine, "bounces", on))
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        return menu

    def _slab_menu(self) -> QMenu:
        menu = QMenu(self)
        kinds = QActionGroup(menu)
        for kind, name in KIND_NAMES.items():
            action = menu.addAction(self.tr(name))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, kind=kind: self._set_slab(kind=kind))
            kinds.addAction(action)
            self._kinds[kind] = action
        menu.addSeparator()
        sizes = QActionGroup(menu)
        sizes.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for mm in THICKNESSES_MM:
            action = menu.addAction(self.tr("{} mm").format(mm))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, mm=mm: self._set_slab(thickness_mm=float(mm)))
            sizes.addAction(action)
            self._thicknesses[mm] = action
        return menu

    def _set_slab(self, **changes: Any) -> None:
        slab = replace(self._viewport.slab, **changes)
        if "thickness_mm" in changes and slab.kind is SlabKind.OFF:
            slab = replace(slab, kind=SlabKind.MAXIMUM)  # who chooses a thickness wants a slab
        self._viewport.slab = slab
        self._show()

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton()
        dress_strip_button(button, tip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        return button
