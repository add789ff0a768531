"""Lays the line of a drawing tool, and the box of an accepted prediction, over a slice view."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from ctviewer.domain.planes import index_to_pixel
from ctviewer.gui import theme
from ctviewer.gui.slices.pointer_adapter import pointer_event
from ctviewer.gui.slices.slice_transform import SliceTransform
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.session.preview_review import PreviewReview
from ctviewer.session.tools.outline import Outline, Point
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.session.tools.toolbox import ToolBox

CORNER_PX = 3.0


class ToolLayer(QObject):
    """Part of a view that is about drawing tools; lives and dies with it.

    Between the clicks of a polygon the pointer moves without a button; double-click and Enter close the outline,
    Backspace takes a point back.

    Parameters
    ----------
    view
        Whose slice it lies over.
    toolbox
        What is being drawn.
    """

    def __init__(self, view: SliceView, toolbox: ToolBox) -> None:
        super().__init__(view)
        self._view = view
        self._toolbox = toolbox
        self._review: PreviewReview | None = None
        view.overlays.append(self.paint)
        view.installEventFilter(self)
        toolbox.outline_changed.connect(self._repaint)

    def follow(self, review: PreviewReview) -> None:
        """Show the box of a prediction that is being accepted."""
        self._review = review
        review.changed.connect(self._repaint)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what only drawing tools need; the view gets the rest."""
        if not self._toolbox.is_drawing:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace):
                event.accept()  # not the shortcut: the key is for the outline
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return self._toolbox.finish()
            return event.key() == Qt.Key.Key_Backspace and self._toolbox.step_back()
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonDblClick and event.button() == Qt.MouseButton.LeftButton:
                return self._toolbox.finish()
            if event.type() == QEvent.Type.MouseMove and event.buttons() == Qt.MouseButton.NoButton:
                self._hover(event)
        return False

    def paint(self, painter: QPainter, transform: SliceTransform) -> None:
        """Draw the line and the box where they lie on the slice that is shown."""
        outline, viewport = self._toolbox.outline, self._view.viewport
        if outline is not None and outline.plane is viewport.plane and outline.slice_index == viewport.slice_index:
            self._paint_outline(painter, transform, outline)
        self._paint_box(painter, transform)

    def _paint_outline(self, painter: QPainter, transform: SliceTransform, outline: Outline) -> None:
        fixed = self._places(transform, outline.points)
        ahead = self._places(transform, (*outline.points[-1:], *outline.rubber))
        if not fixed:
            return
        closes = outline.is_closed and len(fixed) > 1
        for color, width in (("#000000", 3.0), (theme.ACCENT, 1.5)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawPolyline(QPolygonF(fixed))
            if len(ahead) > 1:
                painter.drawPolyline(QPolygonF(ahead))
        if closes:
            painter.setPen(QPen(QColor(theme.ACCENT), 1, Qt.PenStyle.DashLine))
            painter.drawLine((ahead or fixed)[-1], fixed[0])
        painter.setPen(QPen(QColor("#000000"), 1))
        painter.setBrush(QColor(theme.TEXT))
        for place in self._places(transform, outline.marks):
            painter.drawEllipse(place, CORNER_PX, CORNER_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_box(self, painter: QPainter, transform: SliceTransform) -> None:
        box = self._review.box if self._review is not None else None
        if box is None:
            return
        plane = self._view.viewport.plane
        index = self._view.viewport.slice_index
        is_cut = box[plane.normal_axis].start <= index < box[plane.normal_axis].stop
        rows, columns = box[plane.row_axis], box[plane.column_axis]
        corners: list[Point] = []
        for row, column in ((rows.start, columns.start), (rows.start, columns.stop), (rows.stop, columns.stop),
                            (rows.stop, columns.start)):  # fmt: skip
            corner = [0.0, 0.0, 0.0]
            corner[plane.row_axis], corner[plane.column_axis] = row - 0.5, column - 0.5
            corners.append((corner[0], corner[1], corner[2]))
        color = QColor(theme.ACCENT if is_cut else theme.FAINT)
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(self._places(transform, corners)))

    def _places(self, transform: SliceTransform, points: Iterable[Point]) -> list[QPointF]:
        document = self._view.document
        if document is None:
            return []
        plane, shape = self._view.viewport.plane, document.volume.geometry.shape
        return [QPointF(*transform.to_view(*index_to_pixel(plane, point, shape))) for point in points]

    def _hover(self, event: QMouseEvent) -> None:
        document, transform, viewport = self._view.document, self._view.transform, self._view.viewport
        if document is None or transform is None or self._toolbox.active is ToolKind.LASSO:
            return
        self._toolbox.move(
            pointer_event(event.position(), event.buttons(), event.modifiers(), transform, viewport.plane,
                          viewport.slice_index, document.volume.geometry)
        )  # fmt: skip

    def _repaint(self, _: object = None) -> None:
        self._view.update()
