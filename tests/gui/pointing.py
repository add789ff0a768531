"""Mouse and wheel events as Qt makes them, sent to a view at the place of a voxel."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from ctviewer.domain.planes import index_to_pixel
from tests.gui.conftest import picture_of

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


def place_of(view, index_kji):
    """Where a voxel's centre is on a view."""
    row, column = index_to_pixel(view.viewport.plane, index_kji, view.viewport.position.shape)
    return QPointF(*view.transform.to_view(row, column))


def send(view, kind, place, button=LEFT, buttons=None, modifiers=Qt.KeyboardModifier.NoModifier):
    held = button if buttons is None else buttons
    event = QMouseEvent(kind, place, view.mapToGlobal(place), button, held, modifiers)
    QApplication.sendEvent(view, event)


def drag(view, places, button=LEFT):
    send(view, QEvent.Type.MouseButtonPress, places[0], button)
    for place in places[1:]:
        send(view, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button)
    send(view, QEvent.Type.MouseButtonRelease, places[-1], button, Qt.MouseButton.NoButton)


def wheel(view, notches, modifiers=Qt.KeyboardModifier.NoModifier, place=None):
    place = place or QPointF(view.rect().center())
    event = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def pixel(view, index_kji):
    place = place_of(view, index_kji)
    return picture_of(view)[round(place.y()), round(place.x())]
