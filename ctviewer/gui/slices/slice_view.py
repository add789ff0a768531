"""A slice under the hand: wheel, drags and tools."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ctviewer.gui.slices.pointer_adapter import pointer_event
from ctviewer.gui.slices.slice_canvas import SliceCanvas
from ctviewer.session.display import DisplayState
from ctviewer.session.tools.drags import dragged_pan, dragged_window, pan_for_zoom
from ctviewer.session.tools.pointer import PointerEvent
from ctviewer.session.tools.probe import probe
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.session.tools.toolbox import ToolBox
from ctviewer.session.viewport import Viewport

_TYPING = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
WHEEL_NOTCH = 120
ZOOM_PER_NOTCH = 1.15
SCROLL_PX = 6
"""Distance of a left-drag per slice."""
ZOOM_PX = 24
"""Distance of a zoom drag that equals a notch of the wheel."""
SLAB_STEP_MM = 1.0
"""Change of the slab per notch of the wheel."""


class SliceView(SliceCanvas):
    """Interactive view of one plane.

    Right-drag changes the window, middle-drag pans, the wheel scrolls (with Ctrl: zooms, with Shift: sizes the brush,
    with Alt: thickens the slab), the left button works with the active tool.

    Parameters
    ----------
    viewport, display, toolbox
        State that the hand changes.
    """

    pointed = Signal(object)
    """`ProbeReading` under the pointer, or None."""
    maximise_requested = Signal(object)
    """Double-click: the plane that wants the whole area, or to give it back."""
    focused = Signal(object)
    """This view got the keyboard focus."""

    def __init__(
        self, viewport: Viewport, display: DisplayState, toolbox: ToolBox, parent: QWidget | None = None
    ) -> None:
        super().__init__(viewport, display, parent)
        self._toolbox = toolbox
        self._drag: tuple[Qt.MouseButton, QPointF] | None = None
        self._drag_kind: ToolKind | None = None
        self._zoomed_px = 0.0
        self._drag_window = display.window
        self._drag_pan = viewport.pan_mm
        self._drag_slice = 0
        self._last_place: QPointF | None = None
        self._wheel_rest = 0
        self.resting_cursor = Qt.CursorShape.ArrowCursor
        """Shape of the mouse pointer while no tool paints."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        toolbox.active_changed.connect(self._update_cursor)
        toolbox.radius_mm_changed.connect(self._update_cursor)
        viewport.zoom_changed.connect(self._update_cursor)
        viewport.slice_index_changed.connect(self._probe_again)

    # -- mouse ---------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a gesture; a second button ends neither."""
        if self._drag is not None or self.pointer_of(event) is None:
            return
        self._drag = (event.button(), event.position())
        self._drag_kind = {
            Qt.MouseButton.LeftButton: self._toolbox.active,
            Qt.MouseButton.RightButton: ToolKind.WINDOW,
            Qt.MouseButton.MiddleButton: ToolKind.PAN,
        }.get(event.button())
        self._zoomed_px = 0.0
        self._drag_window = self.display.window
        self._drag_pan = self.viewport.pan_mm
        self._drag_slice = self.viewport.slice_index
        if event.button() == Qt.MouseButton.LeftButton:
            self._press_left(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Continue it, and tell what is under the pointer."""
        self._last_place = event.position()
        pointer = self.pointer_of(event)
        if pointer is None:
            return
        self._update_cursor()
        if not (self._drag is not None and self._toolbox.is_painting):  # under a stroke nobody reads numbers
            self.pointed.emit(probe(self.document, pointer) if self.document is not None else None)
        if self._drag is None:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._crosshair:
                self.viewport.position.index_kji = pointer.index_kji
            return
        start = self._drag[1]
        moved = event.position() - start
        if self._drag_kind is ToolKind.WINDOW:
            self.display.window = dragged_window(self._drag_window, moved.x(), moved.y())
        elif self._drag_kind is ToolKind.PAN:
            self.viewport.pan_mm = dragged_pan(self._drag_pan, moved.x(), moved.y(), pointer.mm_per_px)
        elif self._drag_kind is ToolKind.ZOOM:
            self.zoom_about(start, ZOOM_PER_NOTCH ** ((self._zoomed_px - moved.y()) / ZOOM_PX))
            self._zoomed_px = moved.y()
        elif self._toolbox.is_painting:
            self._toolbox.move(pointer)
        elif self._drag_kind is ToolKind.BROWSE:
            self._browse(pointer, moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        if self._drag is None or event.button() != self._drag[0]:
            return
        self._drag = None
        pointer = self.pointer_of(event)
        if event.button() == Qt.MouseButton.LeftButton and self._toolbox.is_painting and pointer is not None:
            self._toolbox.release(pointer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Maximise the view; with a paint tool a fast second dab is just a dab."""
        if event.button() == Qt.MouseButton.LeftButton and not self._toolbox.paints:
            self.maximise_requested.emit(self.viewport.plane)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, zoom or size the brush; small steps of touch pads add up."""
        # With Alt or Shift some platforms turn the wheel into a horizontal one.
        delta = event.angleDelta()
        self._wheel_rest += delta.y() or delta.x()
        notches = int(self._wheel_rest / WHEEL_NOTCH)
        self._wheel_rest -= notches * WHEEL_NOTCH
        if notches:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.zoom_about(event.position(), ZOOM_PER_NOTCH**notches)
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._toolbox.resize(notches)
            elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.viewport.thicken(notches * SLAB_STEP_MM)
            else:
                self.viewport.scroll(-notches)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._last_place = None
        self.set_cursor(None)
        self.pointed.emit(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys now work on this view."""
        self.focused.emit(self)
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the cursor of the tool; the keys now work here, unless words or numbers are being typed elsewhere."""
        if self.window().isActiveWindow() and not isinstance(QApplication.focusWidget(), _TYPING):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._last_place = event.position()
        self._update_cursor()
        super().enterEvent(event)

    # -- what the hand does --------------------------------------------------------------------------------------------

    def zoom_about(self, place: QPointF, factor: float) -> None:
        """Zoom, keeping what lies under a place where it is."""
        before = self.transform
        if before is None:
            return
        mm_before = before.mm_per_px
        self.viewport.zoom *= factor
        after = self.transform
        if after is None:
            return
        offset = (place.x() - self.width() / 2, place.y() - self.height() / 2)
        self.viewport.pan_mm = pan_for_zoom(self.viewport.pan_mm, offset, mm_before, after.mm_per_px)

    def _press_left(self, event: QMouseEvent) -> None:
        pointer = self.pointer_of(event)
        if pointer is None:
            return
        if self._toolbox.paints:
            self._toolbox.press(pointer)
        elif self._crosshair and pointer.is_inside:
            self.viewport.position.index_kji = pointer.index_kji

    def _browse(self, pointer: PointerEvent, dy_px: float) -> None:
        if self._crosshair:
            self.viewport.position.index_kji = pointer.index_kji
            return
        self.viewport.slice_index = self.viewport.index_after(self._drag_slice, round(dy_px / SCROLL_PX))

    def pointer_of(self, event: QMouseEvent) -> PointerEvent | None:
        """What is under the pointer, in voxels and millimetres; None while nothing is shown."""
        document, transform = self.document, self.transform
        if document is None or transform is None:
            return None
        return pointer_event(
            event.position(),
            event.buttons() | event.button(),
            event.modifiers(),
            transform,
            self.viewport.plane,
            self.viewport.slice_index,
            document.volume.geometry,
        )

    def _update_cursor(self, _: object = None) -> None:
        transform = self.transform
        if self._last_place is None or transform is None or not self._toolbox.paints:
            self.set_cursor(None)
            self.setCursor(self.resting_cursor)
            return
        self.setCursor(Qt.CursorShape.CrossCursor)
        is_brush = self._toolbox.shows_brush
        self.set_cursor(self._last_place if is_brush else None, self._toolbox.radius_mm * transform.px_per_mm)

    def _probe_again(self, _: object = None) -> None:
        document, transform = self.document, self.transform
        if self._last_place is None or document is None or transform is None:
            return
        pointer = pointer_event(
            self._last_place, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, transform, self.viewport.plane,
            self.viewport.slice_index, document.volume.geometry,
        )  # fmt: skip
        self.pointed.emit(probe(document, pointer))
