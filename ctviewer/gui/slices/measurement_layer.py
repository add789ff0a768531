"""Lays the measurements over a slice view: draws them, and gives them the left button first."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter

from ctviewer.domain.measurement import Measurement, MeasurementKind, angle_deg, point_lps
from ctviewer.domain.planes import Plane
from ctviewer.gui.measurement_text import caliper_names, label_lines
from ctviewer.gui.sentences import unit
from ctviewer.gui.slices.measurement_painter import (
    LINE,
    SELECTED,
    Frame,
    ghost,
    label_place,
    label_size,
    paint_caliper_names,
    paint_handles,
    paint_label,
    paint_lines,
)
from ctviewer.gui.slices.slice_transform import SliceTransform
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.session.measuring_session import MeasuringSession
from ctviewer.session.tools.pointer import PointerEvent
from ctviewer.session.tools.tool_settings import MEASURING_TOOLS
from ctviewer.session.tools.toolbox import ToolBox

GHOST_SLICES = 1.5
"""Measurements so near are drawn faintly."""
_MOUSE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
    }
)


class MeasurementLayer(QObject):
    """Part of a view that is about measurements; lives and dies with it.

    Parameters
    ----------
    view
        Whose slice it lies over.
    measuring, toolbox
        What is drawn, and with which tool.
    """

    def __init__(self, view: SliceView, measuring: MeasuringSession, toolbox: ToolBox) -> None:
        super().__init__(view)
        self._view = view
        self._measuring = measuring
        self._toolbox = toolbox
        self._has_button = False
        view.overlays.append(self.paint)
        view.installEventFilter(self)
        for signal in (measuring.changed, measuring.hand.draft_changed, measuring.selected_changed):
            signal.connect(self._repaint)
        measuring.visible_changed.connect(self._repaint)
        toolbox.active_changed.connect(self._show_cursor)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is meant for measurements; the view gets the rest."""
        if isinstance(event, QMouseEvent) and event.type() in _MOUSE:
            return self._mouse(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._measuring.hand.close_polygon()
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        pointer = self._pointer(event)
        if pointer is None or not self._measuring.visible:
            return False
        index = self._view.viewport.slice_index
        kind = event.type()
        if kind == QEvent.Type.MouseMove:
            self._measuring.hand.move(pointer, index)
            if not event.buttons():
                self._point(pointer, index)
            return False  # the view tells what is under the pointer
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if kind == QEvent.Type.MouseButtonRelease:
            had, self._has_button = self._has_button, False
            if had:
                self._measuring.hand.release(pointer, index)
            return had
        if event.buttons() & ~Qt.MouseButton.LeftButton:  # another drag is under way
            return False
        if kind == QEvent.Type.MouseButtonDblClick and self._measuring.hand.close_polygon():
            return True
        self._has_button = self._measuring.hand.press(pointer, index)
        return self._has_button

    def _point(self, pointer: PointerEvent, slice_index: int) -> None:
        found = None
        if self._measuring.hand.placing is None and self._toolbox.handles_measurements:
            found = self._measuring.hand.under(pointer, slice_index)
        if found is None:
            self._show_cursor()
        else:
            on_handle = found[1] is not None
            self._view.resting_cursor = Qt.CursorShape.PointingHandCursor if on_handle else Qt.CursorShape.SizeAllCursor

    def _show_cursor(self, _: object = None) -> None:
        draws = self._toolbox.active in MEASURING_TOOLS
        self._view.resting_cursor = Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor

    def _pointer(self, event: QMouseEvent) -> PointerEvent | None:
        document = self._view.document
        if document is None or document.volume is not self._measuring.volume:
            return None
        return self._view.pointer_of(event)

    # -- drawing -------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, transform: SliceTransform) -> None:
        """Draw the measurements of the slice, faintly those of its neighbours, and the one being drawn."""
        document, viewport = self._view.document, self._view.viewport
        if document is None or not self._measuring.visible or document.volume is not self._measuring.volume:
            return
        plane: Plane = viewport.plane
        frame = Frame(transform, plane, document.volume.geometry)
        shown = self._measuring.near(plane, viewport.slice_index, GHOST_SLICES)
        here = [m for m, away in shown if away <= 0.5]
        for measurement, away in shown:
            if away > 0.5:
                paint_lines(painter, frame, measurement.kind, measurement.points, ghost(LINE))
        selected = self._measuring.selected
        for measurement in here:
            is_selected = selected is not None and measurement.measurement_id == selected.measurement_id
            paint_lines(painter, frame, measurement.kind, measurement.points, SELECTED if is_selected else LINE)
            if is_selected:
                paint_handles(painter, frame, measurement)
        self._paint_labels(painter, frame, here, selected)
        self._paint_draft(painter, frame)

    def _paint_labels(
        self, painter: QPainter, frame: Frame, here: list[Measurement], selected: Measurement | None
    ) -> None:
        font = self._view.font()
        taken: list[QRectF] = []
        for measurement in here:
            taken += paint_caliper_names(painter, frame, measurement.points, caliper_names(measurement), font)
            lines = label_lines(measurement, self._measuring.values(measurement))
            places = frame.places(measurement.points)
            box = label_place(places, label_size(lines, font), QRectF(self._view.rect()), taken)
            taken.append(box)
            is_selected = selected is not None and measurement.measurement_id == selected.measurement_id
            paint_label(painter, box, lines, font, SELECTED if is_selected else LINE)

    def _paint_draft(self, painter: QPainter, frame: Frame) -> None:
        placing = self._measuring.hand.placing
        if placing is None or placing.plane is not frame.plane or not placing.points:
            return
        if placing.slice_index != self._view.viewport.slice_index:
            return
        points = np.array(placing.points)
        paint_lines(painter, frame, placing.kind, points, SELECTED)
        if len(points) == 1 and placing.kind is not MeasurementKind.PROBE:
            paint_lines(painter, frame, MeasurementKind.PROBE, points, SELECTED)
        text = draft_text(placing.kind, points)
        if text:
            font = self._view.font()
            box = label_place(frame.places(points[-1:]), label_size((text,), font), QRectF(self._view.rect()), [])
            paint_label(painter, box, (text,), font, QColor(SELECTED))

    def _repaint(self, _: object = None) -> None:
        self._view.update()


def draft_text(kind: MeasurementKind, points: np.ndarray) -> str:
    """The value an unfinished measurement has now; empty where it has none yet."""
    count = len(points)
    if kind is MeasurementKind.ANGLE and count == 3:
        return f"{angle_deg(*(point_lps(row) for row in points)):.1f}°"
    is_line = kind in (MeasurementKind.LENGTH, MeasurementKind.BIDIRECTIONAL, MeasurementKind.RATIO)
    if is_line and count % 2 == 0:
        return f"{np.linalg.norm(points[-1] - points[-2]):.1f} {unit('mm')}"
    return ""
