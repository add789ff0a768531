"""Shows the last picture of the scene and turns it under the hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ctviewer.gui import theme
from ctviewer.gui.view3d.camera import VIEWS, Camera, from_side
from ctviewer.gui.view3d.orientation_marker import SIZE_PX, paint_marker
from ctviewer.gui.view3d.picture import Picture

ZOOM_PER_NOTCH = 1.15
MARKER_MARGIN_PX = 22.0
_KEYS = {
    Qt.Key.Key_Left: (30.0, 0.0), Qt.Key.Key_Right: (-30.0, 0.0), Qt.Key.Key_Up: (0.0, 30.0),
    Qt.Key.Key_Down: (0.0, -30.0),
}  # fmt: skip


class SurfaceCanvas(QWidget):
    """Left-drag turns, middle-drag moves, right-drag and the wheel zoom; with Ctrl the arrow keys turn.

    It never draws the scene itself: painting is copying a finished image.
    """

    camera_changed = Signal(object)
    resized = Signal()
    maximise_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self._pixels: NDArray[np.uint8] | None = None
        self._image = QImage()
        self._camera_shown = self.camera
        self._words = ""
        self._last: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("3-D view"))

    def sizeHint(self) -> QSize:
        """As a slice view."""
        return QSize(512, 512)

    def show_pixels(self, pixels: NDArray[np.uint8], picture: Picture) -> None:
        """Show a finished picture, RGBA."""
        height, width = pixels.shape[:2]
        self._pixels = pixels  # QImage does not own its memory
        self._image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)
        self._camera_shown = picture.camera
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether anything was drawn yet."""
        return not self._image.isNull()

    def show_words(self, words: str) -> None:
        """Say something in the middle; empty: nothing."""
        if words != self._words:
            self._words = words
            self.update()

    @property
    def words(self) -> str:
        """What is said in the middle."""
        return self._words

    def look_from(self, side: str) -> None:
        """Look from one of the sides A, P, L, R, H, F."""
        self._set_camera(from_side(self.camera, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the image; marker and words on top."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.VIEWPORT))
        if self.has_picture:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place = SIZE_PX + MARKER_MARGIN_PX
            paint_marker(painter, QPointF(place, self.height() - place), self._camera_shown, self.font())
        if self._words:
            painter.setPen(QColor(theme.MUTED))
            painter.drawText(
                self.rect().adjusted(24, 24, -24, -24),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self._words,
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size needs another picture."""
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn, move or zoom."""
        if self._last is None:
            return
        moved, self._last = event.position() - self._last, event.position()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._set_camera(self.camera.turned(moved.x(), moved.y()))
        elif event.buttons() & Qt.MouseButton.MiddleButton:
            height = max(self.height(), 1)
            self._set_camera(self.camera.moved(moved.x() / height, -moved.y() / height))
        elif event.buttons() & Qt.MouseButton.RightButton:
            self._set_camera(self.camera.zoomed(1.01 ** -moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if not event.buttons():
            self._last = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The whole area, or back."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.maximise_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        self._set_camera(self.camera.zoomed(ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with Ctrl and the arrow keys; plain ones scroll the slices."""
        turn = _KEYS.get(Qt.Key(event.key()))
        if turn is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._set_camera(self.camera.turned(*turn))
            return
        super().keyPressEvent(event)

    def _set_camera(self, camera: Camera) -> None:
        if camera != self.camera:
            self.camera = camera
            self.camera_changed.emit(camera)


SIDES = tuple(VIEWS)
