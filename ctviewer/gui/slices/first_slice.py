"""The first slice of a series that is still loading: something to look at, nothing to work on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ctviewer.domain.opening_window import opening_window
from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import Window, grey_levels
from ctviewer.gui import theme
from ctviewer.gui.slices.annotations import Annotations, Badge, letters_of, paint_annotations, window_lines
from ctviewer.gui.slices.slice_transform import SliceTransform
from ctviewer.session.display import DisplayState


class FirstSlice(QWidget):
    """Picture of a volume of one slice, placed as the view that will follow places it.

    Parameters
    ----------
    display
        The grey-value window.
    """

    def __init__(self, display: DisplayState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._volume: Volume | None = None
        self._own_window: Window | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("First slice of the series that is being loaded"))
        display.window_changed.connect(self.update)

    @property
    def volume(self) -> Volume | None:
        """What is shown."""
        return self._volume

    @property
    def _window(self) -> Window:
        return self._own_window or self._display.window

    def set_volume(self, volume: Volume | None) -> None:
        """Show another slice."""
        self._volume = volume
        self._own_window = None if volume is None else opening_window(volume)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the slice with its sides."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.VIEWPORT))
        volume = self._volume
        if volume is None:
            return
        plane = plane_of(volume)
        hu = extract_slice(volume.hu, plane, volume.hu.shape[plane.normal_axis] // 2)
        grey = np.ascontiguousarray(grey_levels(hu, self._window))
        rows, columns = grey.shape
        image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
        spacing = volume.geometry.spacing_mm
        place = SliceTransform(
            (self.width(), self.height()), (rows, columns), (spacing[plane.row_axis], spacing[plane.column_axis])
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._display.smooth)
        painter.drawImage(QRectF(*place.image_rect), image, QRectF(image.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_annotations(painter, QRectF(self.rect()), self._annotations(volume, plane), self.font())

    def _annotations(self, volume: Volume, plane: Plane) -> Annotations:
        return Annotations(
            letters_of(volume.geometry, plane, (False, False)) if volume.has_positions else {},
            (volume.series.label,),
            window_lines(self._window),
            (Badge(self.tr("LOADING THE REST"), theme.ACCENT),),
        )


def plane_of(volume: Volume) -> Plane:
    """The plane a single slice was taken in: the one whose normal axis has one voxel."""
    return min(Plane, key=lambda plane: volume.hu.shape[plane.normal_axis])
