"""A picture of the views for a lecture or a letter: with the patient's name, or with nothing that names anybody."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from ctviewer.domain.study import SeriesRef
from ctviewer.gui import theme
from ctviewer.gui.slices.slice_canvas import SliceCanvas
from ctviewer.gui.slices.view_area import ViewArea
from ctviewer.gui.translation import translated
from ctviewer.gui.view3d.surface_canvas import SurfaceCanvas
from ctviewer.gui.widgets.patient_banner import NOT_FOR_DIAGNOSIS, patient_line, series_line


def view_picture(views: ViewArea, series: SeriesRef | None = None) -> QImage:
    """What the views show, at the resolution of the screen.

    Only the images themselves are taken: bars, lists and tool tips around them may hold names and dates.

    Parameters
    ----------
    views
        The views; those that are hidden are left out.
    series
        Whose patient and study are written above; None writes nothing that could name anybody.
    """
    # Also while the study list is shown instead of the views: what they would show is what is meant.
    shown = [widget for widget in views.findChildren(QWidget) if widget.isVisibleTo(views)]
    canvases = [widget for widget in shown if isinstance(widget, SliceCanvas | SurfaceCanvas)]
    places = [QRect(canvas.mapTo(views, QPoint(0, 0)), canvas.size()) for canvas in canvases]
    whole = QRect()
    for place in places:
        whole = whole.united(place)
    lines = [line for line in (patient_line(series), series_line(series)) if line] if series is not None else []
    metrics = QFontMetricsF(views.font())
    row = metrics.height() + 4
    header, footer = round(len(lines) * row + 8) if lines else 0, round(row + 4)
    ratio = views.devicePixelRatioF()
    image = QImage(
        round(whole.width() * ratio), round((whole.height() + header + footer) * ratio), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.VIEWPORT))
    painter = QPainter(image)
    painter.setFont(views.font())
    for canvas, place in zip(canvases, places, strict=True):
        painter.drawPixmap(place.topLeft() - whole.topLeft() + QPoint(0, header), canvas.grab())
    painter.setPen(QColor(theme.TEXT))
    for number, line in enumerate(lines):
        painter.drawText(QRectF(8, 4 + number * row, whole.width() - 16, row), Qt.AlignmentFlag.AlignVCenter, line)
    painter.setPen(QColor(theme.WARNING))
    bottom = QRectF(8, whole.height() + header, whole.width() - 16, footer)
    painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter, translated("PatientBanner", NOT_FOR_DIAGNOSIS))
    painter.end()
    return image
