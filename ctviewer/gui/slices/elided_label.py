"""A line of text that ends in an ellipsis where it does not fit, and tells all of it in its tool tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """Takes the room that is left.

    Parameters
    ----------
    least
        Text whose width it keeps in any case: what must stay readable.
    """

    def __init__(self, least: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_whole(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setToolTip(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Room for the least text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._least), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As little: the layout gives what is left."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
