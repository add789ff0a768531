"""Settings of brush and eraser."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QWidget,
)

from ctviewer.gui import theme
from ctviewer.gui.binding import bind
from ctviewer.session.tools.toolbox import RADIUS_RANGE_MM, PaintOver, ToolBox

SLIDER_STEPS = 200


class ToolsPanel(QWidget):
    """Brush size in millimetres, shape, HU gate, and what may be painted over.

    Parameters
    ----------
    toolbox
        What is set.
    """

    def __init__(self, toolbox: ToolBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toolbox = toolbox
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.GAP, theme.GAP // 2, theme.GAP, theme.GAP)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel(self.tr("Radius")), 0, 0)
        grid.addLayout(self._radius(), 0, 1)
        grid.addWidget(QLabel(self.tr("Paint over")), 1, 0)
        grid.addWidget(self._paint_over(), 1, 1)
        grid.addLayout(self._gate(), 2, 0, 1, 2)
        grid.addWidget(self._ball(), 3, 0, 1, 2)

    def _radius(self) -> QHBoxLayout:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, SLIDER_STEPS)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName(self.tr("Brush radius"))
        bind(
            slider, self._toolbox, "radius_mm", slider.valueChanged, lambda: _radius_of(slider.value()),
            lambda radius: slider.setValue(_step_of(radius)),
        )  # fmt: skip
        spin = QDoubleSpinBox()
        spin.setRange(*RADIUS_RANGE_MM)
        spin.setDecimals(1)
        spin.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        spin.setSuffix(" mm")
        spin.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        spin.setKeyboardTracking(False)
        spin.setFixedWidth(76)
        spin.setAccessibleName(self.tr("Brush radius in millimetres"))
        bind(spin, self._toolbox, "radius_mm", spin.valueChanged, spin.value, spin.setValue)
        row = QHBoxLayout()
        row.addWidget(slider, 1)
        row.addWidget(spin)
        return row

    def _paint_over(self) -> QComboBox:
        box = QComboBox()
        box.addItem(self.tr("everything not locked"), PaintOver.EVERYTHING)
        box.addItem(self.tr("background; erase one segment"), PaintOver.BACKGROUND)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.setAccessibleName(self.tr("What may be painted over"))
        box.setMinimumContentsLength(12)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        bind(
            box, self._toolbox, "paint_over", box.currentIndexChanged, box.currentData,
            lambda value: box.setCurrentIndex(box.findData(value)),
        )  # fmt: skip
        return box

    def _gate(self) -> QHBoxLayout:
        gate = QCheckBox(self.tr("HU gate"))
        gate.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        gate.setToolTip(self.tr("Change only voxels within this range (H)"))
        bind(gate, self._toolbox, "gate_enabled", gate.toggled, gate.isChecked, gate.setChecked)
        low, high = QSpinBox(), QSpinBox()
        for spin, name in ((low, self.tr("Lowest HU")), (high, self.tr("Highest HU"))):
            spin.setRange(-2000, 4000)
            spin.setSingleStep(25)
            spin.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            spin.setKeyboardTracking(False)
            spin.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            spin.setFixedWidth(64)
            spin.setAccessibleName(name)
        toolbox = self._toolbox
        bind(low, toolbox, "gate_hu", low.valueChanged, lambda: (low.value(), toolbox.gate_hu[1]),
             lambda gate_hu: low.setValue(gate_hu[0]))  # fmt: skip
        bind(high, toolbox, "gate_hu", high.valueChanged, lambda: (toolbox.gate_hu[0], high.value()),
             lambda gate_hu: high.setValue(gate_hu[1]))  # fmt: skip
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(gate)
        row.addStretch(1)
        row.addWidget(low)
        row.addWidget(QLabel("–"))
        row.addWidget(high)
        return row

    def _ball(self) -> QCheckBox:
        ball = QCheckBox(self.tr("Paint in three dimensions (ball)"))
        ball.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bind(ball, self._toolbox, "is_ball", ball.toggled, ball.isChecked, ball.setChecked)
        return ball


def _radius_of(step: int) -> float:
    """Logarithmic: small brushes need finer steps."""
    low, high = RADIUS_RANGE_MM
    return low * math.exp(step / SLIDER_STEPS * math.log(high / low))


def _step_of(radius_mm: float) -> int:
    low, high = RADIUS_RANGE_MM
    return round(SLIDER_STEPS * math.log(radius_mm / low) / math.log(high / low))
