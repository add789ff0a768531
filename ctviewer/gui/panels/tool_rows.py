"""Small widgets of the tool settings, bound to the state they show."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QSlider, QSpinBox, QWidget

from ctviewer.gui import theme
from ctviewer.gui.binding import bind
from ctviewer.gui.sentences import said
from ctviewer.gui.sentences import unit as said_unit
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.tools.tool_settings import RADIUS_RANGE_MM, ToolSettings

SLIDER_STEPS = 200


class SegmentChoice(QComboBox):
    """Chooses a segment; follows the table.

    Parameters
    ----------
    settings, name
        Where the chosen label is kept.
    extra
        Value and words of choices before the segments.
    """

    def __init__(
        self, settings: QObject, name: str, extra: tuple[tuple[int, str], ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table: SegmentTable | None = None
        self._settings, self._property = settings, name
        self._extra = extra
        compact(self)
        self._fill()
        bind(self, settings, name, self.currentIndexChanged, self._chosen, self._show)

    def set_segments(self, table: SegmentTable | None) -> None:
        """Offer the segments of another table."""
        if self._table is not None:
            self._table.rows_changed.disconnect(self._fill)
            self._table.row_changed.disconnect(self._fill)
        self._table = table
        if table is not None:
            table.rows_changed.connect(self._fill)
            table.row_changed.connect(self._fill)
        self._fill()

    def _fill(self, _: object = None) -> None:
        with QSignalBlocker(self):
            self.clear()
            for value, words in self._extra:
                self.addItem(words, value)
            for segment in self._table.segments if self._table is not None else ():
                self.addItem(said(segment.name), segment.label)
            self._show(getattr(self._settings, self._property))

    def _show(self, value: int) -> None:
        self.setCurrentIndex(max(self.findData(value), 0))

    def _chosen(self) -> int:
        value = self.currentData()
        return int(value) if value is not None else int(getattr(self._settings, self._property))


def compact(box: QComboBox) -> None:
    """Let a combo box be as narrow as the column."""
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setMinimumContentsLength(10)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)


def choice(state: QObject, name: str, choices: tuple[tuple[Any, str], ...], accessible: str) -> QComboBox:
    """A combo box for an attribute with a few values."""
    box = QComboBox()
    for value, words in choices:
        box.addItem(words, value)
    compact(box)
    box.setAccessibleName(accessible)
    bind(
        box,
        state,
        name,
        box.currentIndexChanged,
        box.currentData,
        lambda value: box.setCurrentIndex(box.findData(value)),
    )
    return box


def switch(state: QObject, name: str, words: str, tip: str = "") -> QCheckBox:
    """A check box for an attribute that is on or off."""
    box = QCheckBox(words)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setToolTip(tip)
    bind(box, state, name, box.toggled, box.isChecked, box.setChecked)
    return box


def number(state: QObject, name: str, low: int, high: int, step: int, unit: str, accessible: str) -> QSpinBox:
    """A spin box for a whole number."""
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setSingleStep(step)
    spin.setSuffix(f" {said_unit(unit)}")
    tidy(spin)
    spin.setAccessibleName(accessible)
    bind(spin, state, name, spin.valueChanged, spin.value, spin.setValue)
    return spin


def tidy(spin: QSpinBox | QDoubleSpinBox, width_px: int = 84) -> None:
    """The look of numbers in the column."""
    spin.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    spin.setKeyboardTracking(False)
    spin.setFixedWidth(theme.scaled(width_px))


def radius_row(settings: ToolSettings, slider_name: str, spin_name: str) -> QHBoxLayout:
    """Slider and number for the brush radius; the slider is logarithmic, because small brushes need finer steps."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, SLIDER_STEPS)
    slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    slider.setAccessibleName(slider_name)
    bind(
        slider, settings, "radius_mm", slider.valueChanged, lambda: _radius_of(slider.value()),
        lambda radius: slider.setValue(_step_of(radius)),
    )  # fmt: skip
    spin = QDoubleSpinBox()
    spin.setRange(*RADIUS_RANGE_MM)
    spin.setDecimals(1)
    spin.setSuffix(f" {said_unit('mm')}")
    tidy(spin, 76)
    spin.setAccessibleName(spin_name)
    bind(spin, settings, "radius_mm", spin.valueChanged, spin.value, spin.setValue)
    row = QHBoxLayout()
    row.addWidget(slider, 1)
    row.addWidget(spin)
    return row


def _radius_of(step: int) -> float:
    low, high = RADIUS_RANGE_MM
    return low * math.exp(step / SLIDER_STEPS * math.log(high / low))


def _step_of(radius_mm: float) -> int:
    low, high = RADIUS_RANGE_MM
    return round(SLIDER_STEPS * math.log(radius_mm / low) / math.log(high / low))
