"""Drags that change the view, as pure functions from the state at the press to the state now."""

from __future__ import annotations

from ctviewer.domain.windowing import Window

MINIMUM_WIDTH_HU = 1.0
HU_PER_PX = 2.0
"""Window change per pixel at a width of 400 HU; wider windows change faster, so one stroke spans any of them."""


def dragged_window(start: Window, dx_px: float, dy_px: float) -> Window:
    """Window after a right-drag: to the right widens, downwards raises the centre (darkens).

    Parameters
    ----------
    start
        Window at the press.
    dx_px, dy_px
        Distance dragged, right and down.
    """
    speed = HU_PER_PX * max(start.width_hu / 400.0, 0.25)
    width = max(start.width_hu + dx_px * speed, MINIMUM_WIDTH_HU)
    return Window(round(start.center_hu + dy_px * speed), round(width))


def dragged_pan(start_mm: tuple[float, float], dx_px: float, dy_px: float, mm_per_px: float) -> tuple[float, float]:
    """Displacement of the image so that it follows the pointer."""
    return (start_mm[0] + dx_px * mm_per_px, start_mm[1] + dy_px * mm_per_px)


def pan_for_zoom(
    pan_mm: tuple[float, float], offset_px: tuple[float, float], mm_per_px_before: float, mm_per_px_after: float
) -> tuple[float, float]:
    """Displacement that keeps the point under the pointer where it is while the zoom changes.

    Parameters
    ----------
    pan_mm
        Displacement before.
    offset_px
        Pointer relative to the middle of the view.
    mm_per_px_before, mm_per_px_after
        Pixel size before and after.
    """
    change = mm_per_px_after - mm_per_px_before
    return (pan_mm[0] + offset_px[0] * change, pan_mm[1] + offset_px[1] * change)
