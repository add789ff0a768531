"""Where a slice lies on its view: pixels of the slice to logical pixels of the widget and back; no Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SliceTransform:
    """Placement of a slice that keeps millimetres square.

    Parameters
    ----------
    view_px
        Width and height of the view.
    shape
        Rows and columns of the slice.
    spacing_mm
        Distance of rows and of columns.
    zoom
        1 fits the whole slice into the view.
    pan_mm
        Displacement right and down.
    flips
        Whether the slice is drawn mirrored, top to bottom and left to right.
    margin_px
        Free border around the fitted slice.
    """

    view_px: tuple[float, float]
    shape: tuple[int, int]
    spacing_mm: tuple[float, float]
    zoom: float = 1.0
    pan_mm: tuple[float, float] = (0.0, 0.0)
    flips: tuple[bool, bool] = (False, False)
    margin_px: float = 0.0

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the slice."""
        return (self.shape[1] * self.spacing_mm[1], self.shape[0] * self.spacing_mm[0])

    @property
    def px_per_mm(self) -> float:
        """Logical pixels per millimetre."""
        width, height = self.size_mm
        free = 2 * self.margin_px
        fitted = min(max(self.view_px[0] - free, 1.0) / width, max(self.view_px[1] - free, 1.0) / height)
        return fitted * self.zoom

    @property
    def mm_per_px(self) -> float:
        """Millimetres per logical pixel."""
        return 1.0 / self.px_per_mm

    @property
    def image_rect(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the slice on the view, logical pixels."""
        scale = self.px_per_mm
        width, height = (side * scale for side in self.size_mm)
        left = (self.view_px[0] - width) / 2 + self.pan_mm[0] * scale
        top = (self.view_px[1] - height) / 2 + self.pan_mm[1] * scale
        return (left, top, width, height)

    def to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """Slice ``(row, column)`` under a place on the view; integers are pixel centres."""
        left, top, width, height = self.image_rect
        return self._mirrored((y - top) / height * self.shape[0] - 0.5, (x - left) / width * self.shape[1] - 0.5)

    def to_view(self, row: float, column: float) -> tuple[float, float]:
        """Place ``(x, y)`` on the view of a slice pixel; inverse of `to_pixel`."""
        left, top, width, height = self.image_rect
        row, column = self._mirrored(row, column)
        return (left + (column + 0.5) / self.shape[1] * width, top + (row + 0.5) / self.shape[0] * height)

    def _mirrored(self, row: float, column: float) -> tuple[float, float]:
        """The pixel that mirroring exchanges with another one; its own inverse."""
        rows, columns = self.shape
        return (
            rows - 1 - row if self.flips[0] else row,
            columns - 1 - column if self.flips[1] else column,
        )

    def contains(self, row: float, column: float) -> bool:
        """Whether a fractional pixel lies on the slice."""
        return -0.5 <= row < self.shape[0] - 0.5 and -0.5 <= column < self.shape[1] - 0.5
