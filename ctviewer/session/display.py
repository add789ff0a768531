"""How images and masks are drawn; shared by all views of a document."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.windowing import PRESETS, Window
from ctviewer.session.observed import Observed

DEFAULT_OPACITY = 0.35


def _share(_: object, value: float) -> float:
    return min(max(float(value), 0.0), 1.0)


class DisplayState(QObject):
    """Grey-value window, interpolation and overlay."""

    window_changed = Signal(object)
    inverted_changed = Signal(object)
    smooth_changed = Signal(object)
    overlay_opacity_changed = Signal(object)
    overlay_outline_changed = Signal(object)
    overlay_visible_changed = Signal(object)
    text_visible_changed = Signal(object)

    window: Observed[Window] = Observed(PRESETS[0], "window_changed")
    inverted: Observed[bool] = Observed(False, "inverted_changed")
    """Low values white."""
    smooth: Observed[bool] = Observed(True, "smooth_changed")
    """Interpolate between voxels; off shows the voxels themselves."""
    overlay_opacity: Observed[float] = Observed(DEFAULT_OPACITY, "overlay_opacity_changed", _share)
    """Share of the segment colour in the filled overlay, 0 to 1."""
    overlay_outline: Observed[bool] = Observed(False, "overlay_outline_changed")
    """Draw only the borders of segments."""
    overlay_visible: Observed[bool] = Observed(True, "overlay_visible_changed")
    text_visible: Observed[bool] = Observed(True, "text_visible_changed")
