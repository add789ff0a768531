"""What all tools may change: paint rule and HU gate."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from ctviewer.gui.binding import bind
from ctviewer.gui.icons import icon
from ctviewer.gui.panels.tool_rows import SegmentChoice, choice, tidy
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.tools.tool_settings import PaintOver, ToolSettings


class PaintRuleRows(QWidget):
    """Paint rule with the segment it means, and the HU gate with its range.

    Parameters
    ----------
    settings
        What is set.
    """

    def __init__(self, settings: ToolSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._inside = SegmentChoice(settings, "inside_label")
        self._inside.setAccessibleName(self.tr("Segment inside which may be painted"))
        over = choice(
            settings,
            "paint_over",
            (
                (PaintOver.EVERYTHING, self.tr("everything not locked")),
                (PaintOver.BACKGROUND, self.tr("background; erase one segment")),
                (PaintOver.INSIDE, self.tr("only inside a segment")),
            ),
            self.tr("What may be painted over"),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel(self.tr("Paint over")), 0, 0)
        grid.addWidget(over, 0, 1)
        grid.addWidget(self._inside, 1, 1)
        grid.addLayout(self._gate(), 2, 0, 1, 2)
        settings.paint_over_changed.connect(self._show_inside)
        self._show_inside()

    def set_segments(self, segments: SegmentTable | None) -> None:
        """Offer the segments of another document."""
        self._inside.set_segments(segments)

    def _show_inside(self, _: object = None) -> None:
        self._inside.setVisible(self._settings.paint_over is PaintOver.INSIDE)

    def _gate(self) -> QHBoxLayout:
        settings = self._settings
        gate = QCheckBox(self.tr("HU gate"))
        gate.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        gate.setToolTip(self.tr("Change only voxels within this range (H)"))
        bind(gate, settings, "gate_enabled", gate.toggled, gate.isChecked, gate.setChecked)
        low, high = QSpinBox(), QSpinBox()
        for spin, name in ((low, self.tr("Lowest HU")), (high, self.tr("Highest HU"))):
            spin.setRange(-2000, 4000)
            spin.setSingleStep(25)
            tidy(spin, 58)
            spin.setAccessibleName(name)
        bind(low, settings, "gate_hu", low.valueChanged, lambda: (low.value(), settings.gate_hu[1]),
             lambda gate_hu: low.setValue(gate_hu[0]))  # fmt: skip
        bind(high, settings, "gate_hu", high.valueChanged, lambda: (settings.gate_hu[0], high.value()),
             lambda gate_hu: high.setValue(gate_hu[1]))  # fmt: skip
        lung = self._button("lungs", self.tr("Lung and air, −1024 to −300 HU (Shift+H)"))
        lung.clicked.connect(settings.use_lung_gate)
        adaptive = self._button("target-variant", self.tr("Range from the tissue that is clicked (Ctrl+Shift+H)"))
        adaptive.setCheckable(True)
        bind(adaptive, settings, "gate_adaptive", adaptive.toggled, adaptive.isChecked, adaptive.setChecked)
        row = QHBoxLayout()
        row.setSpacing(3)
        row.addWidget(gate)
        row.addStretch(1)
        for widget in (low, QLabel("–"), high, lung, adaptive):
            row.addWidget(widget)
        return row

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
