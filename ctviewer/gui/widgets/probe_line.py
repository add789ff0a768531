"""One line: value, place and structure under the pointer."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ctviewer.gui import theme
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.translation import translated
from ctviewer.session.tools.probe import ProbeReading


class ProbeLine(QWidget):
    """Fields of fixed width, so that nothing jumps while the pointer moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = self._field("−1024 HU  ")
        self._place = self._field("L −000.0  P −000.0  H −0000.0 mm  ")
        self._voxel = self._field("voxel 0000, 0000, 0000  ")
        self._label = QLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._voxel.setProperty("role", "faint")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        row.setSpacing(theme.GAP)
        for field in (self._value, self._place, self._voxel, self._label):
            row.addWidget(field)

    def show_reading(self, reading: ProbeReading | None) -> None:
        """Show another reading; None empties the line."""
        if reading is None:
            for field in (self._value, self._place, self._voxel, self._label):
                field.clear()
            return
        self._value.setText(value_text(reading))
        self._place.setText(place_text(reading.point_lps) if reading.point_lps is not None else "")
        k, j, i = reading.index_kji
        self._voxel.setText(self.tr("voxel {}, {}, {}").format(i, j, k))
        self._label.setText(said(reading.label_name))

    @property
    def text(self) -> str:
        """Everything the line says."""
        fields = (self._value, self._place, self._voxel, self._label)
        return "  ".join(field.text() for field in fields if field.text())

    def _field(self, widest: str) -> QLabel:
        field = QLabel()
        field.setFixedWidth(field.fontMetrics().horizontalAdvance(widest))
        return field


def value_text(reading: ProbeReading) -> str:
    """The stored value with its unit; says so where there is none."""
    if reading.value is None:
        return translated("ProbeLine", "no data")
    return (
        f"{reading.value} HU".replace("-", "−")
        if reading.is_hu
        else translated("ProbeLine", "value {}").format(reading.value).replace("-", "−")
    )


def place_text(point_lps: tuple[float, float, float]) -> str:
    """Patient position by the side it lies on: ``"R 12.0  A 3.5  H 104.2 mm"``."""
    sides = (("L", "R"), ("P", "A"), ("H", "F"))
    parts = [f"{pair[0] if v >= 0 else pair[1]} {abs(v):.1f}" for v, pair in zip(point_lps, sides, strict=True)]
    return "  ".join(parts) + f" {unit('mm')}"
