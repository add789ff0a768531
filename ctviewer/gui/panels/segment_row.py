"""One segment in the list: colour, name, volume, visible, locked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QMouseEvent
from PySide6.QtWidgets import QColorDialog, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.widgets.swatch import swatch, volume_text
from ctviewer.session.segment_table import SegmentTable


class SegmentRowWidget(QFrame):
    """View of one row of a `SegmentTable`.

    Parameters
    ----------
    table, label
        Which row.
    """

    activated = Signal(int)
    """The user wants to paint this label."""

    def __init__(self, table: SegmentTable, label: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.label = label
        self.setObjectName("row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = table.name(label)
        self._color = self._button(self.tr("Colour of {}").format(name), False)
        self._color.clicked.connect(self._choose_color)
        self._name = QLabel(name)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._volume = QLabel("–")
        self._volume.setProperty("role", "muted")
        self._volume.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._visible = self._button(self.tr("Show {}").format(name), True)
        self._visible.toggled.connect(lambda on: table.set_visible(label, on))
        self._locked = self._button(self.tr("Lock {}").format(name), True)
        self._locked.toggled.connect(lambda on: table.set_locked(label, on))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 1, 2, 1)
        row.setSpacing(4)
        row.addWidget(self._color)
        row.addWidget(self._name, 1)
        for widget in (self._volume, self._visible, self._locked):
            row.addWidget(widget)
        self.show_row()

    def show_row(self) -> None:
        """Show the row as it is now."""
        row = self._table.row(self.label)
        if row is None:
            return
        is_active = self._table.active_label == self.label
        self.setStyleSheet(
            f"#row {{ border-radius: 4px; background: {theme.ACCENT_DIM if is_active else 'transparent'}; }}"
        )
        self._color.setIcon(swatch(row.segment.color))
        self._name.setStyleSheet("" if row.is_visible else f"color: {theme.FAINT};")
        for button, on in ((self._visible, row.is_visible), (self._locked, row.is_locked)):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)
        self._visible.setIcon(_plain_icon("eye-outline" if row.is_visible else "eye-off-outline", row.is_visible))
        self._locked.setIcon(_plain_icon("lock-outline" if row.is_locked else "lock-open-variant-outline",
                                         row.is_locked))  # fmt: skip

    def show_volume(self, volume_ml: float | None) -> None:
        """Show the volume; None: not measured."""
        self._volume.setText("–" if volume_ml is None else volume_text(volume_ml))

    @property
    def volume_shown(self) -> str:
        """Text of the volume."""
        return self._volume.text()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make this the label that tools paint."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(self.label)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show only this segment, or all again."""
        self._table.solo(self.label)

    def _button(self, name: str, checkable: bool) -> QToolButton:
        button = QToolButton()
        button.setCheckable(checkable)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        button.setIconSize(QSize(16, 16))
        # The glyph itself says on or off; a highlighted background on top would shout.
        button.setStyleSheet("QToolButton:checked { background: transparent; }")
        return button

    def _choose_color(self) -> None:
        row = self._table.row(self.label)
        if row is None:
            return
        color = QColorDialog.getColor(
            QColor(*row.segment.color), self, self.tr("Colour of {}").format(row.segment.name)
        )
        if color.isValid():
            self._table.set_color(self.label, (color.red(), color.green(), color.blue()))


def _plain_icon(name: str, strong: bool) -> QIcon:
    color = theme.TEXT if strong else theme.FAINT
    return icon(name, color, color)
