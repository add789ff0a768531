"""Live loss and Dice curves of a training run."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.gui.sentences import said
from ctviewer.session.retraining_session import CurvePoint

_TRAIN_COLOR = (150, 160, 170)
_VALIDATION_COLOR = (235, 235, 235)


class CurvesWidget(QWidget):
    """Two plots over iterations: loss (training, held-out) and held-out Dice per structure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._loss = _plot(self.tr("Loss"), self.tr("iteration"), offset=(-8, 8))
        self._dice = _plot(self.tr("Dice on held-out cases"), self.tr("iteration"), offset=(-8, -8))
        self._dice.setLimits(yMin=0.0, yMax=1.02)
        layout.addWidget(self._loss)
        layout.addWidget(self._dice)
        self._curves = {
            "train": self._loss.plot(pen=pg.mkPen(_TRAIN_COLOR, width=2), name=self.tr("training")),
            "val": self._loss.plot(pen=pg.mkPen(_VALIDATION_COLOR, width=2), name=self.tr("held-out")),
        }
        for segment in CHEST_SEGMENTS:
            pen = pg.mkPen(segment.color, width=2)
            self._curves[segment.key] = self._dice.plot(
                pen=pen, symbol="o", symbolSize=5, symbolBrush=segment.color, symbolPen=None, name=said(segment.name)
            )

    def show_points(self, points: tuple[CurvePoint, ...]) -> None:
        """Draw all points again (a handful: one per iteration)."""
        for plot in (self._loss, self._dice):
            # Iterations are whole numbers: never a tick at 1.5.
            plot.getAxis("bottom").setTickSpacing(levels=[(_tick_step(len(points)), 0)])
        self._curves["train"].setData([p.iteration for p in points], [p.train_loss for p in points])
        measured = [p for p in points if p.val_loss is not None]
        self._curves["val"].setData([p.iteration for p in measured], [p.val_loss for p in measured])
        for segment in CHEST_SEGMENTS:
            known = [p for p in points if segment.key in p.val_dice]
            self._curves[segment.key].setData([p.iteration for p in known], [p.val_dice[segment.key] for p in known])


def _plot(title: str, x_label: str, offset: tuple[int, int]) -> pg.PlotWidget:
    plot = pg.PlotWidget(background=None)
    plot.setTitle(title, size="9pt", color="#9aa4ad")
    plot.setLabel("bottom", x_label)
    plot.showGrid(x=False, y=True, alpha=0.15)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.getAxis("bottom").setTickSpacing(levels=[(_tick_step(1), 0)])
    plot.addLegend(offset=offset, labelTextSize="8pt")
    return plot


def _tick_step(iterations: int) -> int:
    return max(1, round(iterations / 8))
