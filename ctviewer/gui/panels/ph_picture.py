"""The picture a classifier saw, with where its answer rests laid over it on request."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from ctviewer.domain.arrays import FloatArray

PICTURE_PX = 160
FULL_LOSS = 0.05
"""Loss of probability drawn with full strength, where no place loses more."""

STRENGTH = 0.6
GLOW = np.array([255.0, 96.0, 48.0])


class PhPicture(QLabel):
    """Square label with the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grey: NDArray[np.uint8] | None = None
        self.setFixedSize(PICTURE_PX, PICTURE_PX)
        self.setAccessibleName(self.tr("Picture the model saw"))

    def show_picture(self, grey: NDArray[np.uint8], loss: FloatArray | None = None) -> None:
        """Draw a picture, with the loss map of `ctviewer.services.saliency.occlusion_map` if there is one."""
        self._grey = np.ascontiguousarray(grey, dtype=np.uint8)
        colors = np.repeat(self._grey[..., None], 3, axis=2)
        if loss is not None:
            colors = with_glow(colors, loss)
        rows, columns = colors.shape[:2]
        image = QImage(colors.data, columns, rows, colors.strides[0], QImage.Format.Format_RGB888)
        # copy(): the image must not outlive the array it was made on.
        self.setPixmap(
            QPixmap.fromImage(image.copy()).scaled(
                PICTURE_PX, PICTURE_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )


def with_glow(colors: NDArray[np.uint8], loss: FloatArray) -> NDArray[np.uint8]:
    """The picture with places that carry the answer tinted; shape ``(rows, columns, 3)``."""
    share = np.clip(loss / max(FULL_LOSS, float(loss.max())), 0.0, 1.0)[..., None] * STRENGTH
    return np.ascontiguousarray(colors * (1 - share) + GLOW * share, dtype=np.uint8)
