"""From Qt mouse events to the events tools understand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane, pixel_to_index
from ctviewer.gui.slices.slice_transform import SliceTransform
from ctviewer.session.tools.pointer import Button, Modifier, PointerEvent

_BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
}
_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Modifier.SHIFT,
    Qt.KeyboardModifier.ControlModifier: Modifier.CONTROL,
    Qt.KeyboardModifier.AltModifier: Modifier.ALT,
}


def pointer_event(
    position: QPointF,
    buttons: Qt.MouseButton,
    modifiers: Qt.KeyboardModifier,
    transform: SliceTransform,
    plane: Plane,
    slice_index: int,
    geometry: VolumeGeometry,
) -> PointerEvent:
    """What the pointer is over, in voxels and millimetres."""
    row, column = transform.to_pixel(position.x(), position.y())
    index = pixel_to_index(plane, slice_index, row, column, geometry.shape)
    point = geometry.index_to_lps(np.array([index], dtype=np.float64))[0]
    return PointerEvent(
        plane,
        index,
        (float(point[0]), float(point[1]), float(point[2])),
        (position.x(), position.y()),
        transform.mm_per_px,
        transform.contains(row, column),
        frozenset(name for button, name in _BUTTONS.items() if buttons & button),
        frozenset(name for key, name in _MODIFIERS.items() if modifiers & key),
    )
