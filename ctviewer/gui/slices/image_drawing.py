"""Draws the picture of a slice at the size of its view."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QThread
from PySide6.QtGui import QImage, QPainter

BAND_PX = 90
"""Device rows drawn at once on few cores; of 96 and more Qt makes tasks for its thread pool."""
FEW_CORES = 3
"""Qt cuts its tasks for four threads and waits for all of them every 256 rows. With fewer cores the waiting costs more
than the help saves (tests/benchmarks/bench_slice_change.py), the more so when other programs work."""


def draw_scaled(
    painter: QPainter, target: QRectF, image: QImage, shown: QRect, *, smooth: bool, cores: int | None = None
) -> None:
    """Draw a whole image into a rectangle; the same pixels however it is cut into bands.

    Parameters
    ----------
    painter
        Active painter without a clip of its own.
    target
        Where the image goes, logical pixels.
    shown
        What has to be painted, logical pixels.
    smooth
        Interpolate between the image's pixels.
    cores
        Processors there are; default: ask.
    """
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    area = target.toAlignedRect().intersected(shown)
    height = int(BAND_PX / painter.device().devicePixelRatio())
    whole = QRectF(image.rect())
    is_cut = smooth and area.height() > height and (cores or QThread.idealThreadCount()) <= FEW_CORES
    if not is_cut:
        painter.drawImage(target, image, whole)
        return
    left, width = area.left(), area.width()
    for top in range(area.top(), area.bottom() + 1, height):
        painter.setClipRect(left, top, width, height)
        painter.drawImage(target, image, whole)
    painter.setClipping(False)
