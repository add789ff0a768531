"""Paints one slice of a document: image and mask as one picture, with everything written on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ctviewer.domain.arrays import BBox
from ctviewer.domain.planes import index_to_pixel
from ctviewer.gui import theme
from ctviewer.gui.slices.annotations import (
    Annotations,
    Badge,
    letters_of,
    paint_annotations,
    plane_name,
    slice_lines,
    window_lines,
)
from ctviewer.gui.slices.badges import badges_of
from ctviewer.gui.slices.image_drawing import draw_scaled
from ctviewer.gui.slices.slice_picture import Part, SlicePicture
from ctviewer.gui.slices.slice_transform import SliceTransform
from ctviewer.gui.translation import translated
from ctviewer.session.display import DisplayState
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.viewport import Viewport

Overlay = Callable[[QPainter, SliceTransform], None]
"""Draws something of its own over the image, below the text."""

_CURSOR_BORDER_PX = 3


class SliceCanvas(QWidget):
    """View of one plane; keeps no state but the picture it draws.

    Changes only mark what is out of date; it is computed when Qt asks for a repaint, so several changes between two
    frames cost one.

    Parameters
    ----------
    viewport, display
        What to show, and how.
    """

    marks_moved = Signal()
    """Letters or badges are elsewhere than before; emitted while painting."""

    def __init__(self, viewport: Viewport, display: DisplayState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = viewport
        self.display = display
        self._document: SegmentationDocument | None = None
        self._picture = SlicePicture(viewport, display)
        self._transform: SliceTransform | None = None
        self._cursor: tuple[QPointF, float] | None = None
        self._crosshair = False
        self.overlays: list[Overlay] = []
        self._mark: tuple[Badge, ...] = ()
        self.marks: tuple[QRectF, ...] = ()
        """Where letters and badges were written last."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setAccessibleName(translated("Annotations", "{} view").format(plane_name(viewport.plane)))
        viewport.slice_index_changed.connect(self._refresh)
        viewport.zoom_changed.connect(self._replace)
        viewport.pan_mm_changed.connect(self._replace)
        viewport.slab_changed.connect(self._refresh)
        viewport.flips_changed.connect(self._on_flipped)
        display.window_changed.connect(self._restyle)
        display.inverted_changed.connect(self._restyle)
        display.overlay_opacity_changed.connect(self._restyle)
        display.overlay_outline_changed.connect(self._restyle)
        display.overlay_visible_changed.connect(self._restyle)
        display.smooth_changed.connect(self._repaint)
        display.text_visible_changed.connect(self._repaint)

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def document(self) -> SegmentationDocument | None:
        """What is shown."""
        return self._document

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another document."""
        former = self._document
        if former is not None:
            former.labels_changed.disconnect(self._on_labels_changed)
            former.preview_changed.disconnect(self._repaint)
            former.segments.row_changed.disconnect(self._restyle)
            former.segments.rows_changed.disconnect(self._restyle)
        self._document = document
        if document is not None:
            document.labels_changed.connect(self._on_labels_changed)
            document.preview_changed.connect(self._repaint)
            document.segments.row_changed.connect(self._restyle)
            document.segments.rows_changed.connect(self._restyle)
        self._transform = None
        self._picture.forget_document()
        self._restyle()

    def set_crosshair(self, shown: bool) -> None:
        """Show where the other planes cut this one."""
        moved = self.viewport.position.moved
        if shown and not self._crosshair:
            moved.connect(self._repaint)
        elif self._crosshair and not shown:
            moved.disconnect(self._repaint)
        self._crosshair = shown
        self.update()

    def set_mark(self, text: str) -> None:
        """Write what this view is on every picture of it."""
        self._mark = (Badge(text),)
        self.update()

    def set_cursor(self, place: QPointF | None, radius_px: float = 0.0) -> None:
        """Show the outline of a brush; None hides it."""
        former, self._cursor = self._cursor, None if place is None else (place, radius_px)
        for cursor in (former, self._cursor):
            if cursor is not None:
                border = cursor[1] + _CURSOR_BORDER_PX
                corner = QPointF(border, border)
                self.update(QRectF(cursor[0] - corner, cursor[0] + corner).toAlignedRect())

    @property
    def transform(self) -> SliceTransform | None:
        """Placement of the slice; None without a document."""
        document = self._document
        if document is None:
            return None
        if self._transform is None:
            plane, geometry = self.viewport.plane, document.volume.geometry
            rows, columns = plane.row_axis, plane.column_axis
            self._transform = SliceTransform(
                (self.width(), self.height()),
                (geometry.shape[rows], geometry.shape[columns]),
                (geometry.spacing_mm[rows], geometry.spacing_mm[columns]),
                self.viewport.zoom,
                self.viewport.pan_mm,
                self.viewport.flips,
            )
        return self._transform

    @property
    def picture_rect(self) -> QRect:
        """Part of the view that the slice covers."""
        transform = self.transform
        return QRect() if transform is None else QRectF(*transform.image_rect).toAlignedRect() & self.rect()

    def sizeHint(self) -> QSize:
        """Room for a slice at its own resolution."""
        return QSize(512, 512)

    # -- what is out of date -------------------------------------------------------------------------------------------

    def _refresh(self, _: object = None) -> None:
        self._picture.forget()
        self.update()

    def _restyle(self, _: object = None) -> None:
        self._picture.forget_style()
        self.update()

    def _on_flipped(self, _: object) -> None:
        self._transform = None
        self._refresh()

    def _replace(self, _: object = None) -> None:
        self._transform = None
        self.update()

    def _repaint(self, _: object = None) -> None:
        self.update()

    def _on_labels_changed(self, box: BBox | None) -> None:
        self._picture.forget_labels()
        if box is None or self._document is None:
            self._refresh()
            return
        plane = self.viewport.plane
        along = box[plane.normal_axis]
        if not along.start <= self.viewport.slice_index < along.stop:
            return
        shape = self._document.volume.hu.shape
        rows, columns = box[plane.row_axis], box[plane.column_axis]
        if plane.row_is_flipped:
            last = shape[plane.row_axis]
            rows = slice(last - rows.stop, last - rows.start)
        # Outlines also change one pixel outside the box.
        part = (
            slice(max(rows.start - 1, 0), min(rows.stop + 1, shape[plane.row_axis])),
            slice(max(columns.start - 1, 0), min(columns.stop + 1, shape[plane.column_axis])),
        )
        self._picture.forget(part)
        self.update(self._part_rect(part))

    def _part_rect(self, part: Part) -> QRect:
        transform = self.transform
        if transform is None:
            return self.rect()
        first = QPointF(*transform.to_view(part[0].start - 1.5, part[1].start - 1.5))
        last = QPointF(*transform.to_view(part[0].stop + 0.5, part[1].stop + 0.5))
        return QRectF(first, last).normalized().toAlignedRect()  # a mirrored view has them the other way round

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the slice into the new size."""
        self._transform = None
        super().resizeEvent(event)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bring the picture up to date and draw it."""
        painter = QPainter(self)
        transform = self.transform
        if self._document is None or transform is None:
            painter.fillRect(event.rect(), QColor(theme.VIEWPORT))
            return
        image = self._picture.image(self._document)
        target, shown = QRectF(*transform.image_rect), event.rect()
        if not target.contains(QRectF(shown)):
            # Only around the image: filling what is painted over a moment later costs a tenth of the frame.
            inside = target.toAlignedRect().adjusted(1, 1, -1, -1)
            for rect in QRegion(shown).subtracted(QRegion(inside)):  # type: ignore[attr-defined]
                painter.fillRect(rect, QColor(theme.VIEWPORT))
        draw_scaled(painter, target, image, shown, smooth=self.display.smooth)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._crosshair:
            self._paint_crosshair(painter, transform)
        if self._cursor is not None:
            self._paint_cursor(painter, *self._cursor)
        for paint_overlay in self.overlays:
            paint_overlay(painter, transform)
        if not self._text_free().contains(shown):
            written = self._annotations(self._document, transform)
            marks = paint_annotations(painter, QRectF(self.rect()), written, self.font())
            if marks != self.marks:
                self.marks = marks
                self.marks_moved.emit()

    def _text_free(self) -> QRect:
        """Part of the view that annotations never reach: a stroke there repaints without laying text out again."""
        line = self.fontMetrics().height()
        return self.rect().adjusted(16 * line, 6 * line, -16 * line, -6 * line)

    def _paint_crosshair(self, painter: QPainter, transform: SliceTransform) -> None:
        position = self.viewport.position
        row, column = index_to_pixel(self.viewport.plane, position.index_kji, position.shape)
        x, y = transform.to_view(row, column)
        gap = 14.0
        color = QColor(theme.ACCENT)
        color.setAlpha(170)
        painter.setPen(QPen(color, 1))
        painter.drawLine(QPointF(0, y), QPointF(x - gap, y))
        painter.drawLine(QPointF(x + gap, y), QPointF(self.width(), y))
        painter.drawLine(QPointF(x, 0), QPointF(x, y - gap))
        painter.drawLine(QPointF(x, y + gap), QPointF(x, self.height()))

    def _paint_cursor(self, painter: QPainter, place: QPointF, radius: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("#000000", 2.5), ("#ffffff", 1.2)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(place, radius, radius)

    def _annotations(self, document: SegmentationDocument, transform: SliceTransform) -> Annotations:
        geometry, plane = document.volume.geometry, self.viewport.plane
        letters = letters_of(geometry, plane, self.viewport.flips) if document.volume.has_positions else {}
        badges = self._mark + badges_of(document, self.viewport, self.display)
        if not self.display.text_visible:
            return Annotations(letters, badges=badges)
        if not document.volume.has_positions:  # a stack of pictures: sides and millimetres would be a guess
            picture = slice_lines(geometry, plane, self.viewport.slice_index)[:1]
            return Annotations({}, picture, window_lines(self.display.window), badges)
        zoom = (translated("Annotations", "Zoom {:.0%}").format(self.viewport.zoom),) if self.viewport.zoom != 1 else ()
        return Annotations(
            letters,
            slice_lines(geometry, plane, self.viewport.slice_index),
            (*zoom, *window_lines(self.display.window)),
            badges,
            transform.px_per_mm,
        )
