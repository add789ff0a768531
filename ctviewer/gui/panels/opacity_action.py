"""The opacity of a segment in the menu of its row."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget, QWidgetAction

from ctviewer.gui import theme
from ctviewer.session.segment_table import LEAST_OPACITY

SLIDER_PX = 96
TEXT_PX = 38
"""Where the words of the other lines begin."""


class MenuSlider(QSlider):
    """A slider that leaves the keys to the menu which walk through it or close it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Enter and Esc are the menu's."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)


class OpacityAction(QWidgetAction):
    """Word, slider and percentage in one line of a menu.

    Parameters
    ----------
    name
        What a screen reader says of the slider.
    """

    chosen = Signal(float)
    """The user wants this opacity, `LEAST_OPACITY` to 1."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        line = QWidget(parent)
        self.slider = MenuSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(100 * LEAST_OPACITY), 100)
        self.slider.setPageStep(10)
        self.slider.setSingleStep(5)
        self.slider.setFixedWidth(theme.scaled(SLIDER_PX))
        self.slider.setAccessibleName(name)
        self._percent = QLabel()
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100 %"))
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(line)
        row.setContentsMargins(TEXT_PX, theme.GAP // 2, theme.GAP * 2, theme.GAP // 2)
        row.setSpacing(theme.GAP)
        row.addWidget(QLabel(self.tr("Opacity")))
        row.addWidget(self.slider, 1)
        row.addWidget(self._percent)
        line.setFocusProxy(self.slider)
        line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the menu hands its keys to a line that takes them
        self.setDefaultWidget(line)
        self.slider.valueChanged.connect(lambda value: self.chosen.emit(value / 100))
        self.show_opacity(1.0)

    def show_opacity(self, opacity: float) -> None:
        """Show the opacity as it is now."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(100 * opacity))
        self.slider.blockSignals(False)
        self._percent.setText(f"{round(100 * opacity)} %")
